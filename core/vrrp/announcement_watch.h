// Does a new master announce its addresses? One virtual router's takeovers and what followed them.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "core/vrrp/observation.h"

namespace understudy {

class AnnouncementWatch {
 public:
  static constexpr std::size_t kMostAddresses = 64;
  static constexpr std::size_t kMostPending = 16;

  /// `source` takes over at `at`. Announcements count from `since` (they may come a moment before
  /// the advert) until `deadline`, from `mac` (nullopt: from any) or the virtual MAC.
  void expect(const RouterKey& key, const IpAddress& source, std::optional<MacAddress> mac,
              std::span<const IpAddress> addresses, Instant since, Instant at, Instant deadline);

  /// A gratuitous ARP or an unsolicited Neighbour Advertisement.
  void hear(const RouterKey& key, const IpAddress& address, const MacAddress& mac, Instant at,
            PacketPlace place);

  bool waits() const { return !pending_.empty(); }
  /// Takes out the takeovers whose addresses are all announced, or whose deadline is before `now`
  /// (with `all` also the others, not judged).
  std::vector<TakeoverAnnouncements> settle(Instant now, bool all = false);

 private:
  struct Pending {
    TakeoverAnnouncements result;
    std::optional<MacAddress> mac;
    Instant deadline;
  };
  struct Heard {
    Instant at;
    MacAddress mac;
    PacketPlace packet;
  };
  static bool complete(const Pending& pending);

  std::vector<Pending> pending_;
  std::map<IpAddress, Heard> latest_;
};

}  // namespace understudy
