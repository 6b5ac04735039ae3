#include "core/net/icmp.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

namespace understudy {
namespace {

const IpAddress kClient = *parse_ip_address("192.168.56.10"),
                kVip = *parse_ip_address("192.168.56.100"),
                kClient6 = *parse_ip_address("2001:db8::10"),
                kVip6 = *parse_ip_address("2001:db8::100");

// Type 8, code 0, identifier 0x1234, sequence 1, "ab": sum 0800 + 1234 + 0001 + 6162 = 7b97.
constexpr std::array<std::uint8_t, 10> kRequest = {8, 0, 0x84, 0x68, 0x12, 0x34, 0, 1, 'a', 'b'};

TEST(Icmp, AnEchoRequestOnTheWire) {
  std::array<std::uint8_t, 10> out;
  out.fill(0xa5);
  const std::array<std::uint8_t, 2> payload = {'a', 'b'};
  ASSERT_EQ(encode_icmp_echo({true, 0x1234, 1, payload}, kClient, kVip, out), 10U);
  EXPECT_EQ(out, kRequest);
  const auto echo = decode_icmp_echo(kRequest, kClient, kVip);
  ASSERT_TRUE(echo.has_value());
  EXPECT_TRUE(echo->request);
  EXPECT_EQ(echo->identifier, 0x1234);
  EXPECT_EQ(echo->sequence, 1);
  EXPECT_EQ(echo->payload.size(), 2U);
}

TEST(Icmp, ARepliesChecksumOverIpv6CoversTheAddresses) {
  std::array<std::uint8_t, 8> out;
  out.fill(0xa5);
  ASSERT_EQ(encode_icmp_echo({false, 7, 9, {}}, kVip6, kClient6, out), 8U);
  // 2001 0db8 0100 + 2001 0db8 0010 + length 8 + next header 3a + 8100 + 7 + 9 = ddd4.
  const std::array<std::uint8_t, 8> reply = {129, 0, 0x22, 0x2b, 0, 7, 0, 9};
  EXPECT_EQ(out, reply);
  EXPECT_FALSE(decode_icmp_echo(out, kVip6, kClient6)->request);
  EXPECT_EQ(decode_icmp_echo(out, kVip6, kVip6).error(), FrameError::bad_checksum);
}

TEST(Icmp, EveryCutAndEveryFlippedBitIsRefused) {
  for (std::size_t size = 0; size < kRequest.size(); ++size)
    EXPECT_FALSE(decode_icmp_echo({kRequest.data(), size}, kClient, kVip)) << size;
  for (std::size_t bit = 0; bit < kRequest.size() * 8; ++bit) {
    auto flipped = kRequest;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_EQ(decode_icmp_echo(flipped, kClient, kVip).error(), FrameError::bad_checksum) << bit;
  }
}

TEST(Icmp, UnreachableCarriesWhatWasRefused) {
  for (const auto& [source, destination] : {std::pair{kVip, kClient}, std::pair{kVip6, kClient6}}) {
    const std::vector<std::uint8_t> original(28, 0x45);
    std::array<std::uint8_t, 36> out;
    out.fill(0xa5);
    ASSERT_EQ(encode_icmp_unreachable({3, original}, source, destination, out), 36U);
    const auto message = decode_icmp_unreachable(out, source, destination);
    ASSERT_TRUE(message.has_value());
    EXPECT_EQ(message->code, 3);
    EXPECT_TRUE(std::equal(original.begin(), original.end(), message->original.begin()));
    EXPECT_EQ(decode_icmp_echo(out, source, destination).error(), FrameError::bad_header);
  }
}

TEST(Icmp, WritesNothingWhereThereIsNoRoom) {
  std::array<std::uint8_t, 9> out;
  out.fill(0xa5);
  const auto untouched = out;
  const std::array<std::uint8_t, 2> payload{};
  EXPECT_EQ(encode_icmp_echo({true, 1, 1, payload}, kClient, kVip, out).error(),
            FrameError::buffer_too_small);
  EXPECT_EQ(out, untouched);
}

}  // namespace
}  // namespace understudy
