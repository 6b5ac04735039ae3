// A 64-bit digest of values and bytes: quick, the same on every compiler, not for security.
#pragma once

#include <cstdint>
#include <span>

namespace understudy {

/// Order matters. Bytes are read little-endian whatever the machine, so a digest travels.
class Digest {
 public:
  constexpr void add(std::uint64_t value) {
    state_ = (state_ ^ value) * 0x9e3779b97f4a7c15;
    state_ ^= state_ >> 32;
  }
  constexpr void add(std::span<const std::uint8_t> bytes) {
    add(bytes.size());
    while (bytes.size() >= 8) {
      std::uint64_t word = 0;
      for (std::size_t i = 0; i < 8; ++i) word |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
      add(word);
      bytes = bytes.subspan(8);
    }
    std::uint64_t rest = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i)
      rest |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
    if (!bytes.empty()) add(rest);
  }
  constexpr std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_ = 0x243f6a8885a308d3;
};

}  // namespace understudy
