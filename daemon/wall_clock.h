// When somebody sets the wall clock.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "core/net/instant.h"
#include "daemon/unique_fd.h"

namespace understudy::daemon {

/// The distance from the engine's clock to the wall clock. Setting the clock is noticed at once, a
/// clock that is being slewed by measuring every few seconds.
class WallClock {
 public:
  static tl::expected<WallClock, std::string> open();

  /// Readable when the clock was set.
  int fd() const { return timer_.value(); }
  /// The offset (wall time = Instant + offset), when it is news: at first, after the clock was set,
  /// and when it has moved by more than a millisecond.
  std::optional<Duration> look(Instant now);
  /// When look() measures next.
  Instant next_check() const { return next_check_; }

 private:
  explicit WallClock(UniqueFd timer) : timer_(std::move(timer)) {}
  bool arm();

  UniqueFd timer_;
  std::optional<Duration> told_;
  Instant next_check_{};
};

/// How long the host has been up, sleep included.
Duration time_since_boot();

}  // namespace understudy::daemon
