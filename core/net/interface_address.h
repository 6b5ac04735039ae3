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

  friend bool operator==(const InterfaceAddress&, const InterfaceAddress&) = default;
};

/// Whether `address` lies in the subnet that `subnet` puts on its interface.
bool contains(const InterfaceAddress& subnet, const IpAddress& address);

/// "192.168.56.100/24"
std::string to_string(const InterfaceAddress& address);

}  // namespace understudy
