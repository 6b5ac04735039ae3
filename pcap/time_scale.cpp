#include "pcap/time_scale.h"

#include <limits>

namespace understudy::capture {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kLongest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr unsigned kNano = 9;
constexpr std::uint8_t kBinary = 0x80;

std::uint64_t power_of_ten(unsigned exponent) {
  std::uint64_t power = 1;
  for (unsigned i = 0; i < exponent; ++i) power *= 10;
  return power;
}

}  // namespace

TimeScale::TimeScale(std::uint8_t resolution, std::int64_t offset)
    : resolution_(resolution), offset_(offset) {
  if (offset != 0 || resolution > kNano) return;
  factor_ = power_of_ten(kNano - resolution);
  most_ticks_ = static_cast<std::uint64_t>(kLongest) / factor_;
}

std::optional<Instant> TimeScale::slowly(std::uint64_t ticks) const {
  const unsigned exponent = resolution_ & (kBinary - 1U);
  Wide nanoseconds = 0;
  if ((resolution_ & kBinary) != 0) {
    // 2^-64 and less: below 2^64 ticks there is no whole second.
    const std::uint64_t seconds = exponent < 64 ? ticks >> exponent : 0;
    const std::uint64_t rest = exponent < 64 ? ticks - (seconds << exponent) : ticks;
    const unsigned shift = exponent < 94 ? exponent : 94;  // 2^64 * 10^9 < 2^94
    nanoseconds =
        static_cast<Wide>(seconds) * kSecond + ((static_cast<Wide>(rest) * kSecond) >> shift);
  } else if (exponent <= kNano) {
    nanoseconds = static_cast<Wide>(ticks) * static_cast<Wide>(power_of_ten(kNano - exponent));
  } else if (exponent - kNano < 20) {
    nanoseconds = static_cast<Wide>(ticks / power_of_ten(exponent - kNano));
  }
  nanoseconds += static_cast<Wide>(offset_) * kSecond;
  if (nanoseconds < 0 || nanoseconds > kLongest) return std::nullopt;
  return Instant{Duration{static_cast<std::int64_t>(nanoseconds)}};
}

}  // namespace understudy::capture
