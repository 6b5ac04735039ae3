#include "sim/cli/local_interfaces.h"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <bit>
#include <cstdint>
#include <optional>
#include <span>

namespace understudy::cli {
namespace {

// The bytes of an address or netmask, in network order; empty for other families.
std::span<const std::uint8_t> bytes_of(const sockaddr* address) {
  if (address == nullptr) return {};
  if (address->sa_family == AF_INET) {
    const auto* ipv4 = reinterpret_cast<const sockaddr_in*>(address);
    return {reinterpret_cast<const std::uint8_t*>(&ipv4->sin_addr), 4};
  }
  if (address->sa_family == AF_INET6) {
    const auto* ipv6 = reinterpret_cast<const sockaddr_in6*>(address);
    return {ipv6->sin6_addr.s6_addr, 16};
  }
  return {};
}

}  // namespace

std::vector<config::InterfaceSubnet> local_interfaces() {
  std::vector<config::InterfaceSubnet> subnets;
  ifaddrs* first = nullptr;
  if (getifaddrs(&first) != 0) return subnets;
  for (const auto* entry = first; entry != nullptr; entry = entry->ifa_next) {
    const auto address = bytes_of(entry->ifa_addr);
    if (address.empty()) continue;
    config::InterfaceSubnet subnet;
    subnet.interface = entry->ifa_name;
    subnet.address.address = IpAddress::from_bytes(address);
    int length = 0;
    for (const auto byte : bytes_of(entry->ifa_netmask)) length += std::popcount(byte);
    subnet.address.prefix_length = static_cast<std::uint8_t>(length);
    subnets.push_back(std::move(subnet));
  }
  freeifaddrs(first);
  return subnets;
}

}  // namespace understudy::cli
