#include "core/node/process_tracker.h"

#include "core/net/digest.h"

namespace understudy {

bool ProcessTracker::change(Effects& effects) {
  change_at_.reset();
  up_ = has_quorum();
  effects.report(ProcessStatusChanged{index_, up_, count_});
  return true;
}

bool ProcessTracker::set_count(Instant now, std::uint32_t count, bool started, Effects& effects) {
  count_ = count;
  const bool quorum = has_quorum();
  if (!started) {
    up_ = quorum;
    return false;
  }
  if (quorum == up_) {
    change_at_.reset();
    return false;
  }
  const auto delay = quorum ? config_->fork_delay : config_->terminate_delay;
  if (delay == Duration{}) return change(effects);
  if (!change_at_) change_at_ = now + delay;
  return false;
}

bool ProcessTracker::reach_deadline(Instant now, Effects& effects) {
  if (!change_at_ || now < *change_at_) return false;
  return change(effects);
}

void ProcessTracker::continue_from(const ProcessTracker& former) {
  count_ = former.count_;
  up_ = former.up_;
  change_at_ = former.change_at_;
}

std::uint64_t ProcessTracker::digest() const {
  Digest digest;
  digest.add(static_cast<std::uint64_t>(count_) << 1 | static_cast<std::uint64_t>(up_));
  digest.add(
      static_cast<std::uint64_t>(change_at_.value_or(Instant::max()).time_since_epoch().count()));
  return digest.value();
}

bool operator==(const ProcessTracker& left, const ProcessTracker& right) {
  return *left.config_ == *right.config_ && left.index_ == right.index_ &&
         left.count_ == right.count_ && left.up_ == right.up_ &&
         left.change_at_ == right.change_at_;
}

}  // namespace understudy
