#include "sim/lab.h"

#include <algorithm>
#include <utility>

#include "sim/draws.h"
#include "sim/scenario/load_deed.h"
#include "sim/world.h"

namespace understudy::sim {
namespace {

constexpr std::uint64_t kEventsBetweenLooks = 4096;
constexpr Duration kNext{1};

}  // namespace

Lab::Lab(const Scenario& scenario, const RunOptions& options)
    : scenario_(scenario), given_(scenario.timeline.size()), options_(options) {
  apply_draws(scenario_);
  // The world refers to the faults: they must not move.
  scenario_.timeline.reserve(std::max(kMostFaults, given_));
  world_ = std::make_unique<World>(scenario_, options_);
}

Lab::~Lab() = default;

tl::expected<std::unique_ptr<Lab>, std::string> Lab::begin(const Scenario& scenario,
                                                           const RunOptions& options) {
  std::unique_ptr<Lab> lab(new Lab(scenario, options));
  lab->world_->count_kinds();
  const auto to_come = kMostFaults - std::min(kMostFaults, lab->given_);
  if (auto started = lab->world_->start(to_come); !started) return tl::unexpected(started.error());
  return lab;
}

tl::expected<std::unique_ptr<Lab>, std::string> Lab::replay(const LabSnapshot& snapshot,
                                                            const RunOptions& options) {
  auto scenario = *snapshot.scenario;
  scenario.timeline.resize(snapshot.given);
  auto made = begin(scenario, options);
  if (!made) return made;
  auto& lab = **made;
  for (const auto& step : snapshot.steps) {
    const auto arrived = lab.play(step.at);
    if (!arrived) return tl::unexpected(arrived.error());
    if (!*arrived) return nullptr;
    if (auto redone = lab.redo(snapshot, step); !redone) return tl::unexpected(redone.error());
  }
  const auto arrived = lab.play(snapshot.now);
  if (!arrived) return tl::unexpected(arrived.error());
  if (!*arrived) return nullptr;
  if (lab.world_->digest() != snapshot.digest)
    return tl::unexpected(std::string("the run did not come to the same point again"));
  return made;
}

tl::expected<void, std::string> Lab::redo(const LabSnapshot& snapshot,
                                          const LabSnapshot::Step& step) {
  if (step.end) return end(step.fault);
  auto fault = snapshot.scenario->timeline[step.fault];
  for (const auto& other : snapshot.steps)
    if (other.end && other.fault == step.fault) fault.lasts.reset();
  if (auto done = act(std::move(fault)); !done) return tl::unexpected(done.error());
  return {};
}

Instant Lab::now() const { return world_->now(); }

tl::expected<bool, std::string> Lab::play(Instant until) {
  World::Slice slice;
  if (options_.goes_on) slice.events = kEventsBetweenLooks;
  while (true) {
    const auto pause = world_->play(until, slice);
    if (!pause) return tl::unexpected(pause.error());
    if (*pause == World::Pause::reached) return true;
    if (!options_.goes_on()) return false;
  }
}

tl::expected<bool, std::string> Lab::run_until(Instant until) { return play(until); }

tl::expected<Lab::Arrival, std::string> Lab::run_until(const Expression& condition, Instant until) {
  world_->follow(condition.counters());
  World::Slice slice{kEventsBetweenLooks, true};
  auto at = world_->now();
  while (!condition.holds(*world_)) {
    if (world_->now() >= until) return Arrival{};
    // An open blackout grows while nothing happens.
    const auto next = condition.next_change(*world_).value_or(until);
    const auto pause = world_->play(std::clamp(next, world_->now() + kNext, until), slice);
    if (!pause) return tl::unexpected(pause.error());
    at = *pause == World::Pause::reached ? world_->now() : world_->now() - kNext;
    if (options_.goes_on && !options_.goes_on()) return Arrival{std::nullopt, true};
  }
  return Arrival{at, false};
}

// ---- deeds

/// To the next instant, which is all before it.
tl::expected<void, std::string> Lab::step_aside() {
  if (const auto pause = world_->play(world_->now() + kNext); !pause)
    return tl::unexpected(pause.error());
  return {};
}

tl::expected<std::size_t, std::string> Lab::act(Fault fault) {
  if (scenario_.timeline.size() >= kMostFaults)
    return tl::unexpected("more than " + std::to_string(kMostFaults) + " faults");
  if (world_->is_late_to_add())
    if (auto moved = step_aside(); !moved) return tl::unexpected(moved.error());
  const auto index = scenario_.timeline.size();
  fault.after.reset();
  fault.after_end = false;
  fault.at = now().time_since_epoch();
  scenario_.timeline.push_back(std::move(fault));
  steps_.push_back({now(), index, false});
  if (auto added = world_->add_fault(); !added) return tl::unexpected(added.error());
  return index;
}

bool Lab::can_end(std::size_t fault) const {
  if (fault < given_ || fault >= scenario_.timeline.size()) return false;
  const auto& deed = scenario_.timeline[fault];
  if (deed.lasts || deed.every || is_over_at_once(deed.verb)) return false;
  if (const auto* machine = std::get_if<HostFault>(&deed.verb))
    return machine->verb != HostVerb::reboot;
  if (const auto* segment = std::get_if<SwitchFault>(&deed.verb))
    return segment->verb != SwitchVerb::reboot;
  return true;
}

tl::expected<void, std::string> Lab::end(std::size_t fault) {
  auto& deed = scenario_.timeline[fault];
  if (now() == Instant{deed.at} || world_->is_late_to_end(fault))
    if (auto moved = step_aside(); !moved) return moved;
  deed.lasts = now() - Instant{deed.at};
  steps_.push_back({now(), fault, true});
  return world_->end_fault(fault);
}

// ---- the whole

LabSnapshot Lab::snapshot() const {
  return {std::make_shared<const Scenario>(scenario_), given_, steps_, now(), world_->digest()};
}

tl::expected<std::optional<RunResult>, std::string> Lab::finish() {
  const auto arrived = play(end() + kNext);
  if (!arrived) return tl::unexpected(arrived.error());
  if (!*arrived) return std::nullopt;
  auto result = world_->finish();
  if (!result) return tl::unexpected(result.error());
  finished_ = true;
  return std::move(*result);
}

}  // namespace understudy::sim
