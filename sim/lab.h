// A run that somebody steps through, and takes a hand in.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "core/net/instant.h"
#include "sim/run.h"
#include "sim/scenario/expression.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {

class World;

/// Where a lab stands, as what leads there.
struct LabSnapshot {
  struct Step {
    Instant at;
    std::size_t fault;
    bool end;
  };
  std::shared_ptr<const Scenario> scenario;  // with what was done in its timeline
  std::size_t given = 0;                     // so many faults its timeline had
  std::vector<Step> steps;
  Instant now;
  std::uint64_t digest = 0;
};

/// Time stands at now(): everything before has happened, nothing of that instant has, so that what
/// is done there comes first, as in a timeline. A deed is a fault that happens now. A run with
/// deeds is, digest and all, the run of scenario(), whose timeline has them at its end. What a
/// timeline could not place at this instant any more (a deed after the end of another) happens a
/// nanosecond later.
///
/// Errors that end the run (sim/run.h) are given as strings; whoever goes on after one gets it
/// again. Not for several threads at once.
class Lab {
 public:
  /// As many as a timeline may have.
  static constexpr std::size_t kMostFaults = 10'000;

  /// Draws are made, captures opened. `options.goes_on` is asked every few thousand events.
  static tl::expected<std::unique_ptr<Lab>, std::string> begin(const Scenario& scenario,
                                                               const RunOptions& options);
  /// Another lab that stands where the snapshot was made: the run is played again from its start,
  /// and its digest compared. Null when `options.goes_on` said no.
  static tl::expected<std::unique_ptr<Lab>, std::string> replay(const LabSnapshot& snapshot,
                                                                const RunOptions& options);
  ~Lab();
  Lab(const Lab&) = delete;
  Lab& operator=(const Lab&) = delete;

  const Scenario& scenario() const { return scenario_; }
  const World& world() const { return *world_; }
  Instant now() const;
  Instant end() const { return Instant{scenario_.duration}; }
  bool finished() const { return finished_; }

  /// False when `goes_on` said no: now() lies in between, and the lab can go on. `until` is not
  /// before now() and not after end().
  tl::expected<bool, std::string> run_until(Instant until);
  /// Until the condition holds after all events of an instant, whose time is given, or is reached.
  struct Arrival {
    std::optional<Instant> at;  // nullopt: it did not come true
    bool interrupted = false;
  };
  tl::expected<Arrival, std::string> run_until(const Expression& condition, Instant until);

  /// Makes a fault happen now: its `at` and `after` do not count. Returns its index in the
  /// timeline.
  tl::expected<std::size_t, std::string> act(Fault fault);
  /// Whether a deed can be ended: it lasts until somebody does.
  bool can_end(std::size_t fault) const;
  tl::expected<void, std::string> end(std::size_t fault);

  LabSnapshot snapshot() const;
  /// The rest of the run; then the lab only answers questions. nullopt: `goes_on` said no.
  tl::expected<std::optional<RunResult>, std::string> finish();

 private:
  Lab(const Scenario& scenario, const RunOptions& options);
  tl::expected<bool, std::string> play(Instant until);
  tl::expected<void, std::string> redo(const LabSnapshot& snapshot, const LabSnapshot::Step& step);
  tl::expected<void, std::string> step_aside();

  Scenario scenario_;
  std::size_t given_ = 0;
  RunOptions options_;
  std::unique_ptr<World> world_;
  std::vector<LabSnapshot::Step> steps_;
  bool finished_ = false;
};

}  // namespace understudy::sim
