// The unit of our speed goals: a plain RFC 1071 sum over 40 bytes and two field reads, on a ring of
// distinct buffers. Goals are multiples of it, measured in the same run, so that they hold on any
// machine.
#pragma once

#include <cstddef>
#include <cstdint>

namespace understudy::bench {

/// How many distinct packets every benchmark of ours goes round: too many for a branch predictor to
/// learn.
inline constexpr std::size_t kRingSize = 4096;

/// Measures each buffer of the ring once, kRingSize in all. The sum is the same for every round.
std::uint32_t yardstick_round();

}  // namespace understudy::bench
