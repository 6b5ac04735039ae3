// Where the fields of a VRRP message lie (RFC 3768, section 5.1; RFC 9568, section 5.1). Shared by
// codec and receive rules.
#pragma once

#include <cstddef>
#include <cstdint>

namespace understudy::wire {

inline constexpr std::size_t kVersionType = 0;
inline constexpr std::size_t kVrid = 1;
inline constexpr std::size_t kPriority = 2;
inline constexpr std::size_t kCount = 3;
inline constexpr std::size_t kAuthType = 4;   // version 2
inline constexpr std::size_t kInterval2 = 5;  // version 2: seconds
inline constexpr std::size_t kInterval3 = 4;  // version 3: 4 reserved bits, 12 bits of centiseconds
inline constexpr std::size_t kChecksum = 6;
inline constexpr std::size_t kAddresses = 8;
inline constexpr std::size_t kHeaderSize = 8;
inline constexpr std::size_t kAuthDataSize = 8;  // version 2, after the addresses
inline constexpr std::uint8_t kTypeAdvertisement = 1;

// The authentication header as VRRP uses it (RFC 2402, section 2).
inline constexpr std::size_t kAhSize = 24;
inline constexpr std::uint8_t kAhPayloadLength = 4;  // 32 bit words, less two
inline constexpr std::size_t kAhSpi = 4;
inline constexpr std::size_t kAhSequence = 8;
inline constexpr std::size_t kAhIcv = 12;

}  // namespace understudy::wire
