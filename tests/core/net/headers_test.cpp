// The four moves for every header: decode literal bytes, encode them back, dirty buffers, every
// truncated length.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "core/net/arp.h"
#include "core/net/checksum.h"
#include "core/net/digest.h"
#include "core/net/ethernet.h"
#include "core/net/ipv4_header.h"
#include "core/net/tcp_header.h"

namespace understudy {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr Ipv4Address kSource{0xc0000202};
constexpr Ipv4Address kDestination{0xe0000012};

TEST(Checksum, Rfc1071Example) {
  const Bytes bytes = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  ChecksumSum sum;
  sum.add(bytes);
  std::array<std::uint8_t, 2> field{};
  sum.store(field.data());
  EXPECT_THAT(field, testing::ElementsAre(0x22, 0x0d));  // the complement of ddf2
}

TEST(Checksum, OddLengthsPadWithZeroAndPartsAddUp) {
  const Bytes bytes = {1, 2, 3, 4, 5, 6, 7};
  for (std::size_t cut = 0; cut <= 6; cut += 2) {
    ChecksumSum parts;
    parts.add({bytes.data(), cut});
    parts.add({bytes.data() + cut, bytes.size() - cut});
    std::array<std::uint8_t, 2> field{};
    parts.store(field.data());
    EXPECT_THAT(field, testing::ElementsAre(0xef, 0xf3))
        << cut;  // ~(0102 + 0304 + 0506 + 0700 = 100c)
  }
}

const Bytes kIpHeader = {0x45, 0xc0, 0x00, 0x14, 0x00, 0x01, 0x00, 0x00, 0xff, 0x70,
                         0x18, 0xa4, 0xc0, 0x00, 0x02, 0x02, 0xe0, 0x00, 0x00, 0x12};

TEST(Ipv4Header, FourMoves) {
  const auto header = decode_ipv4(kIpHeader);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->ttl, 255);
  EXPECT_EQ(header->protocol, kProtocolVrrp);
  EXPECT_EQ(header->source, kSource);
  EXPECT_EQ(header->destination, kDestination);
  EXPECT_EQ(header->total_length, 20);
  Bytes out(24, 0xa5);
  EXPECT_EQ(encode_ipv4(*header, out), 20U);
  EXPECT_EQ(Bytes(out.begin(), out.begin() + 20), kIpHeader);
  EXPECT_EQ(out[20], 0xa5);
  for (std::size_t size = 0; size < 20; ++size) {
    EXPECT_EQ(decode_ipv4({kIpHeader.data(), size}).error(), FrameError::truncated);
    Bytes small(size, 0xa5);
    EXPECT_EQ(encode_ipv4(*header, small).error(), FrameError::buffer_too_small);
    EXPECT_THAT(small, testing::Each(0xa5));
  }
}

TEST(Ipv4Header, RefusesWithAReason) {
  const auto with = [](std::size_t place, std::uint8_t value) {
    auto bytes = kIpHeader;
    bytes[place] = value;
    return decode_ipv4(bytes).error();
  };
  EXPECT_EQ(with(0, 0x65), FrameError::bad_version);
  EXPECT_EQ(with(0, 0x44), FrameError::bad_header);
  EXPECT_EQ(with(3, 0x15), FrameError::truncated);
  EXPECT_EQ(with(3, 0x13), FrameError::bad_header);
  EXPECT_EQ(with(8, 0xfe), FrameError::bad_checksum);
}

TEST(Arp, GratuitousFrameAsKeepalivedSendsIt) {
  const auto mac = virtual_mac(10, Family::ipv4);
  Bytes out(kArpFrameSize, 0xa5);
  EXPECT_EQ(encode_gratuitous_arp(mac, {0xc0000264}, GarpTarget::broadcast, out), kArpFrameSize);
  const Bytes expected = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x5e, 0x00, 0x01,
                          0x0a, 0x08, 0x06, 0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x01,
                          0x00, 0x00, 0x5e, 0x00, 0x01, 0x0a, 0xc0, 0x00, 0x02, 0x64, 0xff,
                          0xff, 0xff, 0xff, 0xff, 0xff, 0xc0, 0x00, 0x02, 0x64};
  EXPECT_EQ(out, expected);
  const auto arp = decode_arp(std::span{out}.subspan(kEthernetHeaderSize));
  ASSERT_TRUE(arp);
  EXPECT_TRUE(arp->is_gratuitous());
  EXPECT_EQ(arp->sender_mac, mac);
  for (std::size_t size = 0; size < kArpSize; ++size)
    EXPECT_EQ(decode_arp({out.data() + kEthernetHeaderSize, size}).error(), FrameError::truncated);
  out[kEthernetHeaderSize + 7] = 3;
  EXPECT_EQ(decode_arp(std::span{out}.subspan(kEthernetHeaderSize)).error(),
            FrameError::bad_header);
}

TEST(Ethernet, FourMoves) {
  const Bytes bytes = {1, 0, 0x5e, 0, 0, 0x12, 2, 0, 0, 0, 0, 1, 8, 0};
  const auto header = decode_ethernet(bytes);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->destination, multicast_mac(kVrrpGroup4));
  EXPECT_EQ(header->ether_type, kEtherTypeIpv4);
  Bytes out(14, 0xa5);
  EXPECT_EQ(encode_ethernet(*header, out), 14U);
  EXPECT_EQ(out, bytes);
  for (std::size_t size = 0; size < 14; ++size)
    EXPECT_EQ(decode_ethernet({bytes.data(), size}).error(), FrameError::truncated);
}

TEST(Tcp, SegmentsCarryTheirChecksum) {
  const Bytes payload = {'G', 'E', 'T', ' ', '/'};
  const TcpHeader header{40'000, 80, 1'000, 2'000, TcpFlags::kPsh | TcpFlags::kAck, 512, 20};
  Bytes out(25, 0xa5);
  ASSERT_EQ(encode_tcp(header, payload, kSource, kDestination, out), 25U);
  EXPECT_EQ(decode_tcp(out, kSource, kDestination), header);
  EXPECT_EQ(decode_tcp(out, kSource, kSource).error(), FrameError::bad_checksum);
  for (std::size_t bit = 0; bit < 8 * out.size(); ++bit) {
    auto flipped = out;
    flipped[bit / 8] = static_cast<std::uint8_t>(flipped[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(decode_tcp(flipped, kSource, kDestination)) << bit;
  }
  for (std::size_t size = 0; size < 20; ++size)
    EXPECT_EQ(decode_tcp({out.data(), size}, kSource, kDestination).error(), FrameError::truncated);
}

TEST(Digest, DependsOnOrderAndLength) {
  const auto of = [](std::initializer_list<std::uint8_t> bytes) {
    Digest digest;
    digest.add(std::span{bytes.begin(), bytes.size()});
    return digest.value();
  };
  EXPECT_NE(of({1, 2}), of({2, 1}));
  EXPECT_NE(of({0}), of({0, 0}));
  EXPECT_NE(of({}), of({0}));
  EXPECT_EQ(of({1, 2, 3, 4, 5, 6, 7, 8, 9}), of({1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

}  // namespace
}  // namespace understudy
