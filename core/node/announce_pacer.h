// Spaces an interface's announcements (garp_interval, gna_interval): some switches drop bursts.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/net/instant.h"
#include "core/vrrp/effects.h"
#include "core/vrrp/virtual_router_config.h"

namespace understudy {

/// keepalived's rules: the first one leaves at once, the others in turn, one an interval of its
/// family; at most as many rounds are pending as the largest burst asks for; a virtual router that
/// leaves MASTER takes its own out of the queue.
class AnnouncePacer {
 public:
  /// Makes room for the bursts of so many virtual routers, so that none allocates later.
  void reserve(std::size_t virtual_routers) { queue_.reserve(2 * virtual_routers); }
  /// Takes a burst of a virtual router that has an interval for at least one family.
  void add(Instant now, const VirtualRouterConfig& router, const AnnounceAddresses& burst,
           Effects& effects);
  /// Sends what is due. `routers` are the node's.
  void reach_deadline(Instant now, const std::vector<VirtualRouterConfig>& routers,
                      Effects& effects);
  void forget(std::uint16_t virtual_router);

  std::optional<Instant> next_deadline() const;
  std::uint64_t digest() const;
  friend bool operator==(const AnnouncePacer&, const AnnouncePacer&) = default;

 private:
  // What is left of one burst: addresses from `next` on, then whole rounds.
  struct Pending {
    AnnounceAddresses burst;
    std::uint16_t next = 0;
    std::uint16_t rounds = 0;  // including the present one
    friend bool operator==(const Pending&, const Pending&) = default;
  };

  void send_due(Instant now, const VirtualRouterConfig& router, Pending& pending, Effects& effects);

  std::vector<Pending> queue_;  // one a virtual router at most
  Instant next_arp_{}, next_advertisement_{};
  Instant wake_at_ = Instant::max();
};

}  // namespace understudy
