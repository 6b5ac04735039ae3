#include "daemon/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/net/reversed.h"
#include "daemon/interface_settings.h"

namespace understudy::daemon {

Network::Network(const NodeConfig& config, Netlink netlink, AdvertSender sender,
                 Announcer announcer, Surroundings surroundings)
    : config_(&config),
      netlink_(std::move(netlink)),
      sender_(std::move(sender)),
      announcer_(std::move(announcer)),
      surroundings_(std::move(surroundings)),
      placement_(config),
      virtual_macs_(std::make_unique<VirtualMacs>(config)),
      links_(placement_.devices.size()) {}

Network::~Network() {
  if (!virtual_macs_) return;
  virtual_macs_->close(netlink_);
  log_virtual_macs();
}

tl::expected<Network, std::string> Network::open(const NodeConfig& config, Netlink netlink) {
  auto sender = AdvertSender::open();
  if (!sender) return tl::unexpected(sender.error());
  auto announcer = Announcer::open();
  if (!announcer) return tl::unexpected(announcer.error());
  auto surroundings = Surroundings::open(config);
  if (!surroundings) return tl::unexpected(surroundings.error());
  Network network{config, std::move(netlink), std::move(*sender), std::move(*announcer),
                  std::move(*surroundings)};
  auto error = network.virtual_macs_->open(network.netlink_);
  if (error.empty()) error = network.read_links();
  if (error.empty()) error = network.open_ports();
  if (!error.empty()) return tl::unexpected(error);
  return network;
}

// An interface that is only tracked may come later.
std::string Network::read_links() {
  for (std::size_t i = 0; i < links_.size(); ++i) {
    const auto link = netlink_.link(placement_.devices[i]);
    const bool needed =
        i >= config_->interfaces.size() ||
        std::ranges::any_of(config_->virtual_routers,
                            [i](const VirtualRouterConfig& each) { return each.interface == i; });
    if (!link && needed) return placement_.devices[i] + ": no such interface";
    links_[i] = link.value_or(LinkState{});
  }
  return {};
}

std::string Network::open_ports() {
  for (auto& channel : advert_channels(*config_)) {
    const int ifindex = links_[channel.interface].ifindex;
    auto socket = AdvertSocket::open(channel, config_->interfaces[channel.interface], ifindex);
    if (!socket) return socket.error();
    ports_.push_back({std::move(channel), std::move(*socket), ifindex});
  }
  return {};
}

const std::string& Network::name(std::uint16_t virtual_router) const {
  return config_->virtual_routers[virtual_router].name;
}

int Network::send_advert(std::uint16_t virtual_router, std::span<const std::uint8_t> packet,
                         const IpAddress& destination) {
  const auto device = placement_.transmit_device[virtual_router];
  return sender_.send(links_[device].ifindex, packet, destination);
}

void Network::add_addresses(std::uint16_t virtual_router) {
  surroundings_.close_addresses(virtual_router);
  for (const auto& placed : placement_.by_router[virtual_router]) {
    if (placed.hosts_own) continue;
    const auto error = netlink_.add(links_[placed.device].ifindex, placed.address);
    if (!error.empty())
      log_line(LogLevel::error,
               fmt::format("({}) cannot put {} on {}: {}", name(virtual_router),
                           to_string(placed.address), placement_.devices[placed.device], error));
  }
  surroundings_.add_routes(virtual_router);
}

void Network::remove_addresses(std::uint16_t virtual_router) {
  surroundings_.remove_routes(virtual_router);
  for (const auto& placed : reversed(placement_.by_router[virtual_router])) {
    if (placed.hosts_own || links_[placed.device].ifindex == 0) continue;
    const auto error = netlink_.remove(links_[placed.device].ifindex, placed.address);
    if (!error.empty())
      log_line(LogLevel::error,
               fmt::format("({}) cannot take {} off {}: {}", name(virtual_router),
                           to_string(placed.address), placement_.devices[placed.device], error));
  }
  surroundings_.open_addresses(virtual_router);
}

void Network::announce_addresses(const AnnounceAddresses& effect) {
  const auto& router = config_->virtual_routers[effect.virtual_router];
  const auto& all = placement_.by_router[effect.virtual_router];
  const std::size_t first = std::min<std::size_t>(effect.first, all.size());
  const auto meant =
      std::span{all}.subspan(first).first(std::min<std::size_t>(effect.count, all.size() - first));
  std::vector<std::optional<bool>> forwards(links_.size());  // by device
  int error = 0;
  for (unsigned round = 0; round < effect.repeat; ++round) {
    for (const auto& placed : meant) {
      if (effect.elsewhere_only && !placed.elsewhere) continue;
      const auto& link = links_[placed.device];
      auto& router_flag = forwards[placed.device];
      if (!placed.address.address.is_ipv4() && !router_flag)
        router_flag = read_setting(Family::ipv6, placement_.devices[placed.device], "forwarding")
                          .value_or(0) != 0;
      const auto target =
          router.rules.profile == Profile::rfc ? GarpTarget::sender : GarpTarget::broadcast;
      const int failed = announcer_.announce(
          link.ifindex, {placed.address.address, link.mac, target, router_flag.value_or(false)});
      if (failed != 0) error = failed;
    }
  }
  if (error != 0)
    log_line(LogLevel::warning, fmt::format("({}) cannot announce its addresses: {}", router.name,
                                            std::strerror(error)));
}

void Network::restore_addresses(std::uint16_t virtual_router) {
  bool restored = false;
  for (const auto& placed : placement_.by_router[virtual_router]) {
    const int ifindex = links_[placed.device].ifindex;
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
  surroundings_.remove_leftovers();
  log_virtual_macs();
  const auto present = netlink_.addresses();
  for (std::size_t i = 0; i < placement_.by_router.size(); ++i) {
    const auto& router = config_->virtual_routers[i];
    for (auto& placed : placement_.by_router[i]) {
      remove_leftover(i, placed, placed.device, present);
      // A predecessor without use_vmac had them on the interface below.
      if (router.virtual_mac && !placed.elsewhere && !router.owner())
        remove_leftover(i, placed, router.interface, present);
    }
  }
}

void Network::remove_leftover(std::size_t router, PlacedAddress& placed, std::size_t device,
                              const std::vector<LinkAddress>& present) {
  const auto& config = config_->virtual_routers[router];
  const int ifindex = links_[device].ifindex;
  const auto on_device = [&](const LinkAddress& entry) { return entry.ifindex == ifindex; };
  const auto first = std::find_if(present.begin(), present.end(), on_device);
  for (const auto& entry : present) {
    if (!on_device(entry) || entry.address.address != placed.address.address) continue;
    // IPv4 addresses keep their order. IPv6 ones do not, but those that a daemon puts on skip
    // duplicate address detection.
    const bool by_host = placed.address.address.is_ipv4()
                             ? first->address.address == placed.address.address
                             : !entry.unchecked;
    if (config.owner() && by_host) {
      placed.hosts_own = true;
      continue;
    }
    const auto error = netlink_.remove(ifindex, entry.address);
    log_line(error.empty() ? LogLevel::warning : LogLevel::error,
             fmt::format("({}) {} was left on {}: {}", config.name, to_string(entry.address),
                         placement_.devices[device],
                         error.empty() ? "removed" : "cannot remove it: " + error));
  }
}

void Network::log_virtual_macs() {
  for (const auto& line : virtual_macs_->take_lines()) log_line(line);
}

std::vector<Input> Network::refresh() {
  virtual_macs_->repair(netlink_);
  log_virtual_macs();
  std::vector<Input> changes;
  addresses_ = netlink_.addresses();
  bool came_up = false;
  for (std::size_t i = 0; i < links_.size(); ++i) {
    const bool was_up = links_[i].up;
    links_[i] = netlink_.link(placement_.devices[i]).value_or(LinkState{});
    came_up = came_up || (links_[i].up && !was_up);
    if (i >= config_->interfaces.size()) continue;  // none of the node's
    const auto interface = static_cast<std::uint16_t>(i);
    const auto own = links_[i].ifindex == 0
                         ? OwnAddresses{}
                         : own_addresses(addresses_, links_[i].ifindex, placement_);
    // The link goes last up and first down, so that no advert lacks its source.
    const LinkChanged link{interface, links_[i].up};
    const AddressesChanged address{interface, own.primary, own.link_local, own.others};
    if (links_[i].up) {
      changes.emplace_back(address);
      changes.emplace_back(link);
    } else {
      changes.emplace_back(link);
      changes.emplace_back(address);
    }
  }
  surroundings_.restore_routes(netlink_, came_up);
  return changes;
}

std::vector<std::size_t> Network::stale_sockets() const {
  std::vector<std::size_t> stale;
  for (std::size_t i = 0; i < ports_.size(); ++i) {
    const int ifindex = links_[ports_[i].channel.interface].ifindex;
    if (ifindex != 0 && ifindex != ports_[i].ifindex) stale.push_back(i);
  }
  return stale;
}

void Network::reopen_socket(std::size_t index) {
  auto& port = ports_[index];
  const int ifindex = links_[port.channel.interface].ifindex;
  auto socket =
      AdvertSocket::open(port.channel, config_->interfaces[port.channel.interface], ifindex);
  if (!socket) {
    log_line(LogLevel::error, socket.error());
    return;
  }
  port.socket = std::move(*socket);
  port.ifindex = ifindex;
}

}  // namespace understudy::daemon
