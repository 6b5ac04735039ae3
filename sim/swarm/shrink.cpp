#include "sim/swarm/shrink.h"

#include <algorithm>

#include "sim/swarm/fault_facts.h"
#include "sim/swarm/scenario_edits.h"
#include "sim/swarm/shrinker.h"

namespace understudy::sim::swarm {
namespace {

constexpr Duration kSecond = std::chrono::seconds{1};

Duration up_to_seconds(Duration duration) {
  return (duration + kSecond - Duration{1}) / kSecond * kSecond;
}

/// A fault that would come again before it is over, or end before it begins, cannot be written
/// down.
bool repeats_soundly(const Scenario& scenario) {
  return std::all_of(scenario.timeline.begin(), scenario.timeline.end(), [&](const Fault& fault) {
    return (!fault.every || !fault.lasts || *fault.every > *fault.lasts) &&
           (!fault.until ||
            (*fault.until <= scenario.duration && (fault.after || *fault.until >= fault.at)));
  });
}

}  // namespace

Shrinker::Shrinker(Scenario scenario, Failure failure, const ShrinkOptions& options)
    : best_(std::move(scenario)),
      failure_(std::move(failure)),
      options_(options),
      healed_(heals(best_)) {}

bool Shrinker::fails_alike(const Scenario& scenario) {
  ++runs_;
  if (options_.go_on && !options_.go_on(runs_)) tired_ = true;
  const auto outcome = judge(scenario);
  if (!outcome.failure || outcome.failure->oracle != failure_.oracle ||
      outcome.failure->subject != failure_.subject ||
      outcome.failure->explanation != failure_.explanation)
    return false;
  failure_ = *outcome.failure;
  return true;
}

bool Shrinker::try_this(Scenario candidate) {
  if (tired() || (healed_ && !heals(candidate))) return false;
  retime(candidate);
  if (!repeats_soundly(candidate) || !fails_alike(candidate)) return false;
  best_ = std::move(candidate);
  progress_ = true;
  return true;
}

void Shrinker::retime(Scenario& scenario) const {
  if (!scenario.oracles_from) return;
  const auto from = up_to_seconds(all_over_at(scenario) + settling(scenario));
  scenario.duration += from - *scenario.oracles_from;
  scenario.oracles_from = from;
}

void Shrinker::run() {
  constexpr int kMostRounds = 8;
  for (int round = 0; round < kMostRounds && !tired(); ++round) {
    progress_ = false;
    try_seed_zero();
    cut_end();
    drop_faults();
    drop_hosts();
    drop_probes();
    drop_nics_and_segments();
    plain_hosts();
    plain_segments();
    plain_faults();
    begin_earlier();
    round_times();
    cut_end();
    if (!progress_) return;
  }
}

// ---- parts that go

void Shrinker::drop_faults() {
  auto chunk = std::max<std::size_t>(best_.timeline.size() / 2, 1);
  while (!tired()) {
    bool dropped = false;
    for (std::size_t first = 0; first < best_.timeline.size() && !tired();) {
      std::vector<bool> keep(best_.timeline.size(), true);
      for (std::size_t i = first; i < std::min(first + chunk, keep.size()); ++i) keep[i] = false;
      if (try_this(with_faults(best_, keep)))
        dropped = true;  // what followed has moved here
      else
        first += chunk;
    }
    if (chunk == 1 && !dropped) return;
    if (chunk > 1) chunk = (chunk + 1) / 2;
  }
}

void Shrinker::drop_hosts() {
  for (std::size_t host = best_.hosts.size(); host-- > 0 && !tired();)
    if (best_.hosts.size() > 1) try_this(without_host(best_, host));
}

void Shrinker::drop_probes() {
  for (std::size_t probe = best_.probes.size(); probe-- > 0 && !tired();)
    change([&](Scenario& candidate) {
      candidate.probes.erase(candidate.probes.begin() + static_cast<std::ptrdiff_t>(probe));
      return true;
    });
}

void Shrinker::drop_nics_and_segments() {
  for (std::size_t host = 0; host < best_.hosts.size(); ++host)
    for (std::size_t nic = best_.hosts[host].nics.size(); nic-- > 0 && !tired();) {
      if (try_this(without_nic(best_, host, nic))) continue;
      if (!best_.hosts[host].nics[nic].more_addresses.empty())
        change([&](Scenario& candidate) {
          candidate.hosts[host].nics[nic].more_addresses.clear();
          return true;
        });
    }
  for (std::size_t segment = best_.segments.size(); segment-- > 0 && !tired();)
    try_this(without_segment(best_, segment));
}

void Shrinker::cut_end() {
  const auto end = up_to_seconds(failure_.at.time_since_epoch() + kSecond);
  if (failure_.oracle == "run_ends" || failure_.oracle == "same_again" || end >= best_.duration)
    return;
  change([&](Scenario& candidate) {
    candidate.duration = end;
    return true;
  });
}

void Shrinker::try_seed_zero() {
  if (best_.seed == 0) return;
  change([](Scenario& candidate) {
    candidate.seed = 0;
    return true;
  });
}

// ---- shrink.h

std::optional<Shrunk> shrink(const Scenario& scenario, const ShrinkOptions& options) {
  const auto outcome = judge(scenario);
  if (!outcome.failure) return std::nullopt;
  Shrinker shrinker(without_questions(scenario), *outcome.failure, options);
  shrinker.run();
  Shrunk shrunk;
  shrunk.scenario = shrinker.smallest();
  shrunk.failure = shrinker.failure();
  shrunk.any_seed = true;
  constexpr std::uint64_t kSeeds = 9;
  for (std::uint64_t seed = 0; seed < kSeeds && shrunk.any_seed; ++seed) {
    auto other = shrunk.scenario;
    other.seed = seed;
    shrunk.any_seed = shrinker.fails_alike(other);
  }
  if (shrunk.any_seed) shrunk.scenario.seed = 0;
  shrunk.runs = shrinker.runs();
  for (std::size_t i = 0; i < shrunk.scenario.timeline.size(); ++i) {
    auto& fault = shrunk.scenario.timeline[i];
    fault.id = "f" + std::to_string(i + 1);
    fault.text = describe(shrunk.scenario, fault.verb);
  }
  return shrunk;
}

}  // namespace understudy::sim::swarm
