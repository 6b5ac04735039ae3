// The table of forms, row by row, against a world that the test moves by hand.
#include "sim/expectation_monitor.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>

#include "tests/sim/fake_world.h"
#include "tests/sim/scenario/memory_files.h"

namespace understudy::sim {
namespace {

using namespace std::chrono_literals;

constexpr Duration kEnd = 60s;

/// Plays a story to one expectation. The condition is `masters(VI_1) == 2`, unless it says
/// otherwise; the story switches it on and off.
class Story {
 public:
  explicit Story(const std::string& expectation) {
    std::string text = kPair.substr(0, kPair.find("expect:"));
    text += "expect:\n  - " + expectation + "\n";
    LoadResult loaded = load_pair(text);
    EXPECT_EQ(printed(loaded), "");
    scenario_ = loaded.cases.at(0);
  }

  Story& masters(Duration at, unsigned count) {
    steps_.insert({at, 1, [this, count] { world_.master_count = count; }});
    return *this;
  }
  Story& flaps(Duration at, std::uint64_t count) {
    steps_.insert({at, 1, [this, count] { world_.flap_count = count; }});
    return *this;
  }
  Story& adverts(Duration at, std::uint64_t count) {
    steps_.insert({at, 1, [this, count] { world_.advert_count = count; }});
    return *this;
  }
  /// From `at` on it is known that nothing was answered since `since`.
  Story& blackout_opens(Duration at, Duration since) {
    steps_.insert({at, 1, [this, since] { world_.open_since = Instant{since}; }});
    return *this;
  }
  Story& drops(Duration at) { return event(at, "drop", false); }
  Story& drop_ends(Duration at) { return event(at, "drop", true); }

  ExpectationResult result() {
    ExpectationMonitor monitor(scenario_, world_);
    monitor_ = &monitor;
    move(monitor, Duration{});
    monitor.observe(Instant{});
    while (true) {
      Duration next = kEnd;
      if (!steps_.empty()) next = std::min(next, steps_.begin()->at);
      const auto check = monitor.next_check();
      if (check) next = std::min(next, check->time_since_epoch());
      EXPECT_GT(next, world_.time.time_since_epoch()) << "the monitor asks again and again";
      const bool seen = move(monitor, next);
      const bool asked = check == world_.time;
      if (seen || asked) monitor.observe(world_.time);
      if (next == kEnd) break;
      if (++looks_ > 100'000) {
        ADD_FAILURE() << "too many looks";
        break;
      }
    }
    monitor.observe(Instant{kEnd});
    return monitor.finish(Instant{kEnd}).at(0);
  }

  int looks() const { return looks_; }

 private:
  struct Step {
    Duration at;
    int kind;  // 0 fault, 1 seen, 2 unseen
    std::function<void()> act;
    bool operator<(const Step& other) const {
      return std::pair(at, kind) < std::pair(other.at, other.kind);
    }
  };

  Story& event(Duration at, const std::string& id, bool end) {
    std::size_t fault = 0;
    while (scenario_.timeline[fault].id != id) ++fault;
    steps_.insert(
        {at, 0, [this, fault, end, at] { monitor_->fault_happened(fault, end, Instant{at}); }});
    return *this;
  }

  bool move(ExpectationMonitor&, Duration to) {
    world_.time = Instant{to};
    bool seen = false;
    while (!steps_.empty() && steps_.begin()->at <= to) {
      seen = seen || steps_.begin()->kind != 2;
      steps_.begin()->act();
      steps_.erase(steps_.begin());
    }
    return seen;
  }

