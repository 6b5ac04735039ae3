// What a sweep yields: a row of numbers a run, and what they add up to. Plain data.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/net/instant.h"
#include "sim/run_result.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {

/// A number that every run has: first the scenario's measures, then what is always kept.
struct SweepColumn {
  enum class Kind : std::uint8_t { measure, blackout, lost, no_master, dual_master, transitions };
  Kind kind = Kind::measure;
  std::string name;  // "outage", "blackout(web)", "no_master"
  MeasureResult::Unit unit = MeasureResult::Unit::number;
};

/// A cell without a value: a measure that had none.
inline constexpr std::int64_t kNoValue = std::numeric_limits<std::int64_t>::min();

struct SweepRun {
  std::uint64_t seed = 0;
  std::uint64_t digest = 0;
  Verdict verdict = Verdict::pass;  // `sometimes` aside: that is judged over the whole sweep
  /// Of the expectations that leave time to spare, or miss by some, the smallest; and whose.
  std::optional<Duration> margin;
  std::uint32_t tightest = 0;  // index into Scenario::expectations
};

/// The runs of one point of the grid, by seed from the sweep's first one on.
struct SweepPoint {
  std::vector<std::string> values;  // by axis
  std::vector<SweepRun> runs;
  std::vector<std::int64_t> cells;  // runs x columns
  std::uint64_t passed = 0, failed = 0, vacuous = 0;
  bool decided_early = false;  // its verdicts were certain before the last seed
};

enum class SweepVerdictOutcome : std::uint8_t { pass, fail, undecided };

constexpr std::string_view to_string(SweepVerdictOutcome outcome) {
  constexpr std::string_view kNames[] = {"pass", "fail", "undecided"};
  return kNames[static_cast<std::uint8_t>(outcome)];
}

/// A `verdict` at one point. Numbers are nanoseconds, plain ones, or shares of one.
struct SweepVerdictResult {
  std::size_t verdict = 0;  // index into Scenario::sweep_verdicts
  std::size_t point = 0;
  SweepVerdictOutcome outcome = SweepVerdictOutcome::undecided;
  MeasureResult::Unit unit = MeasureResult::Unit::number;
  bool probability = false;
  std::uint64_t runs = 0;
  std::optional<double> estimate;
  std::optional<double> low, high;  // one-sided bounds, each with the verdict's confidence
  double confidence = 0;            // that the bounds have: more than was asked for at early looks
  std::uint64_t hits = 0;           // of a probability: runs in which the condition held
};

/// An expectation of the form `sometimes`: once in all the runs is enough.
struct SometimesResult {
  std::size_t expectation = 0;
  std::uint64_t runs = 0;  // that reached it
};

/// A run worth playing again.
struct RankedRun {
  std::size_t point = 0, run = 0;  // SweepResult::points, SweepPoint::runs
};

struct SweepResult {
  Scenario scenario;  // of the first point
  std::vector<SweepPlan::Axis> grid;
  std::uint64_t first_seed = 0, last_seed = 0;
  std::vector<SweepColumn> columns;
  std::vector<SweepPoint> points;  // the last axis varies fastest
  std::vector<SweepVerdictResult> verdicts;
  std::vector<SometimesResult> sometimes;
  std::vector<RankedRun> worst;        // the worst first
  std::vector<RankedRun> near_misses;  // that pass, the smallest margin first
  std::size_t ranked_by = 0;           // the column that orders `worst` among equal verdicts
  std::uint64_t planned = 0, done = 0;
  bool stopped_early = false;  // verdicts were certain; `--full` goes on all the same
  bool cancelled = false;      // the caller stopped it; verdicts are about what was done
  std::uint64_t digest = 0;    // of all runs' digests, in order
  /// fail: a run or a verdict does; vacuous: nothing fails, but something was never reached or is
  /// undecided.
  Verdict verdict = Verdict::pass;
};

}  // namespace understudy::sim
