// Packets that receivers refuse, or should: each is a finding, and nothing else is.
#include "core/net/checksum.h"
#include "tests/pcap/faulty_captures.h"

namespace understudy::capture {
namespace {

constexpr std::size_t kIp = 14, kMessage = kIp + 20;

TEST_F(FaultyCaptures, ATtlThatPassedARouter) {
  SendingRouter far = two();
  far.ttl = 254;
  put_every(seconds{0}, seconds{10}, one());
  put_every(milliseconds{300}, seconds{10}, far);
  EXPECT_EQ(codes(), Codes{"bad_ttl"});
  EXPECT_EQ(explanation_.observation.findings.at(0).count, 10U);
}

TEST_F(FaultyCaptures, AChecksumThatDoesNotVerify) {
  put_every(seconds{0}, seconds{5}, one());
  auto frame = frame_of(one(), 100);
  frame[kMessage + 6] ^= 0xff;
  put_frame(milliseconds{2500}, frame);
  EXPECT_EQ(codes(), Codes{"bad_checksum"});
  EXPECT_EQ(explanation_.observation.findings.at(0).packets.at(0).number, 4U);
}

TEST_F(FaultyCaptures, ACountOfAddressesThatIsNotTrue) {
  put_every(seconds{0}, seconds{5}, one());
  auto frame = frame_of(one(), 100);
  frame[kMessage + 3] = 9;
  put_frame(milliseconds{2500}, frame);
  EXPECT_EQ(codes(), Codes{"bad_length"});
}

TEST_F(FaultyCaptures, AVersionThatDoesNotExist) {
  put_every(seconds{0}, seconds{5}, one());
  auto frame = frame_of(one(), 100);
  frame[kMessage] = 0x71;
  put_frame(milliseconds{2500}, frame);
  EXPECT_EQ(codes(), Codes{"bad_version"});
}

TEST_F(FaultyCaptures, SomethingElseOfProtocol112) {
  put_every(seconds{0}, seconds{5}, one());
  auto frame = frame_of(one(), 100);
  frame[kMessage] = 0x25;
  put_frame(milliseconds{2500}, frame);
  EXPECT_EQ(codes(), Codes{"bad_type"});
}

/// A frame whose IP header was changed on the way, with a header checksum that fits or does not.
std::vector<std::uint8_t> with_source(std::vector<std::uint8_t> frame, const IpAddress& source,
                                      bool mend_checksum) {
  std::copy(source.bytes().begin(), source.bytes().end(), frame.begin() + kIp + 12);
  if (mend_checksum) {
    frame[kIp + 10] = frame[kIp + 11] = 0;
    ChecksumSum sum;
    sum.add(std::span(frame).subspan(kIp, 20));
    sum.store(frame.data() + kIp + 10);
  }
  return frame;
}

TEST_F(FaultyCaptures, ADamagedIpHeaderInventsNoSpeaker) {
  put_every(seconds{0}, seconds{5}, one());
  const IpAddress flipped = *parse_ip_address("192.0.2.65");
  put_frame(milliseconds{2500}, with_source(frame_of(one(), 100), flipped, false));
  EXPECT_EQ(codes(), Codes{"ip_header_mismatch"});
  const Finding& finding = explanation_.observation.findings.at(0);
  EXPECT_EQ(finding.severity, FindingSeverity::error);
  EXPECT_EQ(finding.packets.at(0).number, 4U);
  EXPECT_EQ(finding.message,
            "1 packet from 192.0.2.65 that every receiver refuses: the checksum of the IP header "
            "does not verify");
  EXPECT_EQ(explanation_.observation.routers.at(0).speakers.size(), 1U);
}

TEST_F(FaultyCaptures, AHeaderChecksumThatTheCardHasYetToFillInIsNotJudged) {
  auto frame = frame_of(one(), 100);
  frame[kIp + 10] = frame[kIp + 11] = 0;
  for (int i = 0; i < 4; ++i) put_frame(seconds{i}, frame);
  EXPECT_EQ(codes(), Codes{});
  EXPECT_EQ(explanation_.observation.adverts, 4U);
}

TEST_F(FaultyCaptures, ASourceThatIsNoHosts) {
  put_every(seconds{0}, seconds{5}, one());
  int i = 0;
  for (const char* source : {"0.0.0.0", "255.255.255.255", "224.0.0.18"})
    put_frame(milliseconds{1500 + i++},
              with_source(frame_of(one(), 100), *parse_ip_address(source), true));
  EXPECT_EQ(codes(), Codes{"ip_header_mismatch"});
  EXPECT_EQ(explanation_.observation.findings.size(), 3U);
  EXPECT_EQ(explanation_.observation.routers.at(0).speakers.size(), 1U);
}

TEST_F(FaultyCaptures, AVirtualAddressAsTheSourceOfAdverts) {
  SendingRouter odd = one();
  odd.source = kVip;
  put_every(seconds{0}, seconds{5}, odd);
  EXPECT_EQ(codes(), Codes{"odd_source"});
  EXPECT_EQ(explanation_.observation.findings.at(0).count, 6U);
  EXPECT_EQ(explanation_.observation.findings.at(0).severity, FindingSeverity::warning);
}

TEST_F(FaultyCaptures, TheOwnerSendsFromTheAddressItAnnounces) {
  SendingRouter owner = one();
  owner.source = kVip;
  owner.priority = 255;
  put_every(seconds{0}, seconds{5}, owner);
  EXPECT_EQ(codes(), Codes{});
}

/// A router of version 3 over IPv6.
SendingRouter over_ipv6(const char* source) {
  SendingRouter router = one();
  router.version = 3;
  router.source = *parse_ip_address(source);
  router.destination = *parse_ip_address("ff02::12");
  const IpAddress address = *parse_ip_address("fe80::100");
  router.addresses.assign(address.bytes().begin(), address.bytes().end());
  return router;
}

TEST_F(FaultyCaptures, OverIpv6TheSourceIsLinkLocal) {
  put_every(seconds{0}, seconds{5}, over_ipv6("fe80::1"));
  EXPECT_EQ(codes(), Codes{});
}

TEST_F(FaultyCaptures, OverIpv6AnySourceButALinkLocalOneIsOdd) {
  put_every(seconds{0}, seconds{5}, over_ipv6("2001:db8::1"));
  EXPECT_EQ(codes(), Codes{"odd_source"});
}

TEST_F(FaultyCaptures, TwoMulticastGroups) {
  SendingRouter second = two();
  second.destination = *parse_ip_address("224.0.0.81");
  put_every(seconds{0}, seconds{10}, one());
  put_every(milliseconds{3700}, seconds{10}, second);
  EXPECT_EQ(codes(), (Codes{"destination_mismatch", "dual_master"}));
}

}  // namespace
}  // namespace understudy::capture
