// One direction of a cable: losses exact and in the long run, bursts, duplicates, reordering,
// corruption, rate and queue.
#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "core/net/ethernet.h"
#include "sim/impaired_link.h"

namespace understudy::sim {
namespace {

using namespace std::chrono_literals;

constexpr Share percent(unsigned value) { return {value * 10'000'000}; }

/// A link on which a frame of 100 bytes is put every millisecond.
class OneLink {
 public:
  explicit OneLink(const LinkSettings& settings, std::uint64_t seed = 1)
      : link_(seed, "link/a.eth0 -> lan") {
    link_.configure(settings, 0);
    frame_.size = 100;
    encode_ethernet({kBroadcastMac, {}, kEtherTypeArp}, frame_.bytes);
  }

  LinkFate put() {
    now_ += 1ms;
    return link_.take(now_, frame_, Duration{}, last_arrival_);
  }
  std::vector<bool> losses(std::size_t count) {
    std::vector<bool> lost;
    for (std::size_t i = 0; i < count; ++i) lost.push_back(put().lost.has_value());
    return lost;
  }
  std::string mask(std::size_t count) {
    std::string text;
    for (const bool lost : losses(count)) text += lost ? '1' : '0';
    return text;
  }
  Instant now() const { return now_; }

  ImpairedLink link_;
  Frame frame_;
  Instant now_{}, last_arrival_{};
};

struct Runs {
  std::size_t lost = 0, bursts = 0;
};

Runs runs_of(const std::vector<bool>& losses) {
  Runs runs;
  bool before = false;
  for (const bool lost : losses) {
    runs.lost += lost ? 1 : 0;
    runs.bursts += lost && !before ? 1 : 0;
    before = lost;
  }
  return runs;
}

constexpr double kQuantile = 3.2905;  // of the normal distribution, 99.9 % on both sides

// ---- losses

TEST(LinkLoss, IndependentLossesKeepTheirShare) {
  constexpr double kCount = 50'000;
  for (const unsigned share : {1U, 5U, 30U, 90U}) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      OneLink one({.loss = percent(share)}, seed);
      const auto runs = runs_of(one.losses(static_cast<std::size_t>(kCount)));
      const double q = share / 100.0;
      const double bound = kQuantile * std::sqrt(kCount * q * (1 - q));
      EXPECT_NEAR(static_cast<double>(runs.lost), kCount * q, bound)
          << share << " %, seed " << seed;
      // A burst begins at a lost frame behind one that was not lost.
      const double begins = q * (1 - q);
      EXPECT_NEAR(static_cast<double>(runs.bursts), kCount * begins,
                  kQuantile * std::sqrt(kCount * begins * (1 - begins)))
          << "independent";
    }
  }
}

TEST(LinkLoss, BurstsHaveTheirMeanLengthAndTheLossItsShare) {
  constexpr double kCount = 100'000;
  for (const auto& [share, burst] : {std::pair{5U, 4.0}, {20U, 10.0}, {50U, 2.5}}) {
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
      OneLink one({.loss = percent(share), .loss_burst = static_cast<std::uint32_t>(burst * 1000)},
                  seed);
      const auto runs = runs_of(one.losses(static_cast<std::size_t>(kCount)));
      const double q = share / 100.0, leave = 1 / burst, enter = leave * q / (1 - q);
      // A two-state chain remembers with lambda = 1 - enter - leave, which stretches the variance.
      const double lambda = 1 - enter - leave;
      const double deviation = std::sqrt(kCount * q * (1 - q) * (1 + lambda) / (1 - lambda));
      EXPECT_NEAR(static_cast<double>(runs.lost), kCount * q, kQuantile * deviation)
          << share << " %, seed " << seed;
      // The lengths are geometric: their variance is (1 - leave) / leave^2.
      const auto bursts = static_cast<double>(runs.bursts);
      EXPECT_NEAR(static_cast<double>(runs.lost) / bursts, burst,
                  kQuantile * std::sqrt((1 - leave) / (leave * leave) / bursts))
          << share << " %, seed " << seed;
    }
  }
}

TEST(LinkLoss, MoreLossThanTheBurstsAllowMakesThemLonger) {
  // 90 % in bursts of 2: single frames get through between bursts of 9.
  constexpr double kCount = 100'000;
  OneLink one({.loss = percent(90), .loss_burst = 2000});
  const auto losses = one.losses(static_cast<std::size_t>(kCount));
  const auto runs = runs_of(losses);
  EXPECT_NEAR(static_cast<double>(runs.lost), kCount * 0.9,
              kQuantile * std::sqrt(kCount * 0.9 * 0.1));
  for (std::size_t i = 1; i < losses.size(); ++i)
    ASSERT_TRUE(losses[i] || losses[i - 1]) << "two in a row got through";
}

TEST(LinkLoss, AllIsAll) {
  OneLink one({.loss = kAlways});
  EXPECT_EQ(one.mask(10), "1111111111");
  OneLink bursts({.loss = kAlways, .loss_burst = 5000});
  EXPECT_EQ(bursts.mask(10), "1111111111");
}

TEST(LinkLoss, AMaskSaysExactlyWhich) {
  OneLink one({.loss_mask = "0100110"});
  EXPECT_EQ(one.mask(12), "010011000000") << "after its end nothing more";
}

