// What the RFCs and keepalived demand of a configuration: values and ranges, and what contradicts
// itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/config/parsed.h"

namespace understudy::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kIpv4 = "virtual_ipaddress { 192.0.2.1 }";
constexpr const char* kIpv6 = "virtual_ipaddress {\n fe80::10\n 2001:db8::10\n}";

// One instance with these lines; VRID 51 unless they name one.
ParseResult parse_instance(const std::string& lines, const std::string& addresses = kIpv4) {
  const bool has_vrid = lines.find("virtual_router_id") != std::string::npos;
  return parse("vrrp_instance VI {\ninterface eth0\n" +
                   std::string(has_vrid ? "" : "virtual_router_id 51\n") + lines + "\n" +
                   addresses + "\n}\n",
               "test.conf");
}

// "error out-of-range", ... without places.
std::vector<std::string> codes(const ParseResult& result) {
  std::vector<std::string> found;
  for (const auto& diagnostic : result.diagnostics)
    found.push_back(std::string(to_string(diagnostic.severity)) + " " + diagnostic.code);
  return found;
}

const VrrpInstance& instance(const ParseResult& result) { return result.config.instances.at(0); }

TEST(ConfigRequirements, VridIs1To255) {
  RecordProperty("covers", "V3-5.2.3-01 V2-5.3.3-01");
  EXPECT_THAT(codes(parse_instance("virtual_router_id 0")), ElementsAre("error out-of-range"));
  EXPECT_THAT(codes(parse_instance("virtual_router_id 256")), ElementsAre("error out-of-range"));
  EXPECT_EQ(instance(parse_instance("virtual_router_id 1")).vrid, 1);
  const auto most = parse_instance("virtual_router_id 255");
  EXPECT_THAT(codes(most), IsEmpty());
  EXPECT_EQ(instance(most).vrid, 255);
}

TEST(ConfigRequirements, PriorityIs1To255And100ByDefault) {
  RecordProperty("covers", "V3-5.2.4-02 V3-5.2.4-03 V2-5.3.4-03");
  EXPECT_THAT(codes(parse_instance("priority 0")), ElementsAre("error out-of-range"));
  EXPECT_THAT(codes(parse_instance("priority 256")), ElementsAre("error out-of-range"));
  EXPECT_EQ(instance(parse_instance("")).priority, 100);
  EXPECT_EQ(instance(parse_instance("priority 1")).priority, 1);
  EXPECT_EQ(instance(parse_instance("priority 254")).priority, 254);
  EXPECT_EQ(instance(parse_instance("priority 255")).priority, 255) << "the owner";
}

TEST(ConfigRequirements, IntervalOfVersion3IsHundredthsUpTo4095) {
  RecordProperty("covers", "V3-5.2.7-01 V3-6.1-08 KA-CFG-01");
  const auto version3 = [](const std::string& interval) {
    return parse_instance("version 3\n" + interval);
  };
  EXPECT_EQ(instance(version3("")).advert_interval, 1s);
  EXPECT_EQ(instance(version3("advert_int 0.01")).advert_interval, 10ms);
  const auto most = version3("advert_int 40.95");
  EXPECT_EQ(instance(most).advert_interval, 40950ms);
  EXPECT_THAT(codes(most), IsEmpty());
  EXPECT_THAT(codes(version3("advert_int 40.96")), ElementsAre("error out-of-range"));
  EXPECT_THAT(codes(version3("advert_int 0")), ElementsAre("error out-of-range"));
  EXPECT_THAT(codes(version3("advert_int 0.004")), ElementsAre("error out-of-range"));
  const auto rounded = version3("advert_int 0.014");
  EXPECT_EQ(instance(rounded).advert_interval, 10ms);
  EXPECT_THAT(codes(rounded), ElementsAre("warning advert-int-rounded"));
}