  Scenario scenario_;
  FakeWorld world_;
  ExpectationMonitor* monitor_ = nullptr;
  std::multiset<Step> steps_;
  int looks_ = 0;
};

void expect_verdict(Story& story, Verdict verdict, std::optional<Duration> at,
                    std::optional<Duration> margin) {
  const ExpectationResult result = story.result();
  EXPECT_EQ(to_string(result.verdict), to_string(verdict)) << result.detail;
  EXPECT_EQ(result.at.has_value(), at.has_value());
  if (result.at && at) {
    EXPECT_EQ(result.at->time_since_epoch(), *at);
  }
  EXPECT_EQ(result.margin, margin);
}
void expect_verdict(Story&& story, Verdict verdict, std::optional<Duration> at,
                    std::optional<Duration> margin) {
  expect_verdict(story, verdict, at, margin);
}

const std::string kTwo = "that: \"masters(VI_1) == 2\" }";

TEST(At, LooksJustAfterAllEventsOfThatInstant) {
  expect_verdict(Story("{ at: 9s, " + kTwo).masters(9s, 2).masters(9s + 1ns, 0), Verdict::pass, 9s,
                 0ns);
  // The margin is how far the nearest change was.
  expect_verdict(Story("{ at: 9s, " + kTwo).masters(5s, 2).masters(12s, 0), Verdict::pass, 9s, 3s);
  expect_verdict(Story("{ at: 9s, " + kTwo).masters(5s, 2).masters(9s, 0), Verdict::fail, 9s, -1ns);
  expect_verdict(Story("{ at: 9s, " + kTwo).masters(9s + 1ns, 2), Verdict::fail, 9s, -1ns);
  expect_verdict(Story("{ at: 0s, " + kTwo).masters(0s, 2), Verdict::pass, 0s, {});
  expect_verdict(Story("{ at: 60s, " + kTwo).masters(60s, 2), Verdict::pass, 60s, 0ns);
  // An event of the timeline: drop happens at 10 s.
  expect_verdict(Story("{ at: drop + 2s, " + kTwo).masters(11s, 2), Verdict::pass, 12s, 1s);
}

TEST(That, LooksAtTheEnd) {
  expect_verdict(Story("{ " + kTwo).masters(60s, 2), Verdict::pass, 60s, {});
  expect_verdict(Story("{ " + kTwo).masters(5s, 2).masters(59s, 1), Verdict::fail, 60s, {});
}

TEST(Within, TrueAtOnceIsInTime) {
  expect_verdict(Story("{ within: 3s, after: drop, " + kTwo).masters(5s, 2).drops(10s),
                 Verdict::pass, 10s, 3s);
  expect_verdict(Story("{ within: 3s, after: drop, " + kTwo).drops(10s).masters(10s, 2),
                 Verdict::pass, 10s, 3s);
}

TEST(Within, WhatEndsWithTheEventIsNotTrue) {
  expect_verdict(
      Story("{ within: 3s, after: drop, " + kTwo).masters(5s, 2).drops(10s).masters(10s, 1),
      Verdict::fail, 13s, {});
}

TEST(Within, TheLimitIsInside) {
  expect_verdict(Story("{ within: 3s, after: drop, " + kTwo).drops(10s).masters(11s, 2),
                 Verdict::pass, 11s, 2s);
  expect_verdict(Story("{ within: 3s, after: drop, " + kTwo).drops(10s).masters(13s, 2),
                 Verdict::pass, 13s, 0s);
}

TEST(Within, LateSaysHowLate) {
  Story story("{ within: 3s, after: drop, " + kTwo);
  story.drops(10s).masters(13s + 1ms, 2);
  const ExpectationResult result = story.result();
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_EQ(result.margin, -1ms);
  EXPECT_EQ(result.detail, "came 1 ms too late, at 13.001 s");
}

TEST(Within, BeforeTheEventDoesNotCount) {
  expect_verdict(
      Story("{ within: 3s, after: drop, " + kTwo).masters(5s, 2).masters(9s, 0).drops(10s),
      Verdict::fail, 13s, {});
}

TEST(Within, AfterAnEnd) {
  expect_verdict(
      Story("{ within: 3s, after: drop.end, " + kTwo).drops(10s).drop_ends(30s).masters(31s, 2),
      Verdict::pass, 31s, 2s);
}

TEST(Within, WithoutItsEventIsVacuous) {
  expect_verdict(Story("{ within: 3s, after: drop, " + kTwo).masters(5s, 2), Verdict::vacuous, {},
                 {});
}

TEST(Within, FromATime) {
  expect_verdict(Story("{ within: 3s, from: 5s, " + kTwo).masters(6s, 2), Verdict::pass, 6s, 2s);
  expect_verdict(Story("{ within: 3s, " + kTwo).masters(2s, 2), Verdict::pass, 2s, 1s);
}

TEST(Stays, CountsFromTheMomentThatHolds) {
  const std::string text = "{ within: 3s, stays: 5s, after: drop, " + kTwo;
  expect_verdict(Story(text).drops(10s).masters(11s, 2), Verdict::pass, 11s, 2s);
  expect_verdict(Story(text).drops(10s).masters(11s, 2).masters(16s, 0), Verdict::pass, 11s, 2s);
  // Broken once, true again in time.
  expect_verdict(Story(text).drops(10s).masters(11s, 2).masters(12s, 0).masters(13s, 2),
                 Verdict::pass, 13s, 0s);
  // Broken, then too late.
  expect_verdict(Story(text).drops(10s).masters(11s, 2).masters(15s, 0).masters(16s, 2),
                 Verdict::fail, 16s, -3s);
  expect_verdict(Story(text).drops(10s).masters(11s, 2).masters(16s - 1ns, 0), Verdict::fail, 13s,
                 {});
}

TEST(Always, OneBreachIsOneTooMany) {
  const std::string text = "{ always: \"masters(VI_1) == 2\", from: 5s }";
  expect_verdict(Story(text).masters(4s, 2), Verdict::pass, 60s, {});
  expect_verdict(Story(text).masters(5s, 2), Verdict::pass, 60s, {});
  expect_verdict(Story(text).masters(6s, 2), Verdict::fail, 5s, {});
  expect_verdict(Story(text).masters(4s, 2).masters(60s, 0), Verdict::fail, 60s, {});
}

TEST(Always, BeforeIsOutside) {
  const std::string text = "{ always: \"masters(VI_1) == 2\", from: 5s, before: 8s }";
  expect_verdict(Story(text).masters(4s, 2).masters(8s, 0), Verdict::pass, 8s, {});
  expect_verdict(Story(text).masters(4s, 2).masters(8s - 1ns, 0), Verdict::fail, 8s - 1ns, {});
}

TEST(Always, DuringAFault) {
  const std::string text = "{ always: \"masters(VI_1) == 2\", during: drop }";
  expect_verdict(Story(text).drops(10s).masters(10s, 2).drop_ends(30s).masters(30s, 0),
                 Verdict::pass, 30s, {});
  expect_verdict(Story(text).masters(9s, 2).drops(10s).masters(29s, 0).drop_ends(30s),
                 Verdict::fail, 29s, {});
  expect_verdict(Story(text), Verdict::vacuous, {}, {});
}

TEST(Always, LongerThanForgivesGlitches) {
  const std::string text = "{ always: \"masters(VI_1) == 2\", longer_than: 2s }";
  expect_verdict(Story(text).masters(2s, 2), Verdict::pass, 60s, 0s);
  expect_verdict(Story(text).masters(500ms, 2).masters(9s, 0).masters(10s, 2), Verdict::pass, 60s,
                 1s);
  expect_verdict(Story(text).masters(1s, 2).masters(9s, 0).masters(11s + 1ns, 2), Verdict::fail, 9s,
                 -1ns);
  expect_verdict(Story(text).masters(1s, 2).masters(59s, 0), Verdict::pass, 60s, 1s);
  expect_verdict(Story(text).masters(1s, 2).masters(57s, 0), Verdict::fail, 57s, -1s);
}

TEST(Never, IsAlwaysNot) {
  const std::string text = "{ never: \"masters(VI_1) == 2\", after: drop }";
  expect_verdict(Story(text).masters(5s, 2).masters(9s, 1).drops(10s), Verdict::pass, 60s, {});
  expect_verdict(Story(text).masters(5s, 2).drops(10s).masters(10s, 1), Verdict::pass, 60s, {});
  expect_verdict(Story(text).drops(10s).masters(40s, 2), Verdict::fail, 40s, {});
}

TEST(Eventually, OnceIsEnough) {
  const std::string text = "{ eventually: \"masters(VI_1) == 2\", from: 5s, before: 20s }";
  expect_verdict(Story(text).masters(7s, 2).masters(8s, 0), Verdict::pass, 7s, 13s);
  expect_verdict(Story(text).masters(1s, 2), Verdict::pass, 5s, 15s);
  expect_verdict(Story(text).masters(1s, 2).masters(5s, 0), Verdict::fail, 20s, {});
  expect_verdict(Story(text).masters(20s, 2), Verdict::fail, 20s, {});
}

TEST(Count, IsWhatHappensInside) {
  const std::string text = "{ count: \"flaps(VI_1)\", from: 5s, before: 20s, equals: 2 }";
  expect_verdict(Story(text).flaps(4s, 1).flaps(5s, 2).flaps(19s, 3).flaps(20s, 4), Verdict::pass,
                 20s, {});
  expect_verdict(Story(text).flaps(4s, 1).flaps(5s, 2).flaps(20s, 3), Verdict::fail, 20s, {});
}

TEST(Count, SeesWhatTheVersionDoesNotSay) {
  const std::string text = "{ count: \"adverts(lb1)\", from: 5s, before: 20s, equals: 2 }";
  expect_verdict(Story(text).adverts(4s, 1).adverts(5s, 2).adverts(19s, 3).adverts(20s, 4),
                 Verdict::pass, 20s, {});
}

TEST(Count, AfterAndDuringAFault) {
  expect_verdict(Story("{ count: \"flaps(VI_1)\", after: drop, at_least: 1, at_most: 2 }")
                     .flaps(9s, 5)
                     .drops(10s)
                     .flaps(10s, 6)
                     .flaps(50s, 7),
                 Verdict::pass, 60s, {});
  expect_verdict(Story("{ count: \"flaps(VI_1)\", during: drop, equals: 1 }")
                     .flaps(9s, 5)
                     .drops(10s)
                     .flaps(29s, 6)
                     .drop_ends(30s)
                     .flaps(30s, 7),
                 Verdict::pass, 30s, {});
  expect_verdict(Story("{ count: \"flaps(VI_1)\", during: drop, equals: 0 }"), Verdict::vacuous, {},
                 {});
}

TEST(Sometimes, IsVacuousUntilItIsReached) {
  expect_verdict(Story("{ sometimes: \"masters(VI_1) == 2\" }").masters(7s, 2).masters(8s, 0),
                 Verdict::pass, 7s, 53s);
  expect_verdict(Story("{ sometimes: \"masters(VI_1) == 2\" }").masters(7s, 1), Verdict::vacuous,
                 {}, {});
  expect_verdict(Story("{ sometimes: \"masters(VI_1) == 2\", before: 7s }").masters(7s, 2),
                 Verdict::vacuous, {}, {});
}

TEST(Offsets, CountFromAnEvent) {
  // drop happens at 10 s.
  expect_verdict(Story("{ within: 3s, after: drop + 2s, " + kTwo).drops(10s).masters(13s, 2),
                 Verdict::pass, 13s, 2s);
  expect_verdict(Story("{ within: 3s, after: drop + 2s, " + kTwo).drops(10s).masters(15s + 1ns, 2),
                 Verdict::fail, 15s + 1ns, -1ns);
  expect_verdict(
      Story("{ never: \"masters(VI_1) == 2\", from: drop - 1s, before: drop + 1s }").masters(9s, 2),
      Verdict::fail, 9s, {});
  expect_verdict(Story("{ never: \"masters(VI_1) == 2\", from: drop - 1s, before: drop + 1s }")
                     .masters(11s, 2),
                 Verdict::pass, 11s, {});
  expect_verdict(Story("{ count: \"flaps(VI_1)\", after: drop + 1s, equals: 1 }")
                     .flaps(9s, 1)
                     .drops(10s)
                     .flaps(10s + 500ms, 2)
                     .flaps(12s, 3),
                 Verdict::pass, 60s, {});
}

TEST(OpenBlackout, IsFoundAtTheInstantItPassesItsBound) {
  Story story("{ always: \"blackout(web) <= 3s\" }");
  story.blackout_opens(11s, 10s);
  const ExpectationResult result = story.result();
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_EQ(result.at, Instant{13s + 1ns});
}

TEST(Detail, SaysWhatWasSeen) {
  Story story("{ at: 9s, " + kTwo);
  EXPECT_EQ(story.masters(3s, 1).result().detail, "masters(VI_1) is 1");
}

}  // namespace
}  // namespace understudy::sim
