#include "core/net/tcp_header.h"

#include <cstring>

#include "core/net/checksum.h"
#include "core/net/ipv4_header.h"

namespace understudy {
namespace {

// The sum of IPv4's pseudo header (RFC 9293, section 3.1) and of IPv6's (RFC 8200, section 8.1):
// the fields are the same numbers, however wide.
ChecksumSum pseudo_header_sum(const IpAddress& source, const IpAddress& destination,
                              std::size_t length) {
  ChecksumSum sum;
  if (source.is_ipv4()) {
    sum.add_be32(source.ipv4().value);
    sum.add_be32(destination.ipv4().value);
  } else {
    sum.add(source.bytes());
    sum.add(destination.bytes());
  }
  sum.add_be32(static_cast<std::uint32_t>(length));
  sum.add_be32(kProtocolTcp);
  return sum;
}

}  // namespace

tl::expected<TcpHeader, FrameError> decode_tcp(std::span<const std::uint8_t> segment,
                                               const IpAddress& source,
                                               const IpAddress& destination) {
  if (segment.size() < kTcpHeaderSize) return tl::unexpected(FrameError::truncated);
  const auto header = read_tcp(segment.data());
  if (header.header_size < kTcpHeaderSize) return tl::unexpected(FrameError::bad_header);
  if (header.header_size > segment.size()) return tl::unexpected(FrameError::truncated);
  auto sum = pseudo_header_sum(source, destination, segment.size());
  sum.add(segment);
  if (!sum.verifies()) return tl::unexpected(FrameError::bad_checksum);
  return header;
}

tl::expected<std::size_t, FrameError> encode_tcp(const TcpHeader& header,
                                                 std::span<const std::uint8_t> payload,
                                                 const IpAddress& source,
                                                 const IpAddress& destination,
                                                 std::span<std::uint8_t> out) {
  const auto size = kTcpHeaderSize + payload.size();
  if (out.size() < size) return tl::unexpected(FrameError::buffer_too_small);
  // Summed before it is written: reading back what was just written stalls.
  const std::uint32_t words[] = {
      static_cast<std::uint32_t>(header.source_port) << 16 | header.destination_port,
      header.sequence,
      header.acknowledgment,
      std::uint32_t{kTcpHeaderSize / 4} << 28 | static_cast<std::uint32_t>(header.flags) << 16 |
          header.window,
      0,
  };
  auto sum = pseudo_header_sum(source, destination, size);
  sum.add(payload);
  auto* at = out.data();
  if (!payload.empty()) std::memmove(at + kTcpHeaderSize, payload.data(), payload.size());
  for (const auto word : words) {
    sum.add_be32(word);
    store_be32(at, word);
    at += 4;
  }
  sum.store(out.data() + 16);
  return size;
}

}  // namespace understudy
