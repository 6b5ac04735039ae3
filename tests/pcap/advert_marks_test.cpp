// However many adverts there are, a picture's worth of them is kept.
#include "pcap/advert_marks.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace understudy::capture {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

const RouterKey kRouter{0, Family::ipv4, 51};
const IpAddress kOne = *parse_ip_address("192.0.2.1"), kTwo = *parse_ip_address("192.0.2.2");

std::uint64_t adverts_in(const std::vector<AdvertMark>& marks) {
  std::uint64_t sum = 0;
  for (const AdvertMark& mark : marks) sum += mark.count;
  return sum;
}

TEST(AdvertMarks, FewAreKeptOneByOne) {
  AdvertMarks marks;
  for (int i = 0; i < 100; ++i)
    marks.add(kRouter, i % 2 == 0 ? kOne : kTwo, 100, Instant{seconds{i}},
              {0, static_cast<std::uint64_t>(i + 1)});
  EXPECT_EQ(marks.of(kRouter, kOne).size(), 50U);
  EXPECT_EQ(marks.of(kRouter, kTwo).at(1).packet, 4U);
  EXPECT_EQ(marks.of(kRouter, kTwo).at(1).count, 1U);
  EXPECT_TRUE(marks.of({0, Family::ipv6, 51}, kOne).empty());
  EXPECT_EQ(marks.gap(), Duration{});
}

TEST(AdvertMarks, ManyAreThinnedAndNoneIsLostCount) {
  AdvertMarks marks;
  constexpr int kAdverts = 300'000;
  for (int i = 0; i < kAdverts; ++i) {
    marks.add(kRouter, kOne, i == 123'456 ? 0 : 100, Instant{milliseconds{100} * i},
              {0, static_cast<std::uint64_t>(i + 1)});
    ASSERT_LE(marks.size(), AdvertMarks::kMost);
  }
  const auto& kept = marks.of(kRouter, kOne);
  EXPECT_GT(kept.size(), AdvertMarks::kMost / 8);
  EXPECT_EQ(adverts_in(kept), static_cast<std::uint64_t>(kAdverts));
  EXPECT_TRUE(std::ranges::is_sorted(kept, {}, &AdvertMark::at));
  const auto resigns = std::ranges::find(kept, 0, &AdvertMark::priority);
  ASSERT_NE(resigns, kept.end());
  EXPECT_EQ(resigns->count, 1U);
  EXPECT_EQ(resigns->packet, 123'457U);
  Duration longest{};
  for (const AdvertMark& mark : kept) longest = std::max(longest, mark.until - mark.at);
  EXPECT_LT(longest, 2 * marks.gap());
}

TEST(AdvertMarks, NothingButResignationsIsThinnedInTheEndToo) {
  AdvertMarks marks;
  for (int i = 0; i < 50'000; ++i)
    marks.add(kRouter, kOne, static_cast<std::uint8_t>(i % 2 * 100), Instant{seconds{i}}, {});
  EXPECT_LE(marks.size(), AdvertMarks::kMost);
  EXPECT_EQ(adverts_in(marks.of(kRouter, kOne)), 50'000U);
  EXPECT_EQ(marks.of(kRouter, kOne).front().priority, 0) << "what matters more stays visible";
}

TEST(AdvertMarks, AFloodOfForgedSpeakersFindsNoRoom) {
  AdvertMarks marks;
  for (std::uint32_t i = 0; i < 3 * AdvertMarks::kMost; ++i)
    marks.add(kRouter, IpAddress(Ipv4Address{i}), 100, Instant{hours{i / 1000}}, {});
  EXPECT_LE(marks.size(), AdvertMarks::kMostSpeakers);
}

}  // namespace
}  // namespace understudy::capture
