// Arithmetic on addresses: which subnet a virtual address suggests, and who lives in it.
#pragma once

#include <vector>

#include "core/net/interface_address.h"

namespace understudy::sim::swarm {

/// The subnet of a virtual address as its hosts will have it: the address's own length, or /24 and
/// /64 where that leaves no room for a host (a VIP is often written as /32).
InterfaceAddress subnet_of(const InterfaceAddress& address);

/// The length of the smallest subnet with both addresses; both of one family.
std::uint8_t common_prefix(const IpAddress& left, const IpAddress& right);

/// A host address of the subnet that is not among `taken`: the first one, counted down from
/// .220 (or the end of a small subnet) in IPv4 and up from ::200 in IPv6.
InterfaceAddress free_address(const InterfaceAddress& subnet, const std::vector<IpAddress>& taken);

}  // namespace understudy::sim::swarm
