// Findings: once per cause, and no more than there is room for; what each is called.
#include "core/vrrp/finding_list.h"

#include <gtest/gtest.h>

#include <set>

namespace understudy {
namespace {

using std::chrono::seconds;

const IpAddress kOne = *parse_ip_address("192.0.2.1");

Instant at(std::int64_t second) { return Instant{seconds{second}}; }

FindingList::Key key(std::uint8_t vrid, const IpAddress& other = {}) {
  return {FindingCode::late_advert, RouterKey{0, Family::ipv4, vrid}, true, kOne, other};
}

TEST(FindingList, ACauseIsOneFindingHoweverOftenItIsSeen) {
  FindingList list;
  for (std::uint64_t i = 1; i <= 10; ++i)
    list.sight(key(51), at(static_cast<std::int64_t>(i)), {0, i});
  ASSERT_EQ(list.all().size(), 1U);
  const Finding& finding = list.all()[0];
  EXPECT_EQ(finding.code, FindingCode::late_advert);
  EXPECT_EQ(finding.key.vrid, 51);
  EXPECT_EQ(finding.source, kOne);
  EXPECT_FALSE(finding.other);
  EXPECT_EQ(finding.count, 10U);
  EXPECT_EQ(finding.at, at(1));
  EXPECT_EQ(finding.until, at(10));
  ASSERT_EQ(finding.packets.size(), Finding::kMostPackets);
  EXPECT_EQ(finding.packets.back().number, 4U);
}

TEST(FindingList, AnotherPartyIsAnotherCause) {
  FindingList list;
  list.sight(key(51), at(1), {});
  list.sight(key(52), at(1), {});
  list.sight(key(51, kOne), at(1), {});
  ASSERT_EQ(list.all().size(), 3U);
  EXPECT_EQ(list.all()[2].other, kOne);
  EXPECT_TRUE(list.all()[0].packets.empty()) << "nobody counted the packets";
}

TEST(FindingList, OpenedOnesAreSightedByTheirNumber) {
  FindingList list;
  const auto first = list.open(at(1), {0, 5});
  const auto second = list.open(at(2), {0, 6});
  ASSERT_TRUE(first && second);
  EXPECT_NE(*first, *second);
  list.sight(*first, at(3), {0, 7});
  EXPECT_EQ(list.all()[*first].count, 2U);
  EXPECT_EQ(list.all()[*second].count, 1U);
}

TEST(FindingList, BeyondItsRoomItOnlyCounts) {
  FindingList list;
  for (std::uint32_t i = 0; i < FindingList::kMost; ++i)
    list.sight(key(1, IpAddress(Ipv4Address{i + 1})), at(1), {});
  Finding& forgotten = list.sight(key(2), at(1), {});
  forgotten.message = "nobody reads this";
  EXPECT_FALSE(list.open(at(1), {}));
  EXPECT_EQ(list.all().size(), FindingList::kMost);
  EXPECT_EQ(list.left_out(), 2U);
  EXPECT_TRUE(list.sight(key(2), at(1), {}).message.empty()) << "each is forgotten anew";
  EXPECT_EQ(list.sight(key(1, IpAddress(Ipv4Address{1U})), at(2), {}).count, 2U)
      << "known ones go on";
}

TEST(FindingTexts, EachCodeHasANameOfItsOwnAMeaningAndAWayToMendIt) {
  std::set<std::string_view> names, meanings;
  for (std::size_t i = 0; i < kFindingCodeCount; ++i) {
    const auto code = static_cast<FindingCode>(i);
    names.insert(to_string(code));
    meanings.insert(meaning(code));
    EXPECT_EQ(meaning(code).back(), '.') << to_string(code);
    EXPECT_EQ(likely_fix(code).back(), '.') << to_string(code);
  }
  EXPECT_EQ(names.size(), kFindingCodeCount);
  EXPECT_EQ(meanings.size(), kFindingCodeCount);
}

}  // namespace
}  // namespace understudy
