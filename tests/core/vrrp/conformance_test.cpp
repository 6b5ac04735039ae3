// Golden packets: every version 2 vector without AH, each of its prefixes and each single-bit flip,
// under both profiles, against the verdicts of an independent receiver
// (tests/conformance/make_verdicts.py).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <memory>
#include <sstream>

#include "core/vrrp/advert_codec.h"
#include "core/vrrp/receive_rules.h"
#include "core/vrrp/virtual_router.h"

namespace understudy {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes from_hex(const std::string& hex) {
  Bytes bytes;
  if (hex == "-") return bytes;
  for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
    bytes.push_back(static_cast<std::uint8_t>(std::stoi(hex.substr(i, 2), nullptr, 16)));
  return bytes;
}

std::string expand(const std::string& runs) {
  std::string letters;
  for (std::size_t i = 0; i < runs.size() && runs != "-";) {
    const char letter = runs[i++];
    std::size_t used = 0;
    letters.append(std::stoul(runs.substr(i), &used), letter);
    i += used;
  }
  return letters;
}

struct Verdicts {
  std::string whole, prefixes, flips;
};

struct Vector {
  std::string name;
  Bytes packet;
  ReceiveRules rules;
  std::string fields;  // as in the file; empty when the packet is refused
  Bytes encoded;       // empty when not to be encoded
  Verdicts rfc, keepalived;
};

struct VectorFile {
  std::vector<std::string> errors;
  std::vector<Vector> vectors;
};

VectorFile read_vectors() {
  VectorFile file;
  std::ifstream in(UNDERSTUDY_SOURCE_DIR "/tests/conformance/v2_verdicts.txt");
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line);
    std::string kind, word;
    words >> kind;
    if (kind == "errors") {
      while (words >> word) file.errors.push_back(word);
    } else if (kind == "vector") {
      words >> file.vectors.emplace_back().name;
    } else if (kind == "packet") {
      words >> word;
      file.vectors.back().packet = from_hex(word);
    } else if (kind == "rules") {
      int version = 0, vrid = 0, owner = 0, unicast = 0, auth = 0, interval = 0;
      std::string key, addresses;
      words >> version >> vrid >> owner >> unicast >> auth >> key >> interval >> addresses;
      auto& rules = file.vectors.back().rules;
      rules.version = static_cast<std::uint8_t>(version);
      rules.vrid = static_cast<std::uint8_t>(vrid);
      rules.owner = owner != 0;
      rules.unicast = unicast != 0;
      rules.auth_type = static_cast<AuthType>(auth);
      const auto bytes = from_hex(key);
      std::copy(bytes.begin(), bytes.end(), rules.auth_data.begin());
      rules.advert_interval =
          version == 2 ? Duration{std::chrono::seconds{interval}} : Centiseconds{interval};
      rules.addresses = from_hex(addresses);
    } else if (kind == "fields") {
      file.vectors.back().fields = line.substr(7);
    } else if (kind == "encode") {
      words >> word;
      file.vectors.back().encoded = from_hex(word);
    } else {
      auto& verdicts = kind == "rfc" ? file.vectors.back().rfc : file.vectors.back().keepalived;
      words >> verdicts.whole >> verdicts.prefixes >> verdicts.flips;
      verdicts.prefixes = expand(verdicts.prefixes);
      verdicts.flips = expand(verdicts.flips);
    }
  }
  return file;
}

const VectorFile& vectors() {
  static const VectorFile file = read_vectors();
  return file;
}

