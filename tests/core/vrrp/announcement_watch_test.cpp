// Which announcements count for which takeover.
#include "core/vrrp/announcement_watch.h"

#include <gtest/gtest.h>

namespace understudy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const RouterKey kRouter{0, Family::ipv4, 51};
const IpAddress kSource = *parse_ip_address("192.0.2.1");
const IpAddress kRival = *parse_ip_address("192.0.2.2");
const std::vector<IpAddress> kAddresses{*parse_ip_address("192.0.2.100"),
                                        *parse_ip_address("192.0.2.101")};
constexpr MacAddress kMac{{2, 0, 0, 0, 0, 1}}, kElse{{2, 0, 0, 0, 0, 9}};

Instant at(Duration since_start) { return Instant{since_start}; }

class Takeover : public testing::Test {
 protected:
  /// At 10 s, with announcements from 8.5 s to 11 s.
  void expect(const IpAddress& source = kSource, std::optional<MacAddress> mac = kMac) {
    watch_.expect(kRouter, source, mac, kAddresses, at(milliseconds{8500}), at(seconds{10}),
                  at(seconds{11}));
  }
  void hear(Duration time, const MacAddress& mac, std::size_t address) {
    watch_.hear(kRouter, kAddresses[address], mac, at(time), {0, 7});
  }
  AnnouncementWatch watch_;
};

TEST_F(Takeover, IsSettledOnceAllAddressesAreAnnounced) {
  expect();
  EXPECT_TRUE(watch_.waits());
  hear(milliseconds{10100}, kMac, 0);
  EXPECT_TRUE(watch_.settle(at(milliseconds{10500})).empty());
  hear(milliseconds{10600}, kMac, 1);
  const auto settled = watch_.settle(at(milliseconds{10600}));
  ASSERT_EQ(settled.size(), 1U);
  EXPECT_TRUE(settled[0].judged);
  EXPECT_EQ(settled[0].addresses.at(1).at, at(milliseconds{10600}));
  EXPECT_EQ(settled[0].addresses.at(1).packet.number, 7U);
  EXPECT_FALSE(watch_.waits());
}

TEST_F(Takeover, IsJudgedWhenItsTimeIsOver) {
  expect();
  hear(seconds{11}, kMac, 0);
  hear(milliseconds{11001}, kMac, 1);
  EXPECT_TRUE(watch_.settle(at(seconds{11})).empty());
  const auto settled = watch_.settle(at(milliseconds{11001}));
  ASSERT_EQ(settled.size(), 1U);
  EXPECT_TRUE(settled[0].judged);
  EXPECT_TRUE(settled[0].addresses.at(0).at);
  EXPECT_FALSE(settled[0].addresses.at(1).at);
}

TEST_F(Takeover, AtTheEndAnUnfinishedOneIsNotJudged) {
  expect();
  const auto settled = watch_.settle(at(milliseconds{10500}), true);
  ASSERT_EQ(settled.size(), 1U);
  EXPECT_FALSE(settled[0].judged);
}

TEST_F(Takeover, AnnouncementsMayComeAMomentBeforeTheAdvert) {
  hear(milliseconds{8499}, kMac, 0);  // too early
  hear(milliseconds{8500}, kMac, 1);
  expect();
  const auto settled = watch_.settle(at(seconds{12}));
  EXPECT_FALSE(settled.at(0).addresses.at(0).at);
  EXPECT_EQ(settled.at(0).addresses.at(1).at, at(milliseconds{8500}));
}

TEST_F(Takeover, OnlyTheNewMastersOwnOrTheVirtualMacCounts) {
  hear(milliseconds{9900}, kElse, 0);
  expect();
  hear(milliseconds{10100}, kElse, 0);
  hear(milliseconds{10200}, virtual_mac(51, Family::ipv4), 1);
  const auto settled = watch_.settle(at(seconds{12}));
  EXPECT_FALSE(settled.at(0).addresses.at(0).at);
  EXPECT_EQ(settled.at(0).addresses.at(1).mac, virtual_mac(51, Family::ipv4));
}

TEST_F(Takeover, WithoutALinkLayerAnySenderCounts) {
  expect(kSource, std::nullopt);
  hear(milliseconds{10100}, kElse, 0);
  hear(milliseconds{10100}, kMac, 1);
  EXPECT_EQ(watch_.settle(at(milliseconds{10100})).size(), 1U);
}

TEST_F(Takeover, ASecondOneOfTheSameSpeakerReplacesTheFirst) {
  expect();
  expect(kRival, kElse);
  expect();
  EXPECT_EQ(watch_.settle(at(seconds{12})).size(), 2U);
}

TEST_F(Takeover, RoomIsBounded) {
  for (std::uint32_t i = 0; i < 100; ++i)
    expect(IpAddress(Ipv4Address{0xc0000201U + i}), std::nullopt);
  EXPECT_EQ(watch_.settle(at(seconds{12})).size(), AnnouncementWatch::kMostPending);
  const std::vector<IpAddress> many(200, kAddresses[0]);
  watch_.expect(kRouter, kSource, kMac, many, at({}), at({}), at(seconds{1}));
  EXPECT_EQ(watch_.settle(at(seconds{12})).at(0).addresses.size(),
            AnnouncementWatch::kMostAddresses);
}

}  // namespace
}  // namespace understudy
