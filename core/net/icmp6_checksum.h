// The checksum of ICMPv6, which Neighbour Discovery and MLD share.
#pragma once

#include <cstdint>
#include <span>

#include "core/net/checksum.h"
#include "core/net/ip_address.h"
#include "core/net/neighbour_discovery.h"

namespace understudy {

/// The sum over a message and its pseudo-header (RFC 8200, section 8.1): it verifies, or is stored
/// when the message's field is zero.
inline ChecksumSum icmp6_sum(std::span<const std::uint8_t> message, const IpAddress& source,
                             const IpAddress& destination) {
  ChecksumSum sum;
  sum.add(source.bytes());
  sum.add(destination.bytes());
  sum.add_be32(static_cast<std::uint32_t>(message.size()));
  sum.add_be32(kProtocolIcmp6);
  sum.add(message);
  return sum;
}

}  // namespace understudy
