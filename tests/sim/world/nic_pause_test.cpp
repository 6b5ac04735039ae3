// NICs that stand still for a while: frames wait on both sides.
#include <gtest/gtest.h>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

TEST(NicPause, FramesGoOnTheirWayWhenItIsOver) {
  auto scenario = pair();
  add_fault(scenario, 10s, PauseFault{kLb1, PauseWhat::nic}, 3s);
  const auto result = play(scenario);
  // Those of 10.6, 11.6 and 12.6 s come together at 13 s, before lb2 gave up at 13.26 s.
  EXPECT_EQ(entered(result, kLb2, State::master), Instant::max());
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(NicPause, IsASilenceWhenItIsLong) {
  auto scenario = pair();
  waive(scenario, "one_master");
  add_fault(scenario, 10s, PauseFault{kLb1, PauseWhat::nic}, 10s);
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::master), at(9'609'475us + 3'648'437'500ns));
  EXPECT_EQ(entered(result, kLb2, State::backup, 10s), at(20s + 100us));
  EXPECT_EQ(entered(result, kLb1, State::backup, 10s), Instant::max());
}

// 40 pings come while lb1's NIC stands still, and are answered when it goes on.
TEST(NicPause, KeepsAsManyAsTheQueueHoldsAndTheOlderOnes) {
  auto scenario = pair();
  scenario.probes[0].kind = ProbeKind::ping;
  add_fault(scenario, 10s, PauseFault{kLb1, PauseWhat::nic}, 400ms);
  EXPECT_EQ(play(scenario).probes[0].blackouts.size(), 0U);
  auto& nic = scenario.hosts[kLb1].nics[0];
  nic.from_segment = scenario.segments[0].link;
  nic.from_segment->queue = 10;
  const auto result = play(scenario);
  ASSERT_EQ(result.probes[0].blackouts.size(), 1U);
  EXPECT_EQ(result.probes[0].sent - result.probes[0].answered, 30U);
  // Those of 10.00 to 10.09 s were kept; that of 10.40 s comes after.
  EXPECT_EQ(result.probes[0].blackouts[0].start, at(10'100ms));
  EXPECT_EQ(result.probes[0].blackouts[0].end, at(10'400ms));
}

TEST(NicPause, ForgetsWhatWaitsWhenTheLinkOrThePowerGoes) {
  auto scenario = pair();
  scenario.probes[0].kind = ProbeKind::ping;
  add_fault(scenario, 10s, PauseFault{kLb1, PauseWhat::nic}, 5s);
  add_fault(scenario, 10'100ms, NicFault{kLb1, 0, false}, 100ms);
  add_fault(scenario, 30s, PauseFault{kLb1, PauseWhat::nic}, 10s);
  add_fault(scenario, 31s, HostFault{kLb1, HostVerb::power_off}, 1s);
  waive(scenario, "one_master");
  const auto result = play(scenario);
  EXPECT_GE(result.probes[0].blackouts.size(), 2U);
}

}  // namespace
}  // namespace understudy::sim::test
