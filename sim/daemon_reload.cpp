// SIGHUP in a simulated daemon: another configuration under a node that runs, in understudyd's
// order (daemon/host_reload.cpp).
#include <algorithm>
#include <utility>

#include "sim/daemon_process.h"

namespace understudy::sim {

std::shared_ptr<const NodeConfig> DaemonProcess::write_file(
    std::shared_ptr<const NodeConfig> config) {
  return std::exchange(file_, std::move(config));
}

/// A daemon that starts reads what is on the disk; what another configuration left, it does not
/// know.
void DaemonProcess::take_file() {
  if (file_ == config_) return;
  config_ = file_;
  surroundings_.begin_with(*config_);
  map_interfaces();
  listener_.configuration_changed(host_);
}

void DaemonProcess::reload() {
  if (!running()) return;
  if (paused_) {
    reload_pending_ = true;
    return;
  }
  reload_pending_ = false;
  tell(TimelineEntry::Kind::daemon, "daemon reloads its configuration");
  const auto next = file_;
  node_->retire(local_now(), *next, effects_);
  carry_out();
  finish_reload(next);
}

void DaemonProcess::finish_reload(const std::shared_ptr<const NodeConfig>& next) {
  const auto former_addresses = held_addresses();
  const auto former_config = std::exchange(config_, next);
  const auto former_node = std::exchange(*node_, Node{next});
  // What is still to come is the former's: runs of scripts, a wake-up, a deadline.
  ++number_;
  waking_ = false;
  deadline_ = kNever;
  pushed_order_ = 0;
  told_.clear();

  change_network(*former_config);
  write_initial_files(former_config.get());
  tell_surroundings();
  node_->adopt(local_now(), former_node, effects_);
  for (const auto& router : node_->virtual_routers())
    if (router.state() == State::backup)
      obeyed_intervals_[router.config().index] = router.master_interval();
  listener_.configuration_changed(host_);
  carry_out();
  drop_former_addresses(former_addresses);
  sync_deadline();
}

std::vector<DaemonProcess::FormerAddress> DaemonProcess::held_addresses() const {
  std::vector<FormerAddress> held;
  for (const auto& router : config_->virtual_routers) {
    if (node_->virtual_routers()[router.index].state() != State::master) continue;
    for (std::size_t i = 0; i < router.address_count(); ++i)
      if (const int own = interface_of(router, router.held_address(i)); own >= 0)
        held.push_back(
            {kernel_.interface_name(static_cast<std::uint32_t>(own)), router.held_address(i)});
  }
  return held;
}

/// Virtual interfaces that both configurations have stay, with what lies on them.
void DaemonProcess::change_network(const NodeConfig& former) {
  const auto former_interfaces = virtual_interfaces_;
  std::vector<int> kept;
  map_interfaces();
  for (const auto& router : config_->virtual_routers) {
    if (!router.virtual_mac) continue;
    for (const auto& other : former.virtual_routers) {
      if (!other.virtual_mac || other.virtual_mac->interface != router.virtual_mac->interface ||
          other.virtual_mac->mac != router.virtual_mac->mac ||
          former.interfaces[other.interface] != config_->interfaces[router.interface])
        continue;
      virtual_interfaces_[router.index] = former_interfaces[other.index];
      kept.push_back(former_interfaces[other.index]);
    }
  }
  for (const auto& other : former.virtual_routers)
    if (other.virtual_mac &&
        std::find(kept.begin(), kept.end(), former_interfaces[other.index]) == kept.end())
      kernel_.remove_virtual_interface(other.virtual_mac->interface);
  prepare_interfaces();
  surroundings_.change(*config_);
}

void DaemonProcess::drop_former_addresses(const std::vector<FormerAddress>& former) {
  const auto wanted = held_addresses();
  for (const auto& each : former) {
    const bool stays = std::any_of(wanted.begin(), wanted.end(), [&](const FormerAddress& other) {
      return other.interface == each.interface && other.address.address == each.address.address;
    });
    const int own = stays ? -1 : kernel_.find_nic(each.interface);
    if (own >= 0) kernel_.remove_address(static_cast<std::uint32_t>(own), each.address.address);
  }
}

}  // namespace understudy::sim
