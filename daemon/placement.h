// Where the virtual addresses belong, where adverts are heard, and which interface has which
// address of its own.
#pragma once

#include <string>
#include <vector>

#include "core/net/interface_address.h"
#include "core/node/node_config.h"
#include "daemon/advert_socket.h"
#include "daemon/netlink.h"

namespace understudy::daemon {

struct PlacedAddress {
  std::size_t device = 0;  // index into Placement::devices
  InterfaceAddress address;
  bool elsewhere =
      false;  // on another interface than the virtual router's (its macvlan is its own)
  bool hosts_own = false;  // an address owner's, there before us: never taken off
};

struct Placement {
  std::vector<std::string> devices;                   // the node's interfaces first, in its order
  std::vector<std::vector<PlacedAddress>> by_router;  // as VirtualRouterConfig::held_address
  std::vector<std::size_t> transmit_device;           // by router: where its adverts leave

  explicit Placement(const NodeConfig& config);

  /// Whether a virtual router that is not the owner of the address may put it on an interface.
  bool is_virtual(const IpAddress& address) const;

 private:
  std::size_t device_index(const std::string& name);
  std::vector<IpAddress> virtual_;
};

/// One channel for each interface, family and protocol that virtual routers listen to. Where
/// version 2 is spoken over IPv4 that is the Authentication Header too, expected or not: what does
/// not belong is refused with a word.
std::vector<AdvertChannel> advert_channels(const NodeConfig& config);

/// What a node is told of an interface's addresses.
struct OwnAddresses {
  IpAddress primary;              // the first IPv4 address that is not virtual (nor of scope host)
  IpAddress link_local;           // the same of IPv6, link-local
  std::vector<IpAddress> others;  // all the rest, virtual ones too
};

/// IPv6 addresses count once duplicate address detection is done with them.
OwnAddresses own_addresses(const std::vector<LinkAddress>& addresses, int ifindex,
                           const Placement& placement);

}  // namespace understudy::daemon
