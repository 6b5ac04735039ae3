// Time as the engine knows it: handed in, never asked for.
#pragma once

#include <chrono>
#include <cstdint>

namespace understudy {

/// The engine's clock. It has no now(): time only ever comes in with an input, so mixing a real
/// clock into core does not compile. The epoch is the host's affair (simulation start,
/// CLOCK_BOOTTIME, ...).
struct EngineClock {
  using duration = std::chrono::nanoseconds;
  using rep = duration::rep;
  using period = duration::period;
};

using Duration = std::chrono::nanoseconds;
using Instant = std::chrono::time_point<EngineClock, Duration>;

/// The unit of intervals on the wire of VRRP version 3 (RFC 9568, section 5.2.7).
using Centiseconds = std::chrono::duration<std::int64_t, std::centi>;

}  // namespace understudy
