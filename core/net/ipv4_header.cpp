#include "core/net/ipv4_header.h"

#include "core/net/byte_order.h"
#include "core/net/checksum.h"

namespace understudy {

tl::expected<Ipv4Header, FrameError> decode_ipv4(std::span<const std::uint8_t> packet) {
  if (packet.size() < kIpv4HeaderSize) return tl::unexpected(FrameError::truncated);
  const auto* at = packet.data();
  if (at[0] >> 4 != 4) return tl::unexpected(FrameError::bad_version);
  Ipv4Header header;
  header.header_size = static_cast<std::uint8_t>((at[0] & 15) * 4);
  header.tos = at[1];
  header.total_length = load_be16(at + 2);
  if (header.header_size < kIpv4HeaderSize || header.total_length < header.header_size)
    return tl::unexpected(FrameError::bad_header);
  if (header.total_length > packet.size()) return tl::unexpected(FrameError::truncated);
  ChecksumSum sum;
  sum.add(packet.first(header.header_size));
  if (!sum.verifies()) return tl::unexpected(FrameError::bad_checksum);
  header.identification = load_be16(at + 4);
  header.fragment = load_be16(at + 6);
  header.ttl = at[8];
  header.protocol = at[9];
  header.source.value = load_be32(at + 12);
  header.destination.value = load_be32(at + 16);
  return header;
}

tl::expected<std::size_t, FrameError> encode_ipv4(const Ipv4Header& header,
                                                  std::span<std::uint8_t> out) {
  if (out.size() < kIpv4HeaderSize) return tl::unexpected(FrameError::buffer_too_small);
  write_ipv4(header, out.data());
  return kIpv4HeaderSize;
}

}  // namespace understudy
