// An IP packet of either family, as far as a simulated kernel looks at it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "core/net/ip_address.h"
#include "core/net/ipv4_header.h"
#include "core/net/ipv6_header.h"

namespace understudy::sim {

struct IpPacket {
  IpAddress source, destination;
  std::uint8_t protocol = 0;  // IPv6: the next header; extension headers are not followed
  std::uint8_t ttl = 0;       // or hop limit
  bool fragment = false;
  bool sound = false;  // as a kernel made it: what it carries has the right checksum, too
  std::span<const std::uint8_t> payload;
};

/// The version by the first byte; 0 for no bytes.
inline unsigned ip_version(std::span<const std::uint8_t> packet) {
  return packet.empty() ? 0 : packet[0] >> 4;
}

/// More fragments, and the offset.
inline constexpr std::uint16_t kFragmentBits = 0x3fff;

/// The IPv4 packet of a frame that is sound.
inline IpPacket read_sound_ipv4(std::span<const std::uint8_t> packet) {
  const auto* at = packet.data();
  const std::size_t size = (at[0] & 15U) * 4;
  return IpPacket{Ipv4Address{load_be32(at + 12)},
                  Ipv4Address{load_be32(at + 16)},
                  at[9],
                  at[8],
                  (load_be16(at + 6) & kFragmentBits) != 0,
                  true,
                  packet.subspan(size, load_be16(at + 2) - size)};
}

/// nullopt: not a whole packet of either version, or (IPv4) a wrong header checksum.
inline std::optional<IpPacket> read_ip(std::span<const std::uint8_t> packet) {
  if (ip_version(packet) == 6) {
    const auto header = decode_ipv6(packet);
    if (!header) return std::nullopt;
    return IpPacket{header->source,
                    header->destination,
                    header->next_header,
                    header->hop_limit,
                    false,
                    false,
                    packet.subspan(kIpv6HeaderSize, header->payload_length)};
  }
  const auto header = decode_ipv4(packet);
  if (!header) return std::nullopt;
  const std::size_t size = header->header_size;
  return IpPacket{header->source,
                  header->destination,
                  header->protocol,
                  header->ttl,
                  (header->fragment & kFragmentBits) != 0,
                  false,
                  packet.subspan(size, header->total_length - size)};
}

/// What an advert's packet carries, behind the authentication header where there is one.
inline std::span<const std::uint8_t> vrrp_message(const IpPacket& packet) {
  if (packet.protocol != kProtocolAh) return packet.payload;
  const auto size = packet.payload.size() < 2 ? 0 : (packet.payload[1] + std::size_t{2}) * 4;
  return packet.payload.subspan(std::min(size, packet.payload.size()));
}

}  // namespace understudy::sim
