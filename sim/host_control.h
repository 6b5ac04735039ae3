// The hands on the machines: what faults and scripts can do to hosts, services and daemons.
#pragma once

#include <cstdint>

#include "sim/sim_host.h"

namespace understudy::sim {

class ControlListener {
 public:
  virtual ~ControlListener() = default;
  /// Something outside the protocol changed.
  virtual void disturbed() = 0;
  /// Something of this host works that did not before.
  virtual void repaired(std::size_t host) = 0;
  virtual void power_lost(std::size_t host) = 0;
};

/// Every verb is total: what is so already stays so, what cannot be done is not done.
class HostControl {
 public:
  HostControl(Stage& stage, SimHosts& hosts, ControlListener& listener)
      : stage_(stage), hosts_(hosts), listener_(listener) {}

  void set_service(std::size_t host, std::size_t service, ServiceTable::Condition condition);
  /// As a script or an administrator does it: a broken service stays down.
  void try_start_service(std::size_t host, std::size_t service);
  ServiceTable::Condition service(std::size_t host, std::size_t index) const {
    return hosts_[host].kernel.services()[index];
  }

  void start_daemon(std::size_t host);
  /// SIGTERM. Waits while the daemon or its machine stands still.
  void stop_daemon(std::size_t host);
  void kill_daemon(std::size_t host);
  bool daemon_runs(std::size_t host) const {
    return hosts_[host].daemon && hosts_[host].daemon->running();
  }

  /// All that is not on disk is gone, without a word.
  void power_off(std::size_t host);
  /// In good order: the daemon is stopped first.
  void shut_down(std::size_t host);
  /// Interfaces, services that are not broken, and the daemon, if it is one that starts by itself
  /// or ran when the power went.
  void boot(std::size_t host);
  bool powered(std::size_t host) const { return hosts_[host].kernel.powered(); }

  void pause_daemon(std::size_t host);
  void resume_daemon(std::size_t host);
  void freeze(std::size_t host);
  void thaw(std::size_t host);

  void set_nic(std::size_t host, std::size_t nic, bool up);
  bool nic_up(std::size_t host, std::size_t nic) const {
    return hosts_[host].kernel.nic_up(static_cast<std::uint32_t>(nic));
  }

  /// nullopt: no such file.
  std::optional<std::int64_t> file(std::size_t host, std::string_view path) const {
    return hosts_[host].kernel.files().value(path);
  }
  void set_file(std::size_t host, std::string_view path, std::optional<std::int64_t> value);
  std::uint32_t processes(std::size_t host, std::string_view name) const {
    return hosts_[host].kernel.processes().count(name);
  }
  /// Nothing runs on a machine without power.
  void set_processes(std::size_t host, std::string_view name, std::uint32_t count);
  void step_clock(std::size_t host, Duration step);

  void add_rule(std::size_t host, const FirewallRule& rule);
  void remove_rule(std::size_t host, const FirewallRule& rule);

 private:
  void changed();
  /// The daemon that may be told of something now; null: none, or its machine stands still.
  DaemonProcess* listening_daemon(std::size_t host);

  Stage& stage_;
  SimHosts& hosts_;
  ControlListener& listener_;
  std::vector<bool> ran_at_power_off_ = std::vector<bool>(hosts_.size());
  std::vector<bool> stop_after_thaw_ = std::vector<bool>(hosts_.size());
};

}  // namespace understudy::sim
