// Numbers of a sweep as people read them.
#pragma once

#include <string>

#include "sim/sweep/sweep_result.h"

namespace understudy::sim {

/// "3.648 s" or "42", by the unit; booleans are "yes" and "no"; kNoValue is "-".
std::string value_text(std::int64_t value, MeasureResult::Unit unit);
/// A share of one: "0.35 %", with as many places as `runs` make sense of.
std::string share_text(double share);
/// "loss=5%, every=10ms"; empty for a sweep without grid.
std::string point_text(const SweepResult& result, std::size_t point);

}  // namespace understudy::sim
