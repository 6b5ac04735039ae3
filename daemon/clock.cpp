#include "daemon/clock.h"

#include <ctime>

namespace understudy::daemon {
namespace {

// Two measurements of the same offset differ by less; a clock that was set jumps by more.
constexpr Duration kJitter = std::chrono::milliseconds{1};

Duration read_clock(clockid_t id) {
  timespec time{};
  clock_gettime(id, &time);
  return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
}

}  // namespace

Instant monotonic_now() { return Instant{read_clock(CLOCK_MONOTONIC)}; }

Duration realtime_offset() {
  const auto before = read_clock(CLOCK_MONOTONIC);
  const auto real = read_clock(CLOCK_REALTIME);
  const auto after = read_clock(CLOCK_MONOTONIC);
  return real - (before + (after - before) / 2);
}

void ReceiveTimes::set_offset(Duration offset) {
  if (!measured_) older_offset_ = offset;
  const auto change = offset - offset_;
  if (measured_ && (change > kJitter || change < -kJitter)) older_offset_ = offset_;
  offset_ = offset;
  measured_ = true;
}

Instant ReceiveTimes::convert(Duration stamp, Instant now) {
  for (const auto offset : {offset_, older_offset_}) {
    auto at = Instant{stamp - offset};
    if (at < earliest_ - kJitter || at > now + kJitter) continue;
    if (at < earliest_) at = earliest_;
    if (at > now) at = now;
    earliest_ = at;
    return at;
  }
  earliest_ = now;
  return now;
}

void ReceiveTimes::drained(Instant at) {
  if (at > earliest_) earliest_ = at;
}

}  // namespace understudy::daemon
