// What check scripts can do to a daemon: hang, fail in every way, take too long, print.
#include <gtest/gtest.h>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

constexpr std::string_view kTracked = "  track_script {\n    chk\n  }\n";

/// Both hosts run chk every second with a timeout of 2 s; lb1's takes what it is given.
Scenario scenario_with(const Check& check, std::string_view more = "") {
  auto scenario = pair();
  for (const auto host : {kLb1, kLb2})
    scenario.hosts[host].config =
        parse_config("vrrp_script chk {\n  script \"/bin/chk\"\n  interval 1\n  timeout 2\n" +
                     std::string(more) + "}\n" + instance_text(host == kLb1 ? 100 : 90, kTracked));
  scenario.hosts[kLb1].checks.push_back(check);
  scenario.hosts[kLb1].checks[0].script = "chk";
  return scenario;
}

std::optional<Expression> when(const Scenario& scenario, std::string_view text) {
  auto copy = scenario;
  add_expectation(copy, ExpectationForm::that, {}, text);
  return copy.expectations.back().condition;
}

TEST(CheckOutcome, EveryExitStatusButZeroIsAFailure) {
  for (const int status : {1, 2, 126, 127, 128 + 9, 128 + 11}) {
    Check check;
    check.exit_status = status;
    const auto result = play(scenario_with(check));
    EXPECT_EQ(entered(result, kLb1, State::master), Instant::max()) << status;
    EXPECT_NE(entered(result, kLb2, State::master), Instant::max()) << status;
    EXPECT_TRUE(all_oracles_pass(result)) << status;
  }
}

TEST(CheckOutcome, OneThatPrintsItsFailureIsBelievedToBeWell) {
  auto scenario = scenario_with({});
  scenario.hosts[kLb1].checks[0].passes_when = when(scenario, "service(lb1, nginx) == up");
  add_fault(scenario, 10s, ServiceFault{kLb1, 0, ServiceVerb::stop});
  EXPECT_NE(entered(play(scenario), kLb2, State::master), Instant::max());

  scenario.hosts[kLb1].checks[0].prints_instead = true;
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::master), Instant::max());
  EXPECT_EQ(result.probes[0].blackouts.size(), 1U) << "nobody moves";
  std::size_t told = 0;
  for (const auto& entry : result.timeline)
    told += entry.text.find("on its output") != std::string::npos ? 1 : 0;
  EXPECT_EQ(told, 1U);
}

TEST(CheckOutcome, OneThatHangsIsEndedAndHasFailed) {
  auto scenario = scenario_with({});
  scenario.hosts[kLb1].checks[0].hangs_when = when(scenario, "service(lb1, nginx) == hung");
  add_fault(scenario, 10s, ServiceFault{kLb1, 0, ServiceVerb::hang}, 10s);
  const auto result = play(scenario);
  // The run of 10 s is terminated 2 s later; the resignation leaves lb2 its skew.
  EXPECT_EQ(entered(result, kLb1, State::fault), at(12s));
  EXPECT_EQ(entered(result, kLb2, State::master), at(12s + 100us + 648'437'500ns));
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(CheckOutcome, OneThatTakesLongerThanItsIntervalRunsLessOften) {
  Check check;
  check.runtime = {1'500ms, 1'500ms};
  auto scenario = scenario_with(check);
  scenario.hosts[kLb1].checks[0].passes_when = when(scenario, "service(lb1, nginx) == up");
  // Runs begin at 0, 2, 4 s ...: it looks at the world at 11.5 and 13.5 s.
  add_fault(scenario, 11'600ms, ServiceFault{kLb1, 0, ServiceVerb::stop});
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::fault), at(13'500ms));
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(CheckOutcome, AFirstVerdictThatComesLateIsADisturbance) {
  Check check;
  check.runtime = {1'900ms, 1'900ms};
  auto scenario = scenario_with(check);
  scenario.hosts[kLb2].config.reset();
  scenario.hosts[kLb2].services.clear();
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::master), at(1'900ms + 3'609'375us));
  EXPECT_TRUE(all_oracles_pass(result));
}

}  // namespace
}  // namespace understudy::sim::test