std::string hex(std::span<const std::uint8_t> bytes) {
  std::string text;
  constexpr char kDigits[] = "0123456789abcdef";
  for (const auto byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

std::string fields_of(const Advert& advert) {
  char checksum[8];
  std::snprintf(checksum, sizeof checksum, "0x%04x", advert.checksum);
  std::ostringstream text;
  text << int{advert.version} << ' ' << int{advert.vrid} << ' ' << int{advert.priority} << ' '
       << advert.address_count() << ' ' << checksum << ' ' << int{advert.auth_type} << ' '
       << advert.advert_interval / std::chrono::seconds{1} << ' ' << hex(advert.addresses) << ' '
       << hex(advert.auth_data);
  return text.str();
}

// An exactly sized copy on the heap: a read past the end is seen by the address sanitizer.
tl::expected<ReceivedAdvert, DecodeError> receive_copy(const Bytes& packet, std::size_t size,
                                                       const ReceiveRules& rules,
                                                       std::unique_ptr<std::uint8_t[]>& copy) {
  copy = std::make_unique<std::uint8_t[]>(size);
  std::copy_n(packet.begin(), size, copy.get());
  return receive({copy.get(), size}, rules);
}

char letter_of(const tl::expected<ReceivedAdvert, DecodeError>& result) {
  if (result) return '.';
  const auto& errors = vectors().errors;
  const auto found = std::find(errors.begin(), errors.end(), to_string(result.error()));
  return static_cast<char>('a' + (found - errors.begin()));
}

class Golden : public testing::TestWithParam<Profile> {
 protected:
  static const Verdicts& verdicts(const Vector& vector) {
    return GetParam() == Profile::rfc ? vector.rfc : vector.keepalived;
  }
  static ReceiveRules rules(const Vector& vector) {
    auto rules = vector.rules;
    rules.profile = GetParam();
    return rules;
  }
};

TEST_P(Golden, AllVectorsAreThere) { ASSERT_EQ(vectors().vectors.size(), 59U); }

TEST_P(Golden, WholePacketsGetTheirVerdictAndFields) {
  for (const auto& vector : vectors().vectors) {
    std::unique_ptr<std::uint8_t[]> copy;
    const auto result = receive_copy(vector.packet, vector.packet.size(), rules(vector), copy);
    EXPECT_EQ(letter_of(result), verdicts(vector).whole[0]) << vector.name;
    if (result && !vector.fields.empty()) {
      EXPECT_EQ(fields_of(result->advert), vector.fields) << vector.name;
    }
  }
}

TEST_P(Golden, EveryPrefixGetsItsVerdict) {
  for (const auto& vector : vectors().vectors) {
    std::string got;
    std::unique_ptr<std::uint8_t[]> copy;
    for (std::size_t size = 0; size < vector.packet.size(); ++size)
      got += letter_of(receive_copy(vector.packet, size, rules(vector), copy));
    EXPECT_EQ(got, verdicts(vector).prefixes) << vector.name;
  }
}

TEST_P(Golden, EverySingleBitFlipGetsItsVerdict) {
  for (const auto& vector : vectors().vectors) {
    std::string got;
    std::unique_ptr<std::uint8_t[]> copy;
    auto packet = vector.packet;
    for (std::size_t bit = 0; bit < 8 * packet.size(); ++bit) {
      const auto mask = static_cast<std::uint8_t>(1 << bit % 8);
      packet[bit / 8] = static_cast<std::uint8_t>(packet[bit / 8] ^ mask);
      got += letter_of(receive_copy(packet, packet.size(), rules(vector), copy));
      packet[bit / 8] = static_cast<std::uint8_t>(packet[bit / 8] ^ mask);
    }
    EXPECT_EQ(got, verdicts(vector).flips) << vector.name;
  }
}

// "A refused packet changes nothing but counters": in BACKUP and in MASTER, for whole packets,
// prefixes and flips.
TEST_P(Golden, RefusedPacketsMoveNoStateAndNoTimer) {
  std::size_t refused = 0;
  for (const auto& vector : vectors().vectors) {
    VirtualRouterConfig config;
    config.rules = rules(vector);
    config.priority = config.rules.owner ? 255 : 100;
    for (const bool master : {false, true}) {
      VirtualRouter router(config);
      Effects effects;
      router.handle(Instant{}, SourceAddressChanged{Ipv4Address{0xc0000203}}, effects);
      router.handle(Instant{}, Startup{}, effects);
      const Instant later{std::chrono::seconds{4}};
      if (master && !config.rules.addresses.empty())
        router.handle(later, DeadlineReached{}, effects);
      const auto before = router.digest();
      const auto deadline = router.next_deadline();
      for (std::size_t size = 0; size <= vector.packet.size(); ++size) {
        const auto result = receive({vector.packet.data(), size}, config.rules);
        if (result) continue;
        effects.clear();
        router.refuse(result.error(), 0, IpAddress{}, effects);
        ++refused;
        ASSERT_EQ(router.digest(), before) << vector.name;
        ASSERT_EQ(router.next_deadline(), deadline) << vector.name;
        ASSERT_EQ(effects.list().size(), 1U) << "one report, nothing to do";
      }
    }
  }
  EXPECT_GT(refused, 5000U);
}

INSTANTIATE_TEST_SUITE_P(Profiles, Golden, testing::Values(Profile::rfc, Profile::keepalived),
                         [](const auto& row) { return std::string{to_string(row.param)}; });

TEST(GoldenEncode, FieldsGiveTheMessageBack) {
  std::size_t encoded_count = 0;
  for (const auto& vector : vectors().vectors) {
    if (vector.encoded.empty()) continue;
    const auto decoded = decode_packet(vector.packet);
    ASSERT_TRUE(decoded) << vector.name;
    Bytes out(encoded_size(decoded->advert) + 4, 0xa5);
    const auto size = encode(decoded->advert, decoded->source, decoded->destination,
                             ChecksumForm::pseudo_header, out);
    ASSERT_TRUE(size) << vector.name;
    EXPECT_EQ(hex({out.data(), *size}), hex(vector.encoded)) << vector.name;
    EXPECT_EQ(out[*size], 0xa5) << "wrote past its size";
    for (std::size_t room = 0; room < *size; ++room) {
      Bytes small(room, 0xa5);
      EXPECT_FALSE(encode(decoded->advert, decoded->source, decoded->destination,
                          ChecksumForm::pseudo_header, small));
      EXPECT_THAT(small, testing::Each(0xa5)) << "partial output";
    }
    ++encoded_count;
  }
  EXPECT_GE(encoded_count, 14U);
}

}  // namespace
}  // namespace understudy
