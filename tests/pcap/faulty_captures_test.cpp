// Captures with known faults: each is found, and nothing else is.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/net/arp.h"
#include "core/net/ethernet.h"
#include "core/net/neighbour_discovery.h"
#include "core/vrrp/advert_codec.h"
#include "core/vrrp/observer.h"
#include "pcap/capture_writer.h"
#include "pcap/explanation.h"
#include "tests/pcap/temporary_directory.h"

namespace understudy::capture {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const IpAddress kOne = *parse_ip_address("192.0.2.1");
const IpAddress kTwo = *parse_ip_address("192.0.2.2");
const IpAddress kVip = *parse_ip_address("192.0.2.100");
constexpr MacAddress kMacOne{{2, 0, 0, 0, 0, 1}}, kMacTwo{{2, 0, 0, 0, 0, 2}};
constexpr MacAddress kMacElse{{2, 0, 0, 0, 0, 9}};

/// What one router sends; change it and it sends otherwise.
struct Router {
  IpAddress source = kOne;
  MacAddress mac = kMacOne;
  std::uint8_t priority = 100;
  std::uint8_t vrid = 51;
  std::uint8_t version = 2;
  Duration interval = seconds{1};
  std::uint8_t auth_type = 0;
  AuthData auth_data{};
  std::vector<std::uint8_t> addresses{192, 0, 2, 100};
  IpAddress destination{kVrrpGroup4};
  ChecksumForm form = ChecksumForm::pseudo_header;
  std::uint8_t ttl = 255;
};

Router one() { return {}; }
Router two() {
  Router router;
  router.source = kTwo;
  router.mac = kMacTwo;
  router.priority = 90;
  return router;
}

class FaultyCaptures : public testing::Test {
 protected:
  FaultyCaptures() : writer_(*CaptureWriter::create(directory_.file("faulty.pcap"))) {}

  static std::vector<std::uint8_t> frame_of(const Router& router, std::uint8_t priority) {
    Advert advert;
    advert.version = router.version;
    advert.vrid = router.vrid;
    advert.priority = priority;
    advert.advert_interval = router.interval;
    advert.auth_type = router.auth_type;
    advert.auth_data = router.auth_data;
    advert.addresses = router.addresses;
    std::array<std::uint8_t, 256> packet{};
    const auto size = encode_packet(advert, router.source, router.destination, router.form,
                                    {.ttl = router.ttl}, packet);
    EXPECT_TRUE(size.has_value());
    const MacAddress to = router.destination.is_multicast() ? multicast_mac(kVrrpGroup4) : kMacTwo;
    std::vector<std::uint8_t> frame(to.bytes.begin(), to.bytes.end());
    frame.insert(frame.end(), router.mac.bytes.begin(), router.mac.bytes.end());
    frame.insert(frame.end(), {8, 0});
    frame.insert(frame.end(), packet.begin(), packet.begin() + static_cast<std::ptrdiff_t>(*size));
    return frame;
  }

  void put(Duration at, const Router& router, std::uint8_t priority) {
    frames_.emplace_back(at, frame_of(router, priority));
  }
  void put(Duration at, const Router& router) { put(at, router, router.priority); }
  void put_every(Duration from, Duration to, const Router& router) {
    for (Duration at = from; at <= to; at += router.interval) put(at, router);
  }
  void put_frame(Duration at, std::vector<std::uint8_t> frame) {
    frames_.emplace_back(at, std::move(frame));
  }
  void announce(Duration at, const MacAddress& mac, const IpAddress& address = kVip) {
    std::vector<std::uint8_t> frame(kArpFrameSize);
    ASSERT_TRUE(encode_gratuitous_arp(mac, address.ipv4(), GarpTarget::broadcast, frame));
    put_frame(at, frame);
  }
  void answer(Duration at, const MacAddress& mac) {
    std::vector<std::uint8_t> frame(kArpFrameSize);
    ASSERT_TRUE(encode_gratuitous_arp(mac, kVip.ipv4(), GarpTarget::broadcast, frame));
    frame[21] = 2;                                          // a reply
    frame[41] = 10;                                         // to the client
    std::copy_n(kMacElse.bytes.begin(), 6, frame.begin());  // and to nobody else
    put_frame(at, frame);
  }

