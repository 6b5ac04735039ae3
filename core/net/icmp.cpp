#include "core/net/icmp.h"

#include <cstring>

#include "core/net/byte_order.h"
#include "core/net/checksum.h"
#include "core/net/icmp6_checksum.h"

namespace understudy {
namespace {

using Bytes = std::span<const std::uint8_t>;

ChecksumSum sum_of(Bytes message, const IpAddress& source, const IpAddress& destination) {
  if (!source.is_ipv4()) return icmp6_sum(message, source, destination);
  ChecksumSum sum;
  sum.add(message);
  return sum;
}

tl::expected<void, FrameError> check(Bytes message, const IpAddress& source,
                                     const IpAddress& destination) {
  if (message.size() < kIcmpHeaderSize) return tl::unexpected(FrameError::truncated);
  if (!sum_of(message, source, destination).verifies())
    return tl::unexpected(FrameError::bad_checksum);
  return {};
}

/// Type, code, four bytes of the rest of the header, and what follows them.
tl::expected<std::size_t, FrameError> encode(std::uint8_t type, std::uint8_t code,
                                             std::uint32_t rest, Bytes payload,
                                             const IpAddress& source, const IpAddress& destination,
                                             std::span<std::uint8_t> out) {
  const auto size = kIcmpHeaderSize + payload.size();
  if (out.size() < size) return tl::unexpected(FrameError::buffer_too_small);
  auto* at = out.data();
  if (!payload.empty()) std::memmove(at + kIcmpHeaderSize, payload.data(), payload.size());
  at[0] = type;
  at[1] = code;
  store_be16(at + 2, 0);
  store_be32(at + 4, rest);
  sum_of(out.first(size), source, destination).store(at + 2);
  return size;
}

}  // namespace

tl::expected<IcmpEcho, FrameError> decode_icmp_echo(Bytes message, const IpAddress& source,
                                                    const IpAddress& destination) {
  if (const auto sound = check(message, source, destination); !sound)
    return tl::unexpected(sound.error());
  const bool wide = !source.is_ipv4();
  const auto type = message[0];
  const bool request = type == (wide ? IcmpTypes::kEchoRequest6 : IcmpTypes::kEchoRequest4);
  const bool reply = type == (wide ? IcmpTypes::kEchoReply6 : IcmpTypes::kEchoReply4);
  if ((!request && !reply) || message[1] != 0) return tl::unexpected(FrameError::bad_header);
  return IcmpEcho{request, load_be16(message.data() + 4), load_be16(message.data() + 6),
                  message.subspan(kIcmpHeaderSize)};
}

tl::expected<IcmpUnreachable, FrameError> decode_icmp_unreachable(Bytes message,
                                                                  const IpAddress& source,
                                                                  const IpAddress& destination) {
  if (const auto sound = check(message, source, destination); !sound)
    return tl::unexpected(sound.error());
  if (message[0] != (source.is_ipv4() ? IcmpTypes::kUnreachable4 : IcmpTypes::kUnreachable6))
    return tl::unexpected(FrameError::bad_header);
  return IcmpUnreachable{message[1], message.subspan(kIcmpHeaderSize)};
}

tl::expected<std::size_t, FrameError> encode_icmp_echo(const IcmpEcho& echo,
                                                       const IpAddress& source,
                                                       const IpAddress& destination,
                                                       std::span<std::uint8_t> out) {
  const auto type = source.is_ipv4()
                        ? (echo.request ? IcmpTypes::kEchoRequest4 : IcmpTypes::kEchoReply4)
                        : (echo.request ? IcmpTypes::kEchoRequest6 : IcmpTypes::kEchoReply6);
  const auto rest = static_cast<std::uint32_t>(echo.identifier) << 16 | echo.sequence;
  return encode(type, 0, rest, echo.payload, source, destination, out);
}

tl::expected<std::size_t, FrameError> encode_icmp_unreachable(const IcmpUnreachable& message,
                                                              const IpAddress& source,
                                                              const IpAddress& destination,
                                                              std::span<std::uint8_t> out) {
  return encode(source.is_ipv4() ? IcmpTypes::kUnreachable4 : IcmpTypes::kUnreachable6,
                message.code, 0, message.original, source, destination, out);
}

}  // namespace understudy
