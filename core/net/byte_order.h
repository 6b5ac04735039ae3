// Big-endian loads and stores at a place whose bounds the caller has checked.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace understudy {

/// A number in the machine's order from network order, or the other way round.
constexpr std::uint16_t swap_network_order(std::uint16_t value) {
  return std::endian::native == std::endian::little ? __builtin_bswap16(value) : value;
}
constexpr std::uint32_t swap_network_order(std::uint32_t value) {
  return std::endian::native == std::endian::little ? __builtin_bswap32(value) : value;
}

inline std::uint16_t load_be16(const std::uint8_t* at) {
  std::uint16_t word;
  std::memcpy(&word, at, sizeof word);
  return swap_network_order(word);
}

inline std::uint32_t load_be32(const std::uint8_t* at) {
  std::uint32_t word;
  std::memcpy(&word, at, sizeof word);
  return swap_network_order(word);
}

// Byte by byte the compiler makes several stores of some of them, and whoever reads the word next
// waits for all.
inline void store_be16(std::uint8_t* at, std::uint16_t value) {
  value = swap_network_order(value);
  std::memcpy(at, &value, sizeof value);
}

inline void store_be32(std::uint8_t* at, std::uint32_t value) {
  value = swap_network_order(value);
  std::memcpy(at, &value, sizeof value);
}

}  // namespace understudy
