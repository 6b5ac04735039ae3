// Sweeps of the nginx pair, short and made in code.
#pragma once

#include <gtest/gtest.h>

#include <string_view>

#include "sim/scenario/expression_parser.h"
#include "sim/sweep/sweep.h"
#include "tests/sim/world/pair.h"

namespace understudy::sim::test {

inline void add_measure(Scenario& scenario, std::string name, std::string_view text) {
  auto value = parse_measure(text, scenario);
  ASSERT_TRUE(value.has_value()) << text;
  scenario.measures.push_back({std::move(name), *value, {}});
}

/// The first host loses its power between 7 and 8 s; both daemons start within the first second.
/// The outage is `outage`, and no client asks.
inline Scenario power_cut() {
  auto scenario = pair();
  scenario.file = "pair.yaml";
  scenario.duration = 12s;
  scenario.probes.clear();
  add_fault(scenario, 7s, HostFault{kLb1, HostVerb::power_off});
  for (const auto host : {kLb1, kLb2})
    scenario.draws.push_back({host == kLb1 ? "phase/lb1" : "phase/lb2", RandomDraw::Target::phase,
                              host, 0, Distribution::uniform, 0, 999'999'999});
  add_measure(scenario, "takeovers", "transitions(VI_1, lb2, MASTER)");
  return scenario;
}

inline SweepJob job_of(Scenario scenario, std::uint64_t seeds) {
  SweepJob job;
  job.last_seed = seeds;
  job.points.push_back({{}, std::move(scenario)});
  return job;
}

inline SweepResult play(const SweepJob& job, const SweepOptions& options = {}) {
  auto result = sweep(job, options);
  if (result) return std::move(*result);
  ADD_FAILURE() << result.error();
  return {};
}

/// A verdict on a share: `text` speaks of measures.
inline SweepVerdict probability(const Scenario& scenario, std::string_view text) {
  SweepVerdict verdict;
  verdict.text = text;
  auto condition = parse_verdict_condition(text, scenario);
  EXPECT_TRUE(condition.has_value()) << text;
  if (condition) verdict.condition = *condition;
  return verdict;
}

inline std::size_t column_of(const SweepResult& result, std::string_view name) {
  for (std::size_t i = 0; i < result.columns.size(); ++i)
    if (result.columns[i].name == name) return i;
  ADD_FAILURE() << "no column " << name;
  return 0;
}

}  // namespace understudy::sim::test
