// The units in which captures count time, as nanoseconds.
#pragma once

#include <cstdint>
#include <optional>

#include "core/net/instant.h"

namespace understudy::capture {

/// 64-bit ticks since 1970 and what they are worth (pcapng's if_tsresol and if_tsoffset). What lies
/// between nanoseconds is cut off.
class TimeScale {
 public:
  /// `resolution`: negative powers of 10; with the top bit, of 2. 6 is pcapng's default.
  /// `offset` in seconds.
  explicit TimeScale(std::uint8_t resolution = 6, std::int64_t offset = 0);

  /// nullopt before 1970 and after 2262.
  std::optional<Instant> at(std::uint64_t ticks) const {
    if (ticks <= most_ticks_) [[likely]]
      return Instant{Duration{static_cast<std::int64_t>(ticks * factor_)}};
    return slowly(ticks);
  }

 private:
  std::optional<Instant> slowly(std::uint64_t ticks) const;

  std::uint64_t factor_ = 0;  // nanoseconds a tick, where that is whole and there is no offset
  std::uint64_t most_ticks_ = 0;
  std::uint8_t resolution_;
  std::int64_t offset_;
};

}  // namespace understudy::capture
