// The Internet checksum (RFC 1071).
#pragma once

#include <cstdint>
#include <cstring>
#include <span>

namespace understudy {

/// A one's complement sum in the machine's byte order; RFC 1071, section 2 (B): order does not
/// matter until the end. Add any number of parts, each of even length but the last.
class ChecksumSum {
 public:
  void add(std::span<const std::uint8_t> bytes) {
    const auto* at = bytes.data();
    auto left = bytes.size();
    // Four bytes at a time into 64 bits: 2^32 additions fit before anything is lost.
    for (; left >= 4; at += 4, left -= 4) {
      std::uint32_t word = 0;
      std::memcpy(&word, at, 4);
      sum_ += word;
    }
    if (left >= 2) {
      std::uint16_t word = 0;
      std::memcpy(&word, at, 2);
      sum_ += word;
      at += 2;
      left -= 2;
    }
    if (left == 1) {
      const std::uint8_t last[2] = {*at, 0};
      std::uint16_t word = 0;
      std::memcpy(&word, last, 2);
      sum_ += word;
    }
  }

  /// The folded sum, in memory order: 0xffff when the bytes hold their own right checksum.
  std::uint16_t folded() const {
    auto sum = (sum_ & 0xffffffff) + (sum_ >> 32);
    sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<std::uint16_t>(sum);
  }

  /// Whether what was added, checksum included, verifies. Both zeros do (RFC 1071).
  bool verifies() const { return folded() == 0xffff; }

  /// Writes the checksum field; it must have been zero (or absent) in what was added.
  void store(std::uint8_t* field) const {
    const auto value = static_cast<std::uint16_t>(~folded());
    std::memcpy(field, &value, 2);
  }

 private:
  std::uint64_t sum_ = 0;
};

}  // namespace understudy
