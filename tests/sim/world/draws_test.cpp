// What each seed draws anew.
#include "sim/draws.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "sim/run.h"
#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

RandomDraw phase_of(std::size_t host) {
  RandomDraw draw;
  draw.stream = host == kLb1 ? "phase/lb1" : "phase/lb2";
  draw.index = host;
  draw.second = 1'000'000'000;
  return draw;
}

TEST(Draws, ANormalNumberHasItsMeanAndDeviation) {
  RandomStream stream(7, "normal");
  constexpr int kCount = 100'000;
  double sum = 0, squares = 0;
  int within_one = 0, within_two = 0, beyond_three = 0;
  for (int i = 0; i < kCount; ++i) {
    const auto value = static_cast<double>(draw_normal(stream, 5'000, 20'000));
    const double z = (value - 5'000) / 20'000;
    sum += z;
    squares += z * z;
    within_one += std::abs(z) < 1 ? 1 : 0;
    within_two += std::abs(z) < 2 ? 1 : 0;
    beyond_three += std::abs(z) > 3 ? 1 : 0;
  }
  // Four standard errors each.
  EXPECT_NEAR(sum / kCount, 0, 4 / std::sqrt(kCount));
  EXPECT_NEAR(squares / kCount, 1, 4 * std::sqrt(2.0 / kCount));
  EXPECT_NEAR(within_one, 68'269, 4 * std::sqrt(68'269 * 0.31731));
  EXPECT_NEAR(within_two, 95'450, 4 * std::sqrt(95'450 * 0.0455));
  EXPECT_NEAR(beyond_three, 270, 4 * std::sqrt(270.0));
}

TEST(Draws, LargeDeviationsDoNotOverflow) {
  RandomStream stream(1, "large");
  const auto hour = std::int64_t{3'600'000'000'000};
  for (int i = 0; i < 1000; ++i) {
    const auto value = draw_normal(stream, 0, 1000 * hour);
    EXPECT_LT(std::abs(value), 6'400 * hour);
  }
  EXPECT_EQ(draw_normal(stream, 42, 0), 42);
}

TEST(Draws, EveryTargetIsReached) {
  auto scenario = pair();
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop});
  scenario.draws.push_back(phase_of(kLb1));
  scenario.draws.push_back(
      {"clock/lb1", RandomDraw::Target::clock_drift, kLb1, 0, Distribution::normal, 0, 20'000});
  scenario.draws.push_back(
      {"offset/lb2", RandomDraw::Target::clock_offset, kLb2, 5, Distribution::uniform, -3, -3});
  scenario.draws.push_back({"at/fault0", RandomDraw::Target::fault_at, 0, 600'000'000'000,
                            Distribution::uniform, 0, 1'000'000'000});
  scenario.seed = 3;
  apply_draws(scenario);
  EXPECT_GT(scenario.hosts[kLb1].phase, 0s);
  EXPECT_LE(scenario.hosts[kLb1].phase, 1s);
  EXPECT_EQ(scenario.hosts[kLb2].phase, 0s);
  EXPECT_NE(scenario.hosts[kLb1].clock_drift, 0);
  EXPECT_LT(std::abs(scenario.hosts[kLb1].clock_drift), 130'000);
  EXPECT_EQ(scenario.hosts[kLb2].clock_offset, 2ns);
  EXPECT_GE(scenario.timeline[0].at, 600s);
  EXPECT_LE(scenario.timeline[0].at, 601s);
}

TEST(Draws, TheSameSeedDrawsTheSameWhateverElseIsDrawn) {
  auto alone = pair(), among = pair();
  alone.draws = {phase_of(kLb2)};
  among.draws = {phase_of(kLb1), phase_of(kLb2)};
  alone.seed = among.seed = 9;
  apply_draws(alone);
  apply_draws(among);
  EXPECT_EQ(alone.hosts[kLb2].phase, among.hosts[kLb2].phase);
  EXPECT_NE(among.hosts[kLb1].phase, among.hosts[kLb2].phase);
  const auto once = among.hosts[kLb1].phase;
  apply_draws(among);
  EXPECT_EQ(among.hosts[kLb1].phase, once) << "drawing again changes nothing";
}

TEST(Draws, NoInstantIsNegative) {
  auto scenario = pair();
  scenario.draws.push_back(
      {"phase/lb1", RandomDraw::Target::phase, kLb1, 0, Distribution::normal, 0, 1'000'000});
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    scenario.seed = seed;
    apply_draws(scenario);
    EXPECT_GE(scenario.hosts[kLb1].phase, 0s);
  }
}

TEST(Draws, ARunDrawsBySeed) {
  auto scenario = pair();
  scenario.duration = 5s;
  scenario.draws = {phase_of(kLb1)};
  std::set<Instant> masterships;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    scenario.seed = seed;
    masterships.insert(entered(play(scenario), kLb1, State::master));
  }
  EXPECT_EQ(masterships.size(), 10U);
  EXPECT_EQ(scenario.hosts[kLb1].phase, 0s) << "the caller's scenario stays as it was";
}

}  // namespace
}  // namespace understudy::sim::test
