// `sweep --html`: curves over the grid.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "sim/sweep/sweep_result.h"

namespace understudy::sim {

/// One file for all sweeps: verdicts with their bounds, the worst runs with their commands, and of
/// each measure and blackout its quantiles, with 95 % bounds, over the axis of the grid that has
/// the most values; without a grid the quantile function. Fails when the program was built without
/// the charting library; the string says what to install.
tl::expected<std::string, std::string> sweep_html(const std::vector<SweepResult>& results);

}  // namespace understudy::sim
