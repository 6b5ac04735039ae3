// Golden packets: every vector, each of its prefixes and its single-bit flips, under both profiles,
// against the verdicts of an independent receiver (tests/conformance/make_verdicts.py).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "core/vrrp/advert_codec.h"
#include "tests/support/golden_file.h"

namespace understudy {
namespace {

using golden::file;
using golden::letter_of;

class Golden : public testing::TestWithParam<Profile> {
 protected:
  static ReceiveContext context(const golden::Vector& vector) {
    return {.ah_last_sequence = vector.ah_last_sequence};
  }
};

TEST_P(Golden, AllVectorsAreThere) {
  EXPECT_EQ(file().vectors.size(), 183U);
  EXPECT_EQ(file().frames.size(), 7U);
  EXPECT_EQ(file().timers.size(), 56U);
  EXPECT_EQ(file().hmac.size(), 8U);
}

TEST_P(Golden, WholePacketsGetTheirVerdictFieldsAndWarnings) {
  for (const auto& vector : file().vectors) {
    const auto& verdicts = vector.verdicts(GetParam());
    std::unique_ptr<std::uint8_t[]> copy;
    const auto result =
        golden::receive_copy(vector.packet, vector.rules_for(GetParam()), context(vector), copy);
    EXPECT_EQ(letter_of(result), verdicts.whole) << vector.name;
    if (!result) continue;
    if (!vector.fields.empty()) {
      EXPECT_EQ(golden::fields_of(*result), vector.fields) << vector.name;
    }
    EXPECT_EQ(golden::warnings_of(*result), verdicts.warnings) << vector.name;
  }
}

TEST_P(Golden, EveryPrefixGetsItsVerdict) {
  RecordProperty("covers", "V3-7.1-04 V2-7.1-04");
  for (const auto& vector : file().vectors) {
    std::string got;
    std::unique_ptr<std::uint8_t[]> copy;
    const auto rules = vector.rules_for(GetParam());
    for (std::size_t size = 0; size < vector.packet.size(); ++size)
      got += letter_of(
          golden::receive_copy(std::span{vector.packet}.first(size), rules, context(vector), copy));
    EXPECT_EQ(got, vector.verdicts(GetParam()).prefixes) << vector.name;
  }
}

TEST_P(Golden, EverySingleBitFlipGetsItsVerdict) {
  for (const auto& vector : file().vectors) {
    std::string got;
    auto packet = vector.packet;
    const auto rules = vector.rules_for(GetParam());
    for (const auto bit : golden::flipped_bits(packet.size())) {
      const auto mask = static_cast<std::uint8_t>(1 << bit % 8);
      packet[bit / 8] = static_cast<std::uint8_t>(packet[bit / 8] ^ mask);
      got += letter_of(receive(packet, rules, context(vector)));
      packet[bit / 8] = static_cast<std::uint8_t>(packet[bit / 8] ^ mask);
    }
    EXPECT_EQ(got, vector.verdicts(GetParam()).flips) << vector.name;
  }
}

INSTANTIATE_TEST_SUITE_P(Profiles, Golden, testing::Values(Profile::rfc, Profile::keepalived),
                         [](const auto& row) { return std::string{to_string(row.param)}; });

// The VRRP message of a packet, behind IP header and AH.
golden::Bytes message_of(const golden::Vector& vector) {
  const bool ipv6 = vector.packet[0] >> 4 == 6;
  std::ptrdiff_t header = ipv6 ? 40 : (vector.packet[0] & 15) * 4;
  if (!ipv6 && vector.packet[9] == 51) header += 24;
  return {vector.packet.begin() + header, vector.packet.end()};
}

TEST(GoldenEncode, FieldsGiveTheMessageBack) {
  RecordProperty("covers",
                 "V3-5.2-01 V3-5.2.1-01 V3-5.2.6-01 V3-5.2.8-01 V3-5.2.8-02 V3-5.2.8-03 "
                 "V3-5.2.8-04 V2-5.3-01 V2-5.3.8-01 V2-5.3.5-01 V3-5.2.5-01");
  std::size_t encoded_count = 0;
  for (const auto& vector : file().vectors) {
    if (vector.encoded.empty()) continue;
    const auto result = receive(vector.packet, vector.rules_for(Profile::rfc),
                                {.ah_last_sequence = vector.ah_last_sequence});
    ASSERT_TRUE(result) << vector.name;
    const auto& advert = result->advert;
    const auto destination = vector.packet[0] >> 4 == 6
                                 ? IpAddress::from_bytes(std::span{vector.packet}.subspan(24, 16))
                                 : IpAddress::from_bytes(std::span{vector.packet}.subspan(16, 4));
    golden::Bytes out(encoded_size(advert) + 4, 0xa5);
    const auto size = encode(advert, result->source, destination, vector.encoded_form, out);
    ASSERT_TRUE(size) << vector.name;
    EXPECT_EQ(golden::to_hex({out.data(), *size}), golden::to_hex(vector.encoded)) << vector.name;
    EXPECT_EQ(out[*size], 0xa5) << "wrote past its size";
    const auto message = message_of(vector);
    EXPECT_TRUE(std::equal(vector.encoded.begin(), vector.encoded.end(), message.begin()));
    for (std::size_t room = 0; room<*size; room += *size> 400 ? 37 : 1) {
      golden::Bytes small(room, 0xa5);
      EXPECT_FALSE(encode(advert, result->source, destination, vector.encoded_form, small));
      EXPECT_THAT(small, testing::Each(0xa5)) << "partial output";
    }
    ++encoded_count;
  }
  EXPECT_EQ(encoded_count, 50U);
}

}  // namespace
}  // namespace understudy
