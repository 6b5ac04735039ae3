// Looks at a finished sweep: quantiles, the runs worth playing again, and how to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/sweep/sweep_result.h"

namespace understudy::sim {

/// A quantile by order statistics; the bounds have 95 % confidence, each for itself. Values are in
/// the column's unit.
struct QuantileEstimate {
  double quantile = 0;
  std::int64_t value = 0;
  std::optional<std::int64_t> low, high;  // nullopt: the runs are too few
};

struct ColumnSummary {
  std::uint64_t runs = 0, without_value = 0;
  std::optional<std::int64_t> lowest, highest;
  std::vector<QuantileEstimate> quantiles;  // of the runs that have a value; empty without any
};

/// `quantiles` in (0, 1).
ColumnSummary summarize(const SweepResult& result, std::size_t point, std::size_t column,
                        const std::vector<double>& quantiles = {0.5, 0.9, 0.99});

/// The runs of a column by value: how many there are up to each. At most `steps` of them, for
/// curves; the last is the highest. Empty when no run has a value.
struct DistributionStep {
  std::int64_t value = 0;
  double share = 0;  // of the runs with a value, that lie at or below it
};
std::vector<DistributionStep> distribution(const SweepResult& result, std::size_t point,
                                           std::size_t column, std::size_t steps = 200);

/// Fills `worst`, `near_misses` and `ranked_by`.
void rank(SweepResult& result, std::size_t count);

/// The shell command that plays a run again.
std::string replay_command(const SweepResult& result, const RankedRun& run);

}  // namespace understudy::sim
