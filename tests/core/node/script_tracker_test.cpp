// keepalived's rules for vrrp_script runs and results.
#include "core/node/script_tracker.h"

#include <gtest/gtest.h>

#include "tests/core/effects_text.h"

namespace understudy {
namespace {

using std::chrono::seconds;

Instant at(double second) { return Instant{Duration{static_cast<std::int64_t>(second * 1e9)}}; }

class Tracker : public testing::Test {
 protected:
  void start(const config::Script& script) {
    script_ = script;
    tracker_.emplace(script_, std::uint16_t{0});
    tracker_->start(at(0), effects_);
  }
  static config::Script every(int interval, unsigned rise = 1, unsigned fall = 1) {
    config::Script script;
    script.interval = script.timeout = seconds{interval};
    script.rise = rise;
    script.fall = fall;
    return script;
  }
  std::string deadline(double second) {
    effects_.clear();
    tracker_->reach_deadline(at(second), effects_);
    return text_of(effects_);
  }
  // One run that ends with `status`; returns the status of the tracker after it.
  ScriptStatus result(int status) {
    if (!tracker_->running()) {
      clock_ += 3;
      deadline(clock_);
    }
    ++run_;
    tracker_->exited(run_, status, effects_);
    return tracker_->status();
  }

  config::Script script_;
  std::optional<ScriptTracker> tracker_;
  Effects effects_;
  std::uint32_t run_ = 0;
  double clock_ = 0;
};

TEST_F(Tracker, FirstRunAtOnceThenEveryIntervalFromTheStart) {
  start(every(3));
  EXPECT_EQ(text_of(effects_), "run(1)");
  tracker_->exited(1, 0, effects_);
  EXPECT_EQ(tracker_->next_deadline(), at(3));
  EXPECT_EQ(deadline(2.999), "");
  EXPECT_EQ(deadline(3.002), "run(2)");
  tracker_->exited(2, 0, effects_);
  EXPECT_EQ(tracker_->next_deadline(), at(6)) << "from the due time, so runs do not drift";
}

TEST_F(Tracker, FirstResultAloneDecides) {
  start(every(3, 4, 4));
  EXPECT_EQ(tracker_->status(), ScriptStatus::unknown);
  EXPECT_EQ(result(0), ScriptStatus::up);
  start(every(3, 4, 4));
  run_ = 0;
  EXPECT_EQ(result(1), ScriptStatus::down);
}

TEST_F(Tracker, RiseAndFallCountInARow) {
  start(every(3, 2, 3));
  EXPECT_EQ(result(0), ScriptStatus::up);
  EXPECT_EQ(result(1), ScriptStatus::up);
  EXPECT_EQ(result(1), ScriptStatus::up);
  EXPECT_EQ(result(0), ScriptStatus::up) << "a success while up resets fall";
  EXPECT_EQ(result(1), ScriptStatus::up);
  EXPECT_EQ(result(1), ScriptStatus::up);
  EXPECT_EQ(result(1), ScriptStatus::down);
  EXPECT_EQ(result(0), ScriptStatus::down);
  EXPECT_EQ(result(1), ScriptStatus::down) << "a failure while down resets rise";
  EXPECT_EQ(result(0), ScriptStatus::down);
  EXPECT_EQ(result(0), ScriptStatus::up);
}

TEST_F(Tracker, InitFailNeedsRiseSuccesses) {
  auto script = every(3, 2, 1);
  script.init_fail = true;
  start(script);
  EXPECT_EQ(tracker_->status(), ScriptStatus::down);
  EXPECT_EQ(result(0), ScriptStatus::down);
  EXPECT_EQ(result(0), ScriptStatus::up);
}

TEST_F(Tracker, TimeoutTerminatesThenKillsAndCountsAsOneFailure) {
  auto script = every(10);
  script.timeout = seconds{2};
  start(script);
  EXPECT_EQ(tracker_->next_deadline(), at(2));
  EXPECT_EQ(deadline(2), "kill timed_out");
  EXPECT_EQ(deadline(4), "kill(force)");
  EXPECT_EQ(deadline(14), "kill(force) skipped");
  effects_.clear();
  EXPECT_TRUE(tracker_->exited(1, 0, effects_)) << "even an exit status of 0 is a failure now";
  EXPECT_EQ(text_of(effects_), "exit(0,timed_out) script_down");
}

TEST_F(Tracker, ARunStillGoingSkipsTheNext) {
  auto script = every(3);
  script.timeout = seconds{60};
  start(script);
  EXPECT_EQ(deadline(3), "skipped");
  tracker_->exited(1, 0, effects_);
  EXPECT_EQ(tracker_->next_deadline(), at(6));
  EXPECT_EQ(deadline(6), "run(2)");
}

TEST_F(Tracker, ResultsOfOtherRunsAreIgnored) {
  start(every(3));
  EXPECT_FALSE(tracker_->exited(7, 1, effects_));
  EXPECT_EQ(tracker_->status(), ScriptStatus::unknown);
  tracker_->exited(1, 0, effects_);
  EXPECT_FALSE(tracker_->exited(1, 1, effects_)) << "it has ended already";
  EXPECT_EQ(tracker_->status(), ScriptStatus::up);
}

TEST_F(Tracker, StopSignalsTheRunAndWantsNothingMore) {
  start(every(3));
  effects_.clear();
  tracker_->stop(effects_);
  EXPECT_EQ(text_of(effects_), "kill");
  EXPECT_EQ(tracker_->next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace understudy
