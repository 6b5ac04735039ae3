#include "sim/swarm/judge.h"

#include "sim/run.h"
#include "sim/story.h"
#include "sim/swarm/announcements.h"

namespace understudy::sim::swarm {
namespace {

RunOptions quiet() {
  RunOptions options;
  options.timeline = false;
  return options;
}

std::optional<Failure> failure_of(const tl::expected<RunResult, std::string>& result) {
  if (!result) return Failure{"run_ends", "", result.error(), {}, Explanation::none};
  std::optional<Failure> first;
  for (const auto& oracle : result->oracles) {
    if (oracle.verdict != Verdict::fail) continue;
    const auto at = oracle.at.value_or(Instant{});
    if (!first || at < first->at)
      first = Failure{oracle.name, oracle.subject, oracle.detail, at, Explanation::none};
  }
  return first;
}

/// Looks at the run again, with all that happened.
bool nobody_could_know_better(const Scenario& scenario, Instant at) {
  auto options = quiet();
  options.story = true;
  const auto again = run(scenario, options);
  return again && again->story && announcements_explain(scenario, *again->story, at);
}

}  // namespace

Outcome judge(const Scenario& scenario) {
  Outcome outcome;
  const auto result = run(scenario, quiet());
  outcome.failure = failure_of(result);
  if (result) {
    outcome.events = result->events;
    for (const auto& transition : result->transitions)
      ++outcome.transitions[std::string(to_string(transition.from)) + " -> " +
                            std::string(to_string(transition.to)) + " (" +
                            std::string(to_string(transition.reason)) + ")"];
    for (const auto& oracle : result->oracles) outcome.oracles[oracle.name] = oracle.verdict;
  }
  if (outcome.failure && outcome.failure->oracle == "true_arp" &&
      nobody_could_know_better(scenario, outcome.failure->at))
    outcome.failure->explanation = Explanation::lost_announcement;
  return outcome;
}

}  // namespace understudy::sim::swarm
