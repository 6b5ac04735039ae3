#include "core/net/ipv6_header.h"

#include <cstring>

#include "core/net/byte_order.h"

namespace understudy {

tl::expected<Ipv6Header, FrameError> decode_ipv6(std::span<const std::uint8_t> packet) {
  if (packet.size() < kIpv6HeaderSize) return tl::unexpected(FrameError::truncated);
  const auto* at = packet.data();
  const auto first = load_be32(at);
  if (first >> 28 != 6) return tl::unexpected(FrameError::bad_version);
  Ipv6Header header;
  header.traffic_class = static_cast<std::uint8_t>(first >> 20);
  header.flow_label = first & 0xfffff;
  header.payload_length = load_be16(at + 4);
  if (header.payload_length > packet.size() - kIpv6HeaderSize)
    return tl::unexpected(FrameError::truncated);
  header.next_header = at[6];
  header.hop_limit = at[7];
  header.source.assign(at + 8, Family::ipv6);
  header.destination.assign(at + 24, Family::ipv6);
  return header;
}

tl::expected<std::size_t, FrameError> encode_ipv6(const Ipv6Header& header,
                                                  std::span<std::uint8_t> out) {
  if (out.size() < kIpv6HeaderSize) return tl::unexpected(FrameError::buffer_too_small);
  if (header.source.is_ipv4() || header.destination.is_ipv4())
    return tl::unexpected(FrameError::bad_header);
  write_ipv6(header, out.data());
  return kIpv6HeaderSize;
}

void write_ipv6(const Ipv6Header& header, std::uint8_t* out) {
  store_be32(out, 0x60000000U | static_cast<std::uint32_t>(header.traffic_class) << 20 |
                      (header.flow_label & 0xfffff));
  store_be16(out + 4, header.payload_length);
  out[6] = header.next_header;
  out[7] = header.hop_limit;
  std::memcpy(out + 8, header.source.bytes().data(), 16);
  std::memcpy(out + 24, header.destination.bytes().data(), 16);
}

}  // namespace understudy
