#include "daemon/repeat_limiter.h"

#include <gtest/gtest.h>

namespace understudy::daemon {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Verdict = RepeatLimiter::Verdict;

constexpr Instant at(Duration time) { return Instant{time}; }
IpAddress source(std::uint32_t last) { return Ipv4Address{0x0a000000 + last}; }

TEST(RepeatLimiter, OnceACauseAndSource) {
  RepeatLimiter limiter;
  EXPECT_EQ(limiter.count({0, 0, 2, source(1)}, at(seconds{0})), Verdict::log);
  for (int i = 0; i < 10'000; ++i)
    EXPECT_EQ(limiter.count({0, 0, 2, source(1)}, at(seconds{1})), Verdict::quiet);
  EXPECT_EQ(limiter.count({0, 0, 3, source(1)}, at(seconds{1})), Verdict::log);  // another cause
  EXPECT_EQ(limiter.count({0, 0, 2, source(2)}, at(seconds{1})), Verdict::log);  // another source
  EXPECT_EQ(limiter.count({0, 1, 2, source(1)}, at(seconds{1})), Verdict::log);  // another subject
}

TEST(RepeatLimiter, SumsUpAfterOneMinuteThenTwoThenFour) {
  RepeatLimiter limiter;
  std::vector<int> minutes_told;
  for (int second = 0; second <= 16 * 60; ++second) {
    limiter.count({0, 0, 2, source(1)}, at(seconds{second}));
    const auto due = limiter.take_due(at(seconds{second}));
    if (due.list.empty()) continue;
    ASSERT_EQ(due.list.size(), 1U);
    minutes_told.push_back(second / 60);
  }
  EXPECT_EQ(minutes_told, (std::vector<int>{1, 3, 7, 15}));
}

TEST(RepeatLimiter, TheSumsAddUpToWhatWasCounted) {
  RepeatLimiter limiter;
  std::uint64_t told = 0;
  for (int second = 0; second < 1000; ++second) {
    if (limiter.count({0, 0, 2, source(1)}, at(seconds{second})) == Verdict::log) ++told;
    for (const auto& summary : limiter.take_due(at(seconds{second})).list) told += summary.more;
  }
  for (const auto& summary : limiter.take_all().list) told += summary.more;
  EXPECT_EQ(told, 1000U);
}

TEST(RepeatLimiter, WhatWasQuietForASpanIsLoggedAnew) {
  RepeatLimiter limiter;
  limiter.count({0, 0, 2, source(1)}, at(seconds{0}));
  EXPECT_TRUE(limiter.take_due(at(minutes{1})).list.empty());
  EXPECT_EQ(limiter.count({0, 0, 2, source(1)}, at(minutes{2})), Verdict::log);
}

TEST(RepeatLimiter, WhatWasQuietForLongerThanGivenIsLoggedAnew) {
  RepeatLimiter limiter;
  const auto count = [&](Duration when) {
    return limiter.count({0, 0, 2, source(1)}, at(when), seconds{3});
  };
  EXPECT_EQ(count(seconds{0}), Verdict::log);
  EXPECT_EQ(count(seconds{3}), Verdict::quiet);
  EXPECT_EQ(count(seconds{6}), Verdict::quiet);
  EXPECT_EQ(count(seconds{10}), Verdict::log);
  EXPECT_EQ(limiter.take_all().list.at(0).more, 2U);
}

TEST(RepeatLimiter, TheTableIsBounded) {
  RepeatLimiter limiter{256};
  unsigned logged = 0;
  unsigned overflowed = 0;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    const auto verdict = limiter.count({0, 0, 2, source(i)}, at(seconds{1}));
    logged += verdict == Verdict::log;
    overflowed += verdict == Verdict::overflowed;
  }
  EXPECT_EQ(logged, 256U);
  EXPECT_EQ(overflowed, 1U);
  EXPECT_EQ(limiter.take_due(at(minutes{2})).elsewhere, 10'000U - 256U);
  // The quiet ones made room.
  EXPECT_EQ(limiter.count({0, 0, 2, source(9'999)}, at(minutes{2})), Verdict::log);
}

TEST(RepeatLimiter, ForgetsOneSubjectOfOneKind) {
  RepeatLimiter limiter;
  for (int i = 0; i < 5; ++i) limiter.count({5, 0, 1, {}}, at(seconds{i}));
  limiter.count({5, 1, 1, {}}, at(seconds{0}));
  EXPECT_EQ(limiter.forget(5, 0), 4U);
  EXPECT_EQ(limiter.count({5, 0, 1, {}}, at(seconds{6})), Verdict::log);
  EXPECT_EQ(limiter.count({5, 1, 1, {}}, at(seconds{6})), Verdict::quiet);
}

TEST(RepeatLimiter, SaysWhenItWantsToBeAskedNext) {
  RepeatLimiter limiter;
  EXPECT_FALSE(limiter.next_due());
  limiter.count({0, 0, 2, source(1)}, at(seconds{7}));
  EXPECT_EQ(limiter.next_due(), at(seconds{67}));
}

TEST(RepeatLimiter, TheLongestWaitIsAnHour) {
  RepeatLimiter limiter;
  Instant now{};
  limiter.count({0, 0, 2, source(1)}, now);
  for (int i = 0; i < 12; ++i) {
    now = *limiter.next_due();
    limiter.count({0, 0, 2, source(1)}, now);
    limiter.take_due(now);
  }
  EXPECT_EQ(*limiter.next_due() - now, hours{1});
}

}  // namespace
}  // namespace understudy::daemon
