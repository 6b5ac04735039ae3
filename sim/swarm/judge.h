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
  lost_announcement,  // the master announced in vain, or could not know of its rival
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

/// Runs it, without a timeline; a failure of true_arp a second time with its story, to see who said
/// and heard what (announcements.h).
Outcome judge(const Scenario& scenario);

}  // namespace understudy::sim::swarm
