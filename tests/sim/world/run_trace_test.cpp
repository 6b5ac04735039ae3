// What is kept of a run as rows, and a run that is ended from outside.
#include "sim/run_trace.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

Scenario stopped_pair() {
  auto scenario = pair();
  scenario.duration = 20s;
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop});
  return scenario;
}

struct Traced {
  RunTrace trace;
  RunResult result;
};

Traced traced(const Scenario& scenario) {
  Traced run;
  RunOptions options;
  options.trace = &run.trace;
  run.result = play(scenario, options);
  return run;
}

TEST(RunTrace, ChangesNothing) {
  const auto scenario = stopped_pair();
  EXPECT_EQ(traced(scenario).result.digest, play(scenario).digest);
}

TEST(RunTrace, FramesAddUpToTheCounts) {
  const auto run = traced(stopped_pair());
  const auto count = [&](RunTrace::Fate fate) {
    return static_cast<std::uint64_t>(
        std::count_if(run.trace.frames.begin(), run.trace.frames.end(),
                      [&](const auto& row) { return row.fate == fate; }));
  };
  EXPECT_EQ(count(RunTrace::Fate::sent), run.result.frames.sent);
  EXPECT_EQ(count(RunTrace::Fate::arrived), run.result.frames.delivered);
  EXPECT_EQ(count(RunTrace::Fate::lost), 0U);
  EXPECT_FALSE(run.trace.cut);
}

TEST(RunTrace, AdvertsAreThoseOfTheMasters) {
  const auto run = traced(stopped_pair());
  ASSERT_FALSE(run.trace.adverts.empty());
  const auto& first = run.trace.adverts.front();
  EXPECT_EQ(first.host, kLb1);
  EXPECT_EQ(run.trace.nics[first.nic], "lb1.eth0");
  EXPECT_EQ(first.priority, 100);
  EXPECT_EQ(first.interval, 1'000'000'000);
  const auto resigned = std::find_if(run.trace.adverts.begin(), run.trace.adverts.end(),
                                     [](const auto& row) { return row.priority == 0; });
  ASSERT_NE(resigned, run.trace.adverts.end());
  EXPECT_EQ(resigned->at, 10'000'000'000);
  EXPECT_EQ(run.trace.adverts.back().host, kLb2);
}

TEST(RunTrace, EveryRequestHasItsFate) {
  const auto run = traced(stopped_pair());
  const auto& probe = run.result.probes.front();
  ASSERT_EQ(run.trace.requests.size(), probe.sent);
  std::uint64_t answered = 0;
  Instant first_lost = Instant::max();
  for (const auto& row : run.trace.requests) {
    if (row.fate == RunTrace::RequestFate::answered) {
      ++answered;
      EXPECT_GT(row.took, 0);
      EXPECT_LE(row.by, kLb2);
    } else {
      EXPECT_EQ(row.took, RunTrace::kNever);
      EXPECT_EQ(row.by, RunTrace::kNobody);
    }
    if (row.fate == RunTrace::RequestFate::lost)
      first_lost = std::min(first_lost, Instant{Duration{row.at}});
  }
  EXPECT_EQ(answered, probe.answered);
  EXPECT_EQ(first_lost, probe.blackouts.front().start);
}

TEST(RunTrace, ASecondRunBeginsAnew) {
  auto run = traced(stopped_pair());
  const auto frames = run.trace.frames.size();
  RunOptions options;
  options.trace = &run.trace;
  play(stopped_pair(), options);
  EXPECT_EQ(run.trace.frames.size(), frames);
  EXPECT_EQ(run.trace.hosts.size(), 3U);
}

TEST(Run, EndsWhenItIsNotToGoOn) {
  unsigned asked = 0;
  RunOptions options;
  options.goes_on = [&asked] { return ++asked < 3; };
  const auto result = run(pair(), options);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error(), "interrupted");
  EXPECT_EQ(asked, 3U);
}

TEST(Run, ThatIsAskedAndGoesOnIsTheSame) {
  RunOptions options;
  options.goes_on = [] { return true; };
  EXPECT_EQ(play(pair(), options).digest, play(pair()).digest);
}

}  // namespace
}  // namespace understudy::sim::test
