// The Internet checksum (RFC 1071).
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/net/byte_order.h"

namespace understudy {

/// A one's complement sum in the machine's byte order; RFC 1071, section 2 (B): order does not
/// matter until the end. Add any number of parts, each of even length but the last.
class ChecksumSum {
 public:
  void add(std::span<const std::uint8_t> bytes) {
    const auto* at = bytes.data();
    for (const auto* end = at + (bytes.size() & ~std::size_t{7}); at != end; at += 8)
      add_in_memory_order(load<std::uint64_t>(at));
    if ((bytes.size() & 4) != 0) {
      add_in_memory_order(load<std::uint32_t>(at));
      at += 4;
    }
    if ((bytes.size() & 2) != 0) {
      add_in_memory_order(load<std::uint16_t>(at));
      at += 2;
    }
    if ((bytes.size() & 1) != 0) {
      const std::uint8_t last[2] = {*at, 0};
      add_in_memory_order(load<std::uint16_t>(last));
    }
  }

  /// Four bytes in network order, given as the number that they hold.
  void add_be32(std::uint32_t value) { add_in_memory_order(swap_network_order(value)); }

  /// The folded sum, in memory order: 0xffff when the bytes hold their own right checksum.
  std::uint16_t folded() const {
    // The upper half of x + (x with halves swapped) is the sum of both halves, carry included.
    const auto half = static_cast<std::uint32_t>((sum_ + std::rotl(sum_, 32)) >> 32);
    return static_cast<std::uint16_t>((half + std::rotl(half, 16)) >> 16);
  }

  /// Whether what was added, checksum included, verifies. Both zeros do (RFC 1071).
  bool verifies() const { return folded() == 0xffff; }

  /// Writes the checksum field; it must have been zero (or absent) in what was added.
  void store(std::uint8_t* field) const {
    const auto value = static_cast<std::uint16_t>(~folded());
    std::memcpy(field, &value, 2);
  }

 private:
  template <typename Word>
  static Word load(const std::uint8_t* at) {
    Word word;
    std::memcpy(&word, at, sizeof word);
    return word;
  }
  // What overflows comes back in at the low end: 2^64 is 1 in one's complement of 16 bits.
  void add_in_memory_order(std::uint64_t words) {
    sum_ += words;
    sum_ += sum_ < words ? 1 : 0;
  }

  std::uint64_t sum_ = 0;
};

}  // namespace understudy
