#include "core/net/interface_address.h"

namespace understudy {

bool contains(const InterfaceAddress& subnet, const IpAddress& address) {
  if (subnet.address.family() != address.family()) return false;
  const auto ours = subnet.address.bytes();
  const auto theirs = address.bytes();
  unsigned bits = subnet.prefix_length;
  for (std::size_t i = 0; i < ours.size() && bits > 0; ++i) {
    const unsigned here = bits < 8 ? bits : 8;
    const auto mask = static_cast<std::uint8_t>(0xff << (8 - here));
    if (((ours[i] ^ theirs[i]) & mask) != 0) return false;
    bits -= here;
  }
  return true;
}

std::string to_string(const InterfaceAddress& address) {
  return to_string(address.address) + "/" + std::to_string(address.prefix_length);
}

}  // namespace understudy
