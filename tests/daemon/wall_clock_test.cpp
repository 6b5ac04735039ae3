#include "daemon/wall_clock.h"

#include <gtest/gtest.h>

#include "daemon/clock.h"

namespace understudy::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(WallClock, OffsetIsToldOnceAndLeadsToTheWallsTime) {
  auto clock = WallClock::open();
  ASSERT_TRUE(clock);
  const auto offset = clock->look(monotonic_now());
  ASSERT_TRUE(offset);
  const auto wall = std::chrono::system_clock::now().time_since_epoch();
  const auto difference = monotonic_now().time_since_epoch() + *offset - wall;
  EXPECT_LT(std::chrono::abs(difference), milliseconds{50});
  EXPECT_FALSE(clock->look(monotonic_now()));
  EXPECT_FALSE(clock->look(monotonic_now() + seconds{6})) << "measured anew, and not moved";
}

TEST(WallClock, HostIsUpAtLeastAsLongAsItsMonotonicClockRan) {
  EXPECT_GE(time_since_boot(), monotonic_now().time_since_epoch() - seconds{1});
}

}  // namespace
}  // namespace understudy::daemon
