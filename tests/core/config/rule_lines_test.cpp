// virtual_rules and static_rules: what each option means, and what is turned down where.
#include "core/config/rule_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/config/parsed.h"

namespace understudy::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string with_rules(std::string_view lines) {
  return instance_with("virtual_rules {\n" + std::string(lines) + "\n}");
}

IpAddress ip(std::string_view text) { return parse_ip_address(text).value(); }

RoutingRule rule_of(std::string line) {
  if (line.find(" preference ") == std::string::npos) line += " preference 5";
  const auto result = parse(with_rules(line), "test.conf");
  EXPECT_THAT(findings_of(result), IsEmpty()) << line;
  if (result.config.instances.size() != 1 || result.config.instances[0].routing_rules.size() != 1) {
    ADD_FAILURE() << line;
    return {};
  }
  return result.config.instances[0].routing_rules[0];
}

TEST(RuleLines, MatchAddressesOfEitherFamily) {
  RoutingRule expected;
  expected.from = ip("192.168.2.0");
  expected.from_length = 24;
  expected.table = 1;
  expected.preference = 5;
  EXPECT_EQ(rule_of("from 192.168.2.0/24 table 1"), expected);
  expected.to = ip("192.168.29.0");
  expected.to_length = 26;
  EXPECT_EQ(rule_of("to 192.168.29.0/26 from 192.168.2.0/24 lookup 1"), expected);
  const auto six = rule_of("to 1:2:3:4:5:6:7:0/112 from 7:6:5:4:3:2::/96 table 6908");
  EXPECT_EQ(six.family, Family::ipv6);
  EXPECT_EQ(six.to_length, 112);
  EXPECT_EQ(rule_of("inet6 from all table 5").family, Family::ipv6);
  EXPECT_EQ(rule_of("from all table 5").family, Family::ipv4);
}

TEST(RuleLines, CarryEveryPropertyThatIsSupported) {
  const auto rule = rule_of(
      "from all iif p33p1 oif wlan0 tos 0x10 fwmark 0x18/0xff preference 39 table local "
      "suppress_prefixlength 0 no_track");
  EXPECT_EQ(rule.input_interface, "p33p1");
  EXPECT_EQ(rule.output_interface, "wlan0");
  EXPECT_EQ(rule.tos, 0x10);
  EXPECT_EQ(rule.mark, 0x18U);
  EXPECT_EQ(rule.mark_mask, 0xffU);
  EXPECT_EQ(rule.preference, 39U);
  EXPECT_EQ(rule.table, 255U);
  EXPECT_EQ(rule.suppress_prefix_length, 0U);
  EXPECT_FALSE(rule.tracked);
  EXPECT_EQ(rule_of("fwmark 24 dev eth0 table 9").mark, 24U);
  for (const auto* word : {"preference", "order", "priority", "pref"}) {
    const auto result =
        parse(with_rules("from all table 9 " + std::string(word) + " 7"), "test.conf");
    EXPECT_THAT(findings_of(result), IsEmpty()) << word;
    EXPECT_EQ(result.config.instances.at(0).routing_rules.at(0).preference, 7U) << word;
  }
}

TEST(RuleLines, MayLeadNowhere) {
  using Action = RoutingRule::Action;
  EXPECT_EQ(rule_of("from 10.0.0.0/8 blackhole").action, Action::blackhole);
  EXPECT_EQ(rule_of("from 10.0.0.0/8 unreachable").action, Action::unreachable);
  EXPECT_EQ(rule_of("prohibit from 10.0.0.0/8").action, Action::prohibit);
}

TEST(RuleLines, ThatAreWrongAreErrorsAtTheirPlace) {
  struct Row {
    const char* line;
    const char* finding;
  };
  const Row rows[] = {
      {"from 10.0.0.0/8", "3:1 error bad-rule"},  // and then?
      {"from 10.0.0.0/8 to 2001:db8::/32 table 5", "3:20 error bad-rule"},
      {"inet6 from 10.0.0.0/8 table 5", "3:12 error bad-rule"},
      {"from 192.168.100./24 table 1", "3:6 error bad-address"},
      {"from 192.168.100.1/24 table 1", "3:6 error bad-address"},
      {"from 10.0.0.0/33 table 1", "3:6 error out-of-range"},
      {"from", "3:1 error missing-value"},
      {"from all table", "3:10 error missing-value"},
      {"from all table small", "3:16 error bad-value"},
      {"from all table 1 prohibit", "3:18 error bad-rule"},
      {"from all fwmark 1/x table 1", "3:17 error bad-value"},
      {"from all tos 22 table 1", "3:14 error out-of-range"},
      {"from all preference -1 table 1", "3:21 error out-of-range"},
      {"from all table 1 sup_pl 33", "3:1 error out-of-range"},
      {"from all prohibit sup_pl 0", "3:1 error bad-rule"},
      {"from all tabel 1", "3:10 error bad-rule"},
      {"10.0.0.0/8 table 1", "3:1 error bad-rule"},
  };
  for (const auto& row : rows) {
    const auto found = findings_of(with_rules(row.line));
    ASSERT_FALSE(found.empty()) << row.line;
    EXPECT_EQ(found[0], row.finding) << row.line;
  }
}

TEST(RuleLines, OptionsOfKeepalivedThatWeHaveNotAreErrors) {
  for (const auto* option : {"realms 30/20", "goto 40", "nop", "uidrange 1-2", "tunnel-id 3",
                             "l3mdev", "protocol 12", "ip_proto UDP", "ipproto 17", "sport 10-20",
                             "dport 20-30", "suppress_ifgroup 1", "not", "track_group G"}) {
    const auto line = "from all table 1 " + std::string(option);
    const auto found = findings_of(with_rules(line));
    ASSERT_EQ(found.size(), 1U) << line;
    EXPECT_THAT(found[0], HasSubstr("3:18 error not-supported-yet")) << line;
  }
}

TEST(RuleLines, WithoutAPreferenceTheyGetKeepalivedsOneByOne) {
  const auto result = parse("static_rules {\nfrom 10.0.0.0/8 table 7\n}\n" +
                                with_rules("from 10.1.0.0/16 table 8\nfrom fd00::/8 table 8\n"
                                           "from all table 9 order 3\nfrom 10.2.0.0/16 table 8"),
                            "test.conf");
  EXPECT_THAT(findings_of(result),
              ElementsAre("2:1 warning rule-preference", "6:1 warning rule-preference",
                          "7:1 warning rule-preference", "9:1 warning rule-preference"));
  EXPECT_EQ(result.config.statics.rules.at(0).preference, 16384U);
  const auto& rules = result.config.instances.at(0).routing_rules;
  ASSERT_EQ(rules.size(), 4U);
  EXPECT_EQ(rules[0].preference, 16383U);
  EXPECT_EQ(rules[1].preference, 16384U) << "the first one of IPv6";
  EXPECT_EQ(rules[2].preference, 3U);
  EXPECT_EQ(rules[3].preference, 16382U);
}

TEST(RuleLines, OfTheHostAreItsStatics) {
  const auto result = parse(
      "static_rules {\nfrom 10.0.0.0/8 table 7 order 2\n}\n" + instance_with(""), "test.conf");
  EXPECT_THAT(findings_of(result), IsEmpty());
  ASSERT_EQ(result.config.statics.rules.size(), 1U);
  EXPECT_EQ(result.config.statics.rules[0].table, 7U);
  EXPECT_EQ(to_string(result.config.statics.rules[0]), "from 10.0.0.0/8 lookup 7 priority 2");
}

}  // namespace
}  // namespace understudy::config
