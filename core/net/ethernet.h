// Ethernet II frames (14 byte header, no FCS).
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <tl/expected.hpp>

#include "core/net/byte_order.h"
#include "core/net/frame_error.h"
#include "core/net/mac_address.h"

namespace understudy {

inline constexpr std::size_t kEthernetHeaderSize = 14;
inline constexpr std::uint16_t kEtherTypeIpv4 = 0x0800;
inline constexpr std::uint16_t kEtherTypeArp = 0x0806;
inline constexpr std::uint16_t kEtherTypeVlan = 0x8100;
inline constexpr std::uint16_t kEtherTypeIpv6 = 0x86dd;

struct EthernetHeader {
  MacAddress destination;
  MacAddress source;
  std::uint16_t ether_type = 0;

  friend bool operator==(const EthernetHeader&, const EthernetHeader&) = default;
};

/// Reads the first 14 bytes; the payload is what follows them.
inline tl::expected<EthernetHeader, FrameError> decode_ethernet(
    std::span<const std::uint8_t> frame) {
  if (frame.size() < kEthernetHeaderSize) return tl::unexpected(FrameError::truncated);
  EthernetHeader header;
  std::memcpy(header.destination.bytes.data(), frame.data(), 6);
  std::memcpy(header.source.bytes.data(), frame.data() + 6, 6);
  header.ether_type = load_be16(frame.data() + 12);
  return header;
}

/// Writes 14 bytes at the start of `out`.
inline tl::expected<std::size_t, FrameError> encode_ethernet(const EthernetHeader& header,
                                                             std::span<std::uint8_t> out) {
  if (out.size() < kEthernetHeaderSize) return tl::unexpected(FrameError::buffer_too_small);
  std::memcpy(out.data(), header.destination.bytes.data(), 6);
  std::memcpy(out.data() + 6, header.source.bytes.data(), 6);
  store_be16(out.data() + 12, header.ether_type);
  return kEthernetHeaderSize;
}

}  // namespace understudy
