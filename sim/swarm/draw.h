// Draws a run: surroundings and faults for the user's cluster.
//
// Swarm testing (Groce, Zhang, Eide, Chen, Regehr: Swarm Testing, ISSTA 2012): each run switches
// every feature on or off first, then draws with those that are on. Faults that hide each other, or
// that need the absence of others to matter, get their runs that way.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/scenario/scenario.h"

namespace understudy::sim::swarm {

/// What a run may have or not have: kinds of faults, then kinds of surroundings.
enum class Feature : std::uint8_t {
  services,
  daemons,
  reloads,
  machines,
  pauses,
  nics,
  links,
  cuts,  // links that lose everything, one way or both
  partitions,
  firewalls,
  clocks,
  arp,
  switches,
  files,
  processes,
  strangers,
  again_and_again,
  wakeups,
  phases,
  jitter,
  clock_drift,
  boot_times,
  odd_switches,
  odd_stacks,
  late_checks,
  helpful_checks,
  supervisors
};
inline constexpr unsigned kFeatureCount = 27;

std::string_view to_string(Feature feature);

class FeatureSet {
 public:
  explicit FeatureSet(std::uint32_t bits) : bits_(bits) {}
  bool has(Feature feature) const { return (bits_ >> static_cast<unsigned>(feature) & 1) != 0; }

 private:
  std::uint32_t bits_;
};

FeatureSet draw_features(std::uint64_t seed, std::uint64_t run);

/// Run number `run` of `seed`: depends on nothing but the three arguments. Its faults are over, and
/// everything works again, settling() before Scenario::oracles_from.
Scenario draw_run(const Scenario& cluster, std::uint64_t seed, std::uint64_t run);

/// The parts of it. Clients, their probes, delays, clocks, boots, kinds of switches ...
void draw_surroundings(Scenario& scenario, FeatureSet features, std::uint64_t seed,
                       std::uint64_t run);
/// ... and what goes wrong.
void draw_faults(Scenario& scenario, FeatureSet features, std::uint64_t seed, std::uint64_t run);

}  // namespace understudy::sim::swarm
