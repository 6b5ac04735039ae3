// Where the virtual addresses belong, and which interface has which address of its own.
#pragma once

#include <string>
#include <vector>

#include "core/net/interface_address.h"
#include "core/node/node_config.h"
#include "daemon/netlink.h"

namespace understudy::daemon {

struct PlacedAddress {
  std::size_t device = 0;  // index into Placement::devices
  InterfaceAddress address;
  bool hosts_own = false;  // an address owner's, there before us: never taken off
};

struct Placement {
  std::vector<std::string> devices;  // the node's interfaces first, in its order
  std::vector<std::vector<PlacedAddress>> by_router;

  explicit Placement(const NodeConfig& config);

  /// Whether a virtual router that is not the owner of the address may put it on an interface.
  bool is_virtual(const IpAddress& address) const;

 private:
  std::vector<IpAddress> virtual_;
};

/// The interface's first address that is not virtual (nor of scope host): the source of its
/// adverts. Unspecified when there is none.
IpAddress primary_address(const std::vector<LinkAddress>& addresses, int ifindex,
                          const Placement& placement);

}  // namespace understudy::daemon
