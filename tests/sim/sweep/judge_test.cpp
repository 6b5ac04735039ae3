// Verdicts on distributions: certain, or not yet.
#include "sim/sweep/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/report/sweep_report.h"
#include "tests/sim/sweep/sweep_pair.h"

namespace understudy::sim::test {
namespace {

using Outcome = SweepVerdictOutcome;

const std::vector<SweepColumn> kOutage{
    {SweepColumn::Kind::measure, "outage", MeasureResult::Unit::nanoseconds}};

/// 1, 2, ..., `runs` seconds.
std::vector<std::int64_t> seconds_up_to(std::int64_t runs) {
  std::vector<std::int64_t> cells;
  for (std::int64_t i = 1; i <= runs; ++i) cells.push_back(i * 1'000'000'000);
  return cells;
}

SweepVerdict quantile(double which, std::optional<double> at_most,
                      std::optional<double> at_least = {}) {
  SweepVerdict verdict;
  verdict.quantile = which;
  verdict.at_most = at_most;
  verdict.at_least = at_least;
  return verdict;
}

TEST(Judge, AQuantilePassesWhenItsUpperBoundDoes) {
  const auto cells = seconds_up_to(10);
  // The median of ten lies between the second and the ninth, 95 % sure of each.
  const auto judged = judge(quantile(0.5, 9e9), {kOutage, cells}, 0.95);
  EXPECT_EQ(judged.outcome, Outcome::pass);
  EXPECT_EQ(judged.estimate, 5e9);
  EXPECT_EQ(judged.low, 2e9);
  EXPECT_EQ(judged.high, 9e9);
  EXPECT_EQ(judge(quantile(0.5, 8.9e9), {kOutage, cells}, 0.95).outcome, Outcome::undecided);
  EXPECT_EQ(judge(quantile(0.5, 2e9), {kOutage, cells}, 0.95).outcome, Outcome::undecided);
  EXPECT_EQ(judge(quantile(0.5, 1.9e9), {kOutage, cells}, 0.95).outcome, Outcome::fail);
  EXPECT_EQ(judge(quantile(0.5, {}, 2e9), {kOutage, cells}, 0.95).outcome, Outcome::pass);
  EXPECT_EQ(judge(quantile(0.5, {}, 9.1e9), {kOutage, cells}, 0.95).outcome, Outcome::fail);
}

TEST(Judge, TooFewRunsForAQuantileAreUndecided) {
  const auto cells = seconds_up_to(298);
  const auto judged = judge(quantile(0.99, 1e15), {kOutage, cells}, 0.95);
  EXPECT_EQ(judged.outcome, Outcome::undecided);
  EXPECT_EQ(judged.high, std::nullopt);
}

TEST(Judge, RunsWithoutAValueBreakTheLimit) {
  auto cells = seconds_up_to(10);
  for (std::size_t i = 2; i < 10; ++i) cells[i] = kNoValue;
  EXPECT_EQ(judge(quantile(0.5, 1e15), {kOutage, cells}, 0.95).outcome, Outcome::undecided);
  cells[1] = kNoValue;
  EXPECT_EQ(judge(quantile(0.5, 1e15), {kOutage, cells}, 0.95).outcome, Outcome::fail);
}

TEST(Judge, WhereNamesThePoints) {
  SweepVerdict verdict;
  verdict.where = {{"loss", "5%"}};
  using Params = std::vector<std::pair<std::string, std::string>>;
  EXPECT_TRUE(is_about(verdict, Params{{"loss", "5%"}, {"every", "1s"}}));
  EXPECT_FALSE(is_about(verdict, Params{{"loss", "10%"}}));
  EXPECT_TRUE(is_about({}, Params{}));
}

TEST(Judge, AProbabilityByItsExactBounds) {
  auto scenario = power_cut();
  scenario.sweep_verdicts.push_back(probability(scenario, "takeovers > 0"));
  auto& verdict = scenario.sweep_verdicts[0];
  verdict.at_least = 0.9;
  const auto result = play(job_of(scenario, 60), {.full = true});
  ASSERT_EQ(result.verdicts.size(), 1U);
  EXPECT_EQ(result.verdicts[0].hits, 60U);
  EXPECT_EQ(result.verdicts[0].outcome, Outcome::pass);
  EXPECT_NEAR(*result.verdicts[0].low, 0.9513, 1e-4);  // 0.05^(1/60)
  EXPECT_EQ(result.verdict, Verdict::pass);
  verdict.at_least = 0.99;
  EXPECT_EQ(play(job_of(scenario, 60), {.full = true}).verdict, Verdict::vacuous) << "undecided";
  verdict.at_least = {};
  verdict.at_most = 0.5;
  EXPECT_EQ(play(job_of(scenario, 60), {.full = true}).verdict, Verdict::fail);
}

TEST(Judge, ASweepStopsWhenItsVerdictsAreCertainAndSaysSo) {
  auto scenario = power_cut();
  scenario.sweep_verdicts.push_back(probability(scenario, "takeovers > 0"));
  scenario.sweep_verdicts[0].at_least = 0.5;
  const auto early = play(job_of(scenario, 500), {.first_look = 25});
  EXPECT_TRUE(early.stopped_early);
  EXPECT_EQ(early.done, 25U);
  EXPECT_EQ(early.planned, 500U);
  EXPECT_EQ(early.verdict, Verdict::pass);
  EXPECT_GT(early.verdicts[0].confidence, 0.99) << "an early look must be surer";
  EXPECT_THAT(sweep_report(early, {}), testing::HasSubstr("stopped early, after 25 of 500 runs"));
  const auto full = play(job_of(scenario, 60), {.full = true, .first_look = 25});
  EXPECT_FALSE(full.stopped_early);
  EXPECT_EQ(full.done, 60U);
  // Between the bounds nothing is certain: every seed is run.
  scenario.sweep_verdicts[0].at_least = 0.999;
  EXPECT_EQ(play(job_of(scenario, 60), {.first_look = 25}).done, 60U);
}

TEST(Judge, AnEarlyStopDoesNotDependOnTheNumberOfJobs) {
  auto scenario = power_cut();
  scenario.sweep_verdicts.push_back(probability(scenario, "takeovers > 0"));
  scenario.sweep_verdicts[0].at_least = 0.5;
  const auto job = job_of(scenario, 300);
  EXPECT_EQ(sweep_json({play(job, {.jobs = 1, .first_look = 20})}, false),
            sweep_json({play(job, {.jobs = 3, .first_look = 20})}, false));
}

TEST(Judge, AVerdictWithoutAPointIsVacuous) {
  auto scenario = power_cut();
  scenario.sweep_verdicts.push_back(probability(scenario, "takeovers > 0"));
  scenario.sweep_verdicts[0].at_least = 0.1;
  scenario.sweep_verdicts[0].where = {{"loss", "5%"}};
  EXPECT_EQ(play(job_of(scenario, 3)).verdict, Verdict::vacuous);
}

}  // namespace
}  // namespace understudy::sim::test
