// Runs are drawn: each from its number alone, each healed in the end.
#include "sim/swarm/draw.h"

#include <gtest/gtest.h>

#include <map>

#include "sim/run.h"
#include "sim/swarm/fault_facts.h"
#include "sim/swarm/swarm.h"
#include "tests/sim/swarm/clusters.h"

namespace understudy::sim::swarm::test {
namespace {

using namespace std::chrono_literals;

/// All of a drawn timeline that can be seen.
std::string story(const Scenario& scenario) {
  std::string text;
  for (const auto& fault : scenario.timeline)
    text += std::to_string(fault.at.count()) + "+" +
            std::to_string(fault.lasts.value_or(0s).count()) + " " + fault.text + "\n";
  return text;
}

TEST(SwarmDraw, EveryRunHealsBeforeItIsJudged) {
  const auto cluster = pair();
  for (std::uint64_t run = 0; run < 500; ++run) {
    const auto scenario = draw_run(cluster, 1, run);
    ASSERT_TRUE(heals(scenario)) << run << "\n" << story(scenario);
    ASSERT_TRUE(scenario.oracles_from);
    ASSERT_GE(*scenario.oracles_from, all_over_at(scenario) + settling(scenario)) << run;
    ASSERT_GT(scenario.duration, *scenario.oracles_from);
  }
}

TEST(SwarmDraw, DependsOnSeedAndNumberAlone) {
  const auto cluster = pair();
  EXPECT_EQ(story(draw_run(cluster, 3, 17)), story(draw_run(cluster, 3, 17)));
  EXPECT_NE(story(draw_run(cluster, 3, 17)), story(draw_run(cluster, 3, 18)));
  EXPECT_NE(story(draw_run(cluster, 3, 17)), story(draw_run(cluster, 4, 17)));
}

TEST(SwarmDraw, EachKindOfFaultHasItsRunsAndIsMissingInOthers) {
  auto cluster = pair();
  for (auto& host : cluster.hosts) {
    host.files.push_back({"/run/drain", 0});
    host.processes.push_back({"haproxy", 2});
  }
  std::map<std::string, int> runs_with;
  constexpr int kRuns = 400;
  for (std::uint64_t run = 0; run < kRuns; ++run) {
    std::map<std::string, int> kinds;
    for (const auto& fault : draw_run(cluster, 1, run).timeline) kinds[kind_of(fault.verb)] = 1;
    for (const auto& [kind, one] : kinds) runs_with[kind] += one;
  }
  for (const char* kind :
       {"service stop",   "service hang",  "service break",  "daemon stop",  "daemon kill",
        "daemon restart", "daemon reload", "host power_off", "host reboot",  "pause daemon",
        "pause vm",       "pause nic",     "nic down",       "firewall",     "file",
        "process",        "clock step",    "clock drift",    "link",         "partition",
        "arp flush",      "arp pin",       "switch reboot",  "switch flush", "switch querier_lost",
        "inject"}) {
    EXPECT_GT(runs_with[kind], 5) << kind;
    EXPECT_LT(runs_with[kind], kRuns * 3 / 4) << kind;
  }
}

TEST(SwarmFaults, AnEndThatPutsBackWhatAnotherHasBrokenIsNoHealing) {
  auto scenario = pair();
  const auto add = [&](Duration at, std::optional<Duration> lasts, Verb verb) {
    Fault fault;
    fault.id = "f" + std::to_string(scenario.timeline.size());
    fault.at = at;
    fault.lasts = lasts;
    fault.verb = std::move(verb);
    scenario.timeline.push_back(std::move(fault));
  };
  scenario.duration = 60s;
  add(5s, 10s, NicFault{0, 0, false});
  EXPECT_TRUE(heals(scenario));
  add(10s, 10s, NicFault{0, 0, false});  // its end restores "down"
  EXPECT_FALSE(heals(scenario));
  scenario.timeline.pop_back();
  add(10s, 10s, NicFault{1, 0, false});
  EXPECT_TRUE(heals(scenario));
  add(12s, std::nullopt, DaemonFault{0, DaemonVerb::kill, {}});
  EXPECT_FALSE(heals(scenario));
  add(20s, std::nullopt, HostFault{0, HostVerb::boot});
  add(21s, std::nullopt, DaemonFault{0, DaemonVerb::start, {}});
  EXPECT_TRUE(heals(scenario));
}

TEST(SwarmRuns, TheSameSummaryForAnyNumberOfJobs) {
  const auto cluster = pair();
  const auto sum = [&](unsigned jobs) {
    SwarmOptions options;
    options.seed = 5;
    options.jobs = jobs;
    return run_swarm(
        cluster, options, [](std::uint64_t begun) { return begun < 24; },
        [](const SwarmSummary&) {});
  };
  const auto one = sum(1), three = sum(3);
  EXPECT_EQ(one.runs, 24U);
  EXPECT_EQ(one.events, three.events);
  EXPECT_EQ(one.simulated, three.simulated);
  EXPECT_EQ(one.faults, three.faults);
  EXPECT_EQ(one.transitions, three.transitions);
  EXPECT_EQ(one.failed_runs, three.failed_runs);
  EXPECT_GT(one.transitions.size(), 3U);
}

}  // namespace
}  // namespace understudy::sim::swarm::test
