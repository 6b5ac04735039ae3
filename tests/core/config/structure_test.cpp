// Braces, quotes, comments, definitions: what the lines of a file are before any keyword counts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/config/parsed.h"

namespace understudy::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

struct Row {
  const char* name;
  std::string text;
  std::vector<std::string> findings;
};

void expect_findings(const std::vector<Row>& rows) {
  for (const auto& row : rows) EXPECT_EQ(findings_of(row.text), row.findings) << row.name;
}

TEST(Braces, StandWhereverKeepalivedTakesThem) {
  const std::string tail = "interface eth0\nvirtual_router_id 51\nvirtual_ipaddress ";
  const std::vector<std::string> texts = {
      "vrrp_instance VI {\n" + tail + "{\n192.0.2.1\n}\n}\n",
      "vrrp_instance VI\n{\n" + tail + "\n{\n192.0.2.1\n}\n}\n",
      "vrrp_instance VI\n\n# comment\n{ " + tail + "\n{ 192.0.2.1 } }",
      "vrrp_instance VI{" + tail + "{192.0.2.1}}",
      "vrrp_instance VI # {\r\n{ # }\r\n" + tail + "{ 192.0.2.1 }\r\n}\r\n",
      "vrrp_instance \"VI\" { priority 100 } vrrp_instance B { " + tail + "{ 192.0.2.1 } } ",
  };
  for (const auto& text : texts) {
    const auto result = parse(text, "test.conf");
    if (text.find("vrrp_instance B") == std::string::npos) {
      EXPECT_THAT(findings_of(result), IsEmpty()) << text;
    }
    ASSERT_FALSE(result.config.instances.empty()) << text;
    const auto& instance = result.config.instances.back();
    ASSERT_EQ(instance.addresses.size(), 1U) << text;
    EXPECT_EQ(to_string(instance.addresses[0].address), "192.0.2.1/32") << text;
  }
}

TEST(Braces, ThatAreMissingOrTooManyAreErrors) {
  expect_findings({
      {"missing {",
       "vrrp_instance VI\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n"
       "192.0.2.1\n}\n}\n",
       {"1:1 error missing-brace"}},
      {"missing { of an inner block",
       instance_with("authentication\nauth_type PASS\nauth_pass x\n}"),
       {"2:1 error missing-brace"}},
      {"missing { at the end",
       "vrrp_instance VI",
       {"1:1 error missing-brace", "1:15 error missing-interface", "1:15 error missing-vrid",
        "1:15 error no-address"}},
      {"missing { before }",
       instance_with("authentication }\nvrrp_instance B {"),
       {"1:15 error missing-vrid", "1:15 error no-address", "2:1 error missing-brace",
        "3:15 error missing-interface"}},
      {"extra }", instance_with("") + "}\n", {"6:1 error extra-brace"}},
      {"stray {", "{\n}\n" + instance_with(""), {"1:1 error stray-brace"}},
      {"{ behind a value", instance_with("priority 100 {\n}"), {"2:14 error unexpected-brace"}},
      {"{ behind an address",
       "vrrp_instance VI {\ninterface e\nvirtual_router_id 1\nvirtual_ipaddress {\n192.0.2.1 {\n"
       "x\n}\n}\n}",
       {"5:11 error unexpected-brace"}},
      {"template for a value",
       instance_with("priority {{ PRIORITY }}"),
       {"2:10 error unexpected-brace"}},
      {"template for a line", instance_with("{{ REST }}"), {"2:1 error stray-brace"}},
      {"not closed",
       "vrrp_instance VI {\ninterface eth0\nvirtual_router_id 1\n"
       "virtual_ipaddress {\n192.0.2.1\n",
       {"4:19 error unterminated-block"}},
  });
}

TEST(Braces, AForgottenOneIsFoundWhereTheNextBlockBegins) {
  const auto text =
      "vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n192.0.2.1\n}\n"
      "vrrp_instance B {\ninterface eth0\nvirtual_router_id 2\nvirtual_ipaddress {\n192.0.2.2\n"
      "track_script {\n}\n}\n";
  const auto result = parse(text, "test.conf");
  EXPECT_THAT(findings_of(result),
              ElementsAre("7:1 error unclosed-block", "12:1 error unclosed-block"));
  EXPECT_EQ(result.diagnostics[0].message,
            "'vrrp_instance' begins before 'vrrp_instance' of line 1 is closed");
  ASSERT_EQ(result.config.instances.size(), 2U);
  EXPECT_EQ(result.config.instances[1].name, "B");
  EXPECT_EQ(result.config.instances[1].addresses.size(), 1U);
}

