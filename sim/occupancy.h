// How many have something at once, and for how long nobody or several had it.
#pragma once

#include <cstdint>

#include "core/net/instant.h"

namespace understudy::sim {

/// Time counts from the first holder on.
class Occupancy {
 public:
  void change(Instant now, bool one_more) {
    settle(now);
    count_ = one_more ? count_ + 1 : count_ - 1;
    begun_ = begun_ || count_ > 0;
  }
  /// Counts the time up to now.
  void settle(Instant now) {
    if (begun_ && count_ == 0) none_ += now - since_;
    if (count_ > 1) several_ += now - since_;
    since_ = now;
  }
  unsigned count() const { return count_; }
  Duration none() const { return none_; }
  Duration several() const { return several_; }

 private:
  unsigned count_ = 0;
  bool begun_ = false;
  Instant since_{};
  Duration none_{}, several_{};
};

}  // namespace understudy::sim
