// Whether the distribution over a point's runs is what the scenario wants it to be.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sim/sweep/sweep_result.h"

namespace understudy::sim {

/// A point as far as verdicts look at it.
struct JudgedRuns {
  const std::vector<SweepColumn>& columns;
  std::span<const std::int64_t> cells;  // runs x columns
};

/// One verdict about these runs, each of its bounds with `confidence`. It is undecided while the
/// bounds lie on both sides of the limit, or the runs are too few for a bound. A run whose measure
/// has no value breaks every limit on it.
SweepVerdictResult judge(const SweepVerdict& verdict, const JudgedRuns& runs, double confidence);

/// Whether a verdict is about a point: all of its `where` are among these.
bool is_about(const SweepVerdict& verdict,
              std::span<const std::pair<std::string, std::string>> params);

}  // namespace understudy::sim
