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

void HostControl::start_daemon(std::size_t host) {
  if (!hosts_[host].daemon || !hosts_[host].alive() || hosts_[host].daemon->running()) return;
  changed();
  hosts_[host].daemon->start();
}

void HostControl::stop_daemon(std::size_t host) {
  if (!daemon_runs(host)) return;
  if (hosts_[host].frozen) {
    stop_after_thaw_[host] = true;
    return;
  }
  changed();
  hosts_[host].daemon->stop();
}

void HostControl::kill_daemon(std::size_t host) {
  if (!daemon_runs(host)) return;
  changed();
  stage_.tell(TimelineEntry::Kind::daemon, host, "daemon killed; its addresses stay");
  hosts_[host].daemon->kill();
  hosts_[host].kernel.leave_groups();
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
}

// ---- machines

void HostControl::power_off(std::size_t host) {
  auto& machine = hosts_[host];
  if (!machine.kernel.powered()) return;
  changed();
  ran_at_power_off_[host] = daemon_runs(host);
  stop_after_thaw_[host] = false;
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
  ran_at_power_off_[host] = ran;
}

void HostControl::boot(std::size_t host) {
  auto& machine = hosts_[host];
  if (machine.kernel.powered()) return;
  changed();
  machine.kernel.power_on();
  listener_.repaired(host);
  for (std::size_t i = 0; i < machine.kernel.services().size(); ++i) try_start_service(host, i);
  if (stage_.host(host).daemon_started || ran_at_power_off_[host]) start_daemon(host);
}

void HostControl::freeze(std::size_t host) {
  auto& machine = hosts_[host];
  if (!machine.alive()) return;
  changed();
  machine.frozen = true;
  machine.frozen_at = stage_.now;
}

void HostControl::thaw(std::size_t host) {
  auto& machine = hosts_[host];
  if (!machine.frozen) return;
  changed();
  machine.frozen = false;
  listener_.repaired(host);
  for (const auto& event : std::exchange(machine.kept_events, {})) {
    // Programs go on where they stood; the clock has jumped, so deadlines are due at once.
    if (event.kind() == EventKind::script_exit)
      machine.scripts.shift(event, event.at - machine.frozen_at);
    else
      stage_.queue.push(Event{stage_.now, event.order, event.target, event.data});
  }
  if (machine.daemon)
    for (std::uint32_t nic = 0; nic < stage_.host(host).nics.size(); ++nic)
      machine.daemon->link_changed(nic);
  if (machine.daemon) machine.daemon->surroundings_changed();
  if (stop_after_thaw_[host]) {
    stop_after_thaw_[host] = false;
    stop_daemon(host);
  }
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

// ---- network

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
  hosts_[host].kernel.firewall().insert(rule);
}

void HostControl::remove_rule(std::size_t host, const FirewallRule& rule) {
  changed();
  hosts_[host].kernel.firewall().remove(rule);
  listener_.repaired(host);
}

}  // namespace understudy::sim
