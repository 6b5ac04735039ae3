// Who says that he has the virtual addresses, over ARP and Neighbour Discovery; and what is told of
// it at the end.
#include <gtest/gtest.h>

#include <array>

#include "core/vrrp/observer.h"

namespace understudy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr MacAddress kMasterMac{{2, 0, 0, 0, 0, 1}}, kElse{{2, 0, 0, 0, 0, 9}};

/// A master over either family, with an advert each second; its wire is VLAN 7.
class Addresses : public testing::TestWithParam<Family> {
 protected:
  static bool ipv4() { return GetParam() == Family::ipv4; }
  static IpAddress source() { return *parse_ip_address(ipv4() ? "192.0.2.1" : "fe80::1"); }
  static IpAddress address() { return *parse_ip_address(ipv4() ? "192.0.2.100" : "fe80::100"); }

  void advertise(Duration time, std::uint8_t priority = 100) {
    Advert advert;
    advert.version = 3;
    advert.family = GetParam();
    advert.vrid = 51;
    advert.priority = priority;
    advert.advert_interval = seconds{1};
    const IpAddress listed = address();
    const std::vector<std::uint8_t> list(listed.bytes().begin(), listed.bytes().end());
    advert.addresses = list;
    std::array<std::uint8_t, 256> packet{};
    const IpAddress group = ipv4() ? IpAddress{kVrrpGroup4} : *parse_ip_address("ff02::12");
    const auto size =
        encode_packet(advert, source(), group, ChecksumForm::pseudo_header, {}, packet).value();
    observer_.observe({Instant{time}, std::span(packet).first(size), kMasterMac, 7});
  }
  void advertise_until(Duration end) {
    for (Duration time{}; time <= end; time += seconds{1}) advertise(time);
  }

  /// `mac` answers for the address, or announces it.
  void tell(Duration time, const MacAddress& mac, bool announces, std::uint16_t vlan = 7) {
    if (ipv4()) {
      ArpPacket arp;
      arp.operation = announces ? ArpOperation::request : ArpOperation::reply;
      arp.sender_mac = mac;
      arp.sender_ip = address().ipv4();
      arp.target_ip = announces ? arp.sender_ip : Ipv4Address{0xc000020a};
      observer_.observe(Instant{time}, arp, vlan, {});
    } else {
      NeighbourMessage message;
      message.solicited = !announces;
      message.target = address();
      message.link_layer = mac;
      observer_.observe(Instant{time}, message, vlan, {});
    }
  }
  std::string codes(Duration end) {
    seen_ = observer_.finish(Instant{end});
    std::string text;
    for (const Finding& finding : seen_.findings)
      text += (text.empty() ? "" : " ") + std::string(to_string(finding.code));
    return text;
  }

  Observer observer_;
  Observation seen_;
};

INSTANTIATE_TEST_SUITE_P(Over, Addresses, testing::Values(Family::ipv4, Family::ipv6),
                         [](const auto& one) {
                           return one.param == Family::ipv4 ? "Ipv4" : "Ipv6";
                         });

TEST_P(Addresses, TheMasterAndItsVirtualMacMayAnswer) {
  advertise_until(seconds{2});
  tell(milliseconds{2100}, kMasterMac, false);
  tell(milliseconds{2200}, virtual_mac(51, GetParam()), false);
  EXPECT_EQ(codes(seconds{3}), "");
}

TEST_P(Addresses, AStrangerThatAnswersIsAConflictOncePerAddress) {
  advertise_until(seconds{2});
  tell(milliseconds{2100}, kElse, false);
  tell(milliseconds{2200}, kElse, true);
  EXPECT_EQ(codes(seconds{3}), "address_conflict");
  EXPECT_EQ(seen_.findings.at(0).count, 2U);
  EXPECT_EQ(seen_.findings.at(0).other, source());
}

TEST_P(Addresses, OfAnotherVlanNothingIsSaid) {
  advertise_until(seconds{2});
  tell(milliseconds{2100}, kElse, false, 8);
  tell(milliseconds{2100}, kElse, false, 0);
  EXPECT_EQ(codes(seconds{3}), "");
}

TEST_P(Addresses, NobodyIsToBlameWhileMastershipIsUnsettled) {
  advertise(seconds{0});
  tell(milliseconds{100}, kElse, false);  // it has just begun
  advertise(seconds{1});
  tell(milliseconds{4700}, kElse, false);  // nobody has spoken for longer than the down interval
  advertise(seconds{5}, 0);
  tell(milliseconds{5100}, kElse, false);  // it has resigned
  EXPECT_EQ(codes(seconds{6}).find("address_conflict"), std::string::npos);
}

TEST_P(Addresses, ReturningWithoutAnAnnouncementIsAFindingIfTheCaptureHasAnyAtAll) {
  const auto return_to = [&] {
    advertise(seconds{0});
    advertise(seconds{1}, 0);
    advertise(seconds{2});
    advertise(seconds{3});
    advertise(seconds{4});
  };
  return_to();
  EXPECT_EQ(codes(seconds{5}), "");
  ASSERT_EQ(seen_.announcements.size(), 1U);
  EXPECT_FALSE(seen_.announcements[0].judged);

  observer_ = Observer();
  tell(milliseconds{0}, kMasterMac, true);
  return_to();
  EXPECT_EQ(codes(seconds{5}), "missing_garp");
  EXPECT_NE(seen_.findings.at(0).message.find(ipv4() ? "a gratuitous ARP" : "a Neighbour"),
            std::string::npos);
  EXPECT_EQ(codes(seconds{5}), "missing_garp") << "asking again finds nothing more";

  observer_ = Observer();
  tell(milliseconds{0}, kMasterMac, true);
  advertise(seconds{0});
  advertise(seconds{1}, 0);
  advertise(seconds{2});
  tell(milliseconds{2001}, kMasterMac, true);
  advertise(seconds{3});
  advertise(seconds{4});
  EXPECT_EQ(codes(seconds{5}), "");
}

TEST_P(Addresses, WhatAsksForAnAddressDoesNotHaveIt) {
  advertise_until(seconds{2});
  if (ipv4()) {
    ArpPacket probe;  // RFC 5227: the sender has no address yet
    probe.sender_mac = kElse;
    probe.target_ip = address().ipv4();
    observer_.observe(Instant{milliseconds{2100}}, probe, 7, {});
  } else {
    NeighbourMessage question;
    question.solicitation = true;
    question.target = address();
    question.link_layer = kElse;
    observer_.observe(Instant{milliseconds{2100}}, question, 7, {});
  }
  EXPECT_EQ(codes(seconds{3}), "");
}

}  // namespace
}  // namespace understudy
