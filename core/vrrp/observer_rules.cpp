#include "core/vrrp/observer_rules.h"

#include <algorithm>

#include "core/vrrp/auth_hmac.h"

namespace understudy::observing {

namespace {

constexpr std::size_t kAhFixedSize = 12;

/// What follows an authentication header; nullopt when that is not VRRP, or cut.
std::optional<std::span<const std::uint8_t>> behind_ah(std::span<const std::uint8_t> payload) {
  if (payload.size() < kAhFixedSize || payload[0] != kProtocolVrrp) return std::nullopt;
  const std::size_t size = (std::size_t{payload[1]} + 2) * 4;
  if (size < kAhFixedSize || size > payload.size()) return std::nullopt;
  return payload.subspan(size);
}

}  // namespace

std::string_view header_fault(std::span<const std::uint8_t> packet, const IpPacketParts& parts) {
  if (parts.family == Family::ipv4 && load_be16(packet.data() + 10) != 0) {
    const std::size_t header = (packet[0] & 15U) * std::size_t{4};
    if (header > packet.size()) return {};  // the decoder's to refuse
    ChecksumSum sum;
    sum.add(packet.first(header));
    if (!sum.verifies()) return "the checksum of the IP header does not verify";
  }
  const IpAddress source = parts.source();
  if (source.is_multicast() || source.is_unspecified() ||
      source == IpAddress(Ipv4Address{0xffffffff}))
    return "the source is no host's address";
  return {};
}

tl::expected<DecodedPacket, DecodeError> decode_observed(std::span<const std::uint8_t> packet,
                                                         Message& message) {
  const auto parts = split_ip_packet(packet);
  if (!parts) return tl::unexpected(DecodeError::length_short);
  return decode_observed(*parts, message);
}

tl::expected<DecodedPacket, DecodeError> decode_observed(const IpPacketParts& parts,
                                                         Message& message) {
  message.bytes = parts.payload;
  if (parts.protocol == kProtocolAh) {
    const auto inner = behind_ah(parts.payload);
    if (!inner) return tl::unexpected(DecodeError::ah_malformed);
    message.bytes = *inner;
    message.authentication_header = true;
  } else if (parts.protocol != kProtocolVrrp) {
    return tl::unexpected(DecodeError::bad_type);
  }
  if (message.bytes.size() >= wire::kHeaderSize + kHmacTrailerSize &&
      message.bytes[wire::kVersionType] >> 4 == 3) {
    const std::size_t bare = message_size(message.bytes.data(), 3, parts.family);
    if (message.bytes.size() == bare + kHmacTrailerSize) {
      message.bytes = message.bytes.first(bare);
      message.is_signed = true;
    }
  }
  const auto advert = decode(message.bytes, parts.family);
  if (!advert) return tl::unexpected(advert.error());
  DecodedPacket decoded{*advert, parts.source(), parts.destination(), parts.ttl};
  if (!verify_checksum(message.bytes, advert->version, decoded.source, decoded.destination,
                       ChecksumForm::either))
    return tl::unexpected(DecodeError::bad_checksum);
  return decoded;
}

bool same_authentication(const Speaker& one, const Speaker& other) {
  if (one.auth_type != other.auth_type || one.is_signed != other.is_signed) return false;
  return one.auth_type != static_cast<std::uint8_t>(AuthType::pass) ||
         one.auth_data == other.auth_data;
}

bool same_addresses(const Speaker& one, const Speaker& other) {
  if (one.addresses == other.addresses) return true;
  auto left = address_list(one);
  auto right = address_list(other);
  std::sort(left.begin(), left.end());
  std::sort(right.begin(), right.end());
  return left == right;
}

bool shares_an_address(const Speaker& one, const Speaker& other) {
  const auto left = address_list(one);
  const auto right = address_list(other);
  if (left.empty() || right.empty()) return true;
  return std::any_of(left.begin(), left.end(), [&](const IpAddress& address) {
    return std::find(right.begin(), right.end(), address) != right.end();
  });
}

std::string why_refused(const Speaker& sender, const Speaker& receiver) {
  if (sender.version != receiver.version)
    return "version " + std::to_string(sender.version) + " instead of " +
           std::to_string(receiver.version);
  if (sender.is_signed != receiver.is_signed)
    return sender.is_signed ? "they are signed (auth_hmac)" : "they are not signed (auth_hmac)";
  if (sender.version == 2 && !same_authentication(sender, receiver)) {
    return sender.auth_type == receiver.auth_type
               ? "the passwords differ"
               : "authentication type " + std::to_string(sender.auth_type) + " instead of " +
                     std::to_string(receiver.auth_type);
  }
  if (sender.version == 2 && sender.advert_interval != receiver.advert_interval)
    return "advert interval " + seconds_text(sender.advert_interval) + " instead of " +
           seconds_text(receiver.advert_interval);
  const bool to_group = sender.destination.is_multicast();
  if (!to_group && !sender.destinations.empty() &&
      std::find(sender.destinations.begin(), sender.destinations.end(), receiver.source) ==
          sender.destinations.end())
    return "they are sent to other peers only";
  if (to_group != receiver.destination.is_multicast())
    return to_group ? "they are sent to the group, and it expects unicast peers"
                    : "they are unicast, and it expects the group";
  if (to_group && sender.destination != receiver.destination)
    return "they are sent to " + to_string(sender.destination) + ", and it listens to " +
           to_string(receiver.destination);
  if (sender.checksum_form && receiver.checksum_form &&
      *sender.checksum_form != *receiver.checksum_form)
    return "the other form of the version 3 checksum (a strict receiver refuses it)";
  if (!same_addresses(sender, receiver))
    return "another list of virtual addresses (keepalived before 2.3.3 refuses it)";
  return {};
}

bool surely_refused(const Speaker& sender, const Speaker& receiver) {
  if (sender.version != receiver.version || sender.is_signed != receiver.is_signed) return true;
  return sender.version == 2 && (!same_authentication(sender, receiver) ||
                                 sender.advert_interval != receiver.advert_interval);
}

std::string why_deaf(const Speaker& rival, const Speaker& better) {
  const std::string deaf = why_refused(better, rival);
  if (!deaf.empty())
    return to_string(rival.source) + " hears " + to_string(better.source) +
           " and may refuse it: " + deaf;
  const std::string deaf_too = why_refused(rival, better);
  if (!deaf_too.empty())
    return to_string(better.source) + " hears " + to_string(rival.source) +
           " and may refuse it: " + deaf_too;
  if (rival.mac && better.mac && is_virtual_mac(*rival.mac) != is_virtual_mac(*better.mac))
    return "nothing in the adverts is refusable: they do not reach the other (one uses the virtual "
           "MAC)";
  return "nothing in the adverts of " + to_string(better.source) + " lets " +
         to_string(rival.source) + " refuse them: they do not reach it";
}

}  // namespace understudy::observing
