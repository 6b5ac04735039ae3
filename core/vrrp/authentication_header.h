// The IP authentication header in front of version 2 adverts (RFC 2338, section 5.3.6.3, as
// keepalived speaks it): HMAC-MD5 cut to 96 bits, keyed with the 8 bytes of the password.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/vrrp/advert.h"

namespace understudy {

/// Whose reading of RFC 2402, section 3.3.3.1: the TTL counts as zero always, or (keepalived) in
/// unicast packets alone.
struct IcvForm {
  bool ttl_is_zero = false;
};

/// The code over a whole IPv4 packet whose authentication header lies right behind the IP header;
/// at least that header must be there.
std::array<std::uint8_t, 12> compute_icv(std::span<const std::uint8_t> packet, const AuthData& key,
                                         IcvForm form);

/// Fills the 24 bytes behind the IP header of an IPv4 packet that is complete but for them; the SPI
/// is the packet's source address.
void write_authentication_header(std::span<std::uint8_t> packet, std::uint32_t sequence,
                                 const AuthData& key, IcvForm form);

}  // namespace understudy
