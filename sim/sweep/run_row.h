// What is kept of a run.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/sweep/sweep_result.h"

namespace understudy::sim {

/// The columns of a scenario's runs: its measures, then for each probe the longest blackout and the
/// requests without an answer (those under way at the end too), then the longest time without and
/// with several masters of any instance, and how often a state changed.
std::vector<SweepColumn> columns_of(const Scenario& scenario);

/// `cells` has a place for each column.
SweepRun take_row(const Scenario& scenario, const RunResult& result,
                  std::span<const SweepColumn> columns, std::span<std::int64_t> cells);

}  // namespace understudy::sim