  Explanation explained() {
    std::stable_sort(frames_.begin(), frames_.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    for (const auto& [at, frame] : frames_) writer_.write(Instant{at}, frame);
    EXPECT_TRUE(writer_.close());
    const std::vector<std::string> paths{directory_.file("faulty.pcap")};
    return explain(paths);
  }

  /// The codes of all findings; every one with packets, a meaning and a way to mend it.
  std::set<std::string> codes() {
    explanation_ = explained();
    std::set<std::string> result;
    for (const Finding& finding : explanation_.observation.findings) {
      result.emplace(to_string(finding.code));
      EXPECT_FALSE(meaning(finding.code).empty());
      EXPECT_FALSE(likely_fix(finding.code).empty());
      EXPECT_FALSE(finding.message.empty()) << to_string(finding.code);
      EXPECT_GE(finding.count, 1U);
      EXPECT_EQ(finding.packets.empty(), finding.code == FindingCode::missing_garp)
          << to_string(finding.code);
    }
    EXPECT_FALSE(text(explanation_).empty());
    return result;
  }
  using Codes = std::set<std::string>;

  TemporaryDirectory directory_;
  CaptureWriter writer_;
  std::vector<std::pair<Duration, std::vector<std::uint8_t>>> frames_;
  Explanation explanation_;
};

TEST_F(FaultyCaptures, AHealthyFailoverHasNone) {
  announce(milliseconds{1}, kMacOne);
  put_every(seconds{0}, seconds{5}, one());
  put(milliseconds{5500}, one(), 0);
  put_every(milliseconds{6149}, seconds{20}, two());
  announce(milliseconds{6150}, kMacTwo);
  put_every(milliseconds{20200}, seconds{40}, one());
  announce(milliseconds{20201}, kMacOne);
  answer(seconds{30}, kMacOne);
  EXPECT_EQ(codes(), Codes{});
  ASSERT_EQ(explanation_.observation.announcements.size(), 2U);
  EXPECT_TRUE(explanation_.observation.announcements[0].judged);
  EXPECT_EQ(explanation_.observation.announcements[0].addresses.at(0).at,
            Instant{milliseconds{6150}});
}

TEST_F(FaultyCaptures, TwoMastersThatDoNotHearEachOther) {
  put_every(seconds{0}, seconds{20}, one());
  put_every(milliseconds{5300}, milliseconds{15300}, two());
  EXPECT_EQ(codes(), Codes{"dual_master"});
  const Finding& finding = explanation_.observation.findings.at(0);
  EXPECT_EQ(finding.severity, FindingSeverity::error);
  EXPECT_EQ(finding.packets.at(0).number, 7U);
  EXPECT_NE(finding.because.find("do not reach it"), std::string::npos) << finding.because;
  EXPECT_NE(finding.message.find(" for 10 s"), std::string::npos) << finding.message;
}

TEST_F(FaultyCaptures, AnotherPassword) {
  Router first = one(), second = two();
  first.auth_type = second.auth_type = 1;
  first.auth_data = {'s', 'e', 'c', 'r', 'e', 't'};
  second.auth_data = {'o', 't', 'h', 'e', 'r'};
  put_every(seconds{0}, seconds{10}, first);
  put_every(milliseconds{3700}, seconds{10}, second);
  EXPECT_EQ(codes(), (Codes{"auth_mismatch", "dual_master"}));
  const auto& findings = explanation_.observation.findings;
  EXPECT_TRUE(std::any_of(findings.begin(), findings.end(), [](const Finding& finding) {
    return finding.because.find("the passwords differ") != std::string::npos;
  }));
  EXPECT_EQ(json(explanation_).find("secret"), std::string::npos);
}

TEST_F(FaultyCaptures, AuthenticationOnOneSideOnly) {
  Router first = one();
  first.auth_type = 1;
  put_every(seconds{0}, seconds{5}, first);
  put(milliseconds{5500}, first, 0);
  put_every(milliseconds{6149}, seconds{10}, two());
  EXPECT_EQ(codes(), Codes{"auth_mismatch"});
}

TEST_F(FaultyCaptures, AnotherInterval) {
  Router second = two();
  second.interval = seconds{3};
  put_every(seconds{0}, seconds{12}, one());
  put_every(milliseconds{3700}, seconds{12}, second);
  EXPECT_EQ(codes(), (Codes{"dual_master", "interval_mismatch"}));
}

TEST_F(FaultyCaptures, AnotherListOfAddresses) {
  Router second = two();
  second.addresses = {192, 0, 2, 100, 192, 0, 2, 101};
  put_every(seconds{0}, seconds{5}, one());
  put(milliseconds{5500}, one(), 0);
  put_every(milliseconds{6149}, seconds{10}, second);
  EXPECT_EQ(codes(), Codes{"address_list_mismatch"});
}

TEST_F(FaultyCaptures, AnotherClusterWithTheSameVrid) {
  Router second = two();
  second.addresses = {192, 0, 2, 200};
  put_every(seconds{0}, seconds{10}, one());
  put_every(milliseconds{3700}, seconds{10}, second);
  EXPECT_EQ(codes(), (Codes{"address_list_mismatch", "dual_master", "foreign_speaker"}));
}

TEST_F(FaultyCaptures, AMixOfVersions) {
  Router second = two();
  second.version = 3;
  put_every(seconds{0}, seconds{10}, one());
  put_every(milliseconds{3700}, seconds{10}, second);
  EXPECT_EQ(codes(), (Codes{"bad_version", "dual_master"}));
}

TEST_F(FaultyCaptures, ATtlThatPassedARouter) {
  Router far = two();
  far.ttl = 254;
  put_every(seconds{0}, seconds{10}, one());
  put_every(milliseconds{300}, seconds{10}, far);
  EXPECT_EQ(codes(), Codes{"bad_ttl"});
  EXPECT_EQ(explanation_.observation.findings.at(0).count, 10U);
}

TEST_F(FaultyCaptures, AChecksumThatDoesNotVerify) {
  put_every(seconds{0}, seconds{5}, one());
  auto frame = frame_of(one(), 100);
  frame[14 + 20 + 6] ^= 0xff;
  put_frame(milliseconds{2500}, frame);
  EXPECT_EQ(codes(), Codes{"bad_checksum"});
  EXPECT_EQ(explanation_.observation.findings.at(0).packets.at(0).number, 4U);
}

TEST_F(FaultyCaptures, ACountOfAddressesThatIsNotTrue) {
  put_every(seconds{0}, seconds{5}, one());
  auto frame = frame_of(one(), 100);
  frame[14 + 20 + 3] = 9;
  put_frame(milliseconds{2500}, frame);
  EXPECT_EQ(codes(), Codes{"bad_length"});
}

TEST_F(FaultyCaptures, AVersionThatDoesNotExist) {
  put_every(seconds{0}, seconds{5}, one());
  auto frame = frame_of(one(), 100);
  frame[14 + 20] = 0x71;
  put_frame(milliseconds{2500}, frame);
  EXPECT_EQ(codes(), Codes{"bad_version"});
}

TEST_F(FaultyCaptures, SomethingElseOfProtocol112) {
  put_every(seconds{0}, seconds{5}, one());
  auto frame = frame_of(one(), 100);
  frame[14 + 20] = 0x25;
  put_frame(milliseconds{2500}, frame);
  EXPECT_EQ(codes(), Codes{"bad_type"});
}

TEST_F(FaultyCaptures, TwoFormsOfTheVersion3Checksum) {
  Router first = one(), second = two();
  first.version = second.version = 3;
  second.form = ChecksumForm::message;
  put_every(seconds{0}, seconds{5}, first);
  put(milliseconds{5500}, first, 0);
  put_every(milliseconds{6149}, seconds{10}, second);
  EXPECT_EQ(codes(), Codes{"checksum_form_mismatch"});
  const auto& speakers = explanation_.observation.routers.at(0).speakers;
  EXPECT_EQ(speakers.at(0).checksum_form, ChecksumForm::pseudo_header);
  EXPECT_EQ(speakers.at(1).checksum_form, ChecksumForm::message);
}

TEST_F(FaultyCaptures, EqualPriorities) {
  Router second = two();
  second.priority = 100;
  put_every(seconds{0}, seconds{5}, one());
  put_every(milliseconds{5500}, seconds{10}, second);
  EXPECT_EQ(codes(), Codes{"priority_tie"});
}

TEST_F(FaultyCaptures, TwoOwners) {
  Router first = one(), second = two();
  first.priority = second.priority = 255;
  put_every(seconds{0}, seconds{5}, first);
  put_every(milliseconds{5500}, seconds{10}, second);
  EXPECT_EQ(codes(), Codes{"owner_conflict"});
}

TEST_F(FaultyCaptures, AdvertsThatAreMissing) {
  for (int i = 0; i <= 30; ++i)
    if (i != 7 && i != 15 && i != 16) put(seconds{i}, one());
  EXPECT_EQ(codes(), Codes{"lost_adverts"});
  EXPECT_EQ(explanation_.observation.findings.at(0).count, 3U);
  EXPECT_EQ(explanation_.observation.routers.at(0).speakers.at(0).lost, 3U);
}

TEST_F(FaultyCaptures, AdvertsThatAreLate) {
  Duration at{};
  for (int i = 0; i <= 30; ++i) {
    put(at, one());
    at += seconds{1} + (i % 5 == 0 ? milliseconds{400} : milliseconds{0});
  }
  EXPECT_EQ(codes(), Codes{"late_advert"});
  const auto& speaker = explanation_.observation.routers.at(0).speakers.at(0);
  EXPECT_EQ(explanation_.observation.findings.at(0).count, 6U);
  EXPECT_EQ(speaker.lateness.adverts[6], 6U);
  EXPECT_EQ(speaker.lateness.adverts[1], 24U);
  EXPECT_EQ(speaker.lateness.worst, milliseconds{400});
}

TEST_F(FaultyCaptures, MastershipThatGoesToAndFro) {
  for (int i = 0; i < 4; ++i) {
    const Duration from = seconds{12 * i};
    put_every(from, from + seconds{5}, one());
    put(from + milliseconds{5500}, one(), 0);
    put_every(from + milliseconds{6149}, from + milliseconds{11149}, two());
  }
  EXPECT_EQ(codes(), Codes{"flapping"});
}

TEST_F(FaultyCaptures, ATakeoverThatIsNotAnnounced) {
  announce(milliseconds{1}, kMacOne);
  put_every(seconds{0}, seconds{5}, one());
  put(milliseconds{5500}, one(), 0);
  put_every(milliseconds{6149}, seconds{10}, two());
  EXPECT_EQ(codes(), Codes{"missing_garp"});
  EXPECT_EQ(explanation_.observation.findings.at(0).at, Instant{milliseconds{6149}});
}

TEST_F(FaultyCaptures, WithoutAnyArpNobodyCanMissAnAnnouncement) {
  put_every(seconds{0}, seconds{5}, one());
  put(milliseconds{5500}, one(), 0);
  put_every(milliseconds{6149}, seconds{10}, two());
  EXPECT_EQ(codes(), Codes{});
  EXPECT_FALSE(explanation_.observation.announcements.at(0).judged);
}

TEST_F(FaultyCaptures, AStrangerAnswersForTheAddress) {
  put_every(seconds{0}, seconds{10}, one());
  answer(milliseconds{4200}, kMacOne);
  answer(milliseconds{4201}, kMacElse);
  EXPECT_EQ(codes(), Codes{"address_conflict"});
  EXPECT_NE(explanation_.observation.findings.at(0).message.find("02:00:00:00:00:09"),
            std::string::npos);
}

TEST_F(FaultyCaptures, AFormerMasterKeepsTheAddress) {
  put_every(seconds{0}, seconds{5}, one());
  put_every(milliseconds{8649}, seconds{20}, two());
  announce(milliseconds{8650}, kMacTwo);
  answer(seconds{15}, kMacOne);
  EXPECT_EQ(codes(), Codes{"stale_holder"});
}

TEST_F(FaultyCaptures, AVirtualMacOnOneSideOnly) {
  Router second = two();
  second.mac = virtual_mac(51, Family::ipv4);
  put_every(seconds{0}, seconds{5}, one());
  put(milliseconds{5500}, one(), 0);
  put_every(milliseconds{6149}, seconds{10}, second);
  EXPECT_EQ(codes(), Codes{"mac_mismatch"});
}

TEST_F(FaultyCaptures, UnicastOnOneSideOnly) {
  Router second = two();
  second.destination = kOne;
  put_every(seconds{0}, seconds{10}, one());
  put_every(milliseconds{3700}, seconds{10}, second);
  EXPECT_EQ(codes(), (Codes{"destination_mismatch", "dual_master"}));
}

TEST_F(FaultyCaptures, MoreSendersThanAnyRouterHas) {
  put_every(seconds{0}, seconds{2}, one());
  for (std::uint8_t i = 0; i < 60; ++i) {
    Router forged = two();
    forged.priority = 1;
    forged.source = IpAddress(Ipv4Address{0xc0000264U + i});
    put(seconds{3} + milliseconds{i}, forged);
  }
  EXPECT_TRUE(codes().contains("too_many_speakers"));
  EXPECT_EQ(explanation_.observation.routers.at(0).speakers.size(), Observer::kMostSpeakers);
}

TEST_F(FaultyCaptures, AMasterThatChangesItsPriorityIsListed) {
  put_every(seconds{0}, seconds{3}, one());
  Router weaker = one();
  weaker.priority = 80;
  put_every(seconds{4}, seconds{6}, weaker);
  EXPECT_EQ(codes(), Codes{});
  const auto& changes = explanation_.observation.routers.at(0).speakers.at(0).changes;
  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].setting, Setting::priority);
  EXPECT_EQ(changes[0].from, "100");
  EXPECT_EQ(changes[0].to, "80");
  EXPECT_EQ(changes[0].packet.number, 5U);
}

}  // namespace
}  // namespace understudy::capture
