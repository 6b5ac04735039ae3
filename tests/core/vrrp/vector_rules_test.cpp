// The golden packets again, by the rule that each of them is about: which vectors a requirement
// speaks of, and what both profiles make of them.
#include <gtest/gtest.h>

#include "tests/support/golden_file.h"

namespace understudy {
namespace {

using golden::file;

using Patterns = std::vector<std::string>;

tl::expected<ReceivedAdvert, DecodeError> judge(const golden::Vector& vector, Profile profile) {
  return receive(vector.packet, vector.rules_for(profile),
                 {.ah_last_sequence = vector.ah_last_sequence});
}

std::string verdict(const golden::Vector& vector, Profile profile) {
  const auto result = judge(vector, profile);
  return result ? "accepted" : std::string{to_string(result.error())};
}

// Calls `check` for every vector that fits one of the patterns; each pattern must fit some.
template <typename Check>
void for_each(const Patterns& patterns, const Check& check) {
  for (const auto& pattern : patterns) {
    int found = 0;
    for (const auto& vector : file().vectors) {
      if (!golden::matches(vector.name, pattern)) continue;
      SCOPED_TRACE(vector.name);
      check(vector);
      ++found;
    }
    EXPECT_GT(found, 0) << pattern;
  }
}

void both_say(const std::string& expected, const Patterns& patterns) {
  for_each(patterns, [&](const golden::Vector& vector) {
    EXPECT_EQ(verdict(vector, Profile::rfc), expected);
    EXPECT_EQ(verdict(vector, Profile::keepalived), expected);
  });
}

// Profile rfc refuses, profile keepalived lets it through as keepalived does.
void only_rfc_says(const std::string& expected, const Patterns& patterns) {
  for_each(patterns, [&](const golden::Vector& vector) {
    EXPECT_EQ(verdict(vector, Profile::rfc), expected);
    EXPECT_EQ(verdict(vector, Profile::keepalived), "accepted");
  });
}

const golden::Vector& vector_named(const std::string& name) {
  for (const auto& vector : file().vectors)
    if (vector.name == name) return vector;
  throw std::runtime_error("no vector " + name);
}

ReceivedAdvert accepted(const std::string& name, Profile profile = Profile::rfc) {
  const auto result = judge(vector_named(name), profile);
  if (!result) throw std::runtime_error(name + " was refused");
  return *result;
}

// ---- the fixed part

TEST(VectorRules, TtlIsTheFirstCheck) {
  RecordProperty("covers", "V3-5.1.1-05 V3-5.1.2-05 V3-7.1-01 V2-7.1-01");
  both_say("bad_ttl", {"v2-ttl-*", "v3-ipv4-ttl-*", "v3-ipv6-ttl-*", "v*-order-ttl-then-version"});
}

TEST(VectorRules, VersionIsTheInstances) {
  RecordProperty("covers", "V3-7.1-02 V2-7.1-02 V2-1-01");
  both_say("bad_version", {"v3-ipv4-version-*", "v3-ipv6-version-*", "v2-to-v3-instance",
                           "v3-to-v2-instance", "v2-version-1", "v2-over-ipv6"});
}

TEST(VectorRules, AdvertisementIsTheOnlyType) {
  RecordProperty("covers", "V3-5.2.2-01 V3-7.1-03 V2-5.3.2-01 V2-7.1-03");
  both_say("bad_type",
           {"v2-type-0", "v2-type-2", "v2-type-15", "v3-ipv4-type-*", "v3-ipv6-type-*"});
}

TEST(VectorRules, EveryAnnouncedByteIsThere) {
  RecordProperty("covers", "V3-7.1-04 V2-7.1-04");
  both_say("length_short", {"v2-empty", "v3-*-empty", "v*-7-bytes", "v*-header-only",
                            "v*-last-byte-missing", "v*-count-too-big", "v*-count-255-one-sent",
                            "v2-*-auth-data-missing", "ipv4-total-length-beyond-buffer"});
}

TEST(VectorRules, NothingLiesBehindTheLastField) {
  RecordProperty("covers", "KA-RX-01");
  both_say("length_long", {"v*-trailing-4-bytes", "v3-*-count-short-of-list"});
}

TEST(VectorRules, EthernetPaddingIsNoPartOfThePacket) {
  RecordProperty("covers", "KA-RX-02");
  both_say("accepted", {"v2-ethernet-padding", "v3-ipv4-ethernet-padding"});
}

// keepalived 2.4's trailer is 28 bytes; without auth_hmac they are too many.
TEST(VectorRules, AnUnexpectedTrailerIsTooLong) {
  RecordProperty("covers", "KA-EXT-01");
  const auto& signed_packet = file().hmac.front();
  auto rules = signed_packet.rules;
  rules.hmac.reset();
  for (const auto profile : {Profile::rfc, Profile::keepalived}) {
    rules.profile = profile;
    const auto result = receive(signed_packet.packet, rules);
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error(), DecodeError::length_long);
  }
}

TEST(VectorRules, ReservedBitsAreIgnored) {
  RecordProperty("covers", "V3-5.2.6-02");
  both_say("accepted", {"v3-*-reserved-1", "v3-*-reserved-8", "v3-*-reserved-15"});
  EXPECT_EQ(accepted("v3-ipv4-reserved-15").advert.advert_interval, std::chrono::seconds{1});
  EXPECT_EQ(accepted("v3-ipv6-reserved-15").advert.advert_interval, std::chrono::seconds{1});
  for_each({"v3-*-interval-0-reserved-set"}, [](const golden::Vector& vector) {
    EXPECT_EQ(verdict(vector, Profile::rfc), "interval_zero");
  });
}

TEST(VectorRules, VridIsTheInstances) {
  RecordProperty("covers", "V3-7.1-06 V2-7.1-06 V3-5.2.3-01 V2-5.3.3-01");
  both_say("unknown_vrid", {"v*-vrid-unknown", "v*-vrid-0"});
  both_say("accepted", {"v2-vrid1", "v2-vrid255"});
}

TEST(VectorRules, PrioritiesAsTheyAreOnTheWire) {
  RecordProperty("covers", "V2-5.3.4-01 V2-5.3.4-02 V2-5.3.4-03");
  EXPECT_EQ(accepted("v2-none-prio0-resign").advert.priority, 0);
  EXPECT_EQ(accepted("v2-none-prio1").advert.priority, 1);
  EXPECT_EQ(accepted("v2-none-prio254").advert.priority, 254);
  EXPECT_EQ(accepted("v2-none-prio255-owner").advert.priority, 255);
  EXPECT_EQ(accepted("v3-ipv6-prio0-resign").advert.priority, 0);
  EXPECT_EQ(accepted("v3-ipv4-prio255-owner").advert.priority, 255);
}

TEST(VectorRules, UnicastAndMulticastDoNotMix) {
  RecordProperty("covers", "KA-RX-06 KA-UNI-01 KA-UNI-02");
  both_say("bad_destination",
           {"v*-unicast-to-multicast-instance", "v3-ipv4-multicast-to-unicast-instance"});
  both_say("accepted", {"v2-unicast-peer", "v3-ipv4-unicast-peer"});
  EXPECT_EQ(accepted("v2-unicast-peer").ttl, 64) << "unicast asks no TTL of 255";
}

// ---- checksums

TEST(VectorRules, ChecksumsVerify) {
  RecordProperty("covers", "V3-7.1-05 V2-7.1-05");
  both_say("bad_checksum",
           {"v*-checksum-flipped", "v*-checksum-absent", "v*-order-checksum-then-vrid"});
}

TEST(VectorRules, TheChecksumOfVersion3OverIpv4HasTheFormThatIsSet) {
  RecordProperty("covers", "V3-5.2.8-02 KA-CSUM-01 KA-CSUM-02");
  both_say("accepted", {"v3-ipv4-message-1addr", "v3-ipv4-message-3addr", "v3-ipv4-message-255addr",
                        "v3-ipv4-pseudo-1addr", "v3-ipv4-pseudo-3addr", "v3-ipv4-pseudo-255addr"});
  both_say("bad_checksum",
           {"v3-ipv4-message-sum-at-pseudo-receiver", "v3-ipv4-pseudo-sum-at-message-receiver",
            "v3-ipv4-pseudo-wrong-source"});
}

TEST(VectorRules, EitherFormMeansEitherOfTheTwoRightOnes) {
  RecordProperty("covers", "KA-CSUM-03");
  both_say("accepted", {"v3-ipv4-pseudo-under-either", "v3-ipv4-message-under-either"});
  both_say("bad_checksum", {"v3-ipv4-bad-sum-under-either"});
}

TEST(VectorRules, Ipv6SumsThePseudoHeaderWithProtocol112) {
  RecordProperty("covers", "V3-5.2.8-03 V3-5.2.8-04");
  both_say("accepted", {"v3-ipv6-2addr", "v3-ipv6-link-local-only", "v3-ipv6-90addr"});
  both_say("bad_checksum", {"v3-ipv6-message-only-sum", "v3-ipv6-pseudo-wrong-next-header"});
}

TEST(VectorRules, EitherZeroVerifies) {
  RecordProperty("covers", "V3-5.2.8-05");
  both_say("accepted", {"v3-ipv4-checksum-is-zero", "v3-ipv4-checksum-ffff-equals-zero"});
  EXPECT_EQ(accepted("v3-ipv4-checksum-is-zero").advert.checksum, 0x0000);
  EXPECT_EQ(accepted("v3-ipv4-checksum-ffff-equals-zero").advert.checksum, 0xffff);
}

// ---- addresses and intervals

TEST(VectorRules, CountZeroIsIgnoredByTheRfcAlone) {
  RecordProperty("covers", "V3-5.2.5-02 V2-5.3.5-02");
  only_rfc_says("count_zero", {"v2-count-zero", "v3-ipv4-count-zero", "v3-ipv6-count-zero"});
}

TEST(VectorRules, Version3NeedsAnIntervalByTheRfcAlone) {
  RecordProperty("covers", "V3-7.1-09");
  only_rfc_says("interval_zero", {"v3-ipv4-interval-0*", "v3-ipv6-interval-0*"});
}

TEST(VectorRules, Version3TakesOtherIntervalsWithAWord) {
  RecordProperty("covers", "V3-7.1-12 V3-5.2.7-01");
  EXPECT_TRUE(accepted("v3-ipv4-interval-differs").interval_differs);
  EXPECT_TRUE(accepted("v3-ipv4-interval-differs", Profile::keepalived).interval_differs);
  EXPECT_FALSE(accepted("v3-ipv4-pseudo-1addr").interval_differs);
  EXPECT_EQ(accepted("v3-ipv4-interval-1cs").advert.advert_interval, std::chrono::milliseconds{10});
  EXPECT_EQ(accepted("v3-ipv6-interval-4095cs").advert.advert_interval,
            std::chrono::milliseconds{40'950});
}

TEST(VectorRules, Version2RefusesOtherIntervals) {
  RecordProperty("covers", "V2-7.1-11 V2-5.3.7-01");
  both_say("interval_mismatch", {"v2-interval-*s-expected-1s", "v2-ah-interval-mismatch"});
  EXPECT_EQ(accepted("v2-interval-255s").advert.advert_interval, std::chrono::seconds{255});
}

TEST(VectorRules, AddressListsOfVersion2) {
  RecordProperty("covers", "V2-7.1-10 KA-RX-03");
  only_rfc_says("address_list", {"v2-address-list-differs"});
  EXPECT_TRUE(accepted("v2-owner-address-list-differs").address_list_differs);
  EXPECT_TRUE(accepted("v2-address-list-differs", Profile::keepalived).address_list_differs);
}

TEST(VectorRules, AddressListsOfVersion3) {
  RecordProperty("covers", "V3-7.1-13 V3-5.2.9-04 KA-RX-03");
  for (const auto profile : {Profile::rfc, Profile::keepalived}) {
    EXPECT_TRUE(accepted("v3-ipv4-address-list-differs", profile).address_list_differs);
    EXPECT_FALSE(accepted("v3-ipv4-address-order-differs", profile).address_list_differs);
  }
}

TEST(VectorRules, FirstIpv6AddressIsLinkLocalByTheRfcAlone) {
  RecordProperty("covers", "V3-7.1-10");
  only_rfc_says("first_not_link_local", {"v3-ipv6-first-address-global", "v3-ipv6-only-global"});
}

TEST(VectorRules, Ipv6SourcesAreLinkLocalByTheRfcAlone) {
  RecordProperty("covers", "V3-5.1.2-02");
  only_rfc_says("source_not_link_local", {"v3-ipv6-source-global", "v3-ipv6-source-unspecified"});
  both_say("source_not_link_local", {"v3-ipv6-source-loopback"});
}

TEST(VectorRules, OwnersHearEachOtherInVersion3Only) {
  RecordProperty("covers", "V2-7.1-07 V3-7.1-11");
  only_rfc_says("local_owner", {"v2-local-owner"});
  for (const auto profile : {Profile::rfc, Profile::keepalived})
    EXPECT_TRUE(accepted("v3-ipv4-local-owner", profile).local_owner);
  EXPECT_TRUE(accepted("v2-local-owner", Profile::keepalived).local_owner);
}

TEST(VectorRules, WhatPassesEveryCheckIsHandedOn) {
  RecordProperty("covers", "V2-7.1-12");
  both_say("accepted", {"v2-none-*addr", "v2-none-prio*", "v2-ip-options", "v2-pass-8chars"});
}

TEST(VectorRules, TheFirstFailingCheckNamesTheError) {
  RecordProperty("covers", "V3-7.1-14 AUTH-ORD-01");
  both_say("bad_ttl", {"v*-order-ttl-then-version"});
  both_say("bad_checksum", {"v*-order-checksum-then-vrid"});
  // A wrong password and a wrong checksum: the checksum comes first, in both profiles.
  auto vector = vector_named("v2-pass-wrong");
  vector.packet.back() ^= 1;
  EXPECT_EQ(verdict(vector, Profile::rfc), "bad_checksum");
  EXPECT_EQ(verdict(vector, Profile::keepalived), "bad_checksum");
}

// ---- authentication

TEST(VectorRules, AuthenticationTypeIsTheConfiguredOne) {
  RecordProperty("covers", "V2-5.3.6-01 V2-5.3.6-02 V2-7.1-08 V3-9-01");
  both_say("auth_unknown", {"v2-auth-type-*"});
  both_say("auth_mismatch", {"v2-none-at-pass-receiver", "v2-pass-at-none-receiver",
                             "v2-type2-without-ah-at-none-receiver", "v2-ah-type-0-inside"});
  both_say("ah_unexpected", {"v3-receiver-ah-packet"});
  EXPECT_EQ(accepted("v2-none-1addr").advert.auth_type, 0);
}

TEST(VectorRules, TypeZeroIgnoresTheDataAndSendsZeros) {
  RecordProperty("covers", "V2-5.3.10-01 V2-5.3.10-02 AUTH-NONE-01");
  both_say("accepted", {"v2-none-authdata-ignored"});
  const auto& message = vector_named("v2-none-1addr").encoded;
  EXPECT_EQ(golden::to_hex(std::span{message}.last(8)), "0000000000000000");
}

TEST(VectorRules, PasswordsAreEightBytesCompared) {
  RecordProperty("covers", "AUTH-PASS-01 AUTH-PASS-02 AUTH-PASS-04");
  both_say("accepted", {"v2-pass-8chars", "v2-pass-3chars-zerofill"});
  both_say("auth_failed",
           {"v2-pass-wrong", "v2-pass-case", "v2-pass-empty", "v2-pass-fill-not-zero"});
  EXPECT_EQ(golden::to_hex(accepted("v2-pass-3chars-zerofill").advert.auth_data),
            "6162630000000000");
}

TEST(VectorRules, AuthenticationHeadersAreThereExactlyWhereConfigured) {
  RecordProperty("covers", "AUTH-AH-02");
  both_say("ah_missing", {"v2-ah-receiver-plain-packet"});
  both_say("ah_unexpected", {"v2-none-receiver-ah-packet", "v2-pass-receiver-ah-packet"});
  both_say("auth_mismatch", {"v2-ah-type-0-inside"});
}

TEST(VectorRules, AuthenticationHeaderFields) {
  RecordProperty("covers", "AUTH-AH-01 AUTH-AH-03 AUTH-AH-04");
  both_say("accepted", {"v2-ah-seq1", "v2-ah-3addr"});
  both_say("ah_next_header", {"v2-ah-next-header-udp"});
  both_say("length_short", {"v2-ah-truncated"});
  both_say("ah_spi", {"v2-ah-spi-not-source"});
  only_rfc_says("ah_malformed", {"v2-ah-payload-len-5"});
}

TEST(VectorRules, IcvOfAuthenticationHeaders) {
  RecordProperty("covers", "AUTH-AH-05 AUTH-AH-06 AUTH-AH-07");
  both_say("accepted",
           {"v2-ah-seq1", "v2-ah-short-key", "v2-ah-unicast-ttl-cleared", "v2-ah-rfc2402-icv"});
  both_say("ah_bad_icv", {"v2-ah-icv-flipped", "v2-ah-wrong-key", "v2-ah-priority-tampered",
                          "v2-ah-rfc2402-icv-at-keepalived-receiver"});
}

TEST(VectorRules, AuthenticationHeadersCountUp) {
  RecordProperty("covers", "AUTH-AH-08");
  both_say("accepted", {"v2-ah-seq-jump"});
  both_say("ah_replay", {"v2-ah-replayed", "v2-ah-older", "v2-ah-seq-0"});
}

}  // namespace
}  // namespace understudy
