// Runs one case of a scenario from start to end.
#pragma once

#include <cstdint>
#include <string>
#include <tl/expected.hpp>

#include "sim/run_result.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {

struct RunOptions {
  std::string pcap_directory;  // empty: no captures; else one file a NIC, CASE/HOST.NIC.pcap
  bool timeline = true;        // fill RunResult::timeline
  std::uint64_t events_per_instant_max = 2'000'000;  // more is a loop without delay
};

/// Deterministic: the same scenario (its seed included) gives the same result, byte for byte. Fails
/// only when captures cannot be written, or when time stands still because events beget events
/// without delay; the string says which and why.
tl::expected<RunResult, std::string> run(const Scenario& scenario, const RunOptions& options);

}  // namespace understudy::sim
