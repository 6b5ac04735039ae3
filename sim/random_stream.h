// Random numbers by name: each stream is a function of (seed, name, draw number) alone, so that
// adding a link or a host changes no other's draws. Integers only; the same on every machine.
#pragma once

#include <cstdint>
#include <string_view>

#include "core/net/instant.h"

namespace understudy::sim {

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014): every bit of the result depends on every
/// bit of the input.
constexpr std::uint64_t scramble(std::uint64_t value) {
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

/// The upper 64 bits of a product.
constexpr std::uint64_t multiply_high(std::uint64_t left, std::uint64_t right) {
#ifdef __SIZEOF_INT128__
  __extension__ typedef unsigned __int128 Product;  // NOLINT(modernize-use-using): pedantic
  return static_cast<std::uint64_t>(static_cast<Product>(left) * right >> 64);
#else
  const std::uint64_t left_low = left & 0xffffffff, right_low = right & 0xffffffff;
  const std::uint64_t first = (left >> 32) * right_low + (left_low * right_low >> 32);
  const std::uint64_t second = left_low * (right >> 32) + (first & 0xffffffff);
  return (left >> 32) * (right >> 32) + (first >> 32) + (second >> 32);
#endif
}

class RandomStream {
 public:
  constexpr RandomStream(std::uint64_t seed, std::string_view name) : key_(scramble(seed)) {
    for (const char letter : name)
      key_ = scramble(key_ ^ static_cast<unsigned char>(letter)) + kStep;
  }

  constexpr std::uint64_t next() { return scramble(key_ + kStep * ++draws_); }
  /// 0 to bound - 1; bound at least 1. One draw each; uneven by less than bound / 2^64.
  constexpr std::uint64_t below(std::uint64_t bound) { return multiply_high(next(), bound); }
  /// lowest to highest, both included. Draws nothing when they are equal.
  constexpr Duration uniform(Duration lowest, Duration highest) {
    if (highest <= lowest) return lowest;
    const auto span = static_cast<std::uint64_t>((highest - lowest).count()) + 1;
    return lowest + Duration{static_cast<std::int64_t>(below(span))};
  }

 private:
  static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15;  // 2^64 over the golden ratio

  std::uint64_t key_;
  std::uint64_t draws_ = 0;
};

}  // namespace understudy::sim
