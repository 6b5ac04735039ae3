// Faults that come again and again.
#include <gtest/gtest.h>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

std::size_t count(const RunResult& result, std::string_view text) {
  std::size_t found = 0;
  for (const auto& entry : result.timeline) found += entry.text == text ? 1 : 0;
  return found;
}

TEST(RepeatedFaults, ComeFromTheFirstTimeToTheLast) {
  auto scenario = pair();
  const auto note = add_fault(scenario, 10s, NoteFault{"again"});
  scenario.timeline[note].every = 5s;
  scenario.timeline[note].until = 25s;
  EXPECT_EQ(count(play(scenario), "fault0"), 4U) << "at 10, 15, 20 and 25 s";
  scenario.timeline[note].until.reset();
  EXPECT_EQ(count(play(scenario), "fault0"), 11U) << "to the end of the run";
  scenario.timeline[note].until = 9s;
  EXPECT_EQ(count(play(scenario), "fault0"), 0U);
}

TEST(RepeatedFaults, HaveAnEndEach) {
  auto scenario = pair();
  const auto stop = add_fault(scenario, 10s, ServiceFault{kLb1, 0, ServiceVerb::stop}, 1s);
  scenario.timeline[stop].every = 10s;
  const auto result = play(scenario);
  ASSERT_EQ(result.probes[0].blackouts.size(), 5U);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(result.probes[0].blackouts[i].start, at((i + 1) * 10s));
    EXPECT_EQ(result.probes[0].blackouts[i].end, at((i + 1) * 10s + 1s));
  }
}

TEST(RepeatedFaults, OneThatStillLastsEndsFirst) {
  auto scenario = pair();
  const auto down = add_fault(scenario, 10s, NicFault{kLb1, 0, false}, 3s);
  scenario.timeline[down].every = 2s;
  scenario.timeline[down].until = 14s;
  waive(scenario, "one_master");
  expect_at(scenario, 16'900ms, "state(lb1, VI_1) == FAULT");
  expect_at(scenario, 17'100ms, "state(lb1, VI_1) == BACKUP");
  const auto result = play(scenario);
  expect_all_pass(result);
  EXPECT_EQ(count(result, "fault0"), 3U);
  EXPECT_EQ(count(result, "end of fault0"), 3U);
}

TEST(RepeatedFaults, HaveFollowersEachTime) {
  auto scenario = pair();
  const auto parent = add_fault(scenario, 10s, NoteFault{"parent"}, 1s);
  scenario.timeline[parent].every = 10s;
  scenario.timeline[parent].until = 30s;
  const auto child = add_fault(scenario, 500ms, NoteFault{"child"});
  scenario.timeline[child].after = parent;
  scenario.timeline[child].after_end = true;
  const auto grandchild = add_fault(scenario, 15s, NoteFault{"grandchild"});
  scenario.timeline[grandchild].after = child;
  const auto result = play(scenario);
  EXPECT_EQ(count(result, "fault1"), 3U);
  EXPECT_EQ(count(result, "fault2"), 3U) << "26.5, 36.5 and 46.5 s: each child has its own";
}

TEST(RepeatedFaults, AFollowersSeriesBeginsAnew) {
  auto scenario = pair();
  const auto parent = add_fault(scenario, 10s, NoteFault{"parent"});
  scenario.timeline[parent].every = 20s;
  const auto child = add_fault(scenario, 1s, NoteFault{"child"});
  scenario.timeline[child].after = parent;
  scenario.timeline[child].every = 7s;
  // 11, 18, 25; 31, 38, 45; 51, 58. The first series' 32 s is none.
  EXPECT_EQ(count(play(scenario), "fault1"), 8U);
}

TEST(RepeatedFaults, TooManyAreAMistakeThatIsTold) {
  auto scenario = pair();
  const auto note = add_fault(scenario, 10s, NoteFault{"again"});
  scenario.timeline[note].every = 1us;
  RunOptions options;
  options.timeline = false;
  const auto result = run(scenario, options);
  ASSERT_FALSE(result.has_value());
  EXPECT_NE(result.error().find("fault0"), std::string::npos) << result.error();
}

TEST(RepeatedFaults, ACircleThatIsNoneIsStopped) {
  auto scenario = pair();
  const auto note = add_fault(scenario, 10s, NoteFault{"again"});
  scenario.timeline[note].every = 0s;
  EXPECT_EQ(count(play(scenario), "fault0"), 1U);
}

}  // namespace
}  // namespace understudy::sim::test
