// Makes a failing scenario small: the same oracle still fails for the same virtual router.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "sim/swarm/judge.h"

namespace understudy::sim::swarm {

struct ShrinkOptions {
  std::size_t runs_max = 1500;  // tries; where they end, the smallest one so far is taken
  /// Called after each try with the number of tries; false ends the search.
  std::function<bool(std::size_t)> go_on;
};

struct Shrunk {
  Scenario scenario;
  Failure failure;
  std::size_t runs = 0;   // tries
  bool any_seed = false;  // it fails with seeds 0 to 8 alike; else with its own
};

/// Takes away faults (delta debugging), hosts, probes, NICs and segments, then oddities of what is
/// left; replaces shares by always, never, or an exact mask; rounds times, begins earlier, ends
/// earlier. What healed goes on healing: no fault loses its end. nullopt: `scenario` does not fail.
std::optional<Shrunk> shrink(const Scenario& scenario, const ShrinkOptions& options);

}  // namespace understudy::sim::swarm
