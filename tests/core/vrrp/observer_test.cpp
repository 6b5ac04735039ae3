// The observer: what adverts on the wire say about who was master, and why that changed.
#include "core/vrrp/observer.h"

#include <gtest/gtest.h>

#include <array>

namespace understudy {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;

const IpAddress kLow = *parse_ip_address("192.0.2.1");
const IpAddress kHigh = *parse_ip_address("192.0.2.2");
const IpAddress kGroup{kVrrpGroup4};

Instant at(Duration since_start) { return Instant{since_start}; }

/// A wire with one virtual router: VRID 51, one address, interval 1 s, no authentication.
class Wire {
 public:
  Advert advert(std::uint8_t priority) const {
    Advert result;
    result.vrid = 51;
    result.priority = priority;
    result.advert_interval = seconds{1};
    result.addresses = kAddresses;
    return result;
  }

  void put(Duration time, const IpAddress& source, const Advert& advert, std::uint8_t ttl = 255) {
    std::array<std::uint8_t, 128> packet{};
    const auto size =
        encode_packet(advert, source, kGroup, ChecksumForm::pseudo_header, {.ttl = ttl}, packet);
    ASSERT_TRUE(size.has_value());
    observer.observe({at(time), std::span(packet).first(*size), std::nullopt, 0});
  }
  void put(Duration time, const IpAddress& source, std::uint8_t priority) {
    put(time, source, advert(priority));
  }
  /// Adverts at from, from + 1 s, ... up to and including `to`.
  void put_every_second(Duration from, Duration to, const IpAddress& source,
                        std::uint8_t priority) {
    for (Duration time = from; time <= to; time += seconds{1}) put(time, source, priority);
  }

  Observer observer;

