// The IPv6 address that an interface makes up for itself.
#pragma once

#include <array>
#include <cstdint>

#include "core/net/mac_address.h"

namespace understudy::sim {

/// fe80:: and the modified EUI-64 of the MAC (RFC 4291, appendix A).
inline IpAddress link_local_of(const MacAddress& mac) {
  const auto& b = mac.bytes;
  const std::array<std::uint8_t, 16> bytes = {
      0xfe, 0x80, 0,    0,    0,    0,    0,   0, static_cast<std::uint8_t>(b[0] ^ 2),
      b[1], b[2], 0xff, 0xfe, b[3], b[4], b[5]};
  return IpAddress::from_bytes(bytes);
}

}  // namespace understudy::sim
