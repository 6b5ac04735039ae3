// The TCP header (RFC 9293), without options: what a connect probe needs.
#pragma once

#include <cstdint>
#include <span>
#include <tl/expected.hpp>

#include "core/net/byte_order.h"
#include "core/net/frame_error.h"
#include "core/net/ip_address.h"

namespace understudy {

inline constexpr std::size_t kTcpHeaderSize = 20;

struct TcpFlags {
  static constexpr std::uint8_t kFin = 0x01;
  static constexpr std::uint8_t kSyn = 0x02;
  static constexpr std::uint8_t kRst = 0x04;
  static constexpr std::uint8_t kPsh = 0x08;
  static constexpr std::uint8_t kAck = 0x10;
};

struct TcpHeader {
  std::uint16_t source_port = 0;
  std::uint16_t destination_port = 0;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledgment = 0;
  std::uint8_t flags = 0;  // TcpFlags
  std::uint16_t window = 64240;
  std::uint8_t header_size = kTcpHeaderSize;  // decode: with options; encode writes none

  friend bool operator==(const TcpHeader&, const TcpHeader&) = default;
};

/// The fields of a header that is known to be right, of at least 20 bytes.
inline TcpHeader read_tcp(const std::uint8_t* at) {
  TcpHeader header;
  header.source_port = load_be16(at);
  header.destination_port = load_be16(at + 2);
  header.sequence = load_be32(at + 4);
  header.acknowledgment = load_be32(at + 8);
  header.header_size = static_cast<std::uint8_t>((at[12] >> 4) * 4);
  header.flags = at[13];
  header.window = load_be16(at + 14);
  return header;
}

/// Reads a segment and checks its checksum with the pseudo header of the addresses, which are of
/// one family. The payload follows header_size bytes.
tl::expected<TcpHeader, FrameError> decode_tcp(std::span<const std::uint8_t> segment,
                                               const IpAddress& source,
                                               const IpAddress& destination);

/// Writes header and payload with the checksum; returns their size. `payload` may already lie in
/// its place in `out`.
tl::expected<std::size_t, FrameError> encode_tcp(const TcpHeader& header,
                                                 std::span<const std::uint8_t> payload,
                                                 const IpAddress& source,
                                                 const IpAddress& destination,
                                                 std::span<std::uint8_t> out);

}  // namespace understudy
