#include "sim/swarm/subnets.h"

#include <algorithm>
#include <array>
#include <bit>

namespace understudy::sim::swarm {
namespace {

constexpr std::uint8_t kSmallestSubnet4 = 29, kUsualSubnet4 = 24, kUsualSubnet6 = 64;

IpAddress address6(const IpAddress& like, std::uint32_t number) {
  std::array<std::uint8_t, 16> bytes{};
  std::copy_n(like.bytes().begin(), 8, bytes.begin());
  for (std::size_t i = 0; i < 4; ++i) bytes[15 - i] = static_cast<std::uint8_t>(number >> 8 * i);
  return IpAddress::from_bytes(bytes);
}

}  // namespace

InterfaceAddress subnet_of(const InterfaceAddress& address) {
  InterfaceAddress subnet;
  subnet.address = address.address;
  subnet.prefix_length = address.prefix_length;
  if (address.address.is_ipv4()) {
    if (subnet.prefix_length > kSmallestSubnet4 || subnet.prefix_length < 8)
      subnet.prefix_length = kUsualSubnet4;
  } else if (subnet.prefix_length > kUsualSubnet6 || subnet.prefix_length < 8) {
    subnet.prefix_length = kUsualSubnet6;
  }
  return subnet;
}

std::uint8_t common_prefix(const IpAddress& left, const IpAddress& right) {
  unsigned length = 0;
  for (std::size_t i = 0; i < left.bytes().size(); ++i) {
    const auto differing = static_cast<std::uint8_t>(left.bytes()[i] ^ right.bytes()[i]);
    length += static_cast<unsigned>(std::countl_zero(differing));
    if (differing != 0) break;
  }
  return static_cast<std::uint8_t>(length);
}

InterfaceAddress free_address(const InterfaceAddress& subnet, const std::vector<IpAddress>& taken) {
  InterfaceAddress result;
  result.prefix_length = subnet.prefix_length;
  const auto is_taken = [&](const IpAddress& address) {
    return std::find(taken.begin(), taken.end(), address) != taken.end();
  };
  if (!subnet.address.is_ipv4()) {
    std::uint32_t number = 0x200;
    do result.address = address6(subnet.address, number++);
    while (is_taken(result.address));
    return result;
  }
  const auto host_bits = 32U - subnet.prefix_length;
  const auto base = subnet.address.ipv4().value >> host_bits << host_bits;
  const auto size = std::uint32_t{1} << host_bits;
  auto number = std::min(size - 2, std::uint32_t{220});
  for (std::uint32_t tries = 0; tries < size; ++tries) {
    result.address = Ipv4Address{base + number};
    if (!is_taken(result.address)) break;
    number = number > 1 ? number - 1 : size - 2;
  }
  return result;
}

}  // namespace understudy::sim::swarm
