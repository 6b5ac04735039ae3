// The 64 bits that say whether two runs were the same.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

#include "core/net/instant.h"

namespace understudy::sim {

/// Eight bytes at a time, little-endian on every machine; each word moves every bit behind it.
constexpr std::uint64_t digest_step(std::uint64_t state, std::uint64_t value) {
  state = (state ^ value) * 0x9e3779b97f4a7c15;
  return state ^ state >> 32;
}

inline std::uint64_t load_little_endian(const std::uint8_t* at, std::size_t size) {
  std::uint64_t word = 0;
  if (size == 8) {
    std::memcpy(&word, at, 8);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    return word;
  }
  for (std::size_t i = 0; i < size; ++i) word |= static_cast<std::uint64_t>(at[i]) << (8 * i);
  return word;
}

/// Of bytes alone. Two lanes, so that the multiplications overlap.
inline std::uint64_t digest_of(std::span<const std::uint8_t> bytes) {
  std::uint64_t even = 0x243f6a8885a308d3 ^ bytes.size();
  std::uint64_t odd = 0x13198a2e03707344;
  const auto* at = bytes.data();
  auto left = bytes.size();
  for (; left >= 16; at += 16, left -= 16) {
    even = digest_step(even, load_little_endian(at, 8));
    odd = digest_step(odd, load_little_endian(at + 8, 8));
  }
  if (left >= 8) {
    even = digest_step(even, load_little_endian(at, 8));
    at += 8;
    left -= 8;
  }
  if (left > 0)  // of 8 bytes that end there those that are new, where there are 8
    odd = digest_step(odd, bytes.size() < 8
                               ? load_little_endian(at, left)
                               : load_little_endian(at + left - 8, 8) >> (64 - 8 * left));
  return digest_step(even, odd);
}

/// Grows with everything that happens, in order.
class TraceDigest {
 public:
  void add(std::uint64_t value) { state_ = digest_step(state_, value); }
  void add(Instant at) { add(static_cast<std::uint64_t>(at.time_since_epoch().count())); }
  void add(std::string_view text) {
    add(digest_of({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
  }
  std::uint64_t value() const { return digest_step(state_, 1); }

 private:
  std::uint64_t state_ = 0xa4093822299f31d0;
};

}  // namespace understudy::sim
