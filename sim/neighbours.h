// A host's ARP and Neighbour Discovery caches, with the states and times of its stack.
//
// linux: net/core/neighbour.c, net/ipv4/arp.c, net/ipv6/ndisc.c, and the defaults of
// net.ipv4.neigh.default. cisco: IOS, "arp timeout", by default 14400 s ("Configuring Address
// Resolution Protocol Options"): until then nothing is verified; then it asks the known MAC once,
// everybody once, and forgets. Its IPv6 follows RFC 4861, as Linux does. windows: Microsoft's
// article 949589: RFC 4861 for both families, reachable for 15 to 45 s, and a stale entry is asked
// about as soon as it is used.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/net/arp.h"
#include "core/net/instant.h"
#include "core/net/ip_address.h"
#include "core/net/mac_address.h"
#include "core/net/neighbour_discovery.h"
#include "sim/random_stream.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {

/// What the cache asks of the kernel around it.
class NeighbourLink {
 public:
  virtual ~NeighbourLink() = default;
  /// Ask who has `address`: everybody, or (probing a stale entry) this MAC alone. `source` is the
  /// sender address of the packet that waits, or unspecified.
  virtual void ask(std::uint32_t nic, const IpAddress& address, const IpAddress& source,
                   std::optional<MacAddress> known) = 0;
  virtual void send_packet_to(std::uint32_t nic, const MacAddress& mac,
                              std::span<const std::uint8_t> packet) = 0;
  virtual void neighbour_changed(const IpAddress& address) = 0;
  virtual void wake_neighbours_at(Instant at) = 0;
};

struct NeighbourPolicy {
  StackKind stack = StackKind::linux_;
  bool ignores_garp = false;  // gratuitous ARP and unsolicited advertisements change nothing
};

/// On Linux stale entries are used, probed after 5 s without a sign of life, and given up after
/// three probes of 1 s: that is how Linux repairs by itself what a missing gratuitous ARP left
/// wrong. A gratuitous ARP or an unsolicited advertisement changes an entry that exists and makes
/// none (arp_accept 0, accept_untracked_na 0). An entry belongs to an interface.
class NeighbourTable {
 public:
  /// Each family has its own reachable time, drawn once.
  NeighbourTable(NeighbourLink& link, RandomStream arp_draws, RandomStream discovery_draws,
                 NeighbourPolicy policy = {});

  /// Sends an IP packet to a neighbour, or keeps it until its MAC is known.
  void send(Instant now, std::uint32_t nic, const IpAddress& neighbour, const IpAddress& source,
            std::span<const std::uint8_t> packet);
  /// An ARP packet came in. `for_us` says that it asks for an address of ours.
  void heard(Instant now, std::uint32_t nic, const ArpPacket& packet, bool for_us);
  /// A solicitation for an address of ours came from `source`.
  void solicited(Instant now, std::uint32_t nic, const IpAddress& source,
                 const NeighbourMessage& message);
  /// An advertisement came in.
  void advertised(Instant now, std::uint32_t nic, const NeighbourMessage& message);
  /// The neighbour has answered us on a higher layer.
  void confirm(Instant now, const IpAddress& neighbour);
  /// Does what is due; wanted at the instants given to wake_neighbours_at().
  void reach_deadline(Instant now);

  /// On whichever interface it is known.
  std::optional<MacAddress> find(const IpAddress& neighbour) const;
  void forget_nic(std::uint32_t nic);  // it went down
  void clear();
  /// All but what is pinned, as `ip neigh flush`.
  void flush();
  /// The entries it has change no more, and neither age nor vanish but by clear(). Counts: every
  /// pin has its unpin.
  void pin();
  void unpin();

 private:
  enum class Phase : std::uint8_t { unused, incomplete, reachable, stale, delay, probe };
  struct Entry {
    IpAddress address;
    std::uint32_t nic = 0;
    Phase phase = Phase::unused;
    MacAddress mac;
    Instant confirmed_at{}, updated_at{}, timer_at{};
    unsigned probes = 0;
    bool pinned = false;
    IpAddress asking_for;  // source of the packet that waits
    std::vector<std::vector<std::uint8_t>> waiting;
  };

  static bool has_mac(const Entry& entry) { return entry.phase > Phase::incomplete; }
  Entry* entry_of(std::uint32_t nic, const IpAddress& address);
  Entry& make_entry(std::uint32_t nic, const IpAddress& address);
  Duration reachable_time(const Entry& entry) const {
    return entry.address.is_ipv4() ? arp_reachable_time_ : discovery_reachable_time_;
  }
  /// An entry that lives for a fixed time, whatever is heard of the neighbour on higher layers.
  bool ages(const Entry& entry) const {
    return policy_.stack == StackKind::cisco && entry.address.is_ipv4();
  }
  void use_doubtful(Instant now, Entry& entry);
  void age(Instant now, Entry& entry);
  void probe(Instant now, Entry& entry);
  void arm(Entry& entry, Instant at);
  void drop(Entry& entry);
  void update(Instant now, Entry& entry, const MacAddress& mac, Phase phase, bool override_known);

  NeighbourLink& link_;
  Duration arp_reachable_time_, discovery_reachable_time_;
  NeighbourPolicy policy_;
  unsigned pins_ = 0;
  std::vector<Entry> entries_;
};

}  // namespace understudy::sim
