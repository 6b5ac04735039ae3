// What is said when an observation ends, and that it can go on afterwards.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "core/vrrp/observer.h"

namespace understudy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const IpAddress kLow = *parse_ip_address("192.0.2.1"), kHigh = *parse_ip_address("192.0.2.2");

class Ending : public testing::Test {
 protected:
  void put(Duration time, const IpAddress& source, std::uint8_t priority, std::uint8_t vrid = 51) {
    static constexpr std::array<std::uint8_t, 4> kAddress{192, 0, 2, 100};
    Advert advert;
    advert.vrid = vrid;
    advert.priority = priority;
    advert.advert_interval = seconds{1};
    advert.addresses = kAddress;
    std::array<std::uint8_t, 128> packet{};
    const auto size = encode_packet(advert, source, IpAddress{kVrrpGroup4},
                                    ChecksumForm::pseudo_header, {}, packet)
                          .value();
    observer_.observe({Instant{time}, std::span(packet).first(size), std::nullopt, 0});
  }
  Observation at(Duration end) const { return observer_.finish(Instant{end}); }

  Observer observer_;
};

TEST_F(Ending, WhatIsOpenIsToldAnewEachTime) {
  put(seconds{0}, kLow, 100);
  EXPECT_EQ(at(seconds{1}).masters.at(0).end, MastershipEnd::lasting);
  EXPECT_EQ(at(seconds{10}).masters.at(0).end, MastershipEnd::silent);
  EXPECT_EQ(at(seconds{10}).changes.size(), 2U);
  put(seconds{1}, kLow, 100);  // it was not silent after all
  const auto seen = at(seconds{2});
  EXPECT_EQ(seen.masters.at(0).end, MastershipEnd::lasting);
  EXPECT_EQ(seen.masters.at(0).to, Instant{seconds{2}});
  EXPECT_EQ(seen.changes.size(), 1U);
}

TEST_F(Ending, AnOutbidMasterHasYieldedOnceItsTimeToAnswerIsOver) {
  put(seconds{0}, kLow, 90);
  put(milliseconds{500}, kHigh, 100);
  put(milliseconds{1500}, kHigh, 100);
  const auto seen = at(milliseconds{2100});
  ASSERT_EQ(seen.masters.size(), 2U);
  EXPECT_EQ(seen.masters[0].source, kLow);
  EXPECT_EQ(seen.masters[0].end, MastershipEnd::outbid);
  EXPECT_EQ(seen.masters[0].to, Instant{milliseconds{500}});
  EXPECT_EQ(seen.masters[1].end, MastershipEnd::lasting);
}

TEST_F(Ending, EverythingIsInTheOrderOfItsTime) {
  // Virtual router 9 comes later than 51, and what became of it sooner.
  put(seconds{0}, kLow, 100, 51);
  put(milliseconds{100}, kLow, 100, 9);
  put(milliseconds{200}, kLow, 0, 9);
  put(seconds{1}, kLow, 100, 51);
  put(seconds{2}, kLow, 0, 51);
  const auto seen = at(seconds{3});
  EXPECT_TRUE(std::ranges::is_sorted(seen.changes, {}, &MasterChange::at));
  EXPECT_TRUE(std::ranges::is_sorted(seen.masters, {}, &Mastership::from));
  EXPECT_EQ(seen.routers.at(0).key.vrid, 9);
  EXPECT_EQ(seen.changes.size(), 4U);
}

TEST_F(Ending, CountsAreWrittenAsPeopleSayThem) {
  const auto message = [&](Duration end) { return at(end).findings.at(0).message; };
  put(seconds{0}, kLow, 100);
  put(seconds{2}, kLow, 100);
  EXPECT_EQ(message(seconds{3}),
            "1 advert of 192.0.2.1 is missing where its interval says that there should be some");
  put(seconds{4}, kLow, 100);
  EXPECT_EQ(message(seconds{5}),
            "2 adverts of 192.0.2.1 are missing where its interval says that there should be some");
}

}  // namespace
}  // namespace understudy
