// IPv4 and IPv6 addresses as values: comparable in network byte order, without allocation.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/net/byte_order.h"

namespace understudy {

enum class Family : std::uint8_t { ipv4, ipv6 };

/// Bytes of an address of this family: 4 or 16.
constexpr std::size_t address_size(Family family) { return family == Family::ipv4 ? 4 : 16; }

/// An IPv4 address, held in host byte order so that comparison is the RFC's unsigned comparison.
struct Ipv4Address {
  std::uint32_t value = 0;

  friend constexpr auto operator<=>(const Ipv4Address&, const Ipv4Address&) = default;
  constexpr bool is_multicast() const { return value >> 28 == 0xe; }
  constexpr bool is_unspecified() const { return value == 0; }
  constexpr std::array<std::uint8_t, 4> bytes() const {
    return {static_cast<std::uint8_t>(value >> 24), static_cast<std::uint8_t>(value >> 16),
            static_cast<std::uint8_t>(value >> 8), static_cast<std::uint8_t>(value)};
  }
};

/// 224.0.0.18, where IPv4 adverts go (RFC 9568, section 5.1.1.2).
inline constexpr Ipv4Address kVrrpGroup4{0xe0000012};
/// ff02::12, where IPv6 adverts go (RFC 9568, section 5.1.2.2).
inline constexpr std::array<std::uint8_t, 16> kVrrpGroup6{0xff, 2, 0, 0, 0, 0, 0, 0,
                                                          0,    0, 0, 0, 0, 0, 0, 0x12};

/// An address of either family. Ordered by family, then as an unsigned integer in network byte
/// order (the tie-break of RFC 9568, section 6.4.3).
class IpAddress {
 public:
  /// 0.0.0.0
  constexpr IpAddress() = default;
  constexpr IpAddress(Ipv4Address address) {  // NOLINT(google-explicit-constructor): widening
    const std::array<std::uint32_t, 4> words{swap_network_order(address.value)};
    bytes_ = std::bit_cast<std::array<std::uint8_t, 16>>(words);
  }

  /// `bytes` in network order: 4 for IPv4, 16 for IPv6. Any other length is a broken promise.
  static IpAddress from_bytes(std::span<const std::uint8_t> bytes) {
    IpAddress address;
    address.assign(bytes.data(), bytes.size() == 16 ? Family::ipv6 : Family::ipv4);
    return address;
  }

  /// The same in place, from 4 or 16 bytes: what the receive path can afford.
  void assign(const std::uint8_t* bytes, Family family) {
    family_ = family;
    if (family == Family::ipv4) {
      std::uint64_t words[2] = {};
      std::memcpy(words, bytes, 4);
      std::memcpy(bytes_.data(), words, sizeof words);
    } else {
      std::memcpy(bytes_.data(), bytes, 16);
    }
  }

  constexpr Family family() const { return family_; }
  constexpr bool is_ipv4() const { return family_ == Family::ipv4; }
  /// Network order; 4 or 16 bytes.
  std::span<const std::uint8_t> bytes() const { return {bytes_.data(), address_size(family_)}; }
  /// The IPv4 address. Only for is_ipv4().
  constexpr Ipv4Address ipv4() const {
    return {swap_network_order(std::bit_cast<std::array<std::uint32_t, 4>>(bytes_)[0])};
  }
  constexpr bool is_multicast() const {
    return is_ipv4() ? ipv4().is_multicast() : bytes_[0] == 0xff;
  }
  constexpr bool is_unspecified() const {
    for (const auto byte : bytes_)
      if (byte != 0) return false;
    return true;
  }
  constexpr bool is_link_local() const {
    return is_ipv4() ? ipv4().value >> 16 == 0xa9fe
                     : bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;
  }

  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;
  /// By words: a call for 16 bytes costs more than they do.
  friend constexpr bool operator==(const IpAddress& left, const IpAddress& right) {
    const auto ours = std::bit_cast<Words>(left.bytes_),
               theirs = std::bit_cast<Words>(right.bytes_);
    return left.family_ == right.family_ && ((ours[0] ^ theirs[0]) | (ours[1] ^ theirs[1])) == 0;
  }

 private:
  using Words = std::array<std::uint64_t, 2>;

  Family family_ = Family::ipv4;
  std::array<std::uint8_t, 16> bytes_{};
};

/// Dotted quad or RFC 4291 text, nothing before or after it; nullopt for anything else.
std::optional<IpAddress> parse_ip_address(std::string_view text);
std::optional<Ipv4Address> parse_ipv4_address(std::string_view text);

/// Dotted quad, or RFC 5952 text for IPv6.
std::string to_string(const IpAddress& address);
std::string to_string(Ipv4Address address);

}  // namespace understudy
