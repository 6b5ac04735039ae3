// What people and programs read after `understudy sweep`.
#pragma once

#include <string>
#include <vector>

#include "sim/report/terminal_report.h"
#include "sim/sweep/sweep_result.h"

namespace understudy::sim {

/// A heading with the verdict, a line a grid point, the verdicts with their bounds, the worst runs
/// and near misses with the commands that play them again. Control bytes are shown as '?'.
std::string sweep_report(const SweepResult& result, const TerminalStyle& style);

/// Schema understudy.sweep/1 (sim/sweep/README.md). One sweep gives an object unless `list`.
std::string sweep_json(const std::vector<SweepResult>& results, bool list);

/// A line a run, after one with the columns' names: case, params, seed, verdict, digest, margin and
/// every column, times in seconds. RFC 4180, with plain line ends.
std::string sweep_csv(const std::vector<SweepResult>& results);

}  // namespace understudy::sim
