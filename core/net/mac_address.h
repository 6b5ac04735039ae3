// Ethernet addresses.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/net/ip_address.h"

namespace understudy {

struct MacAddress {
  std::array<std::uint8_t, 6> bytes{};

  friend constexpr auto operator<=>(const MacAddress&, const MacAddress&) = default;
  constexpr bool is_group() const { return (bytes[0] & 1) != 0; }
};

inline constexpr MacAddress kBroadcastMac{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

/// 00-00-5E-00-01-{vrid}, -02- for IPv6 (RFC 9568, section 7.3).
constexpr MacAddress virtual_mac(std::uint8_t vrid, Family family) {
  return {
      {0x00, 0x00, 0x5e, 0x00, static_cast<std::uint8_t>(family == Family::ipv4 ? 1 : 2), vrid}};
}

/// Whether it is a virtual_mac(), whatever the VRID and the family.
constexpr bool is_virtual_mac(const MacAddress& mac) {
  const auto& b = mac.bytes;
  return b[0] == 0 && b[1] == 0 && b[2] == 0x5e && b[3] == 0 && (b[4] == 1 || b[4] == 2);
}

/// 01-00-5E and the low 23 bits of the group (RFC 1112, section 6.4).
constexpr MacAddress multicast_mac(Ipv4Address group) {
  const auto b = group.bytes();
  return {{0x01, 0x00, 0x5e, static_cast<std::uint8_t>(b[1] & 0x7f), b[2], b[3]}};
}

/// 33-33 and the low 32 bits of the group (RFC 2464, section 7). Of an IPv4 group the above.
inline MacAddress multicast_mac(const IpAddress& group) {
  if (group.is_ipv4()) return multicast_mac(group.ipv4());
  const auto b = group.bytes();
  return {{0x33, 0x33, b[12], b[13], b[14], b[15]}};
}

/// "02:00:00:00:00:01" (or with '-'); nullopt for anything else.
std::optional<MacAddress> parse_mac_address(std::string_view text);
/// Lower case with colons.
std::string to_string(const MacAddress& mac);

}  // namespace understudy
