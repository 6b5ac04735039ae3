#include "daemon/placement.h"

#include <algorithm>

namespace understudy::daemon {
namespace {

constexpr std::uint8_t kScopeHost = 254;

}  // namespace

Placement::Placement(const NodeConfig& config) : devices(config.interfaces) {
  for (const auto& router : config.virtual_routers) {
    auto& placed = by_router.emplace_back();
    for (const auto& address : router.addresses) {
      std::size_t device = router.interface;
      if (!address.device.empty()) {
        const auto found = std::find(devices.begin(), devices.end(), address.device);
        device = static_cast<std::size_t>(found - devices.begin());
        if (found == devices.end()) devices.push_back(address.device);
      }
      placed.push_back({device, address, false});
      if (!router.owner()) virtual_.push_back(address.address);
    }
  }
}

bool Placement::is_virtual(const IpAddress& address) const {
  return std::find(virtual_.begin(), virtual_.end(), address) != virtual_.end();
}

IpAddress primary_address(const std::vector<LinkAddress>& addresses, int ifindex,
                          const Placement& placement) {
  for (const auto& entry : addresses)
    if (entry.ifindex == ifindex && entry.address.scope != kScopeHost &&
        !placement.is_virtual(entry.address.address))
      return entry.address.address;
  return {};
}

}  // namespace understudy::daemon
