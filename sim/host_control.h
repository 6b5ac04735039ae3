// The hands on the machines: what faults and scripts can do to hosts, services and daemons.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

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

  // ---- daemons. What is asked of a machine that stands still happens when it goes on, in order;
  // only SIGKILL does not wait.
  void start_daemon(std::size_t host);
  /// SIGTERM. Waits while the daemon stands still; it stays stopped until somebody starts it.
  void stop_daemon(std::size_t host);
  /// A service manager starts it again (Host::restart_after).
  void kill_daemon(std::size_t host);
  /// SIGHUP: the daemon that runs reads its file again, or as soon as it goes on.
  void reload_daemon(std::size_t host);
  /// Stops it and, as soon as it has gone, starts it; or starts one that did not run.
  void restart_daemon(std::size_t host);
  /// Another keepalived.conf on the disk, for the next start or reload; returns the one before.
  std::shared_ptr<const NodeConfig> write_config(std::size_t host, const ConfigSource& source);
  void restore_config(std::size_t host, std::shared_ptr<const NodeConfig> former);
  /// EventKind::daemon_start. `order` 0: the first start.
  void reach_daemon_start(std::size_t host, std::uint32_t order);
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
  /// EventKind::boot_step: what of a boot takes its time (Host::boot).
  void reach_boot_step(std::size_t host, std::uint32_t data);
  bool powered(std::size_t host) const { return hosts_[host].kernel.powered(); }

  void pause_daemon(std::size_t host);
  void resume_daemon(std::size_t host);
  /// A virtual machine. `clock_stands`: its clocks stand still, too.
  void freeze(std::size_t host, bool clock_stands = false);
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
  /// In parts per billion, of all the host's clocks.
  std::int64_t clock_drift(std::size_t host) const { return hosts_[host].kernel.clock().drift(); }
  void set_clock_drift(std::size_t host, std::int64_t per_billion);

  /// Frames wait on both sides of the NIC, as many as the queues of its cable hold.
  void hold_nic(std::size_t host, std::size_t nic);
  void release_nic(std::size_t host, std::size_t nic);

  void add_rule(std::size_t host, const FirewallRule& rule);
  void remove_rule(std::size_t host, const FirewallRule& rule);

 private:
  enum class Order : std::uint8_t { start, stop, reload, restart };
  enum class BootPart : std::uint8_t { interfaces, addresses, services, daemon };

  void changed();
  /// The daemon that may be told of something now; null: none, or its machine stands still.
  DaemonProcess* listening_daemon(std::size_t host);
  /// Whether an order has to wait for a machine that stands still; then it is kept.
  bool waits(std::size_t host, Order order);
  void give(std::size_t host, Order order);
  void finish_restart(std::size_t host);
  void boot_part(std::size_t host, BootPart part);
  void bring_up(std::size_t host);
  void let_clock_stand(std::size_t host);

  /// What is on a machine's mind.
  struct Memory {
    bool ran_at_power_off = false;
    bool start_when_stopped = false;  // a restart waits for the end of the daemon
    std::uint32_t starts = 0;         // a planned start with an older number is void
    std::uint32_t boots = 0;
    std::vector<Order> after_thaw;
    std::optional<Instant> clock_stands_since;
  };

  Stage& stage_;
  SimHosts& hosts_;
  ControlListener& listener_;
  std::vector<Memory> memories_ = std::vector<Memory>(hosts_.size());
};

}  // namespace understudy::sim
