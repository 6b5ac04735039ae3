// Numbers as capture files of ours have them on every machine.
#pragma once

#include <cstdint>

namespace understudy::capture {

inline void put_u16(std::uint8_t* out, std::uint32_t value) {
  out[0] = static_cast<std::uint8_t>(value);
  out[1] = static_cast<std::uint8_t>(value >> 8);
}

inline void put_u32(std::uint8_t* out, std::uint32_t value) {
  put_u16(out, value);
  put_u16(out + 2, value >> 16);
}

}  // namespace understudy::capture
