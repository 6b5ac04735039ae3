#include "sim/fault_injector.h"

namespace understudy::sim {

FaultInjector::FaultInjector(Stage& stage, Network& network, SimHosts& hosts, HostControl& control,
                             FaultListener& listener)
    : stage_(stage),
      network_(network),
      hosts_(hosts),
      control_(control),
      listener_(listener),
      before_(stage.scenario.timeline.size()) {}

void FaultInjector::start() {
  const auto& timeline = stage_.scenario.timeline;
  for (std::uint32_t i = 0; i < timeline.size(); ++i)
    if (!timeline[i].after) stage_.queue.push(Instant{timeline[i].at}, EventKind::fault, i);
}

void FaultInjector::plan_followers(std::size_t fault, bool end) {
  const auto& timeline = stage_.scenario.timeline;
  for (std::uint32_t i = 0; i < timeline.size(); ++i)
    if (timeline[i].after == fault && timeline[i].after_end == end)
      stage_.queue.push(stage_.now + timeline[i].at, EventKind::fault, i);
}

void FaultInjector::handle(const Event& event) {
  const auto& fault = stage_.scenario.timeline[event.target];
  const bool end = event.kind() == EventKind::fault_end;
  stage_.trace(TraceMark::fault, event.target, end ? 1 : 0);
  stage_.tell(TimelineEntry::Kind::fault, kNoHost, end ? "end of " + fault.text : fault.text);
  listener_.fault_happened(event.target, end);
  if (end) {
    std::visit([&](const auto& verb) { undo(verb, before_[event.target]); }, fault.verb);
  } else {
    before_[event.target] =
        std::visit([this](const auto& verb) { return apply(verb); }, fault.verb);
    const auto* machine = std::get_if<HostFault>(&fault.verb);
    if (machine != nullptr && machine->verb == HostVerb::reboot && !fault.lasts)
      control_.boot(machine->host);
    if (fault.lasts)
      stage_.queue.push(stage_.now + *fault.lasts, EventKind::fault_end, event.target);
  }
  plan_followers(event.target, end);
}

// ---- verbs

FaultInjector::Before FaultInjector::apply(const ServiceFault& fault) {
  const auto before = control_.service(fault.host, fault.service);
  ServiceTable::Condition condition;
  switch (fault.verb) {
    case ServiceVerb::stop:
      condition = {ServiceStatus::down, before.broken};
      break;
    case ServiceVerb::start:
      condition = {ServiceStatus::up, false};
      break;
    case ServiceVerb::hang:
      condition = {ServiceStatus::hung, false};
      break;
    case ServiceVerb::break_:
      condition = {ServiceStatus::down, true};
      break;
  }
  if (!control_.powered(fault.host)) condition.status = ServiceStatus::down;
  control_.set_service(fault.host, fault.service, condition);
  return before;
}

void FaultInjector::undo(const ServiceFault& fault, const Before& before) {
  auto condition = std::get<ServiceTable::Condition>(before);
  if (!control_.powered(fault.host)) condition.status = ServiceStatus::down;
  control_.set_service(fault.host, fault.service, condition);
}

FaultInjector::Before FaultInjector::apply(const DaemonFault& fault) {
  const bool before = control_.daemon_runs(fault.host);
  switch (fault.verb) {
    case DaemonVerb::stop:
      control_.stop_daemon(fault.host);
      break;
    case DaemonVerb::kill:
      control_.kill_daemon(fault.host);
      break;
    case DaemonVerb::start:
      control_.start_daemon(fault.host);
      break;
    case DaemonVerb::reload:
    case DaemonVerb::restart:
      break;
  }
  return before;
}

void FaultInjector::undo(const DaemonFault& fault, const Before& before) {
  if (std::get<bool>(before))
    control_.start_daemon(fault.host);
  else
    control_.stop_daemon(fault.host);
}

FaultInjector::Before FaultInjector::apply(const HostFault& fault) {
  const bool before = control_.powered(fault.host);
  switch (fault.verb) {
    case HostVerb::power_off:
      control_.power_off(fault.host);
      break;
    case HostVerb::boot:
      control_.boot(fault.host);
      break;
    case HostVerb::reboot:  // it takes as long as the fault lasts
      control_.shut_down(fault.host);
      break;
  }
  return before;
}

void FaultInjector::undo(const HostFault& fault, const Before& before) {
  if (std::get<bool>(before))
    control_.boot(fault.host);
  else
    control_.power_off(fault.host);
}

FaultInjector::Before FaultInjector::apply(const PauseFault& fault) {
  if (fault.what == PauseWhat::daemon)
    control_.pause_daemon(fault.host);
  else
    control_.freeze(fault.host);
  return {};
}

void FaultInjector::undo(const PauseFault& fault, const Before&) {
  if (fault.what == PauseWhat::daemon)
    control_.resume_daemon(fault.host);
  else
    control_.thaw(fault.host);
}

FaultInjector::Before FaultInjector::apply(const NicFault& fault) {
  const bool before = control_.nic_up(fault.host, fault.nic);
  control_.set_nic(fault.host, fault.nic, fault.up);
  return before;
}

void FaultInjector::undo(const NicFault& fault, const Before& before) {
  control_.set_nic(fault.host, fault.nic, std::get<bool>(before));
}

FaultInjector::Before FaultInjector::apply(const FirewallFault& fault) {
  control_.add_rule(fault.host, fault.rule);
  return {};
}

void FaultInjector::undo(const FirewallFault& fault, const Before&) {
  control_.remove_rule(fault.host, fault.rule);
}

FaultInjector::Before FaultInjector::apply(const FileFault& fault) {
  const auto before = control_.file(fault.host, fault.path);
  control_.set_file(fault.host, fault.path, fault.value);
  return before;
}

void FaultInjector::undo(const FileFault& fault, const Before& before) {
  control_.set_file(fault.host, fault.path, std::get<std::optional<std::int64_t>>(before));
}

FaultInjector::Before FaultInjector::apply(const ProcessFault& fault) {
  const auto before = control_.processes(fault.host, fault.name);
  control_.set_processes(fault.host, fault.name, fault.count);
  return before;
}

void FaultInjector::undo(const ProcessFault& fault, const Before& before) {
  control_.set_processes(fault.host, fault.name, std::get<std::uint32_t>(before));
}

FaultInjector::Before FaultInjector::apply(const ClockFault& fault) {
  control_.step_clock(fault.host, fault.step);
  return {};
}

void FaultInjector::undo(const ClockFault& fault, const Before&) {
  control_.step_clock(fault.host, -fault.step);
}

FaultInjector::Before FaultInjector::apply(const NoteFault&) { return {}; }

void FaultInjector::undo(const NoteFault&, const Before&) {}

}  // namespace understudy::sim
