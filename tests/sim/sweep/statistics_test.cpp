// Exact bounds against tables and arithmetic by hand.
#include "sim/sweep/statistics.h"

#include <gtest/gtest.h>

namespace understudy::sim {
namespace {

TEST(ClopperPearson, NoHitsInAHundredRunsLeaveAlmostThreePercent) {
  // 1 - 0.05^(1/100), "the rule of three".
  EXPECT_NEAR(probability_at_most(0, 100, 0.95), 0.0295130, 1e-6);
  EXPECT_EQ(probability_at_least(0, 100, 0.95), 0.0);
}

TEST(ClopperPearson, AllHitsAreTheMirrorImage) {
  EXPECT_NEAR(probability_at_least(100, 100, 0.95), 0.9704870, 1e-6);
  EXPECT_EQ(probability_at_most(100, 100, 0.95), 1.0);
}

// Table values of the two-sided 95 % interval: each side has 97.5 %.
TEST(ClopperPearson, TableOfTwoSidedIntervals) {
  struct Row {
    std::uint64_t hits, runs;
    double low, high;
  };
  for (const auto& row : {Row{5, 10, 0.1871, 0.8129}, Row{1, 10, 0.0025, 0.4450},
                          Row{2, 20, 0.0123, 0.3170}, Row{10, 100, 0.0490, 0.1762}}) {
    EXPECT_NEAR(probability_at_least(row.hits, row.runs, 0.975), row.low, 5e-5) << row.hits;
    EXPECT_NEAR(probability_at_most(row.hits, row.runs, 0.975), row.high, 5e-5) << row.hits;
  }
}

TEST(ClopperPearson, WithoutRunsNothingIsKnown) {
  EXPECT_EQ(probability_at_least(0, 0, 0.95), 0.0);
  EXPECT_EQ(probability_at_most(0, 0, 0.95), 1.0);
}

TEST(Binomial, Distribution) {
  EXPECT_NEAR(binomial_cdf(7, 10, 0.5), 968.0 / 1024, 1e-12);
  EXPECT_NEAR(binomial_cdf(0, 3, 0.5), 0.125, 1e-12);
  EXPECT_EQ(binomial_cdf(3, 3, 0.5), 1.0);
}

TEST(OrderStatistics, TheMedianOfTenLiesBetweenTheSecondAndTheNinth) {
  // cdf(7) = 0.9453, cdf(8) = 0.9893.
  EXPECT_EQ(rank_above_quantile(10, 0.5, 0.95), 9U);
  EXPECT_EQ(rank_below_quantile(10, 0.5, 0.95), 2U);
  EXPECT_EQ(rank_above_quantile(10, 0.5, 0.94), 8U);
}

TEST(OrderStatistics, A99PercentQuantileNeeds299Runs) {
  // 0.99^298 = 0.05003, 0.99^299 = 0.04953.
  EXPECT_EQ(rank_above_quantile(298, 0.99, 0.95), std::nullopt);
  EXPECT_EQ(rank_above_quantile(299, 0.99, 0.95), 299U);
  EXPECT_EQ(rank_below_quantile(298, 0.01, 0.95), std::nullopt);
  EXPECT_EQ(rank_below_quantile(299, 0.01, 0.95), 1U);
  EXPECT_EQ(rank_above_quantile(0, 0.5, 0.95), std::nullopt);
}

TEST(OrderStatistics, TheQuantileItself) {
  EXPECT_EQ(rank_of_quantile(100, 0.99), 99U);
  EXPECT_EQ(rank_of_quantile(100, 0.5), 50U);
  EXPECT_EQ(rank_of_quantile(101, 0.5), 51U);
  EXPECT_EQ(rank_of_quantile(1, 0.01), 1U);
  EXPECT_EQ(rank_of_quantile(3, 0.999), 3U);
}

}  // namespace
}  // namespace understudy::sim
