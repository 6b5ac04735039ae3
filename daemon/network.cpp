#include "daemon/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace understudy::daemon {

Network::Network(const NodeConfig& config, Netlink netlink, Announcer announcer)
    : config_(&config),
      netlink_(std::move(netlink)),
      announcer_(std::move(announcer)),
      placement_(config),
      devices_(placement_.devices.size()) {}

tl::expected<Network, std::string> Network::open(const NodeConfig& config, Netlink netlink) {
  auto announcer = Announcer::open();
  if (!announcer) return tl::unexpected(announcer.error());
  Network network{config, std::move(netlink), std::move(*announcer)};
  for (std::size_t i = 0; i < network.devices_.size(); ++i) {
    const auto link = network.netlink_.link(network.placement_.devices[i]);
    if (!link) return tl::unexpected(network.placement_.devices[i] + ": no such interface");
    network.devices_[i].link = *link;
  }
  for (std::size_t i = 0; i < config.interfaces.size(); ++i) {
    const int ifindex = network.devices_[i].link.ifindex;
    auto socket = AdvertSocket::open(config.interfaces[i], ifindex);
    if (!socket) return tl::unexpected(socket.error());
    network.ports_.push_back({std::move(*socket), ifindex});
  }
  return network;
}

const std::string& Network::name(std::uint16_t virtual_router) const {
  return config_->virtual_routers[virtual_router].name;
}

int Network::send_advert(std::uint16_t virtual_router, std::span<const std::uint8_t> packet,
                         const IpAddress& destination) {
  const auto interface = config_->virtual_routers[virtual_router].interface;
  return ports_[interface].socket.send(packet, destination);
}

void Network::add_addresses(std::uint16_t virtual_router) {
  for (const auto& placed : placement_.by_router[virtual_router]) {
    if (placed.hosts_own) continue;
    const auto error = netlink_.add(devices_[placed.device].link.ifindex, placed.address);
    if (!error.empty())
      log_line(LogLevel::error,
               fmt::format("({}) cannot put {} on {}: {}", name(virtual_router),
                           to_string(placed.address), placement_.devices[placed.device], error));
  }
}

void Network::remove_addresses(std::uint16_t virtual_router) {
  for (const auto& placed : placement_.by_router[virtual_router]) {
    if (placed.hosts_own || devices_[placed.device].link.ifindex == 0) continue;
    const auto error = netlink_.remove(devices_[placed.device].link.ifindex, placed.address);
    if (!error.empty())
      log_line(LogLevel::error,
               fmt::format("({}) cannot take {} off {}: {}", name(virtual_router),
                           to_string(placed.address), placement_.devices[placed.device], error));
  }
}

void Network::announce_addresses(std::uint16_t virtual_router, unsigned repeat) {
  int error = 0;
  for (unsigned round = 0; round < repeat; ++round) {
    for (const auto& placed : placement_.by_router[virtual_router]) {
      if (!placed.address.address.is_ipv4()) continue;
      const auto& link = devices_[placed.device].link;
      const int failed = announcer_.announce(link.ifindex, link.mac, placed.address.address.ipv4());
      if (failed != 0) error = failed;
    }
  }
  if (error != 0)
    log_line(LogLevel::warning, fmt::format("({}) cannot send gratuitous ARP: {}",
                                            name(virtual_router), std::strerror(error)));
}

void Network::restore_addresses(std::uint16_t virtual_router) {
  bool restored = false;
  for (const auto& placed : placement_.by_router[virtual_router]) {
    const int ifindex = devices_[placed.device].link.ifindex;
    const bool there =
        std::any_of(addresses_.begin(), addresses_.end(), [&](const LinkAddress& entry) {
          return entry.ifindex == ifindex && entry.address.address == placed.address.address;
        });
    if (there || placed.hosts_own || ifindex == 0) continue;
    log_line(LogLevel::warning,
             fmt::format("({}) somebody took {} off {}: put back", name(virtual_router),
                         to_string(placed.address), placement_.devices[placed.device]));
    restored = true;
  }
  if (!restored) return;
  add_addresses(virtual_router);
  addresses_ = netlink_.addresses();
}

void Network::remove_leftovers() {
  const auto present = netlink_.addresses();
  for (std::size_t i = 0; i < placement_.by_router.size(); ++i) {
    const auto& router = config_->virtual_routers[i];
    for (auto& placed : placement_.by_router[i]) {
      const int ifindex = devices_[placed.device].link.ifindex;
      const auto on_device = [&](const LinkAddress& entry) { return entry.ifindex == ifindex; };
      const auto first = std::find_if(present.begin(), present.end(), on_device);
      for (const auto& entry : present) {
        if (!on_device(entry) || entry.address.address != placed.address.address) continue;
        if (router.owner() && first->address.address == placed.address.address) {
          placed.hosts_own = true;
          continue;
        }
        const auto error = netlink_.remove(ifindex, entry.address);
        log_line(error.empty() ? LogLevel::warning : LogLevel::error,
                 fmt::format("({}) {} was left on {}: {}", router.name, to_string(entry.address),
                             placement_.devices[placed.device],
                             error.empty() ? "removed" : "cannot remove it: " + error));
      }
    }
  }
}

std::vector<Input> Network::refresh() {
  std::vector<Input> changes;
  addresses_ = netlink_.addresses();
  for (std::size_t i = 0; i < devices_.size(); ++i) {
    auto& device = devices_[i];
    device.link = netlink_.link(placement_.devices[i]).value_or(LinkState{});
    device.primary = device.link.ifindex == 0
                         ? IpAddress{}
                         : primary_address(addresses_, device.link.ifindex, placement_);
    if (i >= ports_.size()) continue;  // of the node's interfaces alone
    const auto interface = static_cast<std::uint16_t>(i);
    // The link goes last up and first down, so that no advert lacks its source.
    const LinkChanged link{interface, device.link.up};
    const AddressesChanged address{interface, device.primary};
    if (device.link.up) {
      changes.emplace_back(address);
      changes.emplace_back(link);
    } else {
      changes.emplace_back(link);
      changes.emplace_back(address);
    }
  }
  return changes;
}

std::vector<std::uint16_t> Network::stale_sockets() const {
  std::vector<std::uint16_t> stale;
  for (std::size_t i = 0; i < ports_.size(); ++i)
    if (devices_[i].link.ifindex != 0 && devices_[i].link.ifindex != ports_[i].ifindex)
      stale.push_back(static_cast<std::uint16_t>(i));
  return stale;
}

void Network::reopen_socket(std::uint16_t interface) {
  const int ifindex = devices_[interface].link.ifindex;
  auto socket = AdvertSocket::open(config_->interfaces[interface], ifindex);
  if (!socket) {
    log_line(LogLevel::error, socket.error());
    return;
  }
  ports_[interface] = {std::move(*socket), ifindex};
}

}  // namespace understudy::daemon
