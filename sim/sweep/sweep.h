// Many runs of one scenario: every point of a grid, every seed, all cores.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "sim/scenario/loader.h"
#include "sim/sweep/sweep_result.h"

namespace understudy::sim {

/// More would not fit, as with kSweepRunsMax: a sweep of more is refused with a hint to make it
/// smaller.
inline constexpr std::uint64_t kSweepPointsMax = 10'000;

struct SweepProgress {
  std::uint64_t done = 0, planned = 0;  // runs; early stops make `planned` smaller
  std::uint64_t failed = 0;
};

struct SweepOptions {
  unsigned jobs = 0;             // threads; 0: one a core. The result does not depend on it
  bool full = false;             // every seed, even when the verdicts are certain before
  std::size_t ranked = 5;        // how many worst runs and near misses to name
  std::size_t first_look = 100;  // runs of a point before its verdicts are first looked at
  /// Called by the thread that called sweep(), about ten times a second, and at the end.
  std::function<void(const SweepProgress&)> progress = {};
  /// Set by anybody: the runs under way are finished, then the sweep returns with what it has.
  const std::atomic<bool>* cancel = nullptr;
};

/// One point: a whole scenario, and its values by axis.
struct SweepInput {
  std::vector<std::string> values;
  Scenario scenario;
};

/// What is to be run. Points differ in whatever their params change, not in their hosts' names,
/// probes, expectations' number, measures or verdicts.
struct SweepJob {
  std::vector<SweepPlan::Axis> grid;
  std::uint64_t first_seed = 1, last_seed = 100;  // both included
  std::vector<SweepInput> points;
};

/// How many runs that makes; nullopt: more than 2^64. `last_seed` is not below `first_seed`.
std::optional<std::uint64_t> count_runs(const std::vector<SweepPlan::Axis>& grid,
                                        std::uint64_t first_seed, std::uint64_t last_seed);

/// Why so many are not to be run, as a sentence; empty: they are.
std::string refusal(const std::vector<SweepPlan::Axis>& grid, std::uint64_t first_seed,
                    std::uint64_t last_seed);

/// The runs of one point, made elsewhere.
struct SweepPart {
  std::vector<SweepRun> runs;            // one for each seed of the job, in their order
  std::vector<std::int64_t> cells;       // runs x columns
  std::vector<std::uint64_t> sometimes;  // by expectation of that form: runs that reached it
};

/// What sweep() makes of the same runs with `full`; a part for each point of the job. Fails when
/// they do not belong to it.
tl::expected<SweepResult, std::string> conclude_sweep(const SweepJob& job,
                                                      std::vector<SweepPart> parts,
                                                      std::size_t ranked = 5);

/// Runs it. Fails when it is refused, or when a run fails (see run()): the string says at which
/// seed and point. `job` and `options` are used until it returns.
tl::expected<SweepResult, std::string> sweep(const SweepJob& job, const SweepOptions& options);

}  // namespace understudy::sim
