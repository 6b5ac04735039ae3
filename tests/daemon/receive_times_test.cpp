#include <gtest/gtest.h>

#include "daemon/clock.h"

namespace understudy::daemon {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

// The host booted 1000 s ago; the wall clock stands a million seconds after its epoch.
constexpr Duration kOffset = seconds{999'000};
constexpr Instant at(Duration since_boot) { return Instant{since_boot}; }
constexpr Duration stamped(Duration since_boot) { return since_boot + kOffset; }

ReceiveTimes times_since(Duration start) {
  ReceiveTimes times{at(start)};
  times.set_offset(kOffset);
  return times;
}

TEST(ReceiveTimes, AStampBecomesTheInstantItWasTaken) {
  auto times = times_since(seconds{1000});
  EXPECT_EQ(times.convert(stamped(milliseconds{1'000'250}), at(seconds{1003})),
            at(milliseconds{1'000'250}));
}

TEST(ReceiveTimes, APileIsToldApartByWhenEachCame) {
  auto times = times_since(seconds{1000});
  for (int i = 1; i <= 10; ++i)
    EXPECT_EQ(times.convert(stamped(seconds{1000 + i}), at(seconds{1020})), at(seconds{1000 + i}));
}

TEST(ReceiveTimes, NeverLaterThanNow) {
  auto times = times_since(seconds{1000});
  EXPECT_EQ(times.convert(stamped(seconds{1001} + microseconds{300}), at(seconds{1001})),
            at(seconds{1001}));
}

TEST(ReceiveTimes, NeverBeforeThePreviousOne) {
  auto times = times_since(seconds{1000});
  times.convert(stamped(seconds{1001}), at(seconds{1002}));
  EXPECT_EQ(times.convert(stamped(seconds{1001} - microseconds{300}), at(seconds{1002})),
            at(seconds{1001}));
}

TEST(ReceiveTimes, AWallClockSetForwardAfterThePacketCameIsSeenThrough) {
  auto times = times_since(seconds{1000});
  times.convert(stamped(seconds{1001}), at(seconds{1001}));
  times.set_offset(kOffset + seconds{3600});
  EXPECT_EQ(times.convert(stamped(seconds{1002}), at(seconds{1003})), at(seconds{1002}));
  // What comes after the step is stamped with the new clock.
  EXPECT_EQ(times.convert(stamped(milliseconds{1'002'500}) + seconds{3600}, at(seconds{1003})),
            at(milliseconds{1'002'500}));
}

TEST(ReceiveTimes, AWallClockSetBackIsSeenThrough) {
  auto times = times_since(seconds{1000});
  times.set_offset(kOffset - seconds{3600});
  EXPECT_EQ(times.convert(stamped(seconds{1002}), at(seconds{1003})), at(seconds{1002}));
}

TEST(ReceiveTimes, AStampThatFitsNoClockCountsAsJustReceived) {
  auto times = times_since(seconds{1000});
  EXPECT_EQ(times.convert(seconds{5}, at(seconds{1003})), at(seconds{1003}));
}

TEST(ReceiveTimes, AnEmptySocketBoundsWhatComesLater) {
  auto times = times_since(seconds{1000});
  times.drained(at(seconds{1005}));
  // Stamped before the socket was seen empty: no clock explains it.
  EXPECT_EQ(times.convert(stamped(seconds{1001}), at(seconds{1006})), at(seconds{1006}));
}

TEST(Clock, OffsetAndInstantGiveTheWallClock) {
  const auto real = monotonic_now().time_since_epoch() + realtime_offset();
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  EXPECT_LT(std::chrono::abs(wall - real), milliseconds{50});
}

}  // namespace
}  // namespace understudy::daemon
