// The IPv6 header (RFC 8200), without extension headers.
#pragma once

#include <cstdint>
#include <span>
#include <tl/expected.hpp>

#include "core/net/frame_error.h"
#include "core/net/ip_address.h"

namespace understudy {

inline constexpr std::size_t kIpv6HeaderSize = 40;

struct Ipv6Header {
  std::uint8_t traffic_class = 0;
  std::uint32_t flow_label = 0;      // 20 bits; encode ignores what lies above them
  std::uint16_t payload_length = 0;  // bytes after the header
  std::uint8_t next_header = 0;      // protocol numbers as in IPv4
  std::uint8_t hop_limit = 64;
  IpAddress source;
  IpAddress destination;

  friend bool operator==(const Ipv6Header&, const Ipv6Header&) = default;
};

/// Reads the header and checks version and length. The payload is
/// packet.subspan(kIpv6HeaderSize, payload_length); extension headers are left in it.
tl::expected<Ipv6Header, FrameError> decode_ipv6(std::span<const std::uint8_t> packet);

/// Writes 40 bytes at the start of `out`. An address that is not IPv6 is bad_header.
tl::expected<std::size_t, FrameError> encode_ipv6(const Ipv6Header& header,
                                                  std::span<std::uint8_t> out);

/// The same for those who know that the room is there and both addresses are IPv6.
void write_ipv6(const Ipv6Header& header, std::uint8_t* out);

}  // namespace understudy