TEST(Braces, OfUnknownBlocksAreSkippedWithAllTheyHold) {
  expect_findings({
      {"unknown",
       "foo {\nbar { x }\npriority 7\n}\n" + instance_with(""),
       {"1:1 warning unknown-keyword"}},
      {"LVS",
       "virtual_server 192.0.2.1 80 {\nreal_server 192.0.2.2 80 {\nweight 1\n}\n}\n" +
           instance_with(""),
       {"1:1 warning not-supported-yet"}},
  });
}

TEST(Lines, ThatKeepalivedWouldNotReadAreErrors) {
  const std::string nul("ab\0c", 4);
  expect_findings({
      {"1023 bytes",
       instance_with("#" + std::string(2000, 'x') + "\nrouter" + std::string(1017, 'x')),
       {"3:1 warning unknown-keyword"}},
      {"1024 bytes",
       instance_with("priority" + std::string(1013, ' ') + "100"),
       {"2:1024 error line-too-long"}},
      {"NUL", instance_with(nul), {"2:3 error embedded-nul"}},
      {"control character", instance_with("state \x01MASTER"), {"2:7 error control-character"}},
      {"carriage return",
       instance_with("state MASTER\rpriority 7"),
       {"2:13 error control-character"}},
      {"unmatched quote", instance_with("state \"BACKUP"), {"2:7 error unmatched-quote"}},
      {"byte order mark", "\xef\xbb\xbf" + instance_with(""), {"1:1 warning byte-order-mark"}},
      {"conditional", instance_with("@lb1 priority 7"), {"2:1 error not-supported-yet"}},
      {"sequence", instance_with("  ~SEQ(i, 1, 3) x"), {"2:3 error not-supported-yet"}},
      {"empty", "", {"0:0 error no-instance"}},
      {"blanks and comments", " \n\t\n# x\n!", {"0:0 error no-instance"}},
      {"only globals", "global_defs {\n}\n", {"0:0 error no-instance"}},
  });
}

TEST(Lines, OfABinaryFileAreNotReadToTheEnd) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += std::string("\0\x01", 2) + "\n";
  const auto findings = findings_of(text);
  ASSERT_EQ(findings.size(), 9U);
  EXPECT_EQ(findings.back(), "8:1 error binary-file");
}

TEST(Words, TooManyAreWarnedOf) {
  expect_findings({
      {"second word", instance_with("priority 100 // highest"), {"2:14 warning extra-words"}},
      {"two on a line", instance_with("state BACKUP priority 7"), {"2:14 warning extra-words"}},
  });
  EXPECT_EQ(parse(instance_with("priority 100 // highest"), "x").diagnostics[0].hint,
            "'//' begins no comment: write '#'");
}

TEST(Definitions, AreReplaced) {
  const auto text = "$NAME=eth1\n  $BOTH=vi ${NAME}\n$EMPTY=\n" +
                    instance_with(
                        "interface $NAME\nnotify_master \"/x ${BOTH}$EMPTY\"\n"
                        "priority ${EMPTY}10${EMPTY}");
  const auto result = parse(text, "test.conf");
  EXPECT_THAT(findings_of(result), IsEmpty());
  ASSERT_EQ(result.config.instances.size(), 1U);
  EXPECT_EQ(result.config.instances[0].interface, "eth1");
  EXPECT_EQ(result.config.instances[0].priority, 10);
  EXPECT_THAT(result.config.instances[0].notify.master.argv, ElementsAre("/x", "vi", "eth1$EMPTY"));
}

TEST(Definitions, AreBlamedWhereTheyAreUsed) {
  expect_findings({
      {"bad value", "$P=300\n" + instance_with("priority ${P}"), {"3:10 error out-of-range"}},
      {"undefined", instance_with("priority ${P}"), {"2:10 error undefined-definition"}},
      {"undefined without braces", instance_with("priority $P"), {"2:10 error bad-number"}},
      {"built in", instance_with("priority ${_RANDOM 1 9}"), {"2:10 error not-supported-yet"}},
      {"itself", "$P=a $P\n" + instance_with("priority $P"), {"3:10 error definition-too-long"}},
      {"of several lines",
       "$P= \\\na \\\nb\n" + instance_with(""),
       {"1:1 error not-supported-yet"}},
      {"makes a condition",
       "$P=@x\n" + instance_with("$P priority 1"),
       {"3:1 error not-supported-yet"}},
  });
}

TEST(Definitions, ThatGrowWithoutEndAreStopped) {
  std::string text = "$A0=xxxxxxxxxx\n";
  for (int i = 1; i < 100; ++i)
    text += "$A" + std::to_string(i) + "=${A" + std::to_string(i - 1) + "}${A" +
            std::to_string(i - 1) + "}\n";
  EXPECT_THAT(findings_of(text + instance_with("state ${A99}")),
              ElementsAre("102:7 error definition-too-long"));
}

}  // namespace
}  // namespace understudy::config