 private:
  static constexpr std::array<std::uint8_t, 4> kAddresses{192, 0, 2, 100};
};

void expect_change(const MasterChange& change, Duration time, std::optional<IpAddress> from,
                   std::optional<IpAddress> to, Reason reason) {
  EXPECT_EQ(change.at, at(time)) << describe(change);
  EXPECT_EQ(change.from, from);
  EXPECT_EQ(change.to, to);
  EXPECT_EQ(to_string(change.reason), to_string(reason));
}

TEST(Observer, TheFirstSpeakerIsMasterUntilTheEnd) {
  Wire wire;
  wire.put_every_second(seconds{2}, seconds{6}, kLow, 100);
  const auto seen = wire.observer.finish(at(seconds{7}));
  ASSERT_EQ(seen.changes.size(), 1U);
  expect_change(seen.changes[0], seconds{2}, std::nullopt, kLow, Reason::first_seen);
  ASSERT_EQ(seen.masters.size(), 1U);
  EXPECT_EQ(seen.masters[0].from, at(seconds{2}));
  EXPECT_EQ(seen.masters[0].to, at(seconds{7}));
  ASSERT_EQ(seen.routers.size(), 1U);
  EXPECT_EQ(seen.routers[0].addresses, std::vector{*parse_ip_address("192.0.2.100")});
  ASSERT_EQ(seen.routers[0].speakers.size(), 1U);
  EXPECT_EQ(seen.routers[0].speakers[0].adverts, 5U);
  EXPECT_TRUE(seen.findings.empty());
}

TEST(Observer, AResignationIsAGracefulShutdown) {
  Wire wire;
  wire.put_every_second(seconds{0}, seconds{3}, kLow, 100);
  wire.put(milliseconds{3500}, kLow, 0);
  wire.put(microseconds{4148488}, kHigh, 90);
  const auto seen = wire.observer.finish(at(seconds{5}));
  ASSERT_EQ(seen.changes.size(), 2U);
  expect_change(seen.changes[1], microseconds{4148488}, kLow, kHigh, Reason::graceful_shutdown);
  EXPECT_EQ(describe(seen.changes[1]),
            "priority 0 heard 0.648488 s before; skew of priority 90 is (256 - 90)/256 s = "
            "0.648437 s");
  ASSERT_EQ(seen.masters.size(), 2U);
  EXPECT_EQ(seen.masters[0].to, at(milliseconds{3500}));
  EXPECT_EQ(seen.masters[0].end, MastershipEnd::resigned);
  EXPECT_EQ(seen.masters[1].end, MastershipEnd::lasting);
  EXPECT_EQ(seen.masters[1].from, at(microseconds{4148488}));
  EXPECT_EQ(seen.routers[0].speakers[0].priority, 100);
}

TEST(Observer, AResignationNobodyFollowsLeavesNobody) {
  Wire wire;
  wire.put(seconds{0}, kLow, 100);
  wire.put(seconds{1}, kLow, 0);
  wire.put(seconds{1} + milliseconds{1}, kLow, 0);  // keepalived's FAULT says it twice
  const auto seen = wire.observer.finish(at(seconds{2}));
  ASSERT_EQ(seen.changes.size(), 2U);
  expect_change(seen.changes[1], seconds{1}, kLow, std::nullopt, Reason::graceful_shutdown);
}

TEST(Observer, SilenceOfTheDownIntervalIsMasterSilent) {
  Wire wire;
  wire.put_every_second(seconds{0}, seconds{5}, kLow, 100);
  wire.put(microseconds{8648500}, kHigh, 90);  // 5 s + 3 s + 166/256 s
  const auto seen = wire.observer.finish(at(seconds{9}));
  ASSERT_EQ(seen.changes.size(), 2U);
  expect_change(seen.changes[1], microseconds{8648500}, kLow, kHigh, Reason::master_silent);
  EXPECT_EQ(describe(seen.changes[1]),
            "silent for 3.6485 s; down interval of priority 90 is 3 x 1 s + (256 - 90)/256 s = "
            "3.648437 s; no priority 0 seen: power loss, link or process");
  EXPECT_EQ(seen.masters[0].to, at(seconds{5}));
  EXPECT_EQ(seen.masters[0].end, MastershipEnd::silent);
  EXPECT_TRUE(seen.findings.empty());
}

TEST(Observer, AHigherPriorityAfterSilenceIsMasterSilentToo) {
  Wire wire;
  wire.put(seconds{0}, kLow, 90);
  wire.put(milliseconds{3610}, kHigh, 100);
  const auto seen = wire.observer.finish(at(seconds{4}));
  expect_change(seen.changes.at(1), milliseconds{3610}, kLow, kHigh, Reason::master_silent);
}

TEST(Observer, AMasterSilentAtTheEndFallsWhenItsOwnDownIntervalHasRunOut) {
  Wire wire;
  wire.put(seconds{1}, kLow, 100);
  EXPECT_EQ(wire.observer.finish(at(microseconds{4609374})).changes.size(), 1U);
  const auto seen = wire.observer.finish(at(seconds{10}));
  ASSERT_EQ(seen.changes.size(), 2U);
  expect_change(seen.changes[1], microseconds{4609375}, kLow, std::nullopt, Reason::master_silent);
  EXPECT_EQ(seen.masters[0].to, at(seconds{1}));
  EXPECT_EQ(seen.masters[0].end, MastershipEnd::silent);
}

/// The low address takes over at 5.3 s; the high one answers once, and is quiet from then on.
void outbid_and_answered(Wire& wire) {
  wire.put_every_second(seconds{0}, seconds{5}, kHigh, 90);
  wire.put(milliseconds{5300}, kLow, 100);
  wire.put(microseconds{5300080}, kHigh, 90);
  wire.put_every_second(milliseconds{6300}, milliseconds{9300}, kLow, 100);
}

TEST(Observer, AHigherPriorityPreemptsAtItsFirstAdvertAndTheLoserMayAnswerOnce) {
  Wire wire;
  outbid_and_answered(wire);
  const auto seen = wire.observer.finish(at(seconds{10}));
  ASSERT_EQ(seen.changes.size(), 2U);
  expect_change(seen.changes[1], milliseconds{5300}, kHigh, kLow, Reason::preempted);
  EXPECT_EQ(describe(seen.changes[1]), "priority 100 over 90");
  EXPECT_EQ(seen.masters[0].to, at(milliseconds{5300}));
  EXPECT_EQ(seen.masters[0].end, MastershipEnd::outbid);
  EXPECT_TRUE(seen.findings.empty());
}

TEST(Observer, WhoAnsweredOnceAndYieldedTakesOverAnewAtTheNextSilence) {
  Wire wire;
  outbid_and_answered(wire);
  wire.put_every_second(microseconds{12948438}, seconds{16}, kHigh, 90);
  const auto seen = wire.observer.finish(at(seconds{16}));
  ASSERT_EQ(seen.changes.size(), 3U);
  expect_change(seen.changes[2], microseconds{12948438}, kLow, kHigh, Reason::master_silent);
  EXPECT_EQ(seen.changes[2].kind, ChangeKind::takeover);
}

TEST(Observer, OfTwoMastersTheOneLeftWaitedForNothing) {
  Wire wire;
  for (int i = 0; i < 8; ++i) {
    wire.put(seconds{i}, kHigh, 100);
    wire.put(seconds{i} + milliseconds{500}, kLow, 90);
  }
  wire.put_every_second(milliseconds{8500}, milliseconds{13500}, kLow, 90);
  const auto seen = wire.observer.finish(at(seconds{14}));
  ASSERT_FALSE(seen.changes.empty());
  const auto& last = seen.changes.back();
  EXPECT_EQ(last.kind, ChangeKind::remains);
  EXPECT_EQ(last.at, at(seconds{7} + microseconds{3609375}));
  EXPECT_EQ(describe(last),
            "silent for 3.609375 s; down interval of priority 100 is 3 x 1 s + (256 - 100)/256 s = "
            "3.609375 s; no priority 0 seen: power loss, link or process");
}

TEST(Observer, EqualPrioritiesAreSettledByTheHigherAddress) {
  Wire wire;
  wire.put(seconds{0}, kLow, 100);
  wire.put(milliseconds{200}, kHigh, 100);
  wire.put(milliseconds{1200}, kHigh, 100);
  const auto seen = wire.observer.finish(at(seconds{2}));
  ASSERT_EQ(seen.changes.size(), 2U);
  expect_change(seen.changes[1], milliseconds{200}, kLow, kHigh, Reason::tie_break);
}

TEST(Observer, EqualPriorityAndALowerAddressIsAMasterForAMoment) {
  Wire wire;
  wire.put(seconds{0}, kHigh, 100);
  wire.put(milliseconds{200}, kLow, 100);
  wire.put(milliseconds{201}, kHigh, 100);
  EXPECT_EQ(wire.observer.finish(at(seconds{1})).changes.size(), 2U) << "it may yet go on";
  const auto seen = wire.observer.finish(at(seconds{2}));
  ASSERT_EQ(seen.changes.size(), 3U);
  expect_change(seen.changes[1], milliseconds{200}, kHigh, kLow, Reason::master_silent);
  EXPECT_EQ(seen.changes[1].kind, ChangeKind::contest);
  expect_change(seen.changes[2], milliseconds{201}, kLow, kHigh, Reason::tie_break);
  EXPECT_EQ(seen.changes[2].kind, ChangeKind::yield);
}

TEST(Observer, ALowerOneBesideALivingMasterIsADualMaster) {
  Wire wire;
  for (int second = 0; second < 10; ++second) {
    wire.put(seconds{second}, kLow, 100);
    if (second >= 3 && second <= 6) wire.put(seconds{second} + milliseconds{400}, kHigh, 90);
  }
  const auto seen = wire.observer.finish(at(seconds{10}));
  ASSERT_EQ(seen.changes.size(), 3U);
  expect_change(seen.changes[1], milliseconds{3400}, kLow, kHigh, Reason::master_silent);
  EXPECT_EQ(seen.changes[1].kind, ChangeKind::contest);
  expect_change(seen.changes[2], seconds{7}, kHigh, kLow, Reason::preempted);
  EXPECT_EQ(seen.changes[2].kind, ChangeKind::yield);
  ASSERT_EQ(seen.masters.size(), 2U) << "both reign, and the reigns overlap";
  EXPECT_EQ(seen.masters[0].source, kLow);
  EXPECT_EQ(seen.masters[0].to, at(seconds{10}));
  EXPECT_EQ(seen.masters[1].to, at(seconds{7}));
  ASSERT_EQ(seen.findings.size(), 1U);
  const Finding& finding = seen.findings[0];
  EXPECT_EQ(finding.code, FindingCode::dual_master);
  EXPECT_EQ(finding.severity, FindingSeverity::error);
  EXPECT_EQ(finding.at, at(milliseconds{3400}));
  EXPECT_EQ(finding.until, at(milliseconds{6400}));
  EXPECT_EQ(finding.count, 4U);
  EXPECT_EQ(finding.message,
            "192.0.2.2 (priority 90) advertises beside 192.0.2.1 (priority 100) for 3 s");
}

TEST(Observer, AnOutbidMasterThatGoesOnIsADualMasterFromTheWinnersFirstAdvert) {
  Wire wire;
  for (int second = 0; second < 6; ++second) {
    wire.put(seconds{second}, kLow, 90);
    if (second >= 2) wire.put(seconds{second} + milliseconds{600}, kHigh, 100);
  }
  const auto seen = wire.observer.finish(at(seconds{7}));
  ASSERT_EQ(seen.changes.size(), 2U);
  expect_change(seen.changes[1], milliseconds{2600}, kLow, kHigh, Reason::preempted);
  ASSERT_EQ(seen.findings.size(), 1U);
  EXPECT_EQ(seen.findings[0].code, FindingCode::dual_master);
  EXPECT_EQ(seen.findings[0].until, at(seconds{5}));
}

TEST(Observer, WhoComesBackAfterItsResignationIsStartup) {
  Wire wire;
  wire.put(seconds{0}, kLow, 100);
  wire.put(seconds{1}, kLow, 0);
  wire.put(seconds{8}, kLow, 100);
  const auto seen = wire.observer.finish(at(seconds{9}));
  ASSERT_EQ(seen.changes.size(), 3U);
  expect_change(seen.changes[1], seconds{1}, kLow, std::nullopt, Reason::graceful_shutdown);
  expect_change(seen.changes[2], seconds{8}, std::nullopt, kLow, Reason::startup);
  ASSERT_EQ(seen.masters.size(), 2U);
}

TEST(Observer, WhoComesBackAfterALongSilenceIsRecovered) {
  Wire wire;
  wire.put(seconds{0}, kLow, 100);
  wire.put(seconds{20}, kLow, 100);
  const auto seen = wire.observer.finish(at(seconds{21}));
  ASSERT_EQ(seen.changes.size(), 3U);
  expect_change(seen.changes[1], microseconds{3609375}, kLow, std::nullopt, Reason::master_silent);
  expect_change(seen.changes[2], seconds{20}, std::nullopt, kLow, Reason::recovered);
}

TEST(Observer, VersionThreeGoesByTheMastersInterval) {
  Wire wire;
  Advert fast = wire.advert(100);
  fast.version = 3;
  fast.advert_interval = milliseconds{100};
  wire.put(milliseconds{0}, kLow, fast);
  fast.priority = 90;
  wire.put(milliseconds{365}, kHigh, fast);  // 3 x 0.1 s + 166/256 x 0.1 s = 0.36484375 s
  const auto seen = wire.observer.finish(at(milliseconds{400}));
  expect_change(seen.changes.at(1), milliseconds{365}, kLow, kHigh, Reason::master_silent);
  EXPECT_EQ(seen.changes[1].expected, Duration{364'843'750});
}

TEST(Observer, ARefusedPacketIsAFindingAndNothingElse) {
  Wire wire;
  wire.put(seconds{0}, kLow, 100);
  for (int i = 1; i <= 3; ++i) {
    wire.put(seconds{i} + milliseconds{1}, kHigh, wire.advert(200), 254);
    wire.put(seconds{i} + milliseconds{2}, kLow, 100);
  }
  const auto seen = wire.observer.finish(at(seconds{4}));
  EXPECT_EQ(seen.changes.size(), 1U);
  EXPECT_EQ(seen.routers[0].speakers.size(), 1U);
  EXPECT_EQ(seen.refused, 3U);
  ASSERT_EQ(seen.findings.size(), 1U);
  EXPECT_EQ(to_string(seen.findings[0].code), "bad_ttl");
  EXPECT_EQ(seen.findings[0].count, 3U);
  EXPECT_EQ(seen.findings[0].source, kHigh);
  EXPECT_EQ(seen.findings[0].key.vrid, 51);
}

TEST(Observer, EachKindOfRefusalHasItsCode) {
  std::array<std::uint8_t, 128> packet{};
  Wire wire;
  const auto size =
      *encode_packet(wire.advert(100), kLow, kGroup, ChecksumForm::message, {}, packet);
  ASSERT_EQ(size, 40U);
  struct Row {
    const char* code;
    std::size_t offset;
    std::uint8_t value;
  };
  for (const Row& row :
       {Row{"bad_version", 20, 0x41}, Row{"bad_type", 20, 0x22}, Row{"bad_length", 23, 2},
        Row{"bad_checksum", 22, 101}, Row{"bad_ttl", 8, 1}, Row{"bad_length", 3, 27}}) {
    auto broken = packet;
    broken[10] = broken[11] = 0;  // an IP checksum that is not judged
    broken[row.offset] = row.value;
    Observer observer;
    observer.observe({at(seconds{1}), std::span(broken).first(size), std::nullopt, 0});
    const auto seen = observer.finish(at(seconds{2}));
    ASSERT_EQ(seen.findings.size(), 1U) << row.code;
    EXPECT_EQ(to_string(seen.findings[0].code), row.code);
    EXPECT_TRUE(seen.routers.empty());
  }
}

TEST(Observer, SettingsThatDifferAreNamedOncePerPair) {
  Wire wire;
  Advert other = wire.advert(90);
  constexpr std::array<std::uint8_t, 4> kOtherAddress{192, 0, 2, 101};
  other.addresses = kOtherAddress;
  other.advert_interval = seconds{2};
  other.auth_type = 1;
  other.auth_data = {'s', 'e', 'c', 'r', 'e', 't', 0, 0};
  for (int i = 0; i < 5; ++i) {
    wire.put(seconds{i}, kLow, 100);
    wire.put(seconds{i} + milliseconds{100}, kHigh, other);
  }
  std::vector<std::string> codes;
  for (const auto& finding : wire.observer.finish(at(seconds{5})).findings) {
    codes.emplace_back(to_string(finding.code));
    EXPECT_EQ(finding.message.find("secret"), std::string::npos);
  }
  EXPECT_EQ(codes,
            (std::vector<std::string>{"auth_mismatch", "interval_mismatch", "address_list_mismatch",
                                      "foreign_speaker", "dual_master"}));
}

TEST(Observer, VlansKeepEqualVridsApart) {
  Wire wire;
  std::array<std::uint8_t, 128> packet{};
  const auto size =
      *encode_packet(wire.advert(100), kLow, kGroup, ChecksumForm::message, {}, packet);
  for (const std::uint16_t vlan : {std::uint16_t{10}, std::uint16_t{20}}) {
    wire.observer.observe({at(seconds{1}), std::span(packet).first(size), std::nullopt, vlan});
  }
  EXPECT_EQ(wire.observer.finish(at(seconds{2})).routers.size(), 2U);
}

TEST(Observer, TimeThatRunsBackwardsStandsStill) {
  Wire wire;
  wire.put(seconds{5}, kLow, 100);
  wire.put(seconds{1}, kHigh, 120);
  const auto seen = wire.observer.finish(at(seconds{6}));
  expect_change(seen.changes.at(1), seconds{5}, kLow, kHigh, Reason::preempted);
}

TEST(Observer, SecondsAreWrittenWithoutTrailingZeros) {
  EXPECT_EQ(seconds_text(seconds{1}), "1 s");
  EXPECT_EQ(seconds_text(milliseconds{250}), "0.25 s");
  EXPECT_EQ(seconds_text(Duration{648'437'500}), "0.648437 s");
  EXPECT_EQ(seconds_text(-milliseconds{1500}), "-1.5 s");
  EXPECT_EQ(seconds_text(seconds{0}), "0 s");
}

}  // namespace
}  // namespace understudy
