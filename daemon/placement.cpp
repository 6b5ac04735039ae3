#include "daemon/placement.h"

#include <algorithm>

namespace understudy::daemon {
namespace {

constexpr std::uint8_t kScopeHost = 254;
constexpr std::uint8_t kVrrp = 112;
constexpr std::uint8_t kAuthenticationHeader = 51;

AdvertChannel& channel_of(std::vector<AdvertChannel>& channels, std::uint16_t interface,
                          Family family, std::uint8_t protocol) {
  for (auto& channel : channels)
    if (channel.interface == interface && channel.family == family && channel.protocol == protocol)
      return channel;
  return channels.emplace_back(AdvertChannel{interface, family, protocol, {}});
}

void add_groups(AdvertChannel& channel, const VirtualRouterConfig& router) {
  auto destinations = router.destinations;
  if (destinations.empty())
    destinations.push_back(router.rules.family == Family::ipv4
                               ? IpAddress{kVrrpGroup4}
                               : IpAddress::from_bytes(kVrrpGroup6));
  for (const auto& group : destinations)
    if (group.is_multicast() &&
        std::find(channel.groups.begin(), channel.groups.end(), group) == channel.groups.end())
      channel.groups.push_back(group);
}

}  // namespace

Placement::Placement(const NodeConfig& config) : devices(config.interfaces) {
  for (const auto& router : config.virtual_routers) {
    const std::size_t base = router.interface;
    const auto home = router.virtual_mac ? device_index(router.virtual_mac->interface) : base;
    const bool sends_from_base =
        !router.virtual_mac || router.virtual_mac->transmits_on_base || router.unicast();
    transmit_device.push_back(sends_from_base ? base : home);
    auto& placed = by_router.emplace_back();
    for (std::size_t number = 0; number < router.address_count(); ++number) {
      const auto& address = router.held_address(number);
      const bool named = !address.device.empty() && address.device != devices[base];
      const auto device = named ? device_index(address.device) : home;
      placed.push_back({device, address, device != home, false});
      if (!router.owner()) virtual_.push_back(address.address);
    }
  }
}

std::size_t Placement::device_index(const std::string& name) {
  const auto found = std::find(devices.begin(), devices.end(), name);
  const auto index = static_cast<std::size_t>(found - devices.begin());
  if (found == devices.end()) devices.push_back(name);
  return index;
}

bool Placement::is_virtual(const IpAddress& address) const {
  return std::find(virtual_.begin(), virtual_.end(), address) != virtual_.end();
}

std::vector<AdvertChannel> advert_channels(const NodeConfig& config) {
  std::vector<AdvertChannel> channels;
  for (const auto& router : config.virtual_routers) {
    const auto family = router.rules.family;
    add_groups(channel_of(channels, router.interface, family, kVrrp), router);
    // Where none is expected, too: a peer that sends the header is to be named, not passed over.
    if (router.rules.version == 2 && family == Family::ipv4)
      add_groups(channel_of(channels, router.interface, family, kAuthenticationHeader), router);
  }
  return channels;
}

OwnAddresses own_addresses(const std::vector<LinkAddress>& addresses, int ifindex,
                           const Placement& placement) {
  OwnAddresses own;
  for (const auto& entry : addresses) {
    if (entry.ifindex != ifindex || !entry.usable) continue;
    const auto& address = entry.address.address;
    const bool may_be_source = entry.address.scope != kScopeHost && !placement.is_virtual(address);
    auto& source = address.is_ipv4() ? own.primary : own.link_local;
    if (may_be_source && source.is_unspecified() && (address.is_ipv4() || address.is_link_local()))
      source = address;
    else
      own.others.push_back(address);
  }
  return own;
}

}  // namespace understudy::daemon
