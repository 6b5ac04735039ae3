// A capture of two routers with a fault of one's choice, explained.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/net/arp.h"
#include "core/net/ethernet.h"
#include "core/vrrp/advert_codec.h"
#include "pcap/capture_writer.h"
#include "pcap/explanation.h"
#include "tests/pcap/temporary_directory.h"

namespace understudy::capture {

using std::chrono::milliseconds;
using std::chrono::seconds;

inline const IpAddress kOne = *parse_ip_address("192.0.2.1");
inline const IpAddress kTwo = *parse_ip_address("192.0.2.2");
inline const IpAddress kVip = *parse_ip_address("192.0.2.100");
inline constexpr MacAddress kMacOne{{2, 0, 0, 0, 0, 1}}, kMacTwo{{2, 0, 0, 0, 0, 2}};
inline constexpr MacAddress kMacElse{{2, 0, 0, 0, 0, 9}};

/// What one router sends; change it and it sends otherwise.
struct SendingRouter {
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

inline SendingRouter one() { return {}; }
inline SendingRouter two() {
  SendingRouter router;
  router.source = kTwo;
  router.mac = kMacTwo;
  router.priority = 90;
  return router;
}

class FaultyCaptures : public testing::Test {
 protected:
  FaultyCaptures() : writer_(*CaptureWriter::create(directory_.file("faulty.pcap"))) {}

  static std::vector<std::uint8_t> frame_of(const SendingRouter& router, std::uint8_t priority) {
    Advert advert;
    advert.version = router.version;
    advert.family = router.source.family();
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
    const bool ipv4 = router.source.is_ipv4();
    const MacAddress to =
        router.destination.is_multicast() ? multicast_mac(router.destination) : kMacTwo;
    std::vector<std::uint8_t> frame(kEthernetHeaderSize + *size);
    EXPECT_TRUE(encode_ethernet({to, router.mac, ipv4 ? kEtherTypeIpv4 : kEtherTypeIpv6}, frame)
                    .has_value());
    std::copy_n(packet.begin(), *size, frame.begin() + kEthernetHeaderSize);
    return frame;
  }

  void put(Duration at, const SendingRouter& router, std::uint8_t priority) {
    frames_.emplace_back(at, frame_of(router, priority));
  }
  void put(Duration at, const SendingRouter& router) { put(at, router, router.priority); }
  void put_every(Duration from, Duration to, const SendingRouter& router) {
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

}  // namespace understudy::capture
