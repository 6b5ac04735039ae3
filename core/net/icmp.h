// What ping and refusals are made of: echo and "destination unreachable" of ICMP (RFC 792) and
// ICMPv6 (RFC 4443). The addresses of the IP header around a message say which form is meant.
#pragma once

#include <cstdint>
#include <span>
#include <tl/expected.hpp>

#include "core/net/frame_error.h"
#include "core/net/ip_address.h"

namespace understudy {

inline constexpr std::size_t kIcmpHeaderSize = 8;

struct IcmpTypes {
  static constexpr std::uint8_t kEchoReply4 = 0, kUnreachable4 = 3, kEchoRequest4 = 8;
  static constexpr std::uint8_t kUnreachable6 = 1, kEchoRequest6 = 128, kEchoReply6 = 129;
};

struct IcmpEcho {
  bool request = true;
  std::uint16_t identifier = 0;
  std::uint16_t sequence = 0;
  std::span<const std::uint8_t> payload;  // borrowed
};

struct IcmpUnreachable {
  std::uint8_t code = 0;
  std::span<const std::uint8_t> original;  // what was refused, from its IP header on, cut; borrowed
};

/// Reads a message: its type, code 0, and its checksum (ICMPv6: with the pseudo header, RFC 4443,
/// section 2.3). Another type or code is bad_header.
tl::expected<IcmpEcho, FrameError> decode_icmp_echo(std::span<const std::uint8_t> message,
                                                    const IpAddress& source,
                                                    const IpAddress& destination);
/// The same of the other type, with any code.
tl::expected<IcmpUnreachable, FrameError> decode_icmp_unreachable(
    std::span<const std::uint8_t> message, const IpAddress& source, const IpAddress& destination);

/// Writes a message and its checksum; returns its size.
tl::expected<std::size_t, FrameError> encode_icmp_echo(const IcmpEcho& echo,
                                                       const IpAddress& source,
                                                       const IpAddress& destination,
                                                       std::span<std::uint8_t> out);
tl::expected<std::size_t, FrameError> encode_icmp_unreachable(const IcmpUnreachable& message,
                                                              const IpAddress& source,
                                                              const IpAddress& destination,
                                                              std::span<std::uint8_t> out);

}  // namespace understudy
