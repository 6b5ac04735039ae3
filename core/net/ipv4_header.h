// The IPv4 header (RFC 791).
#pragma once

#include <cstdint>
#include <span>
#include <tl/expected.hpp>

#include "core/net/frame_error.h"
#include "core/net/ip_address.h"

namespace understudy {

inline constexpr std::size_t kIpv4HeaderSize = 20;  // without options
inline constexpr std::uint8_t kProtocolIcmp = 1;
inline constexpr std::uint8_t kProtocolTcp = 6;
inline constexpr std::uint8_t kProtocolAh = 51;
inline constexpr std::uint8_t kProtocolVrrp = 112;

struct Ipv4Header {
  std::uint8_t tos = 0;
  std::uint16_t total_length = 0;  // header and payload, bytes
  std::uint16_t identification = 0;
  std::uint16_t fragment = 0;  // flags and offset as on the wire
  std::uint8_t ttl = 64;
  std::uint8_t protocol = 0;
  Ipv4Address source;
  Ipv4Address destination;
  std::uint8_t header_size = kIpv4HeaderSize;  // decode: with options; encode writes none

  friend bool operator==(const Ipv4Header&, const Ipv4Header&) = default;
};

/// Reads the header and checks version, lengths and header checksum. The payload is
/// packet.subspan(header_size, total_length - header_size).
tl::expected<Ipv4Header, FrameError> decode_ipv4(std::span<const std::uint8_t> packet);

/// Writes 20 bytes with their checksum at the start of `out`.
tl::expected<std::size_t, FrameError> encode_ipv4(const Ipv4Header& header,
                                                  std::span<std::uint8_t> out);

/// The same for those who know that the room is there.
void write_ipv4(const Ipv4Header& header, std::uint8_t* out);

}  // namespace understudy
