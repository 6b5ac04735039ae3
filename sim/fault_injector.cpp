#include "sim/fault_injector.h"

namespace understudy::sim {

FaultInjector::FaultInjector(Stage& stage, Network& network, SimHosts& hosts, HostControl& control,
                             FaultListener& listener)
    : stage_(stage),
      network_(network),
      hosts_(hosts),
      control_(control),
      listener_(listener),
      progress_(stage.scenario.timeline.size()),
      first_added_(progress_.size()) {}

void FaultInjector::start() {
  const auto& timeline = stage_.scenario.timeline;
  for (std::uint32_t i = 0; i < timeline.size(); ++i)
    if (!timeline[i].after) plan(i, Instant{timeline[i].at});
}

Event FaultInjector::add(std::uint64_t order) {
  const auto index = static_cast<std::uint32_t>(progress_.size());
  const Event event{stage_.now, order, index, ++progress_.emplace_back().planned};
  stage_.queue.push(event);
  return event;
}

Event FaultInjector::add_end(std::size_t fault) {
  auto& progress = progress_[fault];
  progress.in_force = true;
  const Event event{stage_.now, progress.end_order, static_cast<std::uint32_t>(fault),
                    progress.occurrence};
  stage_.queue.push(event);
  return event;
}

void FaultInjector::plan(std::uint32_t fault, Instant at) {
  stage_.queue.push(at, EventKind::fault, fault, ++progress_[fault].planned);
}

void FaultInjector::plan_followers(std::size_t fault, bool end) {
  const auto& timeline = stage_.scenario.timeline;
  for (std::uint32_t i = 0; i < timeline.size(); ++i)
    if (timeline[i].after == fault && timeline[i].after_end == end)
      plan(i, stage_.now + timeline[i].at);
}

void FaultInjector::handle(const Event& event) {
  const auto& progress = progress_[event.target];
  if (event.kind() == EventKind::fault) return begin(event.target, event.data);
  if (progress.in_force && progress.occurrence == event.data) end(event.target);
}

void FaultInjector::begin(std::uint32_t index, std::uint32_t series) {
  const auto& fault = stage_.scenario.timeline[index];
  auto& progress = progress_[index];
  if (fault.until && stage_.now > Instant{*fault.until}) return;
  if (fault.every && series < progress.series) return;  // that series gave way to a later one
  if (overrun_ || ++occurrences_ > kOccurrencesMax) {
    overrun_ = overrun_.value_or(index);
    return;
  }
  progress.series = series;
  if (progress.in_force) end(index);
  ++progress.occurrence;
  announce(index, false);
  progress.before = std::visit([this](const auto& verb) { return apply(verb); }, fault.verb);
  const auto* machine = std::get_if<HostFault>(&fault.verb);
  if (machine != nullptr && machine->verb == HostVerb::reboot && !fault.lasts)
    control_.boot(machine->host);
  progress.in_force = fault.lasts.has_value();
  if (fault.lasts)
    stage_.queue.push(stage_.now + *fault.lasts, EventKind::fault_end, index, progress.occurrence);
  else if (index >= first_added_)
    progress.end_order = stage_.queue.take_order(EventKind::fault_end);
  repeat(index);
  plan_followers(index, false);
}

void FaultInjector::repeat(std::uint32_t index) {
  const auto& fault = stage_.scenario.timeline[index];
  if (!fault.every || *fault.every <= Duration{}) return;
  const auto next = stage_.now + *fault.every;
  if (next <= Instant{fault.until.value_or(stage_.scenario.duration)})
    stage_.queue.push(next, EventKind::fault, index, progress_[index].series);
}

void FaultInjector::end(std::uint32_t index) {
  auto& progress = progress_[index];
  progress.in_force = false;
  announce(index, true);
  std::visit([&](const auto& verb) { undo(verb, progress.before); },
             stage_.scenario.timeline[index].verb);
  plan_followers(index, true);
}

void FaultInjector::announce(std::uint32_t index, bool end) {
  const auto& text = stage_.scenario.timeline[index].text;
  stage_.trace(TraceMark::fault, index, end ? 1 : 0);
  stage_.tell(TimelineEntry::Kind::fault, kNoHost, end ? "end of " + text : text);
  listener_.fault_happened(index, end);
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
  DaemonBefore before{control_.daemon_runs(fault.host), nullptr};
  if (fault.config) before.file = control_.write_config(fault.host, *fault.config);
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
      control_.reload_daemon(fault.host);
      break;
    case DaemonVerb::restart:
      control_.restart_daemon(fault.host);
      break;
  }
  return before;
}

void FaultInjector::undo(const DaemonFault& fault, const Before& state) {
  const auto& before = std::get<DaemonBefore>(state);
  if (before.file) control_.restore_config(fault.host, before.file);
  if (fault.verb == DaemonVerb::reload) {
    if (before.file) control_.reload_daemon(fault.host);
    return;
  }
  if (!before.ran) return control_.stop_daemon(fault.host);
  if (fault.verb == DaemonVerb::restart) return control_.restart_daemon(fault.host);
  control_.start_daemon(fault.host);
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
  switch (fault.what) {
    case PauseWhat::daemon:
      control_.pause_daemon(fault.host);
      break;
    case PauseWhat::vm:
      control_.freeze(fault.host, fault.clock_stands);
      break;
    case PauseWhat::nic:
      control_.hold_nic(fault.host, fault.nic);
      break;
  }
  return {};
}

void FaultInjector::undo(const PauseFault& fault, const Before&) {
  switch (fault.what) {
    case PauseWhat::daemon:
      return control_.resume_daemon(fault.host);
    case PauseWhat::vm:
      return control_.thaw(fault.host);
    case PauseWhat::nic:
      return control_.release_nic(fault.host, fault.nic);
  }
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
  if (fault.step != Duration{}) control_.step_clock(fault.host, fault.step);
  if (!fault.drift) return {};
  const std::optional<std::int64_t> before = control_.clock_drift(fault.host);
  control_.set_clock_drift(fault.host, *fault.drift);
  return before;
}

void FaultInjector::undo(const ClockFault& fault, const Before& before) {
  if (fault.step != Duration{}) control_.step_clock(fault.host, -fault.step);
  if (const auto* drift = std::get_if<std::optional<std::int64_t>>(&before))
    control_.set_clock_drift(fault.host, **drift);
}

FaultInjector::Before FaultInjector::apply(const NoteFault&) { return {}; }

void FaultInjector::undo(const NoteFault&, const Before&) {}

}  // namespace understudy::sim
