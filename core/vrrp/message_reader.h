// The unchecked halves of decoding, inline because every received advert passes through them.
// Private to core/vrrp.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "core/net/byte_order.h"
#include "core/net/checksum.h"
#include "core/net/ip_address.h"
#include "core/net/ipv4_header.h"
#include "core/net/ipv6_header.h"
#include "core/vrrp/advert.h"
#include "core/vrrp/wire_format.h"

namespace understudy {

/// The parts of an IP packet that VRRP looks at. Borrows the packet.
struct IpPacketParts {
  Family family;
  std::uint8_t ttl;
  std::uint8_t protocol;
  const std::uint8_t* source_at;       // 4 or 16 bytes
  const std::uint8_t* destination_at;  // 4 or 16 bytes
  std::span<const std::uint8_t> payload;

  IpAddress source() const { return IpAddress::from_bytes({source_at, address_size(family)}); }
  IpAddress destination() const {
    return IpAddress::from_bytes({destination_at, address_size(family)});
  }
};

/// Splits an IPv4 or IPv6 packet; nullopt when it is cut, or no IP packet. What lies behind the IP
/// length (Ethernet padding) is left out. The IPv4 header checksum is the kernel's business.
inline std::optional<IpPacketParts> split_ip_packet(std::span<const std::uint8_t> packet) {
  if (packet.size() < kIpv4HeaderSize) return std::nullopt;
  const auto* at = packet.data();
  if (at[0] >> 4 == 4) [[likely]] {
    const std::size_t header = (at[0] & 15U) * 4;
    const std::size_t total = load_be16(at + 2);
    if (total > packet.size() || header < kIpv4HeaderSize) return std::nullopt;
    const auto payload = total > header ? packet.subspan(header, total - header) : packet.first(0);
    return IpPacketParts{Family::ipv4, at[8], at[9], at + 12, at + 16, payload};
  }
  if (at[0] >> 4 != 6 || packet.size() < kIpv6HeaderSize) return std::nullopt;
  const std::size_t length = load_be16(at + 4);
  if (kIpv6HeaderSize + length > packet.size()) return std::nullopt;
  return IpPacketParts{Family::ipv6, at[7],   at[6],
                       at + 8,       at + 24, packet.subspan(kIpv6HeaderSize, length)};
}

/// Bytes of the address list, by the message's own count byte.
inline std::size_t list_size(const std::uint8_t* message, Family family) {
  const std::size_t count = message[wire::kCount];
  return family == Family::ipv4 ? count * 4 : count * 16;
}

/// What a message must measure, by its own count byte. At least 8 bytes must be there.
inline std::size_t message_size(const std::uint8_t* message, std::uint8_t version, Family family) {
  return wire::kHeaderSize + list_size(message, family) + (version == 2 ? wire::kAuthDataSize : 0);
}

/// Reads the fields of a message whose version, type and size were checked, in place: `advert` is
/// as constructed.
[[gnu::always_inline]] inline void read_message(const std::uint8_t* message, std::uint8_t version,
                                                Family family, Advert& advert) {
  advert.version = version;
  advert.vrid = message[wire::kVrid];
  advert.priority = message[wire::kPriority];
  advert.family = family;
  advert.checksum = load_be16(message + wire::kChecksum);
  const auto list = list_size(message, family);
  advert.addresses = {message + wire::kAddresses, list};
  if (version == 2) {
    advert.auth_type = message[wire::kAuthType];
    advert.advert_interval = Duration{message[wire::kInterval2] * std::int64_t{1'000'000'000}};
    std::memcpy(advert.auth_data.data(), message + wire::kAddresses + list, wire::kAuthDataSize);
  } else {
    advert.advert_interval =
        Duration{(load_be16(message + wire::kInterval3) & 0xfff) * std::int64_t{10'000'000}};
  }
}

/// The sum over the pseudo header: RFC 8200, section 8.1, for IPv6; RFC 5798's reading for IPv4.
inline ChecksumSum pseudo_header_sum(const IpAddress& source, const IpAddress& destination,
                                     std::size_t length) {
  ChecksumSum sum;
  sum.add(source.bytes());
  sum.add(destination.bytes());
  const std::uint8_t tail[4] = {0, kProtocolVrrp, static_cast<std::uint8_t>(length >> 8),
                                static_cast<std::uint8_t>(length)};
  sum.add(tail);
  return sum;
}

}  // namespace understudy
