#include "core/node/script_tracker.h"

#include <algorithm>

#include "core/net/digest.h"

namespace understudy {
namespace {

constexpr auto kKillAfterTerminate = std::chrono::seconds{2};
constexpr auto kKillAgain = std::chrono::seconds{10};

}  // namespace

void ScriptTracker::start(Instant now, Effects& effects) {
  started_ = true;
  if (config_->init_fail && status_ == ScriptStatus::unknown) {
    status_ = ScriptStatus::down;
    effects.report(ScriptChanged{index_, ScriptStatus::unknown, ScriptStatus::down});
  }
  begin_run(now, effects);
  next_run_at_ = now + config_->interval;
}

void ScriptTracker::stop(Effects& effects) {
  if (started_ && running()) effects.add(KillScript{index_, run_, false});
  started_ = false;
}

void ScriptTracker::begin_run(Instant now, Effects& effects) {
  ++run_;
  timed_out_ = false;
  kill_at_ = now + config_->timeout;
  effects.add(RunScript{index_, run_});
}

void ScriptTracker::reach_deadline(Instant now, Effects& effects) {
  if (!started_) return;
  if (running() && now >= kill_at_) {
    effects.add(KillScript{index_, run_, timed_out_});
    if (!timed_out_) effects.report(ScriptTimedOut{index_});
    kill_at_ = now + (timed_out_ ? Duration{kKillAgain} : Duration{kKillAfterTerminate});
    timed_out_ = true;
  }
  if (now >= next_run_at_) {
    if (running())
      effects.report(ScriptSkipped{index_});
    else
      begin_run(now, effects);
    // From the previous start as it was due, so that runs do not drift; after a long sleep from
    // now.
    next_run_at_ = next_run_at_ + config_->interval > now ? next_run_at_ + config_->interval
                                                          : now + config_->interval;
  }
}

bool ScriptTracker::exited(std::uint32_t run, int exit_status, Effects& effects) {
  if (run != run_ || !running()) return false;
  run_ended_ = run_;
  const bool success = exit_status == 0 && !timed_out_;
  if (last_success_ != success || timed_out_)
    effects.report(ScriptResult{index_, success, timed_out_, exit_status});
  last_success_ = success;

  const auto top = config_->rise + config_->fall - 1;
  const auto before = status_;
  if (before == ScriptStatus::unknown) {
    // The first result alone decides, as with keepalived.
    status_ = success ? ScriptStatus::up : ScriptStatus::down;
    result_ = success ? top : 0;
  } else if (success) {
    if (before == ScriptStatus::down && result_ + 1 < config_->rise) {
      ++result_;
    } else {
      status_ = ScriptStatus::up;
      result_ = top;
    }
  } else {
    if (before == ScriptStatus::up && result_ > config_->rise) {
      --result_;
    } else {
      status_ = ScriptStatus::down;
      result_ = 0;
    }
  }
  if (status_ != before) effects.report(ScriptChanged{index_, before, status_});
  return status_ != before;
}

void ScriptTracker::continue_from(const ScriptTracker& former) {
  status_ = former.status_;
  last_success_ = former.last_success_;
  const auto top = config_->rise + config_->fall - 1;
  result_ = std::min(former.result_, top);
  run_ = run_ended_ = former.run_;  // an end that is still on its way belongs to none
}

std::optional<Instant> ScriptTracker::next_deadline() const {
  if (!started_) return std::nullopt;
  return running() ? std::min(next_run_at_, kill_at_) : next_run_at_;
}

std::uint64_t ScriptTracker::digest() const {
  Digest digest;
  digest.add(static_cast<std::uint64_t>(status_) << 4 | static_cast<std::uint64_t>(started_) << 1 |
             static_cast<std::uint64_t>(timed_out_));
  digest.add(result_);
  digest.add(static_cast<std::uint64_t>(run_) << 32 | run_ended_);
  digest.add(static_cast<std::uint64_t>(next_run_at_.time_since_epoch().count()));
  digest.add(static_cast<std::uint64_t>(kill_at_.time_since_epoch().count()));
  return digest.value();
}

bool operator==(const ScriptTracker& left, const ScriptTracker& right) {
  return *left.config_ == *right.config_ && left.index_ == right.index_ &&
         left.status_ == right.status_ && left.started_ == right.started_ &&
         left.timed_out_ == right.timed_out_ && left.last_success_ == right.last_success_ &&
         left.result_ == right.result_ && left.run_ == right.run_ &&
         left.run_ended_ == right.run_ended_ && left.next_run_at_ == right.next_run_at_ &&
         left.kill_at_ == right.kill_at_;
}

}  // namespace understudy
