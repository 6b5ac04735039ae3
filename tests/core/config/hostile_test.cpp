// Texts that are no configurations: whatever comes in, the parser ends soon and says where it
// hurts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "core/config/findings.h"
#include "tests/core/config/parsed.h"

namespace understudy::config {
namespace {

constexpr std::size_t kTenMegabytes = 10'000'000;
constexpr std::size_t kOneMegabyte = 1'000'000;  // where each line costs more

std::string repeated(std::string_view text, std::size_t size) {
  std::string result;
  result.reserve(size + text.size());
  while (result.size() < size) result += text;
  return result;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    while (line.ends_with('\r')) line.remove_suffix(1);
    lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

// Each place lies in the text, shows its line, and is written without a control byte.
void expect_sound(std::string_view text, const ParseResult& result) {
  const auto lines = lines_of(text);
  for (const auto& diagnostic : result.diagnostics) {
    EXPECT_EQ(diagnostic.file, "test.conf");
    EXPECT_FALSE(diagnostic.code.empty());
    EXPECT_FALSE(diagnostic.message.empty()) << diagnostic.code;
    const auto shown = format(diagnostic);
    for (const char c : shown)
      ASSERT_TRUE(c == '\n' || c == '\t' || static_cast<unsigned char>(c) >= 0x20);
    if (diagnostic.position.line == 0) continue;
    ASSERT_LE(diagnostic.position.line, lines.size()) << shown;
    const auto line = lines[diagnostic.position.line - 1];
    ASSERT_TRUE(line.starts_with(diagnostic.source_line)) << shown;
    ASSERT_GE(diagnostic.position.column, 1U) << shown;
    ASSERT_GE(diagnostic.length, 1U) << shown;
    ASSERT_LE(diagnostic.position.column - 1 + diagnostic.length,
              std::max<std::size_t>(line.size(), 1))
        << shown;
  }
  for (const auto& instance : result.config.instances) {
    EXPECT_GE(instance.priority, 1);
    EXPECT_GE(instance.advert_interval, std::chrono::milliseconds{10});
    EXPECT_LE(instance.advert_interval, std::chrono::seconds{255});
    if (!has_errors(result.diagnostics)) {
      EXPECT_GE(instance.vrid, 1);
      EXPECT_FALSE(instance.interface.empty());
    }
  }
}

void expect_sound(std::string_view text) { expect_sound(text, parse(text, "test.conf")); }

TEST(HostileText, EveryPrefixOfAFoundingFileIsJudged) {
  const auto text = founding_text("lb1");
  const auto last_brace = text.rfind('}');
  for (std::size_t size = 0; size < text.size(); ++size) {
    const auto prefix = std::string_view(text).substr(0, size);
    const auto result = parse(prefix, "test.conf");
    expect_sound(prefix, result);
    // Truncated anywhere before its last brace, the file cannot be run.
    EXPECT_EQ(has_errors(result.diagnostics), size <= last_brace) << size;
  }
}

TEST(HostileText, EverySingleByteOfAFoundingFileMayBeAnother) {
  const auto original = founding_text("lb1");
  for (std::size_t at = 0; at < original.size(); ++at)
    for (const char c : {'\0', '\n', ' ', '"', '#', '{', '}', '$', '9', '\xff'}) {
      auto text = original;
      text[at] = c;
      expect_sound(text);
    }
}

TEST(HostileText, LinesMayBeMissingOrDoubled) {
  const auto text = founding_text("lb1");
  const auto lines = lines_of(text);
  for (std::size_t skipped = 0; skipped < lines.size(); ++skipped)
    for (const int times : {0, 2}) {
      std::string changed;
      for (std::size_t i = 0; i < lines.size(); ++i)
        for (int copy = 0; copy < (i == skipped ? times : 1); ++copy)
          changed += std::string(lines[i]) + "\n";
      expect_sound(changed);
    }
}

TEST(HostileText, WordsThrownTogetherAreJudged) {
  const std::vector<std::string> words = {"vrrp_instance",
                                          "vrrp_script",
                                          "global_defs",
                                          "authentication",
                                          "virtual_ipaddress",
                                          "track_script",
                                          "auth_pass",
                                          "priority",
                                          "script",
                                          "include",
                                          "$A=b",
                                          "${A}",
                                          "\"",
                                          "{",
                                          "}",
                                          "\n",
                                          "\n",
                                          "192.0.2.1",
                                          "dev",
                                          "weight",
                                          "virtual_server",
                                          "#",
                                          "\\#",
                                          "100",
                                          "VI",
                                          "interface",
                                          "virtual_router_id",
                                          "notify",
                                          "'a",
                                          "@x",
                                          "version 3",
                                          "virtual_ipaddress_excluded",
                                          "unicast_peer",
                                          "unicast_src_ip",
                                          "fe80::1",
                                          "auth_hmac",
                                          "key",
                                          "active_key",
                                          "use_vmac",
                                          "strict_mode",
                                          "vrrp_sync_group",
                                          "group",
                                          "track_file",
                                          "vrrp_track_process",
                                          "track_interface",
                                          "static_ipaddress",
                                          "interface_up_down_delays",
                                          "garp_group"};
  std::mt19937 generator(1);
  for (int round = 0; round < 1000; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i)
      text += words[generator() % words.size()] + (generator() % 4 == 0 ? "\n" : " ");
    expect_sound(text);
  }
}

TEST(HostileText, OfTenMegabytesIsReadQuicklyAndCut) {
  std::string numbered = "vrrp_instance a {\ntrack_script {\n";
  for (int i = 0; numbered.size() < kOneMegabyte; ++i) numbered += "s" + std::to_string(i) + "\n";
  std::string members = "vrrp_sync_group a {\ngroup {\n";
  for (int i = 0; members.size() < kOneMegabyte; ++i) members += "i" + std::to_string(i) + "\n";
  std::string addresses = "vrrp_instance a {\nvirtual_ipaddress {\n";
  for (int i = 0; addresses.size() < kOneMegabyte; ++i)
    addresses += "10." + std::to_string(i >> 16 & 255) + "." + std::to_string(i >> 8 & 255) + "." +
                 std::to_string(i & 255) + "\n";
  std::string virtual_macs;
  for (int i = 0; virtual_macs.size() < kOneMegabyte; ++i)
    virtual_macs += "vrrp_instance i" + std::to_string(i) + " {\ninterface e" + std::to_string(i) +
                    "\nvirtual_router_id 7\nuse_vmac\n}\n";
  std::mt19937 generator(1);
  std::string noise(kTenMegabytes, '\0');
  for (auto& c : noise) c = static_cast<char>(generator());
  std::string printable = noise;
  for (auto& c : printable) c = static_cast<char>(' ' + static_cast<unsigned char>(c) % 95);
  struct Row {
    const char* name;
    std::string text;
  };
  const std::vector<Row> rows = {
      {"opened", repeated("{", kTenMegabytes)},
      {"opened on lines", repeated("a {\n", kOneMegabyte)},
      {"closed", repeated("}\n", kTenMegabytes)},
      {"nested instances", repeated("vrrp_instance a {\n", kTenMegabytes)},
      {"unknown words", repeated("a\n", kTenMegabytes)},
      {"one line", repeated("x", kTenMegabytes)},
      {"one block", "global_defs {\nnotification_email {\n" + repeated("a@b c@d\n", kOneMegabyte)},
      {"one quote", repeated("\"\n", kTenMegabytes)},
      {"definitions", "$A=b\n" + repeated("$A ${A} $A\n", kOneMegabyte)},
      {"tracked names", numbered},
      {"group members", members},
      {"addresses", addresses},
      {"virtual MACs", virtual_macs},
      {"static addresses", repeated("static_ipaddress {\n192.0.2.1\n}\n", kOneMegabyte)},
      {"sync groups", repeated("vrrp_sync_group g {\ngroup {\na\n}\n}\n", kOneMegabyte)},
      {"tracked files", repeated("track_file f {\nfile /f\n}\n", kOneMegabyte)},
      {"delays", "interface_up_down_delays {\n" + repeated("eth0 1\n", kOneMegabyte)},
      {"noise", noise},
      {"printable noise", printable},
  };
  for (const auto& row : rows) {
    const auto result = parse(row.text, "test.conf");
    EXPECT_TRUE(has_errors(result.diagnostics)) << row.name;
    EXPECT_LE(result.diagnostics.size(), 2 * Findings::kLimit + 1) << row.name;
  }
}

TEST(HostileText, TooManyFindingsAreCounted) {
  const auto result = parse(instance_with(repeated("foo\n", 4 * 1000)), "test.conf");
  ASSERT_EQ(result.diagnostics.size(), Findings::kLimit + 1);
  EXPECT_FALSE(has_errors(result.diagnostics));
  EXPECT_EQ(result.diagnostics.back().code, "too-many-findings");
  EXPECT_EQ(result.diagnostics.back().message, "0 more errors and 800 more warnings are not shown");
}

TEST(HostileText, WarningsHideNoError) {
  const auto result =
      parse(instance_with(repeated("foo\n", 4 * 1000) + "priority 300"), "test.conf");
  EXPECT_TRUE(has_errors(result.diagnostics));
}

}  // namespace
}  // namespace understudy::config
