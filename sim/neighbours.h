// A host's ARP cache, with the states and times of Linux (net/core/neighbour.c, net/ipv4/arp.c).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/net/arp.h"
#include "core/net/instant.h"
#include "core/net/ip_address.h"
#include "core/net/mac_address.h"
#include "sim/random_stream.h"

namespace understudy::sim {

/// What the cache asks of the kernel around it.
class NeighbourLink {
 public:
  virtual ~NeighbourLink() = default;
  /// Ask who has `address`: everybody, or (probing a stale entry) this MAC alone. `source` is the
  /// sender address of the packet that waits, or unspecified.
  virtual void ask(std::uint32_t nic, Ipv4Address address, Ipv4Address source,
                   std::optional<MacAddress> known) = 0;
  virtual void send_packet_to(std::uint32_t nic, const MacAddress& mac,
                              std::span<const std::uint8_t> packet) = 0;
  virtual void neighbour_changed(Ipv4Address address) = 0;
  virtual void wake_neighbours_at(Instant at) = 0;
};

/// Stale entries are used, probed after 5 s without a sign of life, and given up after three
/// probes of 1 s: that is how Linux repairs by itself what a missing gratuitous ARP left wrong. A
/// gratuitous ARP changes an entry that exists and makes none (arp_accept 0).
class NeighbourTable {
 public:
  NeighbourTable(NeighbourLink& link, RandomStream draws);

  /// Sends an IP packet to a neighbour, or keeps it until its MAC is known.
  void send(Instant now, std::uint32_t nic, Ipv4Address neighbour, Ipv4Address source,
            std::span<const std::uint8_t> packet);
  /// An ARP packet came in. `for_us` says that it asks for an address of ours.
  void heard(Instant now, std::uint32_t nic, const ArpPacket& packet, bool for_us);
  /// The neighbour has answered us on a higher layer.
  void confirm(Instant now, Ipv4Address neighbour);
  /// Does what is due; wanted at the instants given to wake_neighbours_at().
  void reach_deadline(Instant now);

  std::optional<MacAddress> find(Ipv4Address neighbour) const;
  void forget_nic(std::uint32_t nic);  // it went down
  void clear();

 private:
  enum class Phase : std::uint8_t { unused, incomplete, reachable, stale, delay, probe };
  struct Entry {
    Ipv4Address address;
    std::uint32_t nic = 0;
    Phase phase = Phase::unused;
    MacAddress mac;
    Instant confirmed_at{}, updated_at{}, timer_at{};
    unsigned probes = 0;
    Ipv4Address asking_for;  // source of the packet that waits
    std::vector<std::vector<std::uint8_t>> waiting;
  };

  static bool has_mac(const Entry& entry) { return entry.phase > Phase::incomplete; }
  Entry* entry_of(Ipv4Address address);
  Entry& make_entry(Ipv4Address address, std::uint32_t nic);
  void arm(Entry& entry, Instant at);
  void drop(Entry& entry);
  void update(Instant now, Entry& entry, const MacAddress& mac, Phase phase, bool override_known);

  NeighbourLink& link_;
  Duration reachable_time_;
  std::vector<Entry> entries_;
};

}  // namespace understudy::sim
