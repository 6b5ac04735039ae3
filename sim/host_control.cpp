#include "sim/host_control.h"

#include <utility>

namespace understudy::sim {
namespace {

std::string_view describe(const ServiceTable::Condition& condition) {
  if (condition.broken) return " is down and cannot be started";
  switch (condition.status) {
    case ServiceStatus::up:
      return " is up";
    case ServiceStatus::hung:
      return " accepts connections and does not answer";
    case ServiceStatus::down:
      break;
  }
  return " is down";
}

}  // namespace

void HostControl::changed() {
  ++stage_.version;
  listener_.disturbed();
}

DaemonProcess* HostControl::listening_daemon(std::size_t host) {
  auto& machine = hosts_[host];
  return machine.daemon && machine.alive() ? &*machine.daemon : nullptr;
}

// ---- services

void HostControl::set_service(std::size_t host, std::size_t service,
                              ServiceTable::Condition condition) {
  if (!hosts_[host].kernel.services().set(service, condition)) return;
  changed();
  stage_.trace(TraceMark::service, host << 32 | service,
               static_cast<std::uint64_t>(condition.status) << 1 |
                   static_cast<std::uint64_t>(condition.broken));
  if (stage_.with_timeline)
    stage_.tell(TimelineEntry::Kind::service, host,
                stage_.host(host).services[service].name + std::string(describe(condition)));
  if (condition.status == ServiceStatus::up) listener_.repaired(host);
  if (auto* daemon = listening_daemon(host))
    daemon->process_changed(stage_.host(host).services[service].name);
}

void HostControl::try_start_service(std::size_t host, std::size_t service) {
  const auto condition = hosts_[host].kernel.services()[service];
  if (!hosts_[host].kernel.powered() || condition.broken || condition.status != ServiceStatus::down)
    return;
  set_service(host, service, {ServiceStatus::up, false});
}

// ---- daemons

bool HostControl::waits(std::size_t host, Order order) {
  if (!hosts_[host].frozen) return false;
  memories_[host].after_thaw.push_back(order);
  return true;
}

void HostControl::give(std::size_t host, Order order) {
  switch (order) {
    case Order::start:
      return start_daemon(host);
    case Order::stop:
      return stop_daemon(host);
    case Order::reload:
      return reload_daemon(host);
    case Order::restart:
      return restart_daemon(host);
  }
}

void HostControl::start_daemon(std::size_t host) {
  if (!hosts_[host].daemon || !powered(host) || waits(host, Order::start)) return;
  if (hosts_[host].daemon->running()) return;
  ++memories_[host].starts;
  changed();
  hosts_[host].daemon->start();
}

void HostControl::reach_daemon_start(std::size_t host, std::uint32_t order) {
  if (order == 0 || order == memories_[host].starts) start_daemon(host);
}

void HostControl::stop_daemon(std::size_t host) {
  ++memories_[host].starts;
  memories_[host].start_when_stopped = false;
  if (!hosts_[host].daemon || waits(host, Order::stop) || !daemon_runs(host)) return;
  changed();
  hosts_[host].daemon->stop();
}

void HostControl::kill_daemon(std::size_t host) {
  if (!daemon_runs(host)) return;
  changed();
  stage_.tell(TimelineEntry::Kind::daemon, host, "daemon killed; its addresses stay");
  hosts_[host].daemon->kill();
  hosts_[host].kernel.leave_groups();
  if (memories_[host].start_when_stopped) return finish_restart(host);
  if (const auto& after = stage_.host(host).restart_after)
    stage_.queue.push(stage_.now + *after, EventKind::daemon_start,
                      static_cast<std::uint32_t>(host), ++memories_[host].starts);
}

void HostControl::reload_daemon(std::size_t host) {
  if (!daemon_runs(host) || waits(host, Order::reload)) return;
  changed();
  hosts_[host].daemon->reload();
}

void HostControl::restart_daemon(std::size_t host) {
  if (!hosts_[host].daemon || !powered(host) || waits(host, Order::restart)) return;
  stop_daemon(host);
  memories_[host].start_when_stopped = true;
  finish_restart(host);
}

void HostControl::finish_restart(std::size_t host) {
  if (!memories_[host].start_when_stopped || daemon_runs(host)) return;
  memories_[host].start_when_stopped = false;
  start_daemon(host);
}

std::shared_ptr<const NodeConfig> HostControl::write_config(std::size_t host,
                                                            const ConfigSource& source) {
  if (!hosts_[host].daemon) return nullptr;
  return hosts_[host].daemon->write_file(
      make_node_config(source.config, stage_.host(host).profile));
}

void HostControl::restore_config(std::size_t host, std::shared_ptr<const NodeConfig> former) {
  hosts_[host].daemon->write_file(std::move(former));
}

void HostControl::pause_daemon(std::size_t host) {
  if (!daemon_runs(host) || hosts_[host].daemon->paused()) return;
  changed();
  hosts_[host].daemon->pause();
}

void HostControl::resume_daemon(std::size_t host) {
  if (!daemon_runs(host) || !hosts_[host].daemon->paused()) return;
  changed();
  hosts_[host].daemon->resume();
  finish_restart(host);
}

// ---- machines

void HostControl::power_off(std::size_t host) {
  auto& machine = hosts_[host];
  if (!machine.kernel.powered()) return;
  changed();
  let_clock_stand(host);
  auto& memory = memories_[host];
  memory.ran_at_power_off = daemon_runs(host);
  memory.after_thaw.clear();
  memory.start_when_stopped = false;
  memory.clock_stands_since.reset();
  ++memory.starts;
  machine.frozen = false;
  if (machine.daemon) machine.daemon->kill();
  machine.scripts.power_off();
  machine.kernel.power_off();
  for (std::size_t i = 0; i < machine.kernel.services().size(); ++i)
    set_service(host, i, {ServiceStatus::down, service(host, i).broken});
  // What fell due while it was frozen finds nobody, but is not held to be still to come.
  for (const auto& event : std::exchange(machine.kept_events, {}))
    stage_.queue.push(Event{stage_.now, event.order, event.target, event.data});
  listener_.power_lost(host);
}

void HostControl::shut_down(std::size_t host) {
  const bool ran = daemon_runs(host);
  stop_daemon(host);
  power_off(host);
  memories_[host].ran_at_power_off = ran;
}

void HostControl::boot(std::size_t host) {
  if (hosts_[host].kernel.powered()) return;
  changed();
  const auto& times = stage_.host(host).boot;
  const auto number = ++memories_[host].boots;
  hosts_[host].kernel.power_on();
  const std::pair<BootPart, Duration> parts[] = {{BootPart::interfaces, times.interfaces},
                                                 {BootPart::addresses, times.addresses},
                                                 {BootPart::services, times.services},
                                                 {BootPart::daemon, times.daemon}};
  for (const auto& [part, after] : parts) {
    if (after <= Duration{})
      boot_part(host, part);
    else
      stage_.queue.push(stage_.now + after, EventKind::boot_step, static_cast<std::uint32_t>(host),
                        number << 2 | static_cast<std::uint32_t>(part));
  }
}

void HostControl::reach_boot_step(std::size_t host, std::uint32_t data) {
  if (!powered(host) || data >> 2 != (memories_[host].boots & 0x3fffffff)) return;
  changed();
  boot_part(host, static_cast<BootPart>(data & 3));
}

void HostControl::boot_part(std::size_t host, BootPart part) {
  auto& machine = hosts_[host];
  switch (part) {
    case BootPart::interfaces:
      return bring_up(host);
    case BootPart::addresses:
      machine.kernel.configure_addresses();
      for (std::uint32_t nic = 0; nic < stage_.host(host).nics.size(); ++nic)
        if (machine.daemon) machine.daemon->addresses_changed(nic);
      return;
    case BootPart::services:
      for (std::size_t i = 0; i < machine.kernel.services().size(); ++i) try_start_service(host, i);
      return;
    case BootPart::daemon:
      if (stage_.host(host).daemon_started || memories_[host].ran_at_power_off) start_daemon(host);
      return;
  }
}

void HostControl::bring_up(std::size_t host) {
  auto& machine = hosts_[host];
  for (std::uint32_t nic = 0; nic < stage_.host(host).nics.size(); ++nic) {
    if (machine.kernel.nic_up(nic)) continue;
    machine.kernel.set_nic(nic, true);
    if (machine.daemon) machine.daemon->link_changed(nic);
  }
  listener_.repaired(host);
}

void HostControl::freeze(std::size_t host, bool clock_stands) {
  auto& machine = hosts_[host];
  if (!machine.alive()) return;
  changed();
  machine.frozen = true;
  machine.frozen_at = stage_.now;
  if (clock_stands) memories_[host].clock_stands_since = stage_.now;
}

/// What has passed of a pause has not passed for its clocks.
void HostControl::let_clock_stand(std::size_t host) {
  auto& since = memories_[host].clock_stands_since;
  if (!since) return;
  hosts_[host].kernel.clock().stand_still(*since, stage_.now);
  since = stage_.now;
}

void HostControl::thaw(std::size_t host) {
  auto& machine = hosts_[host];
  if (!machine.frozen) return;
  changed();
  machine.frozen = false;
  let_clock_stand(host);
  const bool clock_stood = std::exchange(memories_[host].clock_stands_since, {}).has_value();
  listener_.repaired(host);
  for (const auto& event : std::exchange(machine.kept_events, {})) {
    // Programs go on where they stood; deadlines are due at once when the clock has run on.
    if (event.kind() == EventKind::script_exit)
      machine.scripts.shift(event, event.at - machine.frozen_at);
    else
      stage_.queue.push(Event{stage_.now, event.order, event.target, event.data});
  }
  if (machine.daemon) {
    if (clock_stood) machine.daemon->clock_bent();
    for (std::uint32_t nic = 0; nic < stage_.host(host).nics.size(); ++nic)
      machine.daemon->link_changed(nic);
    machine.daemon->surroundings_changed();
  }
  for (const auto order : std::exchange(memories_[host].after_thaw, {})) give(host, order);
}

// ---- files, processes, clocks

void HostControl::set_file(std::size_t host, std::string_view path,
                           std::optional<std::int64_t> value) {
  if (file(host, path) == value) return;
  changed();
  hosts_[host].kernel.files().set(path, value);
  if (auto* daemon = listening_daemon(host)) daemon->file_changed(path);
}

void HostControl::set_processes(std::size_t host, std::string_view name, std::uint32_t count) {
  if (!powered(host) || processes(host, name) == count) return;
  changed();
  hosts_[host].kernel.processes().set(name, count);
  if (auto* daemon = listening_daemon(host)) daemon->process_changed(name);
}

void HostControl::step_clock(std::size_t host, Duration step) {
  changed();
  hosts_[host].kernel.step_wall_clock(step);
  if (auto* daemon = listening_daemon(host)) daemon->clock_changed();
}

void HostControl::set_clock_drift(std::size_t host, std::int64_t per_billion) {
  changed();
  let_clock_stand(host);
  hosts_[host].kernel.clock().set_drift(stage_.now, per_billion);
  if (hosts_[host].daemon) hosts_[host].daemon->clock_bent();
}

// ---- network

void HostControl::hold_nic(std::size_t host, std::size_t nic) {
  if (!powered(host)) return;
  changed();
  hosts_[host].kernel.hold_nic(static_cast<std::uint32_t>(nic));
}

void HostControl::release_nic(std::size_t host, std::size_t nic) {
  changed();
  listener_.repaired(host);
  hosts_[host].kernel.release_nic(static_cast<std::uint32_t>(nic), !hosts_[host].frozen);
}

void HostControl::set_nic(std::size_t host, std::size_t nic, bool up) {
  auto& machine = hosts_[host];
  const auto number = static_cast<std::uint32_t>(nic);
  if (!machine.kernel.powered() || machine.kernel.nic_up(number) == up) return;
  changed();
  machine.kernel.set_nic(number, up);
  if (up) listener_.repaired(host);
  if (machine.daemon && !machine.frozen) machine.daemon->link_changed(number);
}

void HostControl::add_rule(std::size_t host, const FirewallRule& rule) {
  if (!powered(host)) return;
  changed();
  if (!hosts_[host].kernel.firewall().insert(rule))
    stage_.tell(TimelineEntry::Kind::refusal, host,
                "iptables: there is no place " + std::to_string(rule.place) + " in that chain");
}

void HostControl::remove_rule(std::size_t host, const FirewallRule& rule) {
  changed();
  hosts_[host].kernel.firewall().remove(rule);
  listener_.repaired(host);
}

}  // namespace understudy::sim
