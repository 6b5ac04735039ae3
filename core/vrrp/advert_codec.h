// VRRP messages as bytes: decode, verify, encode. Rules that need configuration are in
// receive_rules.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <tl/expected.hpp>

#include "core/net/ip_address.h"
#include "core/vrrp/advert.h"
#include "core/vrrp/decode_error.h"

namespace understudy {

/// What the checksum of a version 3 IPv4 message covers (RFC 9568, section 5.2.8, against RFC 5798
/// as keepalived and FRR read it). Version 2 is always `message`, IPv6 always `pseudo_header`.
enum class ChecksumForm : std::uint8_t { message, pseudo_header, either };

/// Decodes one VRRP message (what follows the IP header). Checks, in this order: 8 bytes are there;
/// version 2 or 3 (version 2 over IPv4 only); type; length. Not the checksum: see verify_checksum.
/// The result borrows `message`.
tl::expected<Advert, DecodeError> decode(std::span<const std::uint8_t> message, Family family);

/// Whether the checksum of a whole, decoded message verifies. Source and destination are those of
/// the IP header.
bool verify_checksum(std::span<const std::uint8_t> message, std::uint8_t version,
                     const IpAddress& source, const IpAddress& destination, ChecksumForm form);

enum class EncodeError : std::uint8_t {
  buffer_too_small,
  bad_version,   // neither 2 nor 3, or version 2 with IPv6 addresses
  bad_vrid,      // 0
  bad_count,     // no address, or more than 255
  bad_interval,  // version 2: not whole seconds in 0 to 255; version 3: not centiseconds in 1 to
                 // 4095
};

std::string_view to_string(EncodeError error);

/// Bytes that encode() writes for this advert.
std::size_t encoded_size(const Advert& advert);

/// Writes the VRRP message with its checksum; returns its size. On error nothing was written.
/// `form` matters to version 3 over IPv4 alone (`either` means pseudo_header there).
tl::expected<std::size_t, EncodeError> encode(const Advert& advert, const IpAddress& source,
                                              const IpAddress& destination, ChecksumForm form,
                                              std::span<std::uint8_t> out);

/// The IP header an advert travels in.
struct PacketOptions {
  std::uint8_t ttl = 255;
  std::uint8_t tos = 0xc0;  // keepalived's: internetwork control
  std::uint16_t identification = 1;
  std::uint8_t protocol = 112;
  std::size_t room_before = 0;  // bytes left free between header and message, for AH
  std::size_t room_after = 0;   // and behind the message, for a trailer
};

/// The same with an IP header in front: what a raw socket sends. IPv4, or IPv6 (where
/// identification has no meaning).
tl::expected<std::size_t, EncodeError> encode_packet(const Advert& advert, const IpAddress& source,
                                                     const IpAddress& destination,
                                                     ChecksumForm form,
                                                     const PacketOptions& options,
                                                     std::span<std::uint8_t> out);

/// The same for those who know that the advert encodes and that the room is there, as with a
/// checked configuration. Returns the packet's size.
std::size_t write_packet(const Advert& advert, const IpAddress& source,
                         const IpAddress& destination, ChecksumForm form,
                         const PacketOptions& options, std::uint8_t* out);

/// An IP packet that carries a VRRP message.
struct DecodedPacket {
  Advert advert;
  IpAddress source;
  IpAddress destination;
  std::uint8_t ttl = 0;  // or hop limit
};

/// Decodes a whole IPv4 or IPv6 packet without any configuration: lengths, version, type, and the
/// checksum in either form. A packet of another protocol is `length_short` when cut, else
/// `bad_type`. TTL and addresses are not judged.
tl::expected<DecodedPacket, DecodeError> decode_packet(std::span<const std::uint8_t> packet);

}  // namespace understudy
