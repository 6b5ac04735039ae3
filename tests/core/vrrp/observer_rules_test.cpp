// What the observer goes by: headers, who is better, what one refuses.
#include "core/vrrp/observer_rules.h"

#include <gtest/gtest.h>

#include <array>

#include "core/net/checksum.h"
#include "core/vrrp/auth_hmac.h"

namespace understudy::observing {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const IpAddress kOne = *parse_ip_address("192.0.2.1"), kTwo = *parse_ip_address("192.0.2.2");
const IpAddress kGroup{kVrrpGroup4};
using Bytes = std::vector<std::uint8_t>;

Bytes packet_of(std::uint8_t version, const PacketOptions& options = {}) {
  static constexpr std::array<std::uint8_t, 4> kAddress{192, 0, 2, 100};
  Advert advert;
  advert.version = version;
  advert.vrid = 51;
  advert.priority = 100;
  advert.advert_interval = seconds{1};
  advert.addresses = kAddress;
  Bytes packet(256);
  const auto size =
      encode_packet(advert, kOne, kGroup, ChecksumForm::pseudo_header, options, packet);
  packet.resize(size.value());
  return packet;
}

/// "cut" of what is no IP packet.
std::string_view fault_of(std::span<const std::uint8_t> packet) {
  const auto parts = split_ip_packet(packet);
  return parts ? header_fault(packet, *parts) : "cut";
}

TEST(HeaderFault, AWholePacketHasNone) {
  EXPECT_EQ(fault_of(packet_of(2)), "");
  EXPECT_EQ(fault_of(packet_of(3)), "");
}

TEST(HeaderFault, EachFlippedBitOfTheHeaderIsSeenUnlessLengthsTellItFirst) {
  const Bytes whole = packet_of(2);
  Message message;
  for (std::size_t bit = 0; bit < 20 * 8; ++bit) {
    Bytes flipped = whole;
    flipped[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    EXPECT_TRUE(!fault_of(flipped).empty() || !decode_observed(flipped, message)) << bit;
  }
}

TEST(HeaderFault, AHeaderLongerThanItsPacketIsLeftToTheDecoder) {
  Bytes packet = packet_of(2);
  packet[0] = 0x4f;
  packet[2] = 0;
  packet[3] = 30;  // of the 60 that the header claims
  packet.resize(30);
  packet.shrink_to_fit();
  EXPECT_EQ(fault_of(packet), "");
  Message message;
  EXPECT_EQ(decode_observed(packet, message).error(), DecodeError::length_short);
}

TEST(DecodeObserved, OfACutPacketSaysThatItIsTooShort) {
  const Bytes whole = packet_of(2);
  Message message;
  for (std::size_t size = 0; size < whole.size(); ++size)
    EXPECT_EQ(decode_observed(std::span(whole).first(size), message).error(),
              DecodeError::length_short)
        << size;
}

TEST(DecodeObserved, LooksBehindAnAuthenticationHeader) {
  Bytes packet = packet_of(2, {.protocol = 51, .room_before = 24});
  packet[20] = 112;  // what follows
  packet[21] = 4;    // 24 bytes
  Message message;
  const auto decoded = decode_observed(packet, message);
  ASSERT_TRUE(decoded) << to_string(decoded.error());
  EXPECT_TRUE(message.authentication_header);
  EXPECT_FALSE(message.is_signed);
  EXPECT_EQ(decoded->advert.vrid, 51);
  packet[20] = 6;
  EXPECT_EQ(decode_observed(packet, message).error(), DecodeError::ah_malformed);
  packet[20] = 112;
  packet[21] = 255;
  EXPECT_EQ(decode_observed(packet, message).error(), DecodeError::ah_malformed);
}

TEST(DecodeObserved, LooksBeforeATrailer) {
  Message message;
  const auto decoded = decode_observed(packet_of(3, {.room_after = kHmacTrailerSize}), message);
  ASSERT_TRUE(decoded) << to_string(decoded.error());
  EXPECT_TRUE(message.is_signed);
  EXPECT_EQ(message.bytes.size(), 12U);
  EXPECT_EQ(decode_observed(packet_of(3, {.room_after = kHmacTrailerSize - 1}), message).error(),
            DecodeError::length_long);
  EXPECT_EQ(decode_observed(packet_of(2, {.room_after = kHmacTrailerSize}), message).error(),
            DecodeError::length_long)
      << "version 2 has none";
}

Speaker speaker(const IpAddress& source, std::uint8_t priority) {
  Speaker result;
  result.source = source;
  result.priority = priority;
  result.advert_interval = seconds{1};
  result.addresses = {192, 0, 2, 100};
  result.destination = kGroup;
  return result;
}

TEST(ObserverRules, TheHigherAddressBreaksATie) {
  EXPECT_TRUE(is_better(speaker(kOne, 101), speaker(kTwo, 100)));
  EXPECT_TRUE(is_better(speaker(kTwo, 100), speaker(kOne, 100)));
  EXPECT_FALSE(is_better(speaker(kOne, 100), speaker(kTwo, 100)));
}

TEST(ObserverRules, VersionThreeWaitsByTheMastersIntervalVersionTwoByItsOwn) {
  Speaker waiting = speaker(kOne, 0), master = speaker(kTwo, 100);
  master.advert_interval = milliseconds{100};
  EXPECT_EQ(down_interval(waiting, master), seconds{4});
  waiting.version = 3;
  EXPECT_EQ(down_interval(waiting, master), milliseconds{400});
}

struct Refusal {
  const char* why;
  void (*change)(Speaker& sender);
  bool surely;
};

class Refusals : public testing::TestWithParam<Refusal> {};

TEST_P(Refusals, AreNamed) {
  Speaker sender = speaker(kOne, 100);
  const Speaker receiver = speaker(kTwo, 90);
  ASSERT_EQ(why_refused(sender, receiver), "");
  ASSERT_FALSE(surely_refused(sender, receiver));
  GetParam().change(sender);
  EXPECT_EQ(why_refused(sender, receiver), GetParam().why);
  EXPECT_EQ(surely_refused(sender, receiver), GetParam().surely);
  EXPECT_NE(why_deaf(receiver, sender).find(GetParam().why), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Each, Refusals,
    testing::Values(
        Refusal{"version 3 instead of 2", [](Speaker& one) { one.version = 3; }, true},
        Refusal{"they are signed (auth_hmac)", [](Speaker& one) { one.is_signed = true; }, true},
        Refusal{"authentication type 1 instead of 0", [](Speaker& one) { one.auth_type = 1; },
                true},
        Refusal{"advert interval 2 s instead of 1 s",
                [](Speaker& one) { one.advert_interval = seconds{2}; }, true},
        Refusal{"they are sent to other peers only",
                [](Speaker& one) {
                  one.destination = kOne;
                  one.destinations = {kOne};
                },
                false},
        Refusal{"they are unicast, and it expects the group",
                [](Speaker& one) {
                  one.destination = kTwo;
                  one.destinations = {kTwo};
                },
                false},
        Refusal{"they are sent to 224.0.0.81, and it listens to 224.0.0.18",
                [](Speaker& one) { one.destination = *parse_ip_address("224.0.0.81"); }, false},
        Refusal{"another list of virtual addresses (keepalived before 2.3.3 refuses it)",
                [](Speaker& one) {
                  one.addresses = {192, 0, 2, 101};
                },
                false}));

TEST(ObserverRules, ListsAreEqualInAnyOrder) {
  Speaker one = speaker(kOne, 100), other = one;
  one.addresses = {192, 0, 2, 100, 192, 0, 2, 101};
  other.addresses = {192, 0, 2, 101, 192, 0, 2, 100};
  EXPECT_TRUE(same_addresses(one, other));
  other.addresses = {192, 0, 2, 101};
  EXPECT_FALSE(same_addresses(one, other));
  EXPECT_TRUE(shares_an_address(one, other));
  other.addresses = {192, 0, 2, 102};
  EXPECT_FALSE(shares_an_address(one, other));
  other.addresses.clear();
  EXPECT_TRUE(shares_an_address(one, other)) << "one that names none may share all";
}

}  // namespace
}  // namespace understudy::observing
