#include "core/vrrp/timers.h"

#include <gtest/gtest.h>

namespace understudy {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

// RFC 3768, section 6.1: independent of the interval.
TEST(Timers, Version2SkewIsExact) {
  EXPECT_EQ(skew_time(2, 100, seconds{1}), nanoseconds{609'375'000});
  EXPECT_EQ(skew_time(2, 90, seconds{255}), nanoseconds{648'437'500});
  EXPECT_EQ(skew_time(2, 1, seconds{1}), nanoseconds{996'093'750});
  EXPECT_EQ(skew_time(2, 255, seconds{1}), nanoseconds{3'906'250});
}

TEST(Timers, Version2DownInterval) {
  EXPECT_EQ(master_down_interval(2, 100, seconds{1}), nanoseconds{3'609'375'000});
  EXPECT_EQ(master_down_interval(2, 100, seconds{3}), nanoseconds{9'609'375'000});
  EXPECT_EQ(master_down_interval(2, 100, seconds{1}, 5), nanoseconds{5'609'375'000});
}

// RFC 9568, section 6.1: a share of the learnt interval, cut down to nanoseconds.
TEST(Timers, Version3FollowsTheInterval) {
  EXPECT_EQ(master_down_interval(3, 254, seconds{1}), nanoseconds{3'007'812'500});
  EXPECT_EQ(master_down_interval(3, 1, milliseconds{40'950}), nanoseconds{163'640'039'062});
  EXPECT_EQ(skew_time(3, 100, seconds{3}), nanoseconds{1'828'125'000});
}

}  // namespace
}  // namespace understudy
