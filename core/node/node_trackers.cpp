// What is tracked, and what it means for each virtual router and its sync group.
#include <algorithm>

#include "core/node/node.h"

namespace understudy {

// ---- trackers

void Node::evaluate_trackers_of(Instant now, TrackedConfig::Kind kind, std::uint16_t object,
                                Effects& effects) {
  for (std::uint16_t i = 0; i < virtual_routers_.size(); ++i) {
    const auto& tracked = config_->tracked[i];
    const bool own =
        kind == TrackedConfig::Kind::interface && config_->virtual_routers[i].interface == object;
    if (own || std::any_of(tracked.begin(), tracked.end(), [&](const TrackedConfig& item) {
          return item.kind == kind && item.object == object;
        }))
      evaluate(now, i, effects);
  }
}

// Adds up what stands against a virtual router and for its priority, and tells it what changed. A
// fault of one member is a fault of its whole sync group.
void Node::evaluate(Instant now, std::uint16_t index, Effects& effects) {
  auto verdict = judge_trackers(index);
  const auto group = config_->virtual_routers[index].group;
  if (group == kNoGroup) return tell(now, index, verdict, effects);
  const auto& members = config_->groups[group].members;
  const bool faulty = std::any_of(members.begin(), members.end(), [&](std::uint16_t member) {
    return judge_trackers(member).faulty;
  });
  for (const auto member : members) {
    auto own = judge_trackers(member);
    own.faulty = faulty;
    tell(now, member, own, effects);
  }
  settle_group(now, group, effects);
}

void Node::tell(Instant now, std::uint16_t index, const Verdict& verdict, Effects& effects) {
  auto& router = virtual_routers_[index];
  if (!router.config().owner()) {
    const auto priority = static_cast<std::uint8_t>(std::clamp(verdict.priority, 1, 254));
    router.handle(now, EffectivePriorityChanged{priority}, effects);
  }
  if (verdict.faulty != router.faulty()) {
    if (verdict.faulty)
      router.handle(now, FaultRaised{}, effects);
    else
      router.handle(now, FaultCleared{}, effects);
  }
  // Until every decisive script has spoken once, the virtual router stays in INIT.
  if (router.state() == State::init && routers_started_ && !verdict.waiting)
    router.handle(now, Startup{}, effects);
  update_router_deadline(index);
}

Node::Verdict Node::judge_trackers(std::uint16_t index) const {
  const auto& router = config_->virtual_routers[index];
  Verdict verdict;
  verdict.priority = router.priority;
  verdict.faulty = (router.tracks_interface && !interfaces_[router.interface].up) ||
                   source_of(router).is_unspecified() ||
                   (router.source_must_exist && !has_address(router.source));
  for (const auto& tracked : config_->tracked[index]) {
    if (tracked.kind == TrackedConfig::Kind::file)
      count_file(tracked, verdict);
    else
      count_tracked(tracked, verdict);
  }
  return verdict;
}

// Weight W > 0: + W while up; W < 0: - |W| while down; reverse negates. 0: down is a fault, in
// reverse up is. An unknown status adds nothing.
void Node::count_tracked(const TrackedConfig& tracked, Verdict& verdict) const {
  auto status = ScriptStatus::unknown;
  if (tracked.kind == TrackedConfig::Kind::script) {
    status = scripts_[tracked.object].status();
  } else {
    const bool up =
        tracked.kind == TrackedConfig::Kind::interface ? interfaces_[tracked.object].up
                                                       : processes_[tracked.object].up();
    status = up ? ScriptStatus::up : ScriptStatus::down;
  }
  if (tracked.weight == 0) {
    verdict.waiting = verdict.waiting || status == ScriptStatus::unknown;
    verdict.faulty =
        verdict.faulty || status == (tracked.reverse ? ScriptStatus::up : ScriptStatus::down);
    return;
  }
  const bool counts = status == (tracked.weight > 0 ? ScriptStatus::up : ScriptStatus::down);
  if (counts) verdict.priority += tracked.reverse ? -tracked.weight : tracked.weight;
}

// keepalived: value x weight, a fault from -254 on down; weight 0: any other value than 0 is.
void Node::count_file(const TrackedConfig& tracked, Verdict& verdict) const {
  const auto value = files_[tracked.object];
  if (tracked.weight == 0) {
    verdict.faulty = verdict.faulty || (value != 0) != tracked.reverse;
    return;
  }
  const auto bounded = std::clamp<std::int64_t>(value, -1'000'000, 1'000'000);
  const auto product = bounded * (tracked.reverse ? -tracked.weight : tracked.weight);
  if (product <= -254) {
    verdict.faulty = true;
    return;
  }
  verdict.priority += static_cast<int>(std::min<std::int64_t>(product, 253));
}

IpAddress Node::source_of(const VirtualRouterConfig& router) const {
  if (!router.source.is_unspecified()) return router.source;
  const auto& interface = interfaces_[router.interface];
  return router.rules.family == Family::ipv4 ? interface.primary : interface.link_local;
}

bool Node::has_address(const IpAddress& address) const {
  return std::any_of(interfaces_.begin(), interfaces_.end(), [&](const Interface& interface) {
    return interface.primary == address || interface.link_local == address ||
           std::find(interface.others.begin(), interface.others.end(), address) !=
               interface.others.end();
  });
}

// ---- sync groups

// keepalived's rules: all members become master together, once all would; when one leaves MASTER,
// all do.
void Node::settle_group(Instant now, std::uint16_t index, Effects& effects) {
  const auto& members = config_->groups[index].members;
  const auto is = [this](State state) {
    return
        [this, state](std::uint16_t member) { return virtual_routers_[member].state() == state; };
  };
  const bool all_ready = std::all_of(members.begin(), members.end(), [this](std::uint16_t member) {
    const auto& router = virtual_routers_[member];
    return router.state() == State::master || router.wants_master();
  });
  const bool was_master = groups_[index] == State::master;
  for (const auto member : members) {
    auto& router = virtual_routers_[member];
    if (all_ready && router.wants_master())
      router.handle(now, GroupTakesOver{router.takeover_reason()}, effects);
    else if (was_master && !all_ready && router.state() == State::master &&
             std::any_of(members.begin(), members.end(), is(State::backup)))
      router.handle(now, GroupYields{}, effects);
    else
      continue;
    update_router_deadline(member);
  }
  const auto state = judge_group(config_->groups[index]);
  if (state == groups_[index]) return;
  effects.report(GroupChanged{index, groups_[index], state});
  effects.add(NotifyGroup{index, state});
  groups_[index] = state;
}

State Node::judge_group(const SyncGroupConfig& group) const {
  bool all_master = true, any_fault = false, any_init = false;
  for (const auto member : group.members) {
    const auto state = virtual_routers_[member].state();
    all_master = all_master && state == State::master;
    any_fault = any_fault || state == State::fault;
    any_init = any_init || state == State::init;
  }
  if (any_init) return State::init;
  if (any_fault) return State::fault;
  return all_master ? State::master : State::backup;
}

}  // namespace understudy
