// Runs one case of a scenario from start to end.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "sim/run_result.h"
#include "sim/scenario/scenario.h"

namespace understudy {
struct NodeConfig;
}

namespace understudy::sim {

struct RunTrace;  // sim/run_trace.h

/// What the hosts' configurations become, for many runs of scenarios that differ in seed and draws
/// alone. Shared between threads: nothing in it changes.
struct Preparation {
  std::vector<std::shared_ptr<const NodeConfig>> nodes;  // by host; null: it has no daemon
};
Preparation prepare(const Scenario& scenario);

struct RunOptions {
  std::string pcap_directory = {};  // empty: no captures; else one file a NIC, CASE/HOST.NIC.pcap
  std::string pcapng_path = {};  // empty: none; else one file with all NICs and the frames' fates
  bool timeline = true;          // fill RunResult::timeline
  bool causes = false;           // fill RunResult::causes, of a case that does not pass
  bool story = false;            // fill RunResult::story
  std::uint64_t events_per_instant_max = 2'000'000;  // more is a loop without delay
  const Preparation* prepared = nullptr;             // of this scenario; null: made for this run
  /// Gets a line for every event: its instant, what it is, and the digest after it. The first line
  /// that differs is where two runs part.
  std::function<void(const std::string&)> event_line = {};
  RunTrace* trace = nullptr;  // filled with rows of what happens; null: none are kept
  /// Asked every few thousand events; false ends the run, which then fails.
  std::function<bool()> goes_on = {};
};

/// Deterministic: the same scenario (its seed included) gives the same result, byte for byte. Fails
/// only when captures cannot be written, when time stands still because events beget events without
/// delay, or when it is not to go on; the string says which and why.
tl::expected<RunResult, std::string> run(const Scenario& scenario, const RunOptions& options);

}  // namespace understudy::sim