TEST(ConfigRequirements, IntervalOfVersion2IsWholeSecondsUpTo255) {
  RecordProperty("covers", "V2-5.3.7-01 KA-CFG-01");
  EXPECT_EQ(instance(parse_instance("")).advert_interval, 1s);
  EXPECT_EQ(instance(parse_instance("advert_int 255")).advert_interval, 255s);
  EXPECT_THAT(codes(parse_instance("advert_int 256")), ElementsAre("error out-of-range"));
  for (const auto& [text, interval] :
       {std::pair{"advert_int 0.5", 1s}, {"advert_int 1.5", 2s}, {"advert_int 1.4", 1s}}) {
    const auto result = parse_instance(text);
    EXPECT_EQ(instance(result).advert_interval, interval) << text;
    EXPECT_THAT(codes(result), ElementsAre("warning advert-int-rounded"));
  }
}

TEST(ConfigRequirements, AddressesOfOneInstanceAreOfOneFamily) {
  RecordProperty("covers", "V3-5.2.9-01");
  const auto mixed =
      codes(parse_instance("version 3", "virtual_ipaddress {\n 192.0.2.1\n 2001:db8::10\n}"));
  EXPECT_THAT(mixed, ElementsAre("error wrong-family"));
}

TEST(ConfigRequirements, FirstIpv6AddressIsLinkLocal) {
  RecordProperty("covers", "V3-5.2.9-02");
  EXPECT_THAT(codes(parse_instance("", kIpv6)), IsEmpty());
  const std::string global = "virtual_ipaddress {\n 2001:db8::10\n fe80::10\n}";
  EXPECT_THAT(codes(parse_instance("", global)), ElementsAre("warning first-not-link-local"));
  EXPECT_THAT(codes(parse_instance("strict_mode on\nno_accept", global)),
              testing::Contains("error first-not-link-local"));
}

TEST(ConfigRequirements, VersionIs2ForIpv4And3ForIpv6) {
  RecordProperty("covers", "KA-VER-01 V2-1-01");
  EXPECT_EQ(instance(parse_instance("")).version, 2);
  EXPECT_EQ(instance(parse_instance("", kIpv6)).version, 3);
  EXPECT_EQ(instance(parse_instance("version 3")).version, 3);
  EXPECT_THAT(codes(parse_instance("version 2", kIpv6)), ElementsAre("error version-of-ipv6"));
}

TEST(ConfigRequirements, Version3HasNoAuthentication) {
  RecordProperty("covers", "V3-9-01 AUTH-AH-12");
  const std::string pass = "authentication {\n auth_type PASS\n auth_pass secret12\n}";
  const std::string ah = "authentication {\n auth_type AH\n auth_pass secret12\n}";
  for (const auto& block : {pass, ah}) {
    EXPECT_THAT(codes(parse_instance("version 3\n" + block)),
                ElementsAre("error auth-of-version-3"));
    EXPECT_THAT(codes(parse_instance(block, kIpv6)), ElementsAre("error auth-of-version-3"));
    EXPECT_THAT(codes(parse_instance(block)), IsEmpty());
  }
  const auto master = parse_instance("state MASTER\npriority 100\n" + ah);
  EXPECT_THAT(codes(master), ElementsAre("warning ah-state"));
  EXPECT_FALSE(instance(master).starts_as_master);
}

TEST(ConfigRequirements, PasswordsAreThereAndEightBytes) {
  RecordProperty("covers", "AUTH-PASS-02 AUTH-PASS-03 AUTH-PASS-05");
  EXPECT_THAT(codes(parse_instance("authentication {\n auth_type PASS\n}")),
              ElementsAre("error auth-without-pass"));
  const auto key = [](const std::string& password) {
    return instance(
               parse_instance("authentication {\n auth_type PASS\n auth_pass " + password + "\n}"))
        .authentication.key;
  };
  EXPECT_EQ(key("abc"), (std::array<std::uint8_t, 8>{'a', 'b', 'c', 0, 0, 0, 0, 0}));
  EXPECT_EQ(key("secret123"), key("secret12"));
  EXPECT_THAT(codes(parse_instance("authentication {\n auth_type PASS\n auth_pass secret123\n}")),
              ElementsAre("warning auth-pass-cut"));
}

