#include "sim/swarm/swarm.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

#include "sim/run.h"
#include "sim/swarm/draw.h"
#include "sim/swarm/fault_facts.h"

namespace understudy::sim::swarm {
namespace {

constexpr std::uint64_t kTwiceEvery = 16;

/// Whether the files themselves say why this oracle cannot hold.
bool explained_by(const std::vector<Diagnostic>& findings, const Failure& failure) {
  return std::any_of(findings.begin(), findings.end(), [&](const Diagnostic& finding) {
    if (finding.severity == Severity::error) return failure.oracle != "run_ends";
    return (finding.code == "silent-yield" && failure.oracle == "true_arp") ||
           (finding.code == "two-owners" && failure.oracle == "one_master");
  });
}

std::optional<Failure> compare_with_second(const Scenario& scenario) {
  RunOptions options;
  options.timeline = false;
  const auto first = run(scenario, options), second = run(scenario, options);
  if (!first || !second || first->digest == second->digest) return std::nullopt;
  return Failure{"same_again", "", "a second run has another digest", {}, Explanation::none};
}

void keep(std::vector<FailedRun>& list, FailedRun failed, std::size_t most) {
  const auto like = [&](const FailedRun& other) {
    return other.failure.oracle == failed.failure.oracle &&
           other.failure.subject == failed.failure.subject &&
           other.failure.explanation == failed.failure.explanation;
  };
  const auto place =
      std::lower_bound(list.begin(), list.end(), failed.run,
                       [](const FailedRun& one, std::uint64_t run) { return one.run < run; });
  const auto last = [&] { return std::find_if(list.rbegin(), list.rend(), like); };
  list.insert(place, failed);
  if (static_cast<std::size_t>(std::count_if(list.begin(), list.end(), like)) > most)
    list.erase(std::next(last()).base());
}

void add(SwarmSummary& summary, const RunReport& report, const SwarmOptions& options) {
  ++summary.runs;
  summary.simulated += report.scenario.duration;
  summary.events += report.outcome.events;
  for (const auto& fault : report.scenario.timeline)
    if (!is_repair(fault.verb)) ++summary.faults[kind_of(fault.verb)];
  const auto features = draw_features(options.seed, report.run);
  for (unsigned i = 0; i < kFeatureCount; ++i)
    if (features.has(static_cast<Feature>(i)))
      ++summary.features[std::string(to_string(static_cast<Feature>(i)))];
  for (const auto& [name, count] : report.outcome.transitions) summary.transitions[name] += count;
  for (const auto& [name, verdict] : report.outcome.oracles)
    if (verdict != Verdict::fail) ++summary.oracles[name].held;
  const auto& failure = report.outcome.failure;
  if (!failure) return;
  auto& tally = summary.oracles[failure->oracle];
  const bool explained = failure->explanation != Explanation::none;
  ++(failure->explanation == Explanation::none     ? tally.broken
     : failure->explanation == Explanation::config ? tally.by_config
                                                   : tally.by_lost_announcement);
  ++(explained ? summary.explained_runs : summary.failed_runs);
  keep(explained ? summary.explained : summary.failures, {report.run, *failure},
       options.most_failures);
}

}  // namespace

RunReport make_run(const Scenario& cluster, const SwarmOptions& options, std::uint64_t run) {
  RunReport report{run, draw_run(cluster, options.seed, run), {}};
  report.outcome = judge(report.scenario);
  auto& failure = report.outcome.failure;
  if (failure && explained_by(options.findings, *failure))
    failure->explanation = Explanation::config;
  if (!failure && run % kTwiceEvery == 0) failure = compare_with_second(report.scenario);
  return report;
}

SwarmSummary run_swarm(const Scenario& cluster, const SwarmOptions& options,
                       const std::function<bool(std::uint64_t)>& go_on,
                       const std::function<void(const SwarmSummary&)>& after_each) {
  SwarmSummary summary;
  std::mutex mutex;
  std::uint64_t begun = 0;
  bool stopped = false;
  const auto next = [&]() -> std::optional<std::uint64_t> {
    const std::lock_guard lock(mutex);
    if (stopped || !go_on(begun)) {
      stopped = true;
      return std::nullopt;
    }
    return options.first_run + begun++;
  };
  const auto work = [&] {
    while (const auto number = next()) {
      const auto report = make_run(cluster, options, *number);
      const std::lock_guard lock(mutex);
      add(summary, report, options);
      after_each(summary);
    }
  };
  std::vector<std::jthread> others;
  for (unsigned i = 1; i < options.jobs; ++i) others.emplace_back(work);
  work();
  others.clear();
  return summary;
}

}  // namespace understudy::sim::swarm
