// Whether two virtual routers are in the same state, and the digest of it.
#include "core/net/digest.h"
#include "core/vrrp/virtual_router.h"

namespace understudy {

bool operator==(const VirtualRouter& left, const VirtualRouter& right) {
  return *left.config_ == *right.config_ && left.state_ == right.state_ &&
         left.effective_priority_ == right.effective_priority_ && left.faulty_ == right.faulty_ &&
         left.identification_ == right.identification_ &&
         left.master_interval_ == right.master_interval_ && left.source_ == right.source_ &&
         left.ah_sequence_ == right.ah_sequence_ && left.hmac_sequence_ == right.hmac_sequence_ &&
         left.wall_offset_ == right.wall_offset_ && left.hmac_marks_ == right.hmac_marks_ &&
         left.counters_ == right.counters_;
}

std::uint64_t VirtualRouter::digest() const {
  Digest digest;
  const auto add_time = [&digest](Instant at) {
    digest.add(static_cast<std::uint64_t>(at.time_since_epoch().count()));
  };
  digest.add(static_cast<std::uint64_t>(state_.index()) << 16 |
             static_cast<std::uint64_t>(effective_priority_) << 8 |
             static_cast<std::uint64_t>(faulty_));
  digest.add(identification_);
  digest.add(source_.bytes());
  if (config_->rules.version != 2) digest.add(static_cast<std::uint64_t>(master_interval_.count()));
  if (config_->rules.auth_type == AuthType::ah) digest.add(ah_sequence_);
  if (config_->rules.hmac) {
    digest.add(hmac_sequence_);
    digest.add(hmac_marks_.digest());
  }
  if (const auto* backup = std::get_if<Backup>(&state_)) {
    add_time(backup->master_down_at);
    digest.add(static_cast<std::uint64_t>(backup->takeover_reason) |
               static_cast<std::uint64_t>(backup->wants_master) << 8 |
               static_cast<std::uint64_t>(backup->owes_last_word) << 9);
    digest.add(backup->master.bytes());
    if (backup->preempt_at) add_time(*backup->preempt_at);
  } else if (const auto* master = std::get_if<Master>(&state_)) {
    add_time(master->next_advert_at);
    add_time(master->last_advert_at);
    add_time(master->second_at);
    digest.add(master->second_repeat);
    if (master->refresh_at != Instant::max()) add_time(master->refresh_at);
    if (master->extra_at != Instant::max()) add_time(master->extra_at);
    if (master->rival_refused) digest.add(1);
    if (master->rogue) {
      digest.add(master->rogue->own_adverts_left);
      add_time(master->rogue->until);
    }
  }
  return digest.value();
}

}  // namespace understudy
