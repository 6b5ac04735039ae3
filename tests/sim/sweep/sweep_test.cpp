// Seeds and points on all cores: what comes out is about the runs, never about who made them.
#include "sim/sweep/sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/report/sweep_report.h"
#include "sim/run.h"
#include "sim/sweep/summary.h"
#include "tests/sim/sweep/sweep_pair.h"

namespace understudy::sim::test {
namespace {

SweepJob with_points() {
  SweepJob job;
  job.grid = {{"cut", {"7s", "7.25s", "7.5s"}}};
  job.first_seed = 11;
  job.last_seed = 50;
  for (std::size_t i = 0; i < 3; ++i) {
    auto scenario = power_cut();
    scenario.timeline[0].at = 7s + static_cast<int>(i) * 250ms;
    job.points.push_back({{job.grid[0].values[i]}, std::move(scenario)});
  }
  return job;
}

TEST(Sweep, TheResultDoesNotDependOnTheNumberOfJobs) {
  const auto job = with_points();
  const auto one = play(job, {.jobs = 1});
  EXPECT_EQ(one.done, 120U);
  for (const unsigned jobs : {2U, 3U, 16U}) {
    const auto other = play(job, {.jobs = jobs});
    EXPECT_EQ(other.digest, one.digest) << jobs;
    EXPECT_EQ(sweep_json({other}, false), sweep_json({one}, false)) << jobs;
    EXPECT_EQ(sweep_csv({other}), sweep_csv({one})) << jobs;
  }
}

TEST(Sweep, EveryRowIsTheRunOfItsSeed) {
  const auto job = with_points();
  const auto result = play(job);
  const auto no_master = column_of(result, "no_master");
  for (const std::size_t point : {0U, 2U})
    for (const std::size_t place : {0U, 17U, 39U}) {
      auto scenario = job.points[point].scenario;
      scenario.seed = 11 + place;
      const auto run = sim::run(scenario, {});
      ASSERT_TRUE(run);
      const auto& row = result.points[point].runs[place];
      EXPECT_EQ(row.seed, scenario.seed);
      EXPECT_EQ(row.digest, run->digest);
      EXPECT_EQ(result.points[point].cells[place * result.columns.size() + no_master],
                run->no_master.at("VI_1").count());
    }
}

TEST(Sweep, TheSameSeedMeansTheSamePhasesAtEveryPoint) {
  auto job = with_points();
  for (auto& point : job.points) point.scenario.timeline.clear();
  const auto result = play(job);
  for (std::size_t run = 0; run < 40; ++run)
    EXPECT_EQ(result.points[0].runs[run].digest, result.points[2].runs[run].digest);
}

TEST(Sweep, TooManyRunsAreRefusedWithAHint) {
  EXPECT_THAT(refusal({}, 1, 1'000'000'000), testing::HasSubstr("1000000000 runs"));
  EXPECT_THAT(refusal({}, 1, 1'000'000'000), testing::HasSubstr("take fewer seeds"));
  EXPECT_THAT(refusal({}, 0, ~std::uint64_t{0}), testing::HasSubstr("more than 2^64"));
  EXPECT_THAT(refusal({{"a", {}}}, 1, 2), testing::HasSubstr("no values"));
  EXPECT_THAT(refusal({}, 2, 1), testing::HasSubstr("smaller"));
  const SweepPlan::Axis wide{"a", std::vector<std::string>(101, "x")};
  EXPECT_THAT(refusal({wide, wide}, 1, 1), testing::HasSubstr("points of the grid"));
  EXPECT_EQ(refusal({}, 1, kSweepRunsMax), "");
  auto job = job_of(power_cut(), 1'000'000'000);
  EXPECT_FALSE(sweep(job, {}).has_value());
}

TEST(Sweep, ACancelledSweepReportsWhatWasDone) {
  std::atomic<bool> cancel{false};
  SweepOptions options{.jobs = 2};
  options.cancel = &cancel;
  options.progress = [&](const SweepProgress& progress) { cancel = progress.done >= 10; };
  const auto result = play(job_of(power_cut(), 1'000'000), options);
  EXPECT_TRUE(result.cancelled);
  EXPECT_GE(result.done, 10U);
  EXPECT_LT(result.done, 1'000'000U);
  const auto& point = result.points[0];
  ASSERT_EQ(point.runs.size(), result.done);
  ASSERT_EQ(point.cells.size(), result.done * result.columns.size());
  for (const auto& run : point.runs) EXPECT_NE(run.digest, 0U);
  EXPECT_THAT(sweep_report(result, {}), testing::HasSubstr("stopped by you"));
}

TEST(Sweep, ProgressCountsUpToAllRuns) {
  std::vector<SweepProgress> seen;
  SweepOptions options;
  options.progress = [&](const SweepProgress& progress) { seen.push_back(progress); };
  play(job_of(power_cut(), 30), options);
  ASSERT_FALSE(seen.empty());
  EXPECT_EQ(seen.back().done, 30U);
  EXPECT_EQ(seen.back().planned, 30U);
}

TEST(Sweep, AFailingExpectationFailsTheSweepAndLeadsTheWorst) {
  auto scenario = power_cut();
  // 7 s is 2.65 to 3.65 s before the takeover: some runs make it, some do not.
  add_expectation(scenario, ExpectationForm::at, 10'200ms, "master(VI_1) == lb2");
  const auto result = play(job_of(std::move(scenario), 60));
  EXPECT_EQ(result.verdict, Verdict::fail);
  EXPECT_GT(result.points[0].failed, 5U);
  EXPECT_GT(result.points[0].passed, 5U);
  EXPECT_EQ(result.points[0].failed + result.points[0].passed, 60U);
  ASSERT_EQ(result.worst.size(), 5U);
  for (const auto& place : result.worst)
    EXPECT_EQ(result.points[0].runs[place.run].verdict, Verdict::fail);
}

TEST(Sweep, OneRunThatReachesSometimesIsEnough) {
  auto scenario = power_cut();
  add_expectation(scenario, ExpectationForm::sometimes, {}, "master(VI_1) == lb2");
  const auto good = play(job_of(scenario, 5));
  EXPECT_EQ(good.verdict, Verdict::pass);
  ASSERT_EQ(good.sometimes.size(), 1U);
  EXPECT_EQ(good.sometimes[0].runs, 5U);
  auto never = power_cut();
  add_expectation(never, ExpectationForm::sometimes, {}, "masters(VI_1) == 3");
  const auto vacuous = play(job_of(never, 5));
  EXPECT_EQ(vacuous.verdict, Verdict::vacuous);
  EXPECT_EQ(vacuous.points[0].passed, 5U) << "a run alone need not reach it";
}

TEST(Sweep, NearMissesAreThePassesWithTheSmallestMargin) {
  auto scenario = power_cut();
  Expectation within;
  within.form = ExpectationForm::within;
  within.text = "in time";
  within.after = EventReference{0, false, {}};
  within.within = 3'700ms;
  within.condition = *parse_condition("master(VI_1) == lb2", scenario);
  scenario.expectations.push_back(within);
  const auto result = play(job_of(std::move(scenario), 40), {.ranked = 3});
  ASSERT_EQ(result.near_misses.size(), 3U);
  const auto& runs = result.points[0].runs;
  const auto smallest = *runs[result.near_misses[0].run].margin;
  for (const auto& run : runs) EXPECT_LE(smallest, *run.margin);
  EXPECT_GE(smallest, 0s);
}

TEST(Sweep, TheReplayCommandSurvivesAShell) {
  auto job = job_of(power_cut(), 1);
  job.grid = {{"about", {"it's 5 %"}}};
  job.points[0].values = {"it's 5 %"};
  job.points[0].scenario.case_name = "cut";
  const auto result = play(job);
  EXPECT_EQ(replay_command(result, {0, 0}),
            "understudy sim pair.yaml --case cut --seed 1 --param 'about=it'\\''s 5 %'");
}

TEST(Sweep, AMeasureThatNeedsARunAwayWorldSaysWhereItStopped) {
  auto job = with_points();
  job.points.pop_back();
  const auto result = sweep(job, {});
  ASSERT_FALSE(result.has_value());
  EXPECT_THAT(result.error(), testing::HasSubstr("one scenario for each point"));
}

TEST(Sweep, QuantilesOfTheOutageLieWhereArithmeticPutsThem) {
  const auto result = play(job_of(power_cut(), 400));
  const auto summary = summarize(result, 0, column_of(result, "no_master"));
  // (2.648, 3.648] s, uniform: the median in the middle, give or take four standard errors.
  EXPECT_GT(*summary.lowest, 2'648'437'500);
  EXPECT_LE(*summary.highest, 3'648'437'500 + 100'000);
  ASSERT_EQ(summary.quantiles.size(), 3U);
  EXPECT_NEAR(static_cast<double>(summary.quantiles[0].value), 3.148e9, 0.1e9);
  EXPECT_LE(*summary.quantiles[0].low, summary.quantiles[0].value);
  EXPECT_GE(*summary.quantiles[0].high, summary.quantiles[0].value);
  const auto curve = distribution(result, 0, column_of(result, "no_master"), 10);
  ASSERT_EQ(curve.size(), 10U);
  EXPECT_DOUBLE_EQ(curve.back().share, 1.0);
  EXPECT_EQ(curve.back().value, *summary.highest);
}

}  // namespace
}  // namespace understudy::sim::test
