#include "sim/swarm/draw.h"

#include <algorithm>
#include <array>

#include "sim/swarm/dice.h"
#include "sim/swarm/fault_facts.h"

namespace understudy::sim::swarm {
namespace {

constexpr std::array<std::string_view, kFeatureCount> kNames{
    "services",    "daemons",        "reloads",     "machines",   "pauses",          "nics",
    "links",       "cuts",           "partitions",  "firewalls",  "clocks",          "arp",
    "switches",    "files",          "processes",   "strangers",  "again_and_again", "wakeups",
    "phases",      "jitter",         "clock_drift", "boot_times", "odd_switches",    "odd_stacks",
    "late_checks", "helpful_checks", "supervisors"};

constexpr Duration kWatch = std::chrono::seconds{20};

Duration up_to_seconds(Duration duration) {
  constexpr Duration kSecond = std::chrono::seconds{1};
  return (duration + kSecond - Duration{1}) / kSecond * kSecond;
}

}  // namespace

std::string_view to_string(Feature feature) { return kNames[static_cast<std::size_t>(feature)]; }

FeatureSet draw_features(std::uint64_t seed, std::uint64_t run) {
  return FeatureSet(static_cast<std::uint32_t>(Dice(seed, run, "features").number() >> 16));
}

Scenario draw_run(const Scenario& cluster, std::uint64_t seed, std::uint64_t run) {
  Scenario scenario = cluster;
  const auto features = draw_features(seed, run);
  scenario.name = "swarm-" + std::to_string(seed) + "-" + std::to_string(run);
  scenario.seed = Dice(seed, run, "seed").number() >> 1;  // what a scenario file can hold
  draw_surroundings(scenario, features, seed, run);
  draw_faults(scenario, features, seed, run);
  scenario.oracles_from = up_to_seconds(all_over_at(scenario) + settling(scenario));
  scenario.duration = *scenario.oracles_from + kWatch;
  return scenario;
}

}  // namespace understudy::sim::swarm
