#include "core/vrrp/advert_codec.h"

#include <algorithm>
#include <cstring>

#include "core/net/byte_order.h"
#include "core/net/checksum.h"
#include "core/net/ipv4_header.h"
#include "core/net/ipv6_header.h"
#include "core/vrrp/message_reader.h"
#include "core/vrrp/wire_format.h"

namespace understudy {
namespace {

// Whole seconds in a byte, or centiseconds in 12 bits.
bool interval_fits(const Advert& advert) {
  const auto interval = advert.advert_interval;
  if (advert.version == 2) {
    const auto seconds = interval / std::chrono::seconds{1};
    return seconds >= 0 && seconds <= 255 && std::chrono::seconds{seconds} == interval;
  }
  const auto centiseconds = interval / Centiseconds{1};
  return centiseconds >= 1 && centiseconds <= 4095 && Centiseconds{centiseconds} == interval;
}

std::optional<EncodeError> check_encodable(const Advert& advert) {
  if (advert.version != 2 && advert.version != 3) return EncodeError::bad_version;
  if (advert.version == 2 && advert.family == Family::ipv6) return EncodeError::bad_version;
  if (advert.vrid == 0) return EncodeError::bad_vrid;
  const auto count = advert.address_count();
  if (count == 0 || count > 255 || count * address_size(advert.family) != advert.addresses.size())
    return EncodeError::bad_count;
  if (!interval_fits(advert)) return EncodeError::bad_interval;
  return std::nullopt;
}

// Everything but the room was checked.
[[gnu::always_inline]] inline std::size_t write_message(const Advert& advert,
                                                        const IpAddress& source,
                                                        const IpAddress& destination,
                                                        ChecksumForm form, std::uint8_t* out) {
  const std::uint32_t first = static_cast<std::uint32_t>(advert.version) << 28 |
                              std::uint32_t{wire::kTypeAdvertisement} << 24 |
                              static_cast<std::uint32_t>(advert.vrid) << 16 |
                              static_cast<std::uint32_t>(advert.priority) << 8 |
                              static_cast<std::uint32_t>(advert.address_count());
  const auto interval = advert.advert_interval;
  const std::uint32_t second =
      advert.version == 2 ? static_cast<std::uint32_t>(advert.auth_type) << 24 |
                                static_cast<std::uint32_t>(interval / std::chrono::seconds{1}) << 16
                          : static_cast<std::uint32_t>(interval / Centiseconds{1}) << 16;
  store_be32(out, first);
  store_be32(out + 4, second);
  // Not memcpy: an empty list has no address, which memcpy may not be given.
  std::copy(advert.addresses.begin(), advert.addresses.end(), out + wire::kAddresses);
  std::size_t size = encoded_size(advert);
  auto sum = advert.version == 2 || (advert.family == Family::ipv4 && form == ChecksumForm::message)
                 ? ChecksumSum{}
                 : pseudo_header_sum(source, destination, size);
  // Summed from where the bytes come from: reading back what was just written stalls.
  sum.add_be32(first);
  sum.add_be32(second);
  sum.add(advert.addresses);
  if (advert.version == 2) {
    std::memcpy(out + size - wire::kAuthDataSize, advert.auth_data.data(), wire::kAuthDataSize);
    sum.add(advert.auth_data);
  }
  sum.store(out + wire::kChecksum);
  return size;
}

std::size_t ip_header_size(const Advert& advert) {
  return advert.family == Family::ipv4 ? kIpv4HeaderSize : kIpv6HeaderSize;
}

[[gnu::always_inline]] inline std::size_t write_whole(const Advert& advert, const IpAddress& source,
                                                      const IpAddress& destination,
                                                      ChecksumForm form,
                                                      const PacketOptions& options,
                                                      std::uint8_t* out) {
  const auto message = options.room_before + encoded_size(advert) + options.room_after;
  const auto header = ip_header_size(advert);
  if (advert.family == Family::ipv4) {
    write_ipv4({.tos = options.tos,
                .total_length = static_cast<std::uint16_t>(header + message),
                .identification = options.identification,
                .ttl = options.ttl,
                .protocol = options.protocol,
                .source = source.ipv4(),
                .destination = destination.ipv4()},
               out);
  } else {
    write_ipv6({.traffic_class = options.tos,
                .payload_length = static_cast<std::uint16_t>(message),
                .next_header = options.protocol,
                .hop_limit = options.ttl,
                .source = source,
                .destination = destination},
               out);
  }
  write_message(advert, source, destination, form, out + header + options.room_before);
  return header + message;
}

}  // namespace

tl::expected<Advert, DecodeError> decode(std::span<const std::uint8_t> message, Family family) {
  if (message.size() < wire::kHeaderSize) return tl::unexpected(DecodeError::length_short);
  const auto version = static_cast<std::uint8_t>(message[wire::kVersionType] >> 4);
  if (version != 3 && (version != 2 || family == Family::ipv6))
    return tl::unexpected(DecodeError::bad_version);
  if ((message[wire::kVersionType] & 15) != wire::kTypeAdvertisement)
    return tl::unexpected(DecodeError::bad_type);
  const auto size = message_size(message.data(), version, family);
  if (message.size() != size)
    return tl::unexpected(message.size() < size ? DecodeError::length_short
                                                : DecodeError::length_long);
  Advert advert;
  read_message(message.data(), version, family, advert);
  return advert;
}

bool verify_checksum(std::span<const std::uint8_t> message, std::uint8_t version,
                     const IpAddress& source, const IpAddress& destination, ChecksumForm form) {
  ChecksumSum plain;
  plain.add(message);
  if (version == 2) return plain.verifies();
  if (source.is_ipv4() && form != ChecksumForm::pseudo_header && plain.verifies()) return true;
  if (source.is_ipv4() && form == ChecksumForm::message) return false;
  auto sum = pseudo_header_sum(source, destination, message.size());
  sum.add(message);
  return sum.verifies();
}

std::string_view to_string(EncodeError error) {
  constexpr std::string_view kNames[] = {"buffer_too_small", "bad_version", "bad_vrid", "bad_count",
                                         "bad_interval"};
  return kNames[static_cast<std::size_t>(error)];
}

std::size_t encoded_size(const Advert& advert) {
  return wire::kHeaderSize + advert.addresses.size() +
         (advert.version == 2 ? wire::kAuthDataSize : 0);
}

tl::expected<std::size_t, EncodeError> encode(const Advert& advert, const IpAddress& source,
                                              const IpAddress& destination, ChecksumForm form,
                                              std::span<std::uint8_t> out) {
  if (const auto error = check_encodable(advert)) return tl::unexpected(*error);
  if (out.size() < encoded_size(advert)) return tl::unexpected(EncodeError::buffer_too_small);
  return write_message(advert, source, destination, form, out.data());
}

std::size_t write_packet(const Advert& advert, const IpAddress& source,
                         const IpAddress& destination, ChecksumForm form,
                         const PacketOptions& options, std::uint8_t* out) {
  return write_whole(advert, source, destination, form, options, out);
}

tl::expected<std::size_t, EncodeError> encode_packet(const Advert& advert, const IpAddress& source,
                                                     const IpAddress& destination,
                                                     ChecksumForm form,
                                                     const PacketOptions& options,
                                                     std::span<std::uint8_t> out) {
  if (const auto error = check_encodable(advert)) return tl::unexpected(*error);
  const auto size =
      ip_header_size(advert) + options.room_before + encoded_size(advert) + options.room_after;
  if (out.size() < size) return tl::unexpected(EncodeError::buffer_too_small);
  return write_whole(advert, source, destination, form, options, out.data());
}

tl::expected<DecodedPacket, DecodeError> decode_packet(std::span<const std::uint8_t> packet) {
  const auto parts = split_ip_packet(packet);
  if (!parts) return tl::unexpected(DecodeError::length_short);
  if (parts->protocol != kProtocolVrrp)
    return tl::unexpected(parts->protocol == kProtocolAh ? DecodeError::ah_unexpected
                                                         : DecodeError::bad_type);
  const auto advert = decode(parts->payload, parts->family);
  if (!advert) return tl::unexpected(advert.error());
  DecodedPacket decoded{*advert, parts->source(), parts->destination(), parts->ttl};
  if (!verify_checksum(parts->payload, advert->version, decoded.source, decoded.destination,
                       ChecksumForm::either))
    return tl::unexpected(DecodeError::bad_checksum);
  return decoded;
}

}  // namespace understudy
