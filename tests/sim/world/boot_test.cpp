// Machines that boot part by part: links, addresses, services and the daemon in their own time.
#include <gtest/gtest.h>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

/// lb1 has no power from 10 to 15 s.
RunResult play_reboot(Scenario scenario, const BootTimes& times) {
  scenario.hosts[kLb1].boot = times;
  add_fault(scenario, 10s, HostFault{kLb1, HostVerb::reboot}, 5s);
  const auto result = play(scenario);
  expect_all_pass(result);
  EXPECT_TRUE(all_oracles_pass(result));
  return result;
}

TEST(Boot, TakesNoTimeUnlessItIsGivenSome) {
  auto scenario = pair();
  expect_at(scenario, 15s, "state(lb1, VI_1) == BACKUP and service(lb1, nginx) == up");
  EXPECT_EQ(entered(play_reboot(scenario, {}), kLb1, State::master, 10s), at(15s + 3'609'375us));
}

TEST(Boot, ADaemonThatIsThereBeforeItsLinkIsInFaultUntilThen) {
  auto scenario = pair();
  expect_at(scenario, 15'999ms, "service(lb1, nginx) == up and master(VI_1) == lb2");
  expect_at(scenario, 17'999ms, "state(lb1, VI_1) == FAULT");
  expect_at(scenario, 18s, "state(lb1, VI_1) == BACKUP");
  BootTimes times;
  times.interfaces = 3s;
  times.daemon = 1s;
  const auto result = play_reboot(scenario, times);
  EXPECT_EQ(entered(result, kLb1, State::master, 10s), at(18s + 3'609'375us));
}

TEST(Boot, ADaemonThatIsThereBeforeItsAddressWaitsForIt) {
  auto scenario = pair();
  BootTimes times;
  times.addresses = 3s;
  expect_at(scenario, 17s, "state(lb1, VI_1) == FAULT");
  const auto result = play_reboot(scenario, times);
  EXPECT_EQ(entered(result, kLb1, State::backup, 10s), at(18s));
  EXPECT_EQ(entered(result, kLb1, State::master, 10s), at(18s + 3'609'375us));
}

TEST(Boot, ServicesMayComeLast) {
  auto scenario = pair();
  expect_at(scenario, 24'999ms, "service(lb1, nginx) == down and master(VI_1) == lb1");
  expect_at(scenario, 25s, "service(lb1, nginx) == up");
  BootTimes times;
  times.services = 10s;
  const auto result = play_reboot(scenario, times);
  // From the announcement at 18.609375 s on the master refuses, until its service is there.
  ASSERT_EQ(result.probes[0].blackouts.size(), 2U);
  EXPECT_EQ(result.probes[0].blackouts[1].start, at(18'610ms));
  EXPECT_EQ(result.probes[0].blackouts[1].end, at(25s));
}

TEST(Boot, APowerCutEndsItHalfway) {
  auto scenario = pair();
  scenario.hosts[kLb1].boot.daemon = 3s;
  add_fault(scenario, 10s, HostFault{kLb1, HostVerb::power_off}, 5s);
  add_fault(scenario, 17s, HostFault{kLb1, HostVerb::power_off}, 5s);
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::backup, 10s), at(25s));
}

TEST(Boot, AMachineThatIsFrozenGoesOnBootingWhenItGoesOn) {
  auto scenario = pair();
  scenario.hosts[kLb1].boot.daemon = 3s;
  add_fault(scenario, 10s, HostFault{kLb1, HostVerb::power_off}, 5s);
  add_fault(scenario, 16s, PauseFault{kLb1, PauseWhat::vm}, 10s);
  EXPECT_EQ(entered(play(scenario), kLb1, State::backup, 10s), at(26s));
}

// As a stopped process finds what netlink has kept for it.
TEST(Boot, ADaemonThatIsPausedLearnsOfItsAddressWhenItGoesOn) {
  auto scenario = pair();
  scenario.hosts[kLb1].boot.addresses = 3s;
  add_fault(scenario, 10s, HostFault{kLb1, HostVerb::power_off}, 5s);
  add_fault(scenario, 17s, PauseFault{kLb1, PauseWhat::daemon}, 10s);
  EXPECT_EQ(entered(play(scenario), kLb1, State::backup, 10s), at(27s));
}

}  // namespace
}  // namespace understudy::sim::test
