// The four moves for the IPv6 header, and TCP below it.
#include "core/net/ipv6_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "core/net/ipv4_header.h"
#include "core/net/tcp_header.h"

namespace understudy {
namespace {

using Bytes = std::vector<std::uint8_t>;

// From fe80::1 to ff02::12, hop limit 255, protocol 112, traffic class c0, flow 12345, no payload.
const Bytes kHeader = {0x6c, 0x01, 0x23, 0x45, 0x00, 0x00, 0x70, 0xff, 0xfe, 0x80, 0,    0,    0, 0,
                       0,    0,    0,    0,    0,    0,    0,    0,    0,    0x01, 0xff, 0x02, 0, 0,
                       0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0,    0x12};

TEST(Ipv6Header, FourMoves) {
  const auto header = decode_ipv6(kHeader);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->traffic_class, 0xc0);
  EXPECT_EQ(header->flow_label, 0x12345U);
  EXPECT_EQ(header->payload_length, 0);
  EXPECT_EQ(header->next_header, kProtocolVrrp);
  EXPECT_EQ(header->hop_limit, 255);
  EXPECT_EQ(to_string(header->source), "fe80::1");
  EXPECT_EQ(header->destination, IpAddress::from_bytes(kVrrpGroup6));
  Bytes out(44, 0xa5);
  EXPECT_EQ(encode_ipv6(*header, out), 40U);
  EXPECT_EQ(Bytes(out.begin(), out.begin() + 40), kHeader);
  EXPECT_EQ(out[40], 0xa5);
  for (std::size_t size = 0; size < 40; ++size) {
    EXPECT_EQ(decode_ipv6({kHeader.data(), size}).error(), FrameError::truncated);
    Bytes small(size, 0xa5);
    EXPECT_EQ(encode_ipv6(*header, small).error(), FrameError::buffer_too_small);
    EXPECT_THAT(small, testing::Each(0xa5));
  }
}

TEST(Ipv6Header, RefusesWithAReason) {
  auto bytes = kHeader;
  bytes[0] = 0x4c;
  EXPECT_EQ(decode_ipv6(bytes).error(), FrameError::bad_version);
  bytes = kHeader;
  bytes[5] = 1;  // one byte of payload that is not there
  EXPECT_EQ(decode_ipv6(bytes).error(), FrameError::truncated);
  bytes.push_back(0);
  EXPECT_TRUE(decode_ipv6(bytes));
  Ipv6Header header = *decode_ipv6(kHeader);
  header.source = Ipv4Address{0xc0000201};
  Bytes out(40, 0xa5);
  EXPECT_EQ(encode_ipv6(header, out).error(), FrameError::bad_header);
  EXPECT_THAT(out, testing::Each(0xa5));
}

// A SYN from [2001:db8::10]:32768 to [2001:db8::100]:80; the checksum is worked out by hand.
TEST(TcpOverIpv6, ChecksumHasTheWidePseudoHeader) {
  const Bytes segment = {0x80, 0x00, 0x00, 0x50, 0,    0,    0,    1,    0, 0,
                         0,    0,    0x50, 0x02, 0xfa, 0xf0, 0xd8, 0x1e, 0, 0};
  const auto source = *parse_ip_address("2001:db8::10");
  const auto destination = *parse_ip_address("2001:db8::100");
  const auto header = decode_tcp(segment, source, destination);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->source_port, 32768);
  EXPECT_EQ(header->flags, TcpFlags::kSyn);
  Bytes out(20, 0xa5);
  EXPECT_EQ(encode_tcp(*header, {}, source, destination, out), 20U);
  EXPECT_EQ(out, segment);
  EXPECT_EQ(decode_tcp(segment, source, source).error(), FrameError::bad_checksum);
}

}  // namespace
}  // namespace understudy
