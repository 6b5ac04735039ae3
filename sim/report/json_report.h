// `sim --json`: schema understudy.sim/1.
#pragma once

#include <string>
#include <vector>

#include "sim/run_result.h"

namespace understudy::sim {

/// One object, or with `list` a list of them in order; ends with a newline. Times are seconds with
/// exact decimals (10.6485375), never rounded through floating point. Without `list` there must be
/// exactly one result.
std::string json_report(const std::vector<RunResult>& results, bool list);

}  // namespace understudy::sim
