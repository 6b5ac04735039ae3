// What a run of a swarm comes to.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "sim/run_result.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim::swarm {

/// Why a broken oracle is no mistake of the engine's.
enum class Explanation : std::uint8_t {
  none,
  lost_announcement,  // with announcements and last words delivered it would hold
  config              // what `understudy check` says of the files
};

constexpr std::string_view to_string(Explanation explanation) {
  constexpr std::string_view kNames[] = {"none", "lost announcement", "config"};
  return kNames[static_cast<std::uint8_t>(explanation)];
}

/// The oracle that was broken first. A run that does not end, or differs when it is repeated, is
/// taken for one, too: `run_ends`, `same_again`.
struct Failure {
  std::string oracle;
  std::string subject;  // the virtual router; may be empty
  std::string detail;
  Instant at{};
  Explanation explanation = Explanation::none;
};

struct Outcome {
  std::optional<Failure> failure;
  std::uint64_t events = 0;
  std::map<std::string, std::uint64_t> transitions;  // "BACKUP -> MASTER (master_silent)"
  std::map<std::string, Verdict> oracles;
};

/// Runs it, without a timeline; a failure of true_arp a second time, to see whether lost
/// announcements are all there is to it.
Outcome judge(const Scenario& scenario);

/// The same scenario, but that no fault keeps ARP and Neighbour Discovery from anybody, nor a
/// host's adverts from leaving it while it hears the others: a rival who never heard of its
/// mastership has no reason to announce again.
Scenario with_announcements_delivered(const Scenario& scenario);

}  // namespace understudy::sim::swarm
