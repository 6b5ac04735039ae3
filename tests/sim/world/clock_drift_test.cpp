// Clocks that drift, change their rate, or stand still.
#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

// lb2 runs fast by 200 ppm. It hears the last advert at 599.609475 s, when its own clock shows
// 599'729'396'895 ns, and waits until that shows 603'377'834'395 ns: 729'541 ns less than a true
// one.
TEST(ClockDrift, AFastBackupTakesOverEarlierByItsShare) {
  auto scenario = pair();
  scenario.duration = 610s;
  scenario.hosts[kLb2].clock_drift = 200'000;
  add_fault(scenario, 600s, HostFault{kLb1, HostVerb::power_off});
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::master), at(603'257'182'959ns));
  EXPECT_TRUE(all_oracles_pass(result));
}

// lb1 runs fast by 200 ppm: its 597th advert, due at 599.609375 s by its clock, leaves 119.9 ms
// early, at 599'609'375'000 / 1.0002 ns.
TEST(ClockDrift, AFastMastersAdvertsRunAhead) {
  auto scenario = pair();
  scenario.duration = 610s;
  scenario.hosts[kLb1].clock_drift = 200'000;
  add_fault(scenario, 600s, HostFault{kLb1, HostVerb::power_off});
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::master), at(3'608'653'270ns));
  EXPECT_EQ(entered(result, kLb2, State::master), at(599'489'477'105ns + 100us + 3'648'437'500ns));
}

TEST(ClockDrift, GoesOnWhereItIsWhenTheRateChangesAndChangesBack) {
  auto scenario = pair();
  ClockFault slow{kLb1};
  slow.drift = -500'000'000;
  add_fault(scenario, 10s, slow, 4s);
  // The advert due at 10.609375 s comes at 10 s + 2 x 0.609375 s, the next 2 s later; at 14 s the
  // clock shows 12 s and is right again in its rate.
  const std::pair<Duration, const char*> counts[] = {
      {9'700ms, "adverts(lb1) == 7"},       {11'218'749us, "adverts(lb1) == 7"},
      {11'218'750us, "adverts(lb1) == 8"},  {13'218'749us, "adverts(lb1) == 8"},
      {13'218'750us, "adverts(lb1) == 9"},  {14'609'374us, "adverts(lb1) == 9"},
      {14'609'375us, "adverts(lb1) == 10"}, {15'609'375us, "adverts(lb1) == 11"}};
  for (const auto& [time, text] : counts) expect_at(scenario, time, text);
  const auto result = play(scenario);
  expect_all_pass(result);
  EXPECT_EQ(entered(result, kLb2, State::master), Instant::max());
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(ClockDrift, MovesTheIntervalOfScripts) {
  auto scenario = pair_with_checks();
  scenario.hosts[kLb1].clock_drift = -500'000'000;  // every 6 s, 15 ms each
  add_fault(scenario, 10s, ServiceFault{kLb1, 0, ServiceVerb::stop});
  expect_at(scenario, 12'014ms, "service(lb1, nginx) == down");
  expect_at(scenario, 12'016ms, "service(lb1, nginx) == up");
  const auto result = play(scenario);
  expect_all_pass(result);
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(ClockDrift, TheSlowestClockMakesSettlingLonger) {
  auto scenario = pair();
  scenario.hosts[kLb1].clock_drift = scenario.hosts[kLb2].clock_drift = -750'000'000;
  add_fault(scenario, 30s, HostFault{kLb1, HostVerb::power_off});
  const auto result = play(scenario);
  EXPECT_GT(entered(result, kLb2, State::master), at(40s));
  EXPECT_TRUE(all_oracles_pass(result)) << "12 s without a master are as it must be";
}

TEST(ClockStands, AFrozenBackupWhoseClockRunsOnTakesOverWhenItWakes) {
  auto scenario = pair();
  add_fault(scenario, 10s, PauseFault{kLb2, PauseWhat::vm}, 20s);
  EXPECT_EQ(entered(play(scenario), kLb2, State::master), at(30s));
}

TEST(ClockStands, AFrozenBackupWhoseClockStoodHasMissedNothing) {
  auto scenario = pair();
  PauseFault pause{kLb2, PauseWhat::vm};
  pause.clock_stands = true;
  add_fault(scenario, 10s, pause, 20s);
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::master), Instant::max());
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(ClockStands, DeadlinesMoveByAsMuchAsItStood) {
  auto scenario = pair();
  PauseFault pause{kLb2, PauseWhat::vm};
  pause.clock_stands = true;
  add_fault(scenario, 10s, pause, 20s);
  add_fault(scenario, 15s, HostFault{kLb1, HostVerb::power_off});
  // It heard lb1 at 9.609475 s, and waits for the rest of its interval from 30 s on.
  EXPECT_EQ(entered(play(scenario), kLb2, State::master), at(9'609'475us + 3'648'437'500ns + 20s));
}

TEST(ClockStands, ARateThatChangesMeanwhileCountsFromTheEnd) {
  auto scenario = pair();
  PauseFault pause{kLb2, PauseWhat::vm};
  pause.clock_stands = true;
  add_fault(scenario, 10s, pause, 20s);
  ClockFault slow{kLb2};
  slow.drift = -500'000'000;
  add_fault(scenario, 12s, slow);
  add_fault(scenario, 15s, HostFault{kLb1, HostVerb::power_off});
  // 3.2579125 s are left at 10 s, at half the rate.
  EXPECT_EQ(entered(play(scenario), kLb2, State::master), at(30s + 2 * 3'257'912'500ns));
}

}  // namespace
}  // namespace understudy::sim::test
