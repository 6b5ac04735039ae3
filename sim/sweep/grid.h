// From a scenario file to the points of its sweep.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/scenario/loader.h"
#include "sim/sweep/sweep.h"

namespace understudy::sim {

/// What the caller wants instead of what the file's `sweep` says.
struct SweepRequest {
  std::string case_name;                    // empty: all cases, a job each
  std::optional<std::uint64_t> first_seed;  // both or none
  std::optional<std::uint64_t> last_seed;
  std::vector<SweepPlan::Axis> grid;  // an axis replaces the file's of that name, or is added
};

struct SweepLoad {
  std::vector<SweepJob> jobs;           // in the order of the file's cases; empty with errors
  std::vector<Diagnostic> diagnostics;  // of the file; errors say at which point they arose
  std::string error;                    // what is wrong with the request; empty: nothing
};

/// Loads the file once for every point. Refuses what is too large before it loads anything twice.
SweepLoad load_sweep(const std::string& path, const SweepRequest& request);

/// The same of a scenario that is no file: `source` loads it with the params it is given.
using ScenarioSource = std::function<LoadResult(const LoadOptions&)>;
SweepLoad load_sweep(const ScenarioSource& source, const SweepRequest& request);

/// "loss=0%,5%": an axis. Commas in parentheses separate nothing. The error is one sentence.
tl::expected<SweepPlan::Axis, std::string> parse_axis(std::string_view text);

/// "1:1000" or "1..1000", both included, or "7".
tl::expected<std::pair<std::uint64_t, std::uint64_t>, std::string> parse_seeds(
    std::string_view text);

}  // namespace understudy::sim
