// Numbers of captures that were written on machines of either byte order.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace understudy::capture {

class NumberOrder {
 public:
  explicit NumberOrder(bool big_endian = false)
      : swapped_(big_endian != (std::endian::native == std::endian::big)) {}

  std::uint16_t u16(const std::uint8_t* at) const {
    std::uint16_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return swapped_ ? __builtin_bswap16(value) : value;
  }
  std::uint32_t u32(const std::uint8_t* at) const {
    std::uint32_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return swapped_ ? __builtin_bswap32(value) : value;
  }
  std::uint64_t u64(const std::uint8_t* at) const {
    std::uint64_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return swapped_ ? __builtin_bswap64(value) : value;
  }

 private:
  bool swapped_;
};

}  // namespace understudy::capture
