// The VRRP advertisement, decoded.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/net/instant.h"
#include "core/net/ip_address.h"

namespace understudy {

/// Authentication types of RFC 2338, section 5.3.6.
enum class AuthType : std::uint8_t { none = 0, pass = 1, ah = 2 };

using AuthData = std::array<std::uint8_t, 8>;

/// One advertisement (RFC 3768, section 5.3; RFC 9568, section 5.2). `addresses` is a view: it
/// borrows the packet it was decoded from, or the configuration it is to be encoded from.
struct Advert {
  std::uint8_t version = 2;                 // 2 or 3
  std::uint8_t vrid = 0;                    // 1 to 255; 0 can be decoded
  std::uint8_t priority = 0;                // 0: the master resigns; 255: the address owner
  std::uint8_t auth_type = 0;               // version 2; as on the wire, unknown values are kept
  Family family = Family::ipv4;             // of the addresses
  std::uint16_t checksum = 0;               // as on the wire; not used by encode
  Duration advert_interval{};               // version 2: whole seconds; version 3: centiseconds
  AuthData auth_data{};                     // version 2; zero in version 3
  std::span<const std::uint8_t> addresses;  // network order, one after the other

  std::size_t address_count() const {
    return family == Family::ipv4 ? addresses.size() / 4 : addresses.size() / 16;
  }
  /// The index-th address; index < address_count().
  IpAddress address(std::size_t index) const {
    const auto size = address_size(family);
    return IpAddress::from_bytes(addresses.subspan(index * size, size));
  }
};

}  // namespace understudy
