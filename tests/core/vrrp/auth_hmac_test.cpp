// keepalived's authenticated trailer, against packets and verdicts of a running keepalived 2.4.3
// (tests/conformance/auth_hmac_vectors.json), and by the rules behind them.
#include "core/vrrp/auth_hmac.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/vrrp/advert_writer.h"
#include "tests/support/golden_file.h"

namespace understudy {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

using golden::Bytes;
using golden::HmacPacket;

// An instance that receives, as a daemon keeps it: rules, and marks of whom it accepted.
struct Receiver {
  ReceiveRules rules;
  HmacMarks marks{HmacMarks::kMostOnMulticast};

  std::string hear(const Bytes& packet, WallTime at) {
    const auto result = receive(packet, rules, {.wall_time = at, .hmac_marks = &marks});
    if (!result) return std::string{to_string(result.error())};
    if (result->has_hmac) marks.remember(result->source, result->sequence);
    return result->has_hmac ? "good" : "unsigned";
  }
};

const IpAddress kSender{Ipv4Address{0x0a090001}};  // 10.9.0.1
constexpr WallTime kNoon = seconds{1'795'354'903};

std::uint64_t sequence(std::int64_t at_seconds, std::uint16_t fraction = 0,
                       std::uint16_t counter = 0) {
  return static_cast<std::uint64_t>(at_seconds) << 32 | std::uint64_t{fraction} << 16 | counter;
}

HmacKey key(std::uint8_t id, std::uint8_t byte) { return {id, Bytes(32, byte)}; }

HmacRules rules_with(std::vector<HmacKey> keys) {
  HmacRules rules;
  rules.active_key = keys.front().id;
  rules.keys = std::move(keys);
  return rules;
}

VirtualRouterConfig instance(std::optional<HmacRules> hmac) {
  VirtualRouterConfig config;
  config.rules.version = 3;
  config.rules.vrid = 52;
  config.rules.addresses = {10, 9, 0, 100};
  config.rules.hmac = std::move(hmac);
  return config;
}

Bytes advert_from(const VirtualRouterConfig& config, std::uint64_t at,
                  const IpAddress& source = kSender) {
  Bytes packet(advert_packet_size(config));
  packet.resize(
      write_advert(config, {.priority = 100, .hmac_sequence = at}, source, kVrrpGroup4, packet));
  return packet;
}

const HmacPacket& signed_packet() { return golden::file().hmac[1]; }

// ---- the vectors

TEST(AuthHmac, AllVectorsGetTheDaemonsVerdict) {
  for (const auto& vector : golden::file().hmac) {
    for (const auto profile : {Profile::keepalived, Profile::rfc}) {
      Receiver receiver{vector.rules};
      receiver.rules.profile = profile;
      // The vectors name no virtual addresses; those that the packet has are ours.
      const auto header = vector.rules.family == Family::ipv4 ? 20U : 40U;
      const auto size = address_size(vector.rules.family);
      const auto list =
          std::span{vector.packet}.subspan(header + 8, size * vector.packet[header + 3]);
      receiver.rules.addresses.assign(list.begin(), list.end());
      for (const auto& delivery : vector.deliveries)
        EXPECT_EQ(receiver.hear(vector.packet, delivery.at),
                  delivery.counter == "-" ? "good" : delivery.counter)
            << vector.name;
    }
  }
}

TEST(AuthHmac, TheTrailerIsWrittenAsTheDaemonWroteIt) {
  int count = 0;
  for (const auto& vector : golden::file().hmac) {
    if (vector.trailer_at == 0 || vector.deliveries.front().counter == "hmac_invalid") continue;
    const auto header = vector.rules.family == Family::ipv4 ? 20U : 40U;
    const auto packet = std::span{vector.packet};
    const auto message = packet.subspan(header, vector.trailer_at - header);
    HmacKey used{vector.key_id, golden::from_hex("000102030405060708090a0b0c0d0e0f101112131415"
                                                 "161718191a1b1c1d1e1f")};
    for (const auto& each : vector.rules.hmac->keys)
      if (each.id == vector.key_id) used.bytes = each.bytes;
    Bytes out(kHmacTrailerSize + 1, 0xa5);
    write_hmac_trailer(message, vector.source, used, vector.sequence, out.data());
    EXPECT_EQ(golden::to_hex(std::span{out}.first(kHmacTrailerSize)),
              golden::to_hex(packet.subspan(vector.trailer_at)))
        << vector.name;
    EXPECT_EQ(out.back(), 0xa5);
    ++count;
  }
  EXPECT_EQ(count, 6);
}

// Unicast copies and all that a router on the way or a restart may change.
TEST(AuthHmac, NothingOutsideTheCoveredBytesIsAnHmacFailure) {
  const auto& vector = signed_packet();
  for (std::size_t bit = 0; bit < 8 * 20; ++bit) {
    const auto byte = bit / 8;
    if (byte >= 12 && byte < 16) continue;  // the source is covered
    auto packet = vector.packet;
    packet[byte] = static_cast<std::uint8_t>(packet[byte] ^ 1U << bit % 8);
    Receiver receiver{vector.rules};
    const auto said = receiver.hear(packet, vector.deliveries.front().at);
    EXPECT_NE(said, "hmac_invalid") << "bit " << bit;
    if (byte == 1 || byte == 4 || byte == 5) {
      EXPECT_EQ(said, "good") << "TOS or identification, bit " << bit;
    }
    if (byte == 8) {
      EXPECT_EQ(said, "bad_ttl");
    }
  }
  // The VRRP checksum: the HMAC is good, then the checksum is not.
  auto packet = vector.packet;
  packet[26] ^= 1;
  Receiver receiver{vector.rules};
  EXPECT_EQ(receiver.hear(packet, vector.deliveries.front().at), "bad_checksum");
}

TEST(AuthHmac, EveryFlipOfACoveredBitIsRefused) {
  for (const auto& vector : golden::file().hmac) {
    if (vector.trailer_at == 0 || vector.deliveries.front().counter != "-") continue;
    const bool ipv4 = vector.rules.family == Family::ipv4;
    const std::size_t header = ipv4 ? 20 : 40;
    int invalid = 0;
    for (std::size_t bit = 8 * (ipv4 ? 12 : 8); bit < 8 * vector.packet.size(); ++bit) {
      const auto byte = bit / 8;
      const bool destination = ipv4 ? byte >= 16 && byte < 20 : byte >= 24 && byte < 40;
      if (destination) continue;
      auto packet = vector.packet;
      packet[byte] = static_cast<std::uint8_t>(packet[byte] ^ 1U << bit % 8);
      Receiver receiver{vector.rules};
      const auto said = receiver.hear(packet, vector.deliveries.front().at);
      EXPECT_NE(said, "good") << vector.name << ", bit " << bit;
      const bool checksum = byte == header + 6 || byte == header + 7;
      if (checksum) {
        EXPECT_EQ(said, "bad_checksum");
      }
      // Priority and, from the third byte on, addresses: only the HMAC can tell before the
      // checksum.
      const bool only_hmac = byte == header + 2 ||
                             (byte >= header + 8 && byte < vector.trailer_at) ||
                             byte >= vector.trailer_at + kHmacTrailerSize - 16;
      if (only_hmac) {
        EXPECT_EQ(said, "hmac_invalid") << vector.name << ", bit " << bit;
      }
      invalid += said == "hmac_invalid";
    }
    EXPECT_GT(invalid, 150) << vector.name;
  }
}

TEST(AuthHmac, TrailersAreKnownByTheirLengthAlone) {
  const auto& vector = signed_packet();
  const auto whole = vector.packet;
  for (const std::size_t tail : {27U, 29U, 12U}) {
    auto packet = whole;
    packet.resize(whole.size() - kHmacTrailerSize + tail);
    packet[3] = static_cast<std::uint8_t>(packet.size());
    Receiver receiver{vector.rules};
    EXPECT_EQ(receiver.hear(packet, vector.deliveries.front().at), "length_long") << tail;
  }
}

TEST(AuthHmac, MalformedComesBeforeStaleBeforeUnknownKeyBeforeInvalidBeforeReplay) {
  const auto& vector = signed_packet();
  const auto at = vector.deliveries.front().at;
  const auto trailer = vector.trailer_at;
  Receiver receiver{vector.rules};
  EXPECT_EQ(receiver.hear(vector.packet, at), "good");
  auto packet = vector.packet;
  packet.back() ^= 1;
  EXPECT_EQ(receiver.hear(packet, at), "hmac_invalid") << "and a replay";
  packet[trailer + 1] = 99;
  EXPECT_EQ(receiver.hear(packet, at), "hmac_unknown_key");
  EXPECT_EQ(receiver.hear(packet, at + seconds{6}), "hmac_stale");
  packet[trailer + 3] = 1;
  EXPECT_EQ(receiver.hear(packet, at + seconds{6}), "hmac_malformed") << "reserved";
  packet[trailer + 3] = 0;
  packet[trailer] = 2;
  EXPECT_EQ(receiver.hear(packet, at + seconds{6}), "hmac_malformed") << "type";
  EXPECT_EQ(receiver.hear(vector.packet, at), "hmac_replay");
}

// ---- freshness and replay

TEST(AuthHmac, TheWindowCountsWholeSecondsBothWays) {
  const auto config = instance(rules_with({key(1, 'a')}));
  const auto packet = advert_from(config, sequence(kNoon / seconds{1}, 65535));
  const auto said = [&](seconds skew) {
    Receiver receiver{config.rules};
    return receiver.hear(packet, kNoon + skew);
  };
  EXPECT_EQ(said(seconds{5}), "good");
  EXPECT_EQ(said(seconds{-5}), "good");
  EXPECT_EQ(said(seconds{6}), "hmac_stale");
  EXPECT_EQ(said(seconds{-6}), "hmac_stale");
  Receiver receiver{config.rules};
  EXPECT_EQ(receiver.hear(packet, kNoon + milliseconds{5'999}), "good")
      << "the fraction does not matter";
}

TEST(AuthHmac, TheSkewIsOursMinusTheirs) {
  const auto config = instance(rules_with({key(1, 'a')}));
  const auto packet = advert_from(config, sequence(kNoon / seconds{1}));
  const auto message = std::span{packet}.subspan(20, packet.size() - 20 - kHmacTrailerSize);
  const auto trailer = std::span{packet}.last(kHmacTrailerSize);
  const auto skew = [&](seconds ahead) {
    const auto verdict = judge_hmac_trailer(message, trailer, kSender, kNoon + ahead,
                                            *config.rules.hmac, HmacMarks{4});
    EXPECT_FALSE(verdict.refusal);
    return verdict.skew_seconds;
  };
  EXPECT_EQ(skew(seconds{3}), 3);
  EXPECT_EQ(skew(seconds{-2}), -2);
}

TEST(AuthHmac, SequencesCompareAsSerialNumbers) {
  EXPECT_TRUE(is_newer(2, 1));
  EXPECT_FALSE(is_newer(1, 1));
  EXPECT_FALSE(is_newer(1, 2));
  EXPECT_TRUE(is_newer(0, 0xffff'ffff'ffff'ffff)) << "the circle closes";
  EXPECT_TRUE(is_newer(0x7fff'ffff'ffff'ffff, 0));
  EXPECT_FALSE(is_newer(0x8000'0000'0000'0000, 0)) << "half the circle ahead is older";
}

TEST(AuthHmac, OnlyNewerSequencesOfASenderPass) {
  const auto config = instance(rules_with({key(1, 'a')}));
  const auto noon = kNoon / seconds{1};
  Receiver receiver{config.rules};
  EXPECT_EQ(receiver.hear(advert_from(config, sequence(noon, 10)), kNoon), "good");
  EXPECT_EQ(receiver.hear(advert_from(config, sequence(noon, 10)), kNoon), "hmac_replay");
  EXPECT_EQ(receiver.hear(advert_from(config, sequence(noon, 9)), kNoon), "hmac_replay");
  EXPECT_EQ(receiver.hear(advert_from(config, sequence(noon, 10, 1)), kNoon), "good");
  EXPECT_EQ(receiver.hear(advert_from(config, sequence(noon, 10), Ipv4Address{0x0a090003}), kNoon),
            "good")
      << "another sender has a mark of its own";
}

TEST(AuthHmac, AFifthSenderPushesOutTheOneLongestUnused) {
  const auto config = instance(rules_with({key(1, 'a')}));
  const auto noon = kNoon / seconds{1};
  const auto from = [&](std::uint32_t host, std::uint16_t fraction) {
    return advert_from(config, sequence(noon, fraction), Ipv4Address{0x0a090000 + host});
  };
  Receiver receiver{config.rules};
  for (std::uint32_t host = 1; host <= 4; ++host)
    EXPECT_EQ(receiver.hear(from(host, 1), kNoon), "good");
  EXPECT_EQ(receiver.hear(from(1, 2), kNoon), "good") << "now 2 is the one longest unused";
  EXPECT_EQ(receiver.hear(from(5, 1), kNoon), "good");
  EXPECT_EQ(receiver.hear(from(1, 2), kNoon), "hmac_replay");
  EXPECT_EQ(receiver.hear(from(3, 1), kNoon), "hmac_replay");
  EXPECT_EQ(receiver.hear(from(2, 1), kNoon), "good") << "its mark is gone";
}

TEST(AuthHmac, OnlyPacketsWithAGoodCodeEnterTheTable) {
  const auto config = instance(rules_with({key(1, 'a')}));
  const auto forged = instance(rules_with({key(1, 'b')}));
  Receiver receiver{config.rules};
  const auto noon = kNoon / seconds{1};
  EXPECT_EQ(receiver.hear(advert_from(forged, sequence(noon + 4)), kNoon), "hmac_invalid");
  EXPECT_EQ(receiver.hear(advert_from(config, sequence(noon)), kNoon), "good");
}

TEST(AuthHmac, MonotonicLooksAtNoClockAndCanBeLockedOut) {
  auto rules = rules_with({key(1, 'a')});
  rules.monotonic = true;
  const auto config = instance(rules);
  const auto noon = kNoon / seconds{1};
  Receiver receiver{config.rules};
  EXPECT_EQ(receiver.hear(advert_from(config, sequence(noon - 1'000'000)), kNoon), "good");
  const std::int64_t thirty_years = 946'080'000;
  EXPECT_EQ(receiver.hear(advert_from(config, sequence(noon + thirty_years)), kNoon), "good");
  EXPECT_EQ(receiver.hear(advert_from(config, sequence(noon)), kNoon), "hmac_replay");
  EXPECT_EQ(receiver.hear(advert_from(config, sequence(noon)), kNoon + seconds{3600}),
            "hmac_replay");
}

TEST(AuthHmac, AMarkOutsideTheWindowIsForgottenAfterAClockStep) {
  const auto config = instance(rules_with({key(1, 'a')}));
  const auto noon = kNoon / seconds{1};
  Receiver receiver{config.rules};
  EXPECT_EQ(receiver.hear(advert_from(config, sequence(noon)), kNoon), "good");
  // Both clocks were set back by an hour.
  const auto earlier = kNoon - seconds{3600};
  EXPECT_EQ(receiver.hear(advert_from(config, sequence(noon - 3600)), earlier), "good");
  EXPECT_EQ(receiver.hear(advert_from(config, sequence(noon - 3600)), earlier), "hmac_replay");
}

TEST(AuthHmac, TheSenderTakesItsClockOrTheLastSequencePlusOne) {
  const auto rules = rules_with({key(1, 'a')});
  auto monotonic = rules;
  monotonic.monotonic = true;
  const auto noon = kNoon / seconds{1};
  EXPECT_EQ(next_hmac_sequence(kNoon + milliseconds{500}, 0, rules), sequence(noon, 32768));
  // 0.085038 s x 65536 = 5573.05: rounded down.
  EXPECT_EQ(next_hmac_sequence(kNoon + std::chrono::microseconds{85'038}, 0, rules),
            sequence(noon, 5573));
  EXPECT_EQ(next_hmac_sequence(kNoon, sequence(noon), rules), sequence(noon, 0, 1));
  EXPECT_EQ(next_hmac_sequence(kNoon, sequence(noon + 3, 7), rules), sequence(noon + 3, 7, 1));
  EXPECT_EQ(next_hmac_sequence(kNoon, sequence(noon + 3600), rules), sequence(noon))
      << "the clock was set back further than the window";
  EXPECT_EQ(next_hmac_sequence(kNoon, sequence(noon + 3600), monotonic),
            sequence(noon + 3600, 0, 1));
}

// ---- mixed pairs (row sends to column)

std::optional<HmacRules> rules_of(const std::string& kind) {
  if (kind == "none") return std::nullopt;
  auto rules = rules_with({key(1, 'a')});
  rules.mode = kind == "enforce"      ? HmacRules::Mode::enforce
               : kind == "permissive" ? HmacRules::Mode::permissive
                                      : HmacRules::Mode::receive_only;
  return rules;
}

TEST(AuthHmac, WhoHearsWhom) {
  const std::vector<std::string> kinds = {"none", "receive-only", "permissive", "enforce"};
  for (const auto& sender : kinds) {
    for (const auto& listener : kinds) {
      const auto sends = instance(rules_of(sender));
      Receiver receiver{instance(rules_of(listener)).rules};
      const bool is_signed = sender == "permissive" || sender == "enforce";
      const std::string expected = listener == "none"      ? is_signed ? "length_long" : "unsigned"
                                   : is_signed             ? "good"
                                   : listener == "enforce" ? "hmac_missing"
                                                           : "unsigned";
      EXPECT_EQ(receiver.hear(advert_from(sends, sequence(kNoon / seconds{1})), kNoon), expected)
          << sender << " to " << listener;
    }
  }
}

TEST(AuthHmac, ATrailerThatIsThereMustBeGoodInEveryMode) {
  const auto forged = instance(rules_with({key(1, 'b')}));
  const auto unknown = instance(rules_with({key(2, 'a')}));
  for (const auto* mode : {"receive-only", "permissive", "enforce"}) {
    Receiver receiver{instance(rules_of(mode)).rules};
    const auto now = sequence(kNoon / seconds{1});
    EXPECT_EQ(receiver.hear(advert_from(forged, now), kNoon), "hmac_invalid") << mode;
    EXPECT_EQ(receiver.hear(advert_from(unknown, now), kNoon), "hmac_unknown_key") << mode;
  }
}

TEST(AuthHmac, UnicastTakesSignedAdvertsOfPeersAlone) {
  auto config = instance(rules_of("permissive"));
  const auto packet = [&](const IpAddress& source) {
    Bytes bytes(advert_packet_size(config));
    bytes.resize(write_advert(config, {.priority = 100, .hmac_sequence = sequence(1'795'354'903)},
                              source, Ipv4Address{0x0a090002}, bytes));
    return bytes;
  };
  const auto known = packet(kSender);
  const auto stranger = packet(Ipv4Address{0x0a090009});
  config.rules.unicast = true;
  config.rules.peers = {{kSender}};
  Receiver receiver{config.rules};
  EXPECT_EQ(receiver.hear(known, kNoon), "good");
  EXPECT_EQ(receiver.hear(stranger, kNoon), "unknown_peer");
}

// ---- change of keys: six reloads, every advert of either end accepted by the other

TEST(AuthHmac, KeysAreChangedInSixStepsWithoutARefusal) {
  const auto old_only = rules_with({key(1, 'a')});
  auto both_old = rules_with({key(1, 'a'), key(2, 'b')});
  auto both_new = both_old;
  both_new.active_key = 2;
  const auto new_only = rules_with({key(2, 'b')});
  const std::vector<std::pair<HmacRules, HmacRules>> steps = {
      {old_only, old_only}, {both_old, old_only}, {both_old, both_old}, {both_new, both_old},
      {both_new, both_new}, {new_only, both_new}, {new_only, new_only}};
  auto at = sequence(kNoon / seconds{1});
  HmacMarks left_marks(4);
  HmacMarks right_marks(4);
  for (const auto& [left, right] : steps) {
    const auto left_config = instance(left);
    const auto right_config = instance(right);
    Receiver at_left{left_config.rules, left_marks};
    Receiver at_right{right_config.rules, right_marks};
    at += 1U << 16;
    EXPECT_EQ(at_right.hear(advert_from(left_config, at), kNoon), "good");
    EXPECT_EQ(at_left.hear(advert_from(right_config, at, Ipv4Address{0x0a090002}), kNoon), "good");
    left_marks = at_left.marks;
    right_marks = at_right.marks;
  }
  // What the steps are for: without the second one the third would be refused.
  Receiver behind{instance(old_only).rules};
  EXPECT_EQ(behind.hear(advert_from(instance(both_new), at), kNoon), "hmac_unknown_key");
}

}  // namespace
}  // namespace understudy
