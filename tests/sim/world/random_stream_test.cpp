#include "sim/random_stream.h"

#include <gtest/gtest.h>

#include <array>

namespace understudy::sim {
namespace {

using namespace std::chrono_literals;

TEST(RandomStream, IsAFunctionOfSeedNameAndDraw) {
  RandomStream one(7, "link/a"), same(7, "link/a"), other_name(7, "link/b"),
      other_seed(8, "link/a");
  for (int i = 0; i < 100; ++i) {
    const auto value = one.next();
    EXPECT_EQ(value, same.next());
    EXPECT_NE(value, other_name.next());
    EXPECT_NE(value, other_seed.next());
  }
}

// SplitMix64's published first outputs for state 1234567 pin the mixing function.
TEST(RandomStream, MixesAsSplitMix64) {
  std::uint64_t state = 1234567;
  EXPECT_EQ(scramble(state += 0x9e3779b97f4a7c15), 6457827717110365317U);
  EXPECT_EQ(scramble(state += 0x9e3779b97f4a7c15), 3203168211198807973U);
}

TEST(RandomStream, MultipliesHigh) {
  EXPECT_EQ(multiply_high(0xffffffffffffffff, 0xffffffffffffffff), 0xfffffffffffffffeU);
  EXPECT_EQ(multiply_high(std::uint64_t{1} << 63, 2), 1U);
  EXPECT_EQ(multiply_high(0x123456789abcdef0, 0x10), 1U);
}

TEST(RandomStream, UniformReachesBothEndsAndNothingElse) {
  RandomStream draws(1, "ends");
  std::array<int, 5> seen{};
  for (int i = 0; i < 5000; ++i) {
    const auto value = draws.uniform(10ns, 14ns);
    ASSERT_GE(value, 10ns);
    ASSERT_LE(value, 14ns);
    ++seen[static_cast<std::size_t>((value - 10ns).count())];
  }
  for (const auto count : seen) EXPECT_NEAR(count, 1000, 150);
}

TEST(RandomStream, AnEmptyRangeTakesNoDraw) {
  RandomStream one(1, "x"), same(1, "x");
  EXPECT_EQ(one.uniform(5ms, 5ms), 5ms);
  EXPECT_EQ(one.next(), same.next());
}

}  // namespace
}  // namespace understudy::sim
