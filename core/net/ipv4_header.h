// The IPv4 header (RFC 791).
#pragma once

#include <cstdint>
#include <span>
#include <tl/expected.hpp>

#include "core/net/byte_order.h"
#include "core/net/checksum.h"
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
inline void write_ipv4(const Ipv4Header& header, std::uint8_t* out) {
  const std::uint32_t words[] = {
      0x45000000U | static_cast<std::uint32_t>(header.tos) << 16 | header.total_length,
      static_cast<std::uint32_t>(header.identification) << 16 | header.fragment,
      static_cast<std::uint32_t>(header.ttl) << 24 | static_cast<std::uint32_t>(header.protocol)
                                                         << 16,
      header.source.value,
      header.destination.value,
  };
  // Summed before they are written: reading back what was just written stalls.
  ChecksumSum sum;
  for (const auto word : words) {
    sum.add_be32(word);
    store_be32(out, word);
    out += 4;
  }
  sum.store(out - kIpv4HeaderSize + 10);
}

}  // namespace understudy
