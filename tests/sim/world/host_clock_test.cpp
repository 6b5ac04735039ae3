#include "sim/host_clock.h"

#include <gtest/gtest.h>

namespace understudy::sim {
namespace {

using namespace std::chrono_literals;

Instant at(Duration time) { return Instant{time}; }

TEST(HostClock, ShowsTheTruthUnlessItIsToldOtherwise) {
  const HostClock clock;
  EXPECT_EQ(clock.local(at(123ns)), at(123ns));
  EXPECT_EQ(clock.when(at(123ns)), at(123ns));
  EXPECT_EQ(clock.when(Instant::max()), Instant::max());
}

TEST(HostClock, DriftsByPartsOfABillionExactly) {
  HostClock clock;
  clock.set_drift({}, 200'000);
  EXPECT_EQ(clock.local(at(600s)), at(600s + 120ms));
  EXPECT_EQ(clock.local(at(4999ns)), at(4999ns));
  EXPECT_EQ(clock.local(at(5000ns)), at(5001ns));
  EXPECT_EQ(clock.when(at(600s + 120ms)), at(600s));
  EXPECT_EQ(clock.when(at(600s + 120ms + 1ns)), at(600s + 1ns));
}

TEST(HostClock, GoesOnFromWhereItIsWhenItsRateChangesAndLosesNothingOfANanosecond) {
  HostClock clock;
  // A third of a nanosecond each time: 3 million changes would lose a millisecond.
  for (std::int64_t i = 0; i < 3'000; ++i) clock.set_drift(at(Duration{i}), -666'666'667);
  clock.set_drift(at(3'000ns), 0);
  EXPECT_EQ(clock.local(at(3'000ns)), at(999ns));  // 3000 x 0.333333333, cut
  EXPECT_EQ(clock.local(at(4'000ns)), at(1'999ns));
  EXPECT_EQ(clock.when(at(1'999ns)), at(4'000ns));
}

TEST(HostClock, WhenIsTheFirstInstantThatShowsIt) {
  for (const std::int64_t drift : {-500'000'000LL, -1LL, 1LL, 20'000LL, 333'333'333LL}) {
    HostClock clock;
    clock.set_drift(at(7ns), drift);
    clock.set_drift(at(11ns), drift / 2);
    const auto first = clock.local(at(11ns)).time_since_epoch().count() + 1;
    for (std::int64_t shown = first; shown < 500; ++shown) {
      const auto when = clock.when(at(Duration{shown}));
      EXPECT_GE(clock.local(when), at(Duration{shown})) << drift;
      EXPECT_LT(clock.local(when - 1ns), at(Duration{shown})) << drift;
    }
  }
}

TEST(HostClock, StandsStill) {
  HostClock clock;
  clock.stand_still(at(10s), at(30s));
  EXPECT_EQ(clock.local(at(31s)), at(11s));
  EXPECT_EQ(clock.when(at(11s)), at(31s));
  EXPECT_EQ(clock.when(at(5s)), at(30s)) << "what has passed is due at once";
}

TEST(HostClock, IsKeptFromStandingStillOrRunningBackwards) {
  HostClock clock;
  clock.set_drift({}, -5'000'000'000);
  EXPECT_EQ(clock.drift(), HostClock::kSlowest);
  EXPECT_EQ(clock.local(at(10s)), at(10ns));
  EXPECT_EQ(clock.when(at(Duration::max() - 1ns)), Instant::max());
}

TEST(HostClock, TellsHowLongItsSpansAreInTruth) {
  HostClock clock;
  clock.set_drift({}, -500'000'000);
  EXPECT_EQ(clock.true_span(3s), 6s);
  clock.set_drift({}, 200'000);
  EXPECT_EQ(clock.true_span(3'648'437'500ns), 3'647'707'959ns);
}

}  // namespace
}  // namespace understudy::sim
