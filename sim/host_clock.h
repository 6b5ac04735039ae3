// The clocks of one host: all run at one rate, which need not be the true one.
#pragma once

#include <cstdint>

#include "core/net/instant.h"

namespace understudy::sim {

/// A monotonic clock that drifts: it never steps, and goes on from where it is when its rate
/// changes. Exact to the nanosecond over any span: reckoned from the last change in integers, with
/// what a change left of a nanosecond kept.
class HostClock {
 public:
  /// What it shows at a true instant not before the last change.
  Instant local(Instant now) const { return true_ ? now : bend(now); }
  /// The first true instant at which it shows `local` or more, at the earliest that of the last
  /// change; Instant::max() for what is too far away.
  Instant when(Instant local) const { return true_ ? local : unbend(local); }
  /// The true length of a span that it measures, rounded up.
  Duration true_span(Duration local) const;

  /// So much faster than the truth from now on, in parts per billion; kept within kSlowest and
  /// kFastest.
  void set_drift(Instant now, std::int64_t per_billion);
  std::int64_t drift() const { return drift_; }
  /// It stood still from one instant to the other, which is now.
  void stand_still(Instant from, Instant until);

  static constexpr std::int64_t kSlowest = -999'999'999, kFastest = 9'000'000'000;

 private:
  Instant bend(Instant now) const;
  Instant unbend(Instant local) const;
  void anchor(Instant at);
  void look_whether_true();

  bool true_ = true;
  std::int64_t drift_ = 0;
  Instant anchor_{}, shown_{};  // at the last change: the truth, and the clock
  std::int64_t rest_ = 0;       // of a nanosecond, in billionths, that the clock was further
};

}  // namespace understudy::sim
