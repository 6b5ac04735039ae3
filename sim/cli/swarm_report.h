// What `understudy swarm` tells people and programs.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/swarm/shrink.h"
#include "sim/swarm/swarm.h"

namespace understudy::cli {

struct ShrunkReport {
  std::uint64_t run = 0;
  std::string file;
  sim::swarm::Shrunk shrunk;
  bool fails_from_file = false;  // read back, it was seen to fail alike
};

struct SwarmReport {
  std::vector<std::string> files;
  bool twin = false;  // there was one file; its partner is made up
  std::uint64_t seed = 0;
  std::vector<Diagnostic> findings;  // of the cluster check
  const sim::Scenario* cluster = nullptr;
  sim::swarm::SwarmSummary summary;
  bool interrupted = false;
  std::optional<ShrunkReport> shrunk;  // the first failure
};

/// What is rehearsed: before the runs.
std::string swarm_heading(const SwarmReport& report);
/// What became of it.
std::string swarm_text(const SwarmReport& report);
/// One run: its surroundings, its faults, its verdict.
std::string swarm_run_text(const sim::swarm::RunReport& run);
/// Schema understudy.swarm/1.
std::string swarm_json(const SwarmReport& report);

}  // namespace understudy::cli
