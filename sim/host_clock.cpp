#include "sim/host_clock.h"

#include <algorithm>
#include <limits>

namespace understudy::sim {
namespace {

__extension__ using Wide = __int128;

constexpr std::int64_t kBillion = 1'000'000'000;

/// Rounded up; both positive, or the dividend 0.
Wide divide_up(Wide dividend, Wide divisor) { return (dividend + divisor - 1) / divisor; }

std::int64_t narrow(Wide wide) {
  constexpr Wide kMax = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::min(wide, kMax));
}

Instant plus(Instant start, Wide nanoseconds) {
  return Instant{Duration{narrow(start.time_since_epoch().count() + nanoseconds)}};
}

}  // namespace

Instant HostClock::bend(Instant now) const {
  const Wide passed = Wide{(now - anchor_).count()} * (kBillion + drift_) + rest_;
  return plus(shown_, passed / kBillion);
}

Instant HostClock::unbend(Instant local) const {
  if (local <= shown_) return anchor_;
  const Wide to_pass = Wide{(local - shown_).count()} * kBillion - rest_;
  return plus(anchor_, divide_up(to_pass, kBillion + drift_));
}

Duration HostClock::true_span(Duration local) const {
  if (drift_ == 0 || local <= Duration{}) return local;
  return Duration{narrow(divide_up(Wide{local.count()} * kBillion, kBillion + drift_))};
}

void HostClock::anchor(Instant at) {
  const Wide passed = Wide{(at - anchor_).count()} * (kBillion + drift_) + rest_;
  shown_ = plus(shown_, passed / kBillion);
  rest_ = static_cast<std::int64_t>(passed % kBillion);
  anchor_ = at;
}

void HostClock::set_drift(Instant now, std::int64_t per_billion) {
  anchor(now);
  drift_ = std::clamp(per_billion, kSlowest, kFastest);
  look_whether_true();
}

void HostClock::stand_still(Instant from, Instant until) {
  anchor(std::max(from, anchor_));
  anchor_ = until;
  look_whether_true();
}

void HostClock::look_whether_true() { true_ = drift_ == 0 && rest_ == 0 && anchor_ == shown_; }

}  // namespace understudy::sim