TEST(LinkLoss, AMaskCountsWhatMatches) {
  OneLink one({.loss_mask = "01", .match = {TrafficMatch::kVrrp}});
  EXPECT_EQ(one.mask(4), "0000") << "ARP is not meant";
  OneLink arp({.loss_mask = "01", .match = {TrafficMatch::kArp}});
  EXPECT_EQ(arp.mask(4), "0100");
}

TEST(LinkLoss, AMaskMayBeginLater) {
  OneLink one({.loss = {1}});
  one.losses(5);
  one.link_.configure({.loss_mask = "11"}, one.link_.matching());
  EXPECT_EQ(one.mask(4), "1100");
}

// ---- the rest

TEST(LinkImpairments, DrawFromStreamsOfTheirOwn) {
  const LinkSettings lossy{.loss = percent(20)};
  LinkSettings all = lossy;
  all.duplicate = percent(30);
  all.reorder = percent(30);
  all.corrupt = percent(30);
  all.rate = 1'000'000'000;
  OneLink alone(lossy), crowded(all);
  EXPECT_EQ(alone.mask(1000), crowded.mask(1000));
  LinkSettings other{.duplicate = percent(30)};
  OneLink duplicates(other), lossy_duplicates(all);
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(duplicates.put().duplicated, lossy_duplicates.put().duplicated);
}

TEST(LinkImpairments, HappenAsOftenAsAsked) {
  constexpr double kCount = 100'000;
  OneLink one({.duplicate = percent(2), .reorder = percent(10), .corrupt = percent(5)});
  double duplicated = 0, held_back = 0, corrupted = 0;
  std::vector<double> hits(800);
  for (int i = 0; i < static_cast<int>(kCount); ++i) {
    const auto fate = one.put();
    duplicated += fate.duplicated ? 1 : 0;
    held_back += fate.held_back ? 1 : 0;
    corrupted += fate.flipped_bit ? 1 : 0;
    if (fate.flipped_bit) {
      ASSERT_LT(*fate.flipped_bit, 800U);
      ++hits[*fate.flipped_bit];
    }
  }
  const auto near = [&](double seen, double share) {
    EXPECT_NEAR(seen, kCount * share, kQuantile * std::sqrt(kCount * share * (1 - share)));
  };
  near(duplicated, 0.02);
  near(held_back, 0.1);
  near(corrupted, 0.05);
  // Every bit has its turn: chi-squared with 799 degrees of freedom, by Wilson and Hilferty.
  double chi_squared = 0;
  for (const double seen : hits) {
    const double expected = corrupted / 800;
    chi_squared += (seen - expected) * (seen - expected) / expected;
  }
  constexpr double kFreedom = 799;
  const double root = 1 - 2 / (9 * kFreedom) + 3.0902 * std::sqrt(2 / (9 * kFreedom));
  EXPECT_LT(chi_squared, kFreedom * root * root * root) << "99.9 %";
}

TEST(LinkImpairments, TouchOnlyWhatMatches) {
  OneLink one(
      {.loss = kAlways, .duplicate = kAlways, .corrupt = kAlways, .match = {TrafficMatch::kVrrp}});
  const auto fate = one.put();
  EXPECT_FALSE(fate.lost || fate.duplicated || fate.flipped_bit);
}

TEST(LinkReordering, WhatIsHeldBackIsOvertaken) {
  OneLink one({.delay = 2ms, .reorder = percent(20), .reorder_delay = 10ms});
  Instant last{};
  bool overtaken = false;
  for (int i = 0; i < 200; ++i) {
    const auto fate = one.put();
    EXPECT_EQ(fate.at, one.now() + (fate.held_back ? 12ms : 2ms));
    overtaken = overtaken || fate.at < last;
    last = fate.at;
  }
  EXPECT_TRUE(overtaken);
}

// 100 bytes are 800 bits: 8 ms at 100 kbit/s.
TEST(LinkRate, SerialisesOneFrameAfterTheOther) {
  OneLink one({.delay = 3ms, .rate = 100'000});
  EXPECT_EQ(one.put().at, Instant{1ms + 8ms + 3ms});
  EXPECT_EQ(one.put().at, Instant{1ms + 16ms + 3ms});
  one.now_ = Instant{99ms};
  EXPECT_EQ(one.put().at, Instant{100ms + 8ms + 3ms}) << "the line was idle";
}

TEST(LinkRate, RoundsUpToTheNanosecond) {
  OneLink one({.rate = 300'000'000});  // 800 bits: 2666.67 ns
  EXPECT_EQ(one.put().at, Instant{1ms + 2667ns});
}

TEST(LinkRate, DropsWhatTheQueueCannotHold) {
  OneLink one({.rate = 100'000, .queue = 2});
  // At 1 ms one is sent, at 2 and 3 ms two wait; at 9 ms the second is sent, and so on.
  EXPECT_EQ(one.mask(17), "00011111011111110");
  EXPECT_EQ(one.put().lost, LossCause::queue_full);
}

TEST(LinkRate, WithoutAQueueAnIdleLineStillSends) {
  OneLink one({.rate = 100'000, .queue = 0});
  EXPECT_EQ(one.mask(9), "011111110");
}

}  // namespace
}  // namespace understudy::sim
