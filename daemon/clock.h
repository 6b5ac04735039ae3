// The engine's time on a real host: CLOCK_MONOTONIC, so that a host that slept does not take its
// own absence for a master's silence.
#pragma once

#include "core/net/instant.h"

namespace understudy::daemon {

Instant monotonic_now();

/// CLOCK_REALTIME minus CLOCK_MONOTONIC, measured now.
Duration realtime_offset();

/// Turns the kernel's receive timestamps (CLOCK_REALTIME) of one socket into instants. They come
/// out in order, never after `now` and, as far as the wall clock can be trusted, never before the
/// socket was last known to be empty. A wall clock that was set in between is seen through: the
/// offset before it is tried too, and when neither fits the packet counts as just received.
class ReceiveTimes {
 public:
  explicit ReceiveTimes(Instant start) : earliest_(start) {}

  /// Hand in realtime_offset() before each batch.
  void set_offset(Duration offset);
  /// `stamp`: CLOCK_REALTIME since its epoch.
  Instant convert(Duration stamp, Instant now);
  /// The socket was empty at that time.
  void drained(Instant at);

 private:
  Duration offset_{};
  Duration older_offset_{};
  bool measured_ = false;
  Instant earliest_;
};

}  // namespace understudy::daemon
