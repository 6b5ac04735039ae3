// The simulator against arithmetic, over many seeds: VRRP version 2, adverts every second,
// priorities 100 and 90. What is certain must hold in every run, what is chance within the 99 %
// interval of what was counted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/sweep/statistics.h"
#include "sim/sweep/summary.h"
#include "tests/sim/sweep/sweep_pair.h"

namespace understudy::sim::test {
namespace {

constexpr double kEachSide = 0.995;

/// Builds for debugging are tens of times slower: they see fewer seeds, with wider intervals.
constexpr std::uint64_t seeds(std::uint64_t wanted) {
#ifdef NDEBUG
  return wanted;
#else
  return wanted / 10;
#endif
}

/// Runs in which a measure of the first point is not zero.
std::uint64_t count_hits(const SweepResult& result, std::string_view measure) {
  const auto column = column_of(result, measure);
  std::uint64_t hits = 0;
  for (std::size_t run = 0; run < result.points[0].runs.size(); ++run)
    hits += result.points[0].cells[run * result.columns.size() + column] > 0 ? 1 : 0;
  return hits;
}

void expect_within_interval(double expected, std::uint64_t hits, std::uint64_t runs) {
  EXPECT_LE(probability_at_least(hits, runs, kEachSide), expected) << hits << " of " << runs;
  EXPECT_GE(probability_at_most(hits, runs, kEachSide), expected) << hits << " of " << runs;
}

/// The chance of three lost in a row among `adverts`: of all beginnings without such a run, those
/// that end with a heard advert, and with one or two lost ones behind it.
double chance_of_three_in_a_row(double loss, int adverts) {
  double none[3] = {1, 1, 1};  // of n - 1, n - 2, n - 3 adverts
  const double heard = 1 - loss;
  for (int n = 3; n <= adverts; ++n) {
    const double next = heard * (none[0] + loss * none[1] + loss * loss * none[2]);
    none[2] = none[1];
    none[1] = none[0];
    none[0] = next;
  }
  return 1 - none[0];
}

TEST(LossArithmetic, TheRecursionGivesTheKnownShares) {
  EXPECT_DOUBLE_EQ(chance_of_three_in_a_row(0.5, 3), 0.125);
  EXPECT_DOUBLE_EQ(chance_of_three_in_a_row(0.5, 4), 3.0 / 16);
  EXPECT_NEAR(chance_of_three_in_a_row(0.01, 600), 0.0006, 0.00005);
  EXPECT_NEAR(chance_of_three_in_a_row(0.05, 600), 0.069, 0.001);
  EXPECT_NEAR(chance_of_three_in_a_row(0.10, 600), 0.42, 0.005);
  EXPECT_NEAR(chance_of_three_in_a_row(0.20, 600), 0.98, 0.005);
}

/// From 5 s on the master's cable loses adverts; 600 are sent until the end. The last heard before
/// is that of 4.609 s; the 601st would leave at 605.609 s.
Scenario lossy(Share loss) {
  auto scenario = pair();
  scenario.probes.clear();
  scenario.duration = 605'500ms;
  LinkFault fault{kLb1, 0, true, false, {}};
  fault.set.loss = loss;
  add_fault(scenario, 5s, fault);
  add_measure(scenario, "spurious", "transitions(VI_1, lb2, MASTER)");
  waive(scenario, "one_master");
  waive(scenario, "holder_is_master");
  return scenario;
}

TEST(ClosedFormSweeps, SpuriousTakeoversAtFiveTenAndTwentyPercentLoss) {
  constexpr std::uint64_t kSeeds = seeds(1000);
  for (const std::uint32_t percent : {5U, 10U, 20U}) {
    const auto result = play(job_of(lossy({percent * 10'000'000}), kSeeds));
    ASSERT_EQ(result.done, kSeeds);
    expect_within_interval(chance_of_three_in_a_row(percent / 100.0, 600),
                           count_hits(result, "spurious"), kSeeds);
  }
}

TEST(ClosedFormSweeps, WithoutLossNothingIsSpurious) {
  EXPECT_EQ(count_hits(play(job_of(lossy({}), 20)), "spurious"), 0U);
}

TEST(ClosedFormSweeps, APowerCutLeavesTheMasterDownIntervalLessAnEvenShareOfOneSecond) {
  constexpr std::uint64_t kSeeds = seeds(1000);
  const auto result = play(job_of(power_cut(), kSeeds));
  const auto column = column_of(result, "no_master");
  const auto& cells = result.points[0].cells;
  for (const std::int64_t tenth : {0, 1, 3, 5, 7, 9}) {
    const std::int64_t limit = 2'648'437'500 + 100'000 + tenth * 100'000'000;
    std::uint64_t below = 0;
    for (std::size_t run = 0; run < kSeeds; ++run)
      below += cells[run * result.columns.size() + column] <= limit ? 1 : 0;
    if (tenth == 0)
      EXPECT_LE(below, 1U);
    else
      expect_within_interval(static_cast<double>(tenth) / 10, below, kSeeds);
  }
  const auto summary = summarize(result, 0, column);
  EXPECT_GT(*summary.lowest, 2'648'437'500);
  EXPECT_LE(*summary.highest, 3'648'437'500 + 100'000);
}

TEST(ClosedFormSweeps, AStoppedDaemonLeavesTheSkewAtEverySeed) {
  auto scenario = power_cut();
  scenario.timeline.clear();
  add_fault(scenario, 7s, DaemonFault{kLb1, DaemonVerb::stop});
  const auto result = play(job_of(std::move(scenario), 200));
  const auto summary = summarize(result, 0, column_of(result, "no_master"));
  // (256 - 90) / 256 s, and two cables of 50 us.
  EXPECT_EQ(*summary.lowest, 648'437'500 + 100'000);
  EXPECT_EQ(*summary.highest, 648'437'500 + 100'000);
}

/// A two-way cut between the routers, healed at a moment that is uniform over their second. The
/// client's stack keeps an entry for hours.
Scenario healed_cut(bool last_word) {
  auto scenario = pair();
  scenario.duration = 33s;
  scenario.probes[0].every = 500ms;
  scenario.hosts[kClient].stack = StackKind::cisco;
  for (const auto host : {kLb1, kLb2})
    scenario.hosts[host].config->instances[0].higher_prio_send_advert = last_word;
  scenario.segments[0].link.delay = 1us;
  add_fault(scenario, 10s, PartitionFault{{kLb1}, {kLb2}, true, {}}, 18s);
  scenario.draws.push_back({"at/fault0", RandomDraw::Target::fault_at, 0, 10'000'000'000,
                            Distribution::uniform, 0, 999'999'999});
  add_measure(scenario, "stale", "arp(client, 192.168.56.100) != mac(lb1)");
  add_measure(scenario, "healed", "master(VI_1) == lb1");
  for (const auto* oracle : {"one_master", "true_arp", "holder_is_master"}) waive(scenario, oracle);
  return scenario;
}

TEST(ClosedFormSweeps, ACutThatHealsLeavesStaleArpInNinetyOf256RunsWhereTheLoserYieldsSilently) {
  constexpr std::uint64_t kSeeds = seeds(1000);
  const auto result = play(job_of(healed_cut(false), kSeeds));
  EXPECT_EQ(count_hits(result, "healed"), kSeeds);
  expect_within_interval(90.0 / 256, count_hits(result, "stale"), kSeeds);
}

TEST(ClosedFormSweeps, ALastWordOfTheLoserLeavesNoneStale) {
  constexpr std::uint64_t kSeeds = seeds(500);
  const auto result = play(job_of(healed_cut(true), kSeeds));
  EXPECT_EQ(count_hits(result, "healed"), kSeeds);
  EXPECT_EQ(count_hits(result, "stale"), 0U);
}

}  // namespace
}  // namespace understudy::sim::test
