#include "daemon/wall_clock.h"

#include <sys/timerfd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <limits>

#include "daemon/clock.h"

namespace understudy::daemon {
namespace {

constexpr Duration kBetweenChecks = std::chrono::seconds{5};
constexpr Duration kNews = std::chrono::milliseconds{1};

}  // namespace

tl::expected<WallClock, std::string> WallClock::open() {
  WallClock clock{UniqueFd{timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK)}};
  if (!clock.timer_.valid() || !clock.arm())
    return tl::unexpected(std::string{"cannot watch the wall clock: "} + std::strerror(errno));
  return clock;
}

// A timer that never runs out and is cancelled when the clock is set.
bool WallClock::arm() {
  itimerspec never{};
  never.it_value.tv_sec = std::numeric_limits<std::int32_t>::max();
  return timerfd_settime(timer_.value(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never,
                         nullptr) == 0;
}

std::optional<Duration> WallClock::look(Instant now) {
  std::uint64_t expirations = 0;
  const bool set =
      read(timer_.value(), &expirations, sizeof expirations) >= 0 || errno == ECANCELED;
  if (set) arm();
  if (!set && told_ && now < next_check_) return std::nullopt;
  next_check_ = now + kBetweenChecks;
  const auto offset = realtime_offset();
  const auto moved = told_ ? offset - *told_ : Duration{};
  if (told_ && moved <= kNews && moved >= -kNews) return std::nullopt;
  told_ = offset;
  return offset;
}

Duration time_since_boot() {
  timespec time{};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

}  // namespace understudy::daemon
