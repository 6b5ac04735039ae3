#include "core/node/announce_pacer.h"

#include <algorithm>

#include "core/net/digest.h"

namespace understudy {

void AnnouncePacer::add(Instant now, const VirtualRouterConfig& router,
                        const AnnounceAddresses& burst, Effects& effects) {
  auto found = std::find_if(queue_.begin(), queue_.end(), [&](const Pending& each) {
    return each.burst.virtual_router == router.index &&
           each.burst.elsewhere_only == burst.elsewhere_only;
  });
  if (found == queue_.end()) {
    queue_.push_back({burst, 0, burst.repeat});
    found = queue_.end() - 1;
  } else {
    // No more pending than the larger of the two asks for.
    found->rounds = std::max(found->rounds, burst.repeat);
  }
  if (found == queue_.begin()) send_due(now, router, *found, effects);
  std::erase_if(queue_, [](const Pending& each) { return each.rounds == 0; });
  if (queue_.empty()) wake_at_ = Instant::max();
}

void AnnouncePacer::reach_deadline(Instant now, const std::vector<VirtualRouterConfig>& routers,
                                   Effects& effects) {
  if (now < wake_at_) return;
  wake_at_ = Instant::max();
  while (!queue_.empty()) {
    auto& front = queue_.front();
    send_due(now, routers[front.burst.virtual_router], front, effects);
    if (front.rounds > 0) return;  // waits for its interval
    queue_.erase(queue_.begin());
  }
  wake_at_ = Instant::max();
}

void AnnouncePacer::send_due(Instant now, const VirtualRouterConfig& router, Pending& pending,
                             Effects& effects) {
  const auto count = static_cast<std::uint16_t>(router.address_count());
  while (pending.rounds > 0) {
    if (pending.next >= count) {
      pending.next = 0;
      --pending.rounds;
      continue;
    }
    const bool ipv4 = router.held_address(pending.next).address.is_ipv4();
    auto& free_at = ipv4 ? next_arp_ : next_advertisement_;
    if (now < free_at) {
      wake_at_ = free_at;
      return;
    }
    auto one = pending.burst;
    one.repeat = 1;
    one.first = pending.next++;
    one.count = 1;
    effects.add(one);
    free_at = now + (ipv4 ? router.garp_interval : router.advertisement_interval);
  }
}

void AnnouncePacer::forget(std::uint16_t virtual_router) {
  std::erase_if(queue_,
                [&](const Pending& each) { return each.burst.virtual_router == virtual_router; });
  if (queue_.empty()) wake_at_ = Instant::max();
}

std::optional<Instant> AnnouncePacer::next_deadline() const {
  if (wake_at_ == Instant::max()) return std::nullopt;
  return wake_at_;
}

std::uint64_t AnnouncePacer::digest() const {
  Digest digest;
  for (const auto& pending : queue_) {
    digest.add(static_cast<std::uint64_t>(pending.burst.virtual_router) << 32 |
               static_cast<std::uint64_t>(pending.next) << 16 | pending.rounds);
  }
  for (const auto at : {next_arp_, next_advertisement_, wake_at_})
    digest.add(static_cast<std::uint64_t>(at.time_since_epoch().count()));
  return digest.value();
}

}  // namespace understudy
