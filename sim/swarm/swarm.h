// Many runs of a swarm on all cores, and what they came to.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/config/diagnostic.h"
#include "sim/swarm/judge.h"

namespace understudy::sim::swarm {

struct SwarmOptions {
  std::uint64_t seed = 0;
  std::uint64_t first_run = 0;
  unsigned jobs = 1;  // at least 1; changes nothing but the time it takes
  /// What the cluster check says of the configurations.
  std::vector<Diagnostic> findings;
  std::size_t most_failures = 5;  // that are kept, of each oracle and virtual router
};

struct FailedRun {
  std::uint64_t run = 0;
  Failure failure;
};

/// How often an oracle held, and how often it was broken, by explanation.
struct OracleTally {
  std::uint64_t held = 0, broken = 0, by_lost_announcement = 0, by_config = 0;
};

struct SwarmSummary {
  std::uint64_t runs = 0;
  Duration simulated{};
  std::uint64_t events = 0;
  std::map<std::string, std::uint64_t> faults, features, transitions;
  std::map<std::string, OracleTally> oracles;
  std::vector<FailedRun> failures;   // without explanation; the first ones, by run
  std::vector<FailedRun> explained;  // the first ones, by run
  std::uint64_t failed_runs = 0, explained_runs = 0;
};

/// Draws run number `run` and judges it. Every 16th is run twice: `same_again`.
struct RunReport {
  std::uint64_t run = 0;
  Scenario scenario;
  Outcome outcome;
};
RunReport make_run(const Scenario& cluster, const SwarmOptions& options, std::uint64_t run);

/// Makes runs first_run, first_run + 1, ... until `go_on` says no: it is asked before each by
/// whichever thread is free, with the number of runs begun so far. `after_each` is called by one
/// thread at a time. What is summed up depends on the number of runs alone.
SwarmSummary run_swarm(const Scenario& cluster, const SwarmOptions& options,
                       const std::function<bool(std::uint64_t)>& go_on,
                       const std::function<void(const SwarmSummary&)>& after_each);

}  // namespace understudy::sim::swarm
