// An address as it is put on an interface: what `ip address add` takes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/net/ip_address.h"

namespace understudy {

/// One line of keepalived's virtual_ipaddress block, or one address of an interface.
struct InterfaceAddress {
  IpAddress address;
  std::uint8_t prefix_length = 32;       // 0 to 32 or 128
  std::string device;                    // empty: the virtual router's interface
  std::string label;                     // IPv4 only; empty: none
  std::optional<Ipv4Address> broadcast;  // IPv4 only
  std::uint8_t scope = 0;                // rtnetlink scope: 0 global, 253 link, 254 host
  std::optional<IpAddress> peer = {};    // the other end of a point-to-point link
  std::optional<std::uint32_t> preferred_lifetime = {};  // seconds; IPv6: 0 deprecates it
  bool no_prefix_route = false;                          // the kernel makes no route to its subnet
  bool home = false;                                     // IPv6: a Mobile IPv6 home address

  friend bool operator==(const InterfaceAddress&, const InterfaceAddress&) = default;
};

/// Whether `address` lies in the subnet that `subnet` puts on its interface.
bool contains(const InterfaceAddress& subnet, const IpAddress& address);

/// "192.168.56.100/24"
std::string to_string(const InterfaceAddress& address);

}  // namespace understudy
