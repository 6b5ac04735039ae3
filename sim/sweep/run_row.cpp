#include "sim/sweep/run_row.h"

#include <algorithm>

#include "sim/scenario/measure_view.h"

namespace understudy::sim {
namespace {

using Unit = MeasureResult::Unit;
using Kind = SweepColumn::Kind;

std::int64_t longest(const std::map<std::string, Duration>& durations) {
  Duration found{};
  for (const auto& [name, duration] : durations) found = std::max(found, duration);
  return found.count();
}

bool is_sometimes(const Scenario& scenario, std::size_t expectation) {
  return scenario.expectations[expectation].form == ExpectationForm::sometimes;
}

/// One run need not reach what a sweep is to reach once.
Verdict verdict_of(const Scenario& scenario, const RunResult& result) {
  if (result.verdict != Verdict::vacuous) return result.verdict;
  for (std::size_t i = 0; i < result.expectations.size(); ++i)
    if (result.expectations[i].verdict == Verdict::vacuous && !is_sometimes(scenario, i))
      return Verdict::vacuous;
  return Verdict::pass;
}

}  // namespace

std::vector<SweepColumn> columns_of(const Scenario& scenario) {
  std::vector<SweepColumn> columns;
  for (const auto& measure : scenario.measures)
    columns.push_back({Kind::measure, measure.name, unit_of(measure)});
  for (const auto& probe : scenario.probes) {
    columns.push_back({Kind::blackout, "blackout(" + probe.name + ")", Unit::nanoseconds});
    columns.push_back({Kind::lost, "lost(" + probe.name + ")", Unit::number});
  }
  columns.push_back({Kind::no_master, "no_master", Unit::nanoseconds});
  columns.push_back({Kind::dual_master, "dual_master", Unit::nanoseconds});
  columns.push_back({Kind::transitions, "transitions", Unit::number});
  return columns;
}

SweepRun take_row(const Scenario& scenario, const RunResult& result,
                  std::span<const SweepColumn> columns, std::span<std::int64_t> cells) {
  std::size_t measure = 0, blackout = 0, lost = 0;
  const auto cell_of = [&](Kind kind) -> std::int64_t {
    switch (kind) {
      case Kind::measure: {
        const auto place = measure++;
        if (place >= result.measures.size()) return kNoValue;
        return result.measures[place].value.value_or(kNoValue);
      }
      case Kind::blackout:
        return result.probes[blackout++].longest_blackout.count();
      case Kind::lost: {
        const auto& probe = result.probes[lost++];
        return static_cast<std::int64_t>(probe.sent - probe.answered);
      }
      case Kind::no_master:
        return longest(result.no_master);
      case Kind::dual_master:
        return longest(result.dual_master);
      case Kind::transitions:
        return static_cast<std::int64_t>(result.transitions.size());
    }
    return kNoValue;
  };
  for (std::size_t i = 0; i < columns.size(); ++i) cells[i] = cell_of(columns[i].kind);
  SweepRun run;
  run.seed = result.seed;
  run.digest = result.digest;
  run.verdict = verdict_of(scenario, result);
  for (std::size_t i = 0; i < result.expectations.size(); ++i) {
    const auto& margin = result.expectations[i].margin;
    if (!margin || (run.margin && *run.margin <= *margin)) continue;
    run.margin = margin;
    run.tightest = static_cast<std::uint32_t>(i);
  }
  return run;
}

}  // namespace understudy::sim
