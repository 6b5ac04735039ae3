#include "core/vrrp/receive_rules.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "core/net/checksum.h"
#include "core/vrrp/message_reader.h"
#include "core/vrrp/wire_format.h"

namespace understudy {
namespace {

// The same members in any order. No allocation: a list has at most 255 addresses.
bool same_members(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right,
                  std::size_t size) {
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

// One IPv4 address, the common case, needs no call.
bool same_bytes(std::span<const std::uint8_t> left, std::span<const std::uint8_t> right) {
  if (left.size() != right.size()) return false;
  if (left.size() == 4) return load_be32(left.data()) == load_be32(right.data());
  // Two empty lists may have no address at all, which memcmp must not be given.
  return left.empty() || std::memcmp(left.data(), right.data(), left.size()) == 0;
}

bool addresses_agree(std::span<const std::uint8_t> theirs, const ReceiveRules& rules) {
  if (same_bytes(theirs, rules.addresses)) [[likely]]
    return true;
  return same_members(theirs, rules.addresses, address_size(rules.family));
}

// As one number, so that time tells nothing of where the passwords differ.
bool passwords_agree(const AuthData& theirs, const AuthData& ours) {
  return std::bit_cast<std::uint64_t>(theirs) == std::bit_cast<std::uint64_t>(ours);
}

using Refusal = std::optional<DecodeError>;

// Checks that need no VRID: they come before it in the vectors' order.
Refusal check_envelope(const IpPacketParts& parts, bool multicast_instance, AuthType auth_type) {
  if (multicast_instance && parts.ttl != 255) return DecodeError::bad_ttl;
  if (parts.protocol == kProtocolAh && auth_type != AuthType::ah) return DecodeError::ah_unexpected;
  if (parts.protocol != kProtocolAh && auth_type == AuthType::ah) return DecodeError::ah_missing;
  if (parts.payload.size() < wire::kHeaderSize) return DecodeError::length_short;
  return std::nullopt;
}

Refusal check_version2(const Advert& advert, const ReceiveRules& rules, ReceivedAdvert& received) {
  if (rules.owner) [[unlikely]] {
    if (rules.profile == Profile::rfc) return DecodeError::local_owner;
    received.local_owner = true;
  }
  if (advert.auth_type != static_cast<std::uint8_t>(rules.auth_type)) [[unlikely]]
    return advert.auth_type > static_cast<std::uint8_t>(AuthType::ah) ? DecodeError::auth_unknown
                                                                      : DecodeError::auth_mismatch;
  if (rules.auth_type == AuthType::pass && !passwords_agree(advert.auth_data, rules.auth_data))
    return DecodeError::auth_failed;
  if (!addresses_agree(advert.addresses, rules)) [[unlikely]] {
    if (rules.profile == Profile::rfc && advert.priority != 255) return DecodeError::address_list;
    received.address_list_differs = true;
  }
  if (advert.advert_interval != rules.advert_interval) return DecodeError::interval_mismatch;
  return std::nullopt;
}

Refusal check_version3(const Advert& advert, const ReceiveRules& rules, ReceivedAdvert& received) {
  if (rules.family == Family::ipv6 && rules.profile == Profile::rfc) {
    if (!received.source.is_link_local()) return DecodeError::source_not_link_local;
    if (advert.address_count() > 0 && !advert.address(0).is_link_local())
      return DecodeError::first_not_link_local;
  }
  if (advert.advert_interval == Duration{} && rules.profile == Profile::rfc)
    return DecodeError::interval_zero;
  received.local_owner = rules.owner;
  received.interval_differs = advert.advert_interval != rules.advert_interval;
  received.address_list_differs = !addresses_agree(advert.addresses, rules);
  return std::nullopt;
}

// Checks before it writes: `received` lies where the caller wants it, because copying it costs more
// than judging.
Refusal judge(std::span<const std::uint8_t> packet, const ReceiveRules& rules,
              ReceivedAdvert& received) {
  const auto parts = split_ip_packet(packet);
  if (!parts) return DecodeError::length_short;
  if (const auto refusal = check_envelope(*parts, !rules.unicast, rules.auth_type)) return refusal;
  const auto* message = parts->payload.data();
  const auto version = rules.version;
  const auto family = rules.family;
  if (message[wire::kVersionType] >> 4 != version || parts->family != family ||
      (version == 2 && family == Family::ipv6))
    return DecodeError::bad_version;
  if ((message[wire::kVersionType] & 15) != wire::kTypeAdvertisement) return DecodeError::bad_type;
  const auto size = message_size(message, version, family);
  if (parts->payload.size() != size)
    return parts->payload.size() < size ? DecodeError::length_short : DecodeError::length_long;

  if (version == 2) [[likely]] {
    ChecksumSum sum;
    sum.add(parts->payload);
    if (!sum.verifies()) return DecodeError::bad_checksum;
  } else if (!verify_checksum(parts->payload, version, parts->source(), parts->destination(),
                              rules.checksum_form)) {
    return DecodeError::bad_checksum;
  }
  if (message[wire::kVrid] != rules.vrid) return DecodeError::unknown_vrid;
  const bool multicast =
      family == Family::ipv4 ? *parts->destination_at >> 4 == 0xe : *parts->destination_at == 0xff;
  if (multicast == rules.unicast) return DecodeError::bad_destination;
  if (message[wire::kCount] == 0 && rules.profile == Profile::rfc) return DecodeError::count_zero;
  read_message(message, version, family, received.advert);
  received.source.assign(parts->source_at, family);
  received.ttl = parts->ttl;
  return version == 2 ? check_version2(received.advert, rules, received)
                      : check_version3(received.advert, rules, received);
}

}  // namespace

tl::expected<ReceivedAdvert, DecodeError> receive(std::span<const std::uint8_t> packet,
                                                  const ReceiveRules& rules,
                                                  const ReceiveContext&) {
  tl::expected<ReceivedAdvert, DecodeError> result;
  if (const auto refusal = judge(packet, rules, *result)) result = tl::unexpected(*refusal);
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