TEST(ConfigRequirements, PreemptIsTheDefaultAndNopreemptNotForOwnersOrStateMaster) {
  RecordProperty("covers", "V3-6.1-04 V2-6.1-03 KA-ST-06");
  EXPECT_TRUE(instance(parse_instance("")).preempt);
  EXPECT_FALSE(instance(parse_instance("nopreempt")).preempt);
  for (const auto* lines : {"priority 255\nnopreempt", "state MASTER\npriority 100\nnopreempt"}) {
    const auto result = parse_instance(lines);
    EXPECT_TRUE(instance(result).preempt) << lines;
    EXPECT_THAT(codes(result), ElementsAre("warning nopreempt-cleared"));
  }
}

// keepalived's default is to accept, in both versions; strict mode has the RFCs' default.
TEST(ConfigRequirements, AcceptIsKeepalivedsDefaultAndStrictModeTakesItAway) {
  RecordProperty("covers", "V2-6.1-04");
  EXPECT_TRUE(instance(parse_instance("")).accept);
  EXPECT_FALSE(instance(parse_instance("no_accept")).accept);
  const auto strict = parse_instance("strict_mode on\naccept");
  EXPECT_FALSE(instance(strict).accept);
  EXPECT_THAT(codes(strict), testing::Contains(HasSubstr("strict")));
}

TEST(ConfigRequirements, AddressesThatFindNoRoomAreExcluded) {
  RecordProperty("covers", "KA-CFG-02 V3-5.2.5-01");
  const auto with = [](int count, const std::string& prefix) {
    std::string block = "virtual_ipaddress {\n";
    for (int i = 0; i < count; ++i)
      block += prefix == "10."
                   ? "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250 + 1) + "\n"
                   : (i == 0 ? "fe80::1\n" : "2001:db8::" + std::to_string(i) + "\n");
    return block + "}";
  };
  const auto ipv4 = parse_instance("", with(300, "10."));
  EXPECT_EQ(instance(ipv4).addresses.size(), 255U);
  EXPECT_EQ(instance(ipv4).excluded_addresses.size(), 45U);
  EXPECT_THAT(codes(ipv4), testing::Contains("warning too-many-addresses"));
  const auto ipv6 = parse_instance("", with(300, "2001:"));
  EXPECT_EQ(instance(ipv6).addresses.size(), 90U);
  EXPECT_EQ(instance(ipv6).excluded_addresses.size(), 210U);
  EXPECT_THAT(codes(parse_instance("", with(255, "10."))), IsEmpty());
}

TEST(ConfigRequirements, DownTimerAdvertsIs1To100) {
  RecordProperty("covers", "KA-ST-08");
  EXPECT_EQ(instance(parse_instance("")).down_timer_adverts, 3U);
  EXPECT_EQ(instance(parse_instance("down_timer_adverts 100")).down_timer_adverts, 100U);
  EXPECT_THAT(codes(parse_instance("down_timer_adverts 0")), ElementsAre("error out-of-range"));
  EXPECT_THAT(codes(parse_instance("down_timer_adverts 101")), ElementsAre("error out-of-range"));
}

TEST(ConfigRequirements, AnnouncementsByDefault) {
  RecordProperty("covers", "KA-ARP-02");
  const auto result = parse_instance("");
  EXPECT_EQ(instance(result).garp_master_repeat, 5U);
  EXPECT_EQ(instance(result).garp_master_delay, 5s);
  EXPECT_EQ(instance(result).garp_master_refresh, 0s);
}

TEST(ConfigRequirements, StrictModeSendsNoAnswerToALosingAdvert) {
  RecordProperty("covers", "KA-ST-02");
  const auto strict = parse_instance("strict_mode on");
  EXPECT_TRUE(instance(strict).lower_prio_no_advert);
  EXPECT_EQ(instance(strict).garp_lower_prio_repeat, 0U);
  EXPECT_FALSE(instance(strict).higher_prio_send_advert);
}

}  // namespace
}  // namespace understudy::config
