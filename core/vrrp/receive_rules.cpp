#include "core/vrrp/receive_rules.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "core/net/checksum.h"
#include "core/net/contract.h"
#include "core/vrrp/authentication_header.h"
#include "core/vrrp/message_reader.h"
#include "core/vrrp/plain_rules.h"
#include "core/vrrp/wire_format.h"

// The common case must not pay for the others: what it passes through is compiled into it.
#define UNDERSTUDY_HOT [[gnu::always_inline]] inline

namespace understudy {
namespace {

// The same members in any order. No allocation: a list has at most 255 addresses.
[[gnu::noinline]] bool same_members(std::span<const std::uint8_t> left,
                                    std::span<const std::uint8_t> right, std::size_t size) {
  if (left.size() != right.size()) return false;
  const auto count = left.size() / size;
  const auto sorted = [size, count](std::span<const std::uint8_t> list) {
    std::array<std::array<std::uint8_t, 16>, 255> members{};
    for (std::size_t i = 0; i < count; ++i)
      std::memcpy(members[i].data(), list.data() + i * size, size);
    std::sort(members.begin(), members.begin() + static_cast<std::ptrdiff_t>(count));
    return members;
  };
  if (count > 255) return false;
  const auto a = sorted(left);
  const auto b = sorted(right);
  return std::equal(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(count), b.begin());
}

// One address, the common case, needs no call.
UNDERSTUDY_HOT bool same_bytes(std::span<const std::uint8_t> left,
                               std::span<const std::uint8_t> right) {
  if (left.size() != right.size()) return false;
  if (left.size() == 4) return load_be32(left.data()) == load_be32(right.data());
  if (left.size() == 16) {
    std::uint64_t ours[2], theirs[2];
    std::memcpy(ours, left.data(), 16);
    std::memcpy(theirs, right.data(), 16);
    return ((ours[0] ^ theirs[0]) | (ours[1] ^ theirs[1])) == 0;
  }
  // Two empty lists may have no address at all, which memcmp must not be given.
  return left.empty() || std::memcmp(left.data(), right.data(), left.size()) == 0;
}

UNDERSTUDY_HOT std::span<const std::uint8_t> list_of(const ReceiveRules& rules) {
  return rules.addresses;
}

UNDERSTUDY_HOT std::span<const std::uint8_t> list_of(const PlainRules& rules) {
  return rules.addresses();
}

template <typename Rules>
UNDERSTUDY_HOT bool addresses_agree(std::span<const std::uint8_t> theirs, const Rules& rules) {
  if (same_bytes(theirs, list_of(rules))) [[likely]]
    return true;
  return same_members(theirs, list_of(rules), address_size(rules.family));
}

// As one number, so that time tells nothing of where the passwords differ.
UNDERSTUDY_HOT bool passwords_agree(const AuthData& theirs, const AuthData& ours) {
  return std::bit_cast<std::uint64_t>(theirs) == std::bit_cast<std::uint64_t>(ours);
}

using Refusal = std::optional<DecodeError>;

// Checks that need no VRID: they come before it in the vectors' order.
UNDERSTUDY_HOT Refusal check_envelope(const IpPacketParts& parts, bool multicast_instance,
                                      AuthType auth_type) {
  if (multicast_instance && parts.ttl != 255) return DecodeError::bad_ttl;
  if (parts.protocol == kProtocolAh && auth_type != AuthType::ah) return DecodeError::ah_unexpected;
  if (parts.protocol != kProtocolAh && auth_type == AuthType::ah) return DecodeError::ah_missing;
  if (parts.payload.size() < wire::kHeaderSize) return DecodeError::length_short;
  return std::nullopt;
}

// Steps over the authentication header. What it promises is kept by check_icv().
Refusal enter_ah(IpPacketParts& parts, const ReceiveRules& rules) {
  if (parts.payload.size() < wire::kAhSize) return DecodeError::length_short;
  const auto* header = parts.payload.data();
  // keepalived does not look at the payload length.
  if (header[1] != wire::kAhPayloadLength && rules.profile == Profile::rfc)
    return DecodeError::ah_malformed;
  if (header[0] != kProtocolVrrp) return DecodeError::ah_next_header;
  parts.payload = parts.payload.subspan(wire::kAhSize);
  if (parts.payload.size() < wire::kHeaderSize) return DecodeError::length_short;
  return std::nullopt;
}

Refusal check_ah(std::span<const std::uint8_t> packet, const IpPacketParts& parts,
                 const ReceiveRules& rules, const ReceiveContext& context,
                 ReceivedAdvert& received) {
  const auto* header = parts.payload.data() - wire::kAhSize;
  const auto size = static_cast<std::size_t>(parts.payload.data() - packet.data());
  const auto icv = compute_icv(packet.first(size + parts.payload.size()), rules.auth_data,
                               {rules.rfc2402_icv || rules.unicast});
  unsigned difference = 0;  // every byte is looked at: time tells nothing of where they differ
  for (std::size_t i = 0; i < icv.size(); ++i)
    difference |= static_cast<unsigned>(icv[i] ^ header[wire::kAhIcv + i]);
  if (difference != 0) return DecodeError::ah_bad_icv;
  if (std::memcmp(header + wire::kAhSpi, parts.source_at, 4) != 0) return DecodeError::ah_spi;
  received.sequence = load_be32(header + wire::kAhSequence);
  if (received.sequence <= context.ah_last_sequence) return DecodeError::ah_replay;
  return std::nullopt;
}

Refusal check_peer(const ReceivedAdvert& received, const ReceiveRules& rules) {
  const auto peer =
      std::find_if(rules.peers.begin(), rules.peers.end(),
                   [&](const UnicastPeer& each) { return each.address == received.source; });
  if (peer == rules.peers.end()) return DecodeError::unknown_peer;
  if (received.ttl < peer->min_ttl || received.ttl > peer->max_ttl) return DecodeError::peer_ttl;
  return std::nullopt;
}

// Message and trailer have their full length.
Refusal check_hmac(const IpPacketParts& parts, std::size_t message_size, const ReceiveRules& rules,
                   const ReceiveContext& context, ReceivedAdvert& received) {
  received.source.assign(parts.source_at, rules.family);
  received.ttl = parts.ttl;
  if (parts.payload.size() == message_size) {
    if (rules.hmac->mode == HmacRules::Mode::enforce) return DecodeError::hmac_missing;
    return std::nullopt;
  }
  if (rules.unicast && check_peer(received, rules) == DecodeError::unknown_peer)
    return DecodeError::unknown_peer;
  ensure(context.hmac_marks != nullptr);
  const auto verdict =
      judge_hmac_trailer(parts.payload.first(message_size), parts.payload.subspan(message_size),
                         received.source, context.wall_time, *rules.hmac, *context.hmac_marks);
  if (verdict.refusal) return verdict.refusal;
  received.has_hmac = true;
  received.sequence = verdict.trailer.sequence;
  return std::nullopt;
}

// `parts` may carry a trailer: IPv6's checksum covers it, IPv4's does not.
template <typename Rules>
UNDERSTUDY_HOT bool checksum_verifies(const IpPacketParts& parts, std::size_t message_size,
                                      const Rules& rules) {
  const bool ipv4 = rules.family == Family::ipv4;
  const auto covered = ipv4 ? parts.payload.first(message_size) : parts.payload;
  ChecksumSum sum;
  sum.add(covered);
  if (rules.version == 2) return sum.verifies();
  const auto form = ipv4 ? rules.checksum_form : ChecksumForm::pseudo_header;
  if (form != ChecksumForm::pseudo_header && sum.verifies()) return true;
  if (form == ChecksumForm::message) return false;
  // Source and destination lie side by side in both headers.
  sum.add({parts.source_at, 2 * address_size(rules.family)});
  sum.add_be32(std::uint32_t{kProtocolVrrp} << 16 | static_cast<std::uint32_t>(covered.size()));
  return sum.verifies();
}

template <typename Rules>
UNDERSTUDY_HOT Refusal check_version2(const Advert& advert, const Rules& rules,
                                      ReceivedAdvert& received) {
  if (rules.owner) [[unlikely]] {
    if (rules.profile == Profile::rfc) return DecodeError::local_owner;
    received.local_owner = true;
  }
  if (advert.auth_type != static_cast<std::uint8_t>(rules.auth_type)) [[unlikely]]
    return advert.auth_type > static_cast<std::uint8_t>(AuthType::ah) ? DecodeError::auth_unknown
                                                                      : DecodeError::auth_mismatch;
  if (rules.auth_type == AuthType::pass && !passwords_agree(advert.auth_data, rules.auth_data))
    return DecodeError::auth_failed;
  return std::nullopt;
}

template <typename Rules>
UNDERSTUDY_HOT Refusal check_content2(const Advert& advert, const Rules& rules,
                                      ReceivedAdvert& received) {
  if (!addresses_agree(advert.addresses, rules)) [[unlikely]] {
    if (rules.profile == Profile::rfc && advert.priority != 255) return DecodeError::address_list;
    received.address_list_differs = true;
  }
  if (advert.advert_interval != rules.advert_interval) return DecodeError::interval_mismatch;
  return std::nullopt;
}

[[gnu::noinline]] bool is_loopback6(const IpAddress& address) {
  auto bytes = address.bytes();
  return bytes.back() == 1 &&
         std::all_of(bytes.begin(), bytes.end() - 1, [](std::uint8_t byte) { return byte == 0; });
}

template <typename Rules>
UNDERSTUDY_HOT Refusal check_content3(const Advert& advert, const Rules& rules,
                                      ReceivedAdvert& received) {
  if (rules.family == Family::ipv6) {
    // keepalived takes any source; but for itself, which its kernel keeps from it.
    const bool strange = rules.profile == Profile::rfc ? !received.source.is_link_local()
                                                       : is_loopback6(received.source);
    if (strange) return DecodeError::source_not_link_local;
    if (rules.profile == Profile::rfc && advert.address_count() > 0 &&
        !advert.address(0).is_link_local())
      return DecodeError::first_not_link_local;
  }
  if (advert.advert_interval == Duration{} && rules.profile == Profile::rfc)
    return DecodeError::interval_zero;
  received.local_owner = rules.owner;
  received.interval_differs = advert.advert_interval != rules.advert_interval;
  received.address_list_differs = !addresses_agree(advert.addresses, rules);
  return std::nullopt;
}

// What follows the IP header and AH. Plain rules, the common case, have a copy of this function
// that asks for nothing else. Checks before it writes: `received` lies where the caller wants it,
// because copying it costs more than judging.
template <bool kPlain, typename Rules>
UNDERSTUDY_HOT Refusal judge_message(std::span<const std::uint8_t> packet,
                                     const IpPacketParts& parts, const Rules& rules,
                                     const ReceiveContext* context, ReceivedAdvert& received) {
  const auto* message = parts.payload.data();
  const auto version = rules.version;
  const auto family = rules.family;
  if (message[wire::kVersionType] >> 4 != version || parts.family != family ||
      (version == 2 && family == Family::ipv6))
    return DecodeError::bad_version;
  if ((message[wire::kVersionType] & 15) != wire::kTypeAdvertisement) return DecodeError::bad_type;
  const auto size = message_size(message, version, family);
  if (parts.payload.size() != size) {
    bool signed_too = false;
    if constexpr (!kPlain)
      signed_too = rules.hmac && parts.payload.size() == size + kHmacTrailerSize;
    if (!signed_too)
      return parts.payload.size() < size ? DecodeError::length_short : DecodeError::length_long;
  }
  if constexpr (!kPlain) {
    if (rules.hmac)
      if (const auto refusal = check_hmac(parts, size, rules, *context, received)) return refusal;
  }
  if (!checksum_verifies(parts, size, rules)) return DecodeError::bad_checksum;
  if (message[wire::kVrid] != rules.vrid) return DecodeError::unknown_vrid;
  const bool multicast =
      family == Family::ipv4 ? *parts.destination_at >> 4 == 0xe : *parts.destination_at == 0xff;
  if (multicast == rules.unicast) return DecodeError::bad_destination;
  if (message[wire::kCount] == 0 && rules.profile == Profile::rfc) return DecodeError::count_zero;
  read_message(message, version, family, received.advert);
  received.source.assign(parts.source_at, family);
  received.ttl = parts.ttl;
  if constexpr (!kPlain) {
    if (rules.owner_ignores_adverts && rules.owner) return DecodeError::local_owner;
    if (rules.check_peers)
      if (const auto refusal = check_peer(received, rules)) return refusal;
  }
  if (version != 2) return check_content3(received.advert, rules, received);
  if (const auto refusal = check_version2(received.advert, rules, received)) return refusal;
  if constexpr (!kPlain) {
    if (rules.auth_type == AuthType::ah)
      if (const auto refusal = check_ah(packet, parts, rules, *context, received)) return refusal;
  }
  return check_content2(received.advert, rules, received);
}

template <typename Rules>
UNDERSTUDY_HOT tl::expected<ReceivedAdvert, DecodeError> judge_plain(
    std::span<const std::uint8_t> packet, const Rules& rules) {
  // One variable, returned where it was made: a copy costs more than the judgement.
  tl::expected<ReceivedAdvert, DecodeError> result;
  const auto refusal = [&]() -> Refusal {
    const auto parts = split_ip_packet(packet);
    if (!parts) return DecodeError::length_short;
    if (const auto odd = check_envelope(*parts, !rules.unicast, AuthType::none)) return odd;
    return judge_message<true>(packet, *parts, rules, nullptr, *result);
  }();
  if (refusal) result = tl::unexpected(*refusal);
  return result;
}

Refusal judge(std::span<const std::uint8_t> packet, const ReceiveRules& rules,
              const ReceiveContext& context, ReceivedAdvert& received) {
  auto parts = split_ip_packet(packet);
  if (!parts) return DecodeError::length_short;
  if (const auto refusal = check_envelope(*parts, !rules.unicast, rules.auth_type)) return refusal;
  if (rules.auth_type == AuthType::ah)
    if (const auto refusal = enter_ah(*parts, rules)) return refusal;
  return judge_message<false>(packet, *parts, rules, &context, received);
}

}  // namespace

tl::expected<ReceivedAdvert, DecodeError> receive_plain(std::span<const std::uint8_t> packet,
                                                        const ReceiveRules& rules) {
  return judge_plain(packet, rules);
}

tl::expected<ReceivedAdvert, DecodeError> receive_plain(std::span<const std::uint8_t> packet,
                                                        const PlainRules& rules) {
  return judge_plain(packet, rules);
}

tl::expected<ReceivedAdvert, DecodeError> receive(std::span<const std::uint8_t> packet,
                                                  const ReceiveRules& rules) {
  if (rules.plain()) [[likely]]
    return receive_plain(packet, rules);
  const HmacMarks marks;
  return receive(packet, rules, {.hmac_marks = &marks});
}

tl::expected<ReceivedAdvert, DecodeError> receive(std::span<const std::uint8_t> packet,
                                                  const ReceiveRules& rules,
                                                  const ReceiveContext& context) {
  tl::expected<ReceivedAdvert, DecodeError> result;
  if (const auto refusal = judge(packet, rules, context, *result))
    result = tl::unexpected(*refusal);
  return result;
}

DecodeError judge_unknown_vrid(std::span<const std::uint8_t> packet) {
  const auto parts = split_ip_packet(packet);
  if (!parts) return DecodeError::length_short;
  const bool multicast = parts->destination().is_multicast();
  if (const auto refusal = check_envelope(*parts, multicast, AuthType::none)) return *refusal;
  const auto advert = decode(parts->payload, parts->family);
  if (!advert) return advert.error();
  if (!verify_checksum(parts->payload, advert->version, parts->source(), parts->destination(),
                       ChecksumForm::either))
    return DecodeError::bad_checksum;
  return DecodeError::unknown_vrid;
}

}  // namespace understudy
