// Another configuration under a network that is in use.
#include <fmt/format.h>

#include <algorithm>

#include "daemon/network.h"

namespace understudy::daemon {
namespace {

bool same_channel(const NodeConfig& left_config, const AdvertChannel& left,
                  const NodeConfig& right_config, AdvertChannel right) {
  if (left_config.interfaces[left.interface] != right_config.interfaces[right.interface])
    return false;
  right.interface = left.interface;
  return left == right;
}

}  // namespace

tl::expected<NetworkAdditions, std::string> Network::open_additions(const NodeConfig& next) {
  NetworkAdditions additions;
  for (auto& channel : advert_channels(next)) {
    if (std::ranges::any_of(ports_, [&](const AdvertPort& port) {
          return same_channel(*config_, port.channel, next, channel);
        }))
      continue;
    const auto& interface = next.interfaces[channel.interface];
    const auto link = netlink_.link(interface);
    if (!link) return tl::unexpected(interface + ": no such interface");
    auto socket = AdvertSocket::open(channel, interface, link->ifindex);
    if (!socket) return tl::unexpected(socket.error());
    additions.ports.push_back({std::move(channel), std::move(*socket), link->ifindex});
  }
  return additions;
}

void Network::change(const NodeConfig& next, NetworkAdditions additions,
                     const std::vector<bool>& masters) {
  Placement placement{next};
  note_former_addresses(masters);
  keep_owners_addresses(next, placement);

  auto macs = std::make_unique<VirtualMacs>(next);
  macs->inherit(*virtual_macs_);
  virtual_macs_->close(netlink_);
  log_virtual_macs();
  virtual_macs_ = std::move(macs);
  if (const auto error = virtual_macs_->open(netlink_); !error.empty())
    log_line(LogLevel::error, error);
  log_virtual_macs();

  std::vector<AdvertPort> ports;
  for (auto& channel : advert_channels(next)) {
    for (auto& port : additions.ports)
      if (port.channel == channel) ports.push_back(std::move(port));
    for (auto& port : ports_)
      if (same_channel(*config_, port.channel, next, channel))
        ports.push_back({channel, std::move(port.socket), port.ifindex});
  }
  ports_ = std::move(ports);

  surroundings_.change(next, netlink_);
  config_ = &next;
  placement_ = std::move(placement);
  links_.assign(placement_.devices.size(), {});
  for (std::size_t i = 0; i < links_.size(); ++i)
    links_[i] = netlink_.link(placement_.devices[i]).value_or(LinkState{});
}

void Network::note_former_addresses(const std::vector<bool>& masters) {
  former_.clear();
  for (std::size_t i = 0; i < placement_.by_router.size(); ++i)
    for (const auto& placed : placement_.by_router[i])
      if (masters[i] && !placed.hosts_own)
        former_.push_back({placement_.devices[placed.device], placed.address});
}

// What was the host's own stays so; a new owner's address that is there already is, too.
void Network::keep_owners_addresses(const NodeConfig& next, Placement& placement) {
  const auto present = netlink_.addresses();
  for (std::size_t i = 0; i < placement.by_router.size(); ++i) {
    if (!next.virtual_routers[i].owner()) continue;
    for (auto& placed : placement.by_router[i]) {
      const auto& device = placement.devices[placed.device];
      const auto link = netlink_.link(device);
      const bool ours = std::ranges::any_of(former_, [&](const FormerAddress& each) {
        return each.device == device && each.address.address == placed.address.address;
      });
      placed.hosts_own =
          link && !ours && std::ranges::any_of(present, [&](const LinkAddress& entry) {
            return entry.ifindex == link->ifindex &&
                   entry.address.address == placed.address.address;
          });
    }
  }
}

void Network::drop_former_addresses(const std::vector<bool>& masters) {
  const auto wanted = [&](const FormerAddress& former) {
    for (std::size_t i = 0; i < placement_.by_router.size(); ++i)
      for (const auto& placed : placement_.by_router[i])
        if (masters[i] && placement_.devices[placed.device] == former.device &&
            placed.address.address == former.address.address)
          return true;
    return false;
  };
  for (const auto& former : former_) {
    const auto link = wanted(former) ? std::nullopt : netlink_.link(former.device);
    if (!link) continue;
    const auto error = netlink_.remove(link->ifindex, former.address);
    log_line(error.empty() ? LogLevel::info : LogLevel::error,
             fmt::format("{} {} {}", to_string(former.address),
                         error.empty() ? "is taken off" : "cannot be taken off", former.device));
  }
  former_.clear();
}

}  // namespace understudy::daemon
