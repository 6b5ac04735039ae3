// What every keyword does: its range, its default, or how it is turned down.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "core/config/keyword_table.h"
#include "tests/core/config/parsed.h"

namespace understudy::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

using Wrap = std::string (*)(std::string_view);

TEST(Keywords, RefuseNumbersOutsideTheirRange) {
  RecordProperty("covers", "V3-5.2.3-01 V3-5.2.4-02");
  struct Row {
    Wrap wrap;
    const char* keyword;
    std::vector<const char*> good;
    std::vector<const char*> bad;
  };
  const std::vector<Row> rows = {
      {instance_with, "virtual_router_id", {}, {"0", "256", "-1", "x", "1.5", "", "51x"}},
      {instance_with, "priority", {"1", "100", "254", "255", "+7"}, {"0", "256", "-1", "100x"}},
      {instance_with, "advert_int", {"1", "2", "255", "1.0"}, {"0", "0.009", "256", "-1", "1s"}},
      {instance_with, "version", {"2", "3"}, {"1", "4", "v2"}},
      {instance_with, "garp_master_delay", {"0", "1", "4294"}, {"-1", "4295", "1.5"}},
      {instance_with, "garp_master_repeat", {"1", "65535"}, {"-1", "65536"}},
      {instance_with, "garp_lower_prio_delay", {"0", "4294"}, {"-1", "4295"}},
      {instance_with, "garp_lower_prio_repeat", {"1", "65535"}, {"65536"}},
      {instance_with,
       "lower_prio_no_advert",
       {"", "on", "off", "true", "false", "yes", "no"},
       {"1", "On"}},
      {instance_with, "higher_prio_send_advert", {"", "on", "off"}, {"0"}},
      {instance_with, "preempt_delay", {"0", "1000"}, {"-1", "1000.1", "x"}},
      {instance_with, "down_timer_adverts", {"1", "100"}, {"0", "101", "x"}},
      {instance_with, "garp_master_refresh", {"0", "4294"}, {"-1", "4295"}},
      {instance_with, "garp_master_refresh_repeat", {"1", "65535"}, {"65536"}},
      {instance_with, "garp_extra_if", {"1", "86400", "all 7"}, {"0", "86401", "all", "some 7"}},
      {instance_with, "vmac_garp_intvl", {"1"}, {"0"}},
      {instance_with, "skip_check_adv_addr", {"", "on", "off"}, {"x"}},
      {globals_with, "vrrp_down_timer_adverts", {"1", "100"}, {"0", "101"}},
      {globals_with, "vrrp_delay_after_boot", {"0", "0.5", "4294"}, {"-1", "4295"}},
      {script_with,
       "interval",
       {"1", "0.001", "0.25", "4294"},
       {"0", "0.0009", "4295", "-1", ".2", "1.", "1e3", "99999999999999999999"}},
      {script_with, "timeout", {"1", "0.5", "4294"}, {"0", "4295"}},
      {script_with, "weight", {"-253", "0", "253", "5 reverse"}, {"-254", "254", "5 revers"}},
      {script_with, "rise", {"1", "2147483647"}, {"0", "-1", "2147483648"}},
      {script_with, "fall", {"1", "2147483647"}, {"0", "x"}},
      {globals_with, "smtp_connect_timeout", {"0", "30"}, {"-1", "4295"}},
      {globals_with, "smtp_server", {"h", "h 1", "h 65535"}, {"h 0", "h 65536", "h x"}},
      {globals_with, "vrrp_version", {"2", "3"}, {"1", "4"}},
      {globals_with, "vrrp_garp_master_delay", {"0", "4294"}, {"-1", "4295"}},
      {globals_with, "vrrp_garp_master_repeat", {"1", "65535"}, {"65536"}},
      {globals_with, "vrrp_garp_lower_prio_delay", {"0"}, {"x"}},
      {globals_with, "vrrp_garp_lower_prio_repeat", {"1"}, {"x"}},
      {globals_with, "vrrp_min_garp", {"", "on"}, {"maybe"}},
  };
  for (const auto& row : rows) {
    for (const auto* value : row.good) {
      const auto text = std::string(row.keyword) + " " + value;
      EXPECT_THAT(findings_of(row.wrap(text)), IsEmpty()) << text;
    }
    for (const auto* value : row.bad) {
      const auto text = std::string(row.keyword) + " " + value;
      const auto result = parse(row.wrap(text), "test.conf");
      ASSERT_FALSE(result.diagnostics.empty()) << text;
      EXPECT_TRUE(has_errors(result.diagnostics)) << text;
      EXPECT_EQ(result.diagnostics[0].position.line, 2U) << text;
    }
  }
}

TEST(Keywords, WithoutTheirValueAreErrors) {
  for (const auto* keyword : {"state", "interface", "priority", "advert_int", "version",
                              "garp_master_delay", "notify_master", "notify", "preempt_delay"})
    EXPECT_THAT(findings_of(instance_with(keyword)), ElementsAre("2:1 error missing-value"))
        << keyword;
  for (const auto* keyword : {"script", "interval", "timeout", "weight", "rise", "fall", "user"})
    EXPECT_THAT(findings_of(script_with(keyword)), ElementsAre("2:1 error missing-value"))
        << keyword;
  for (const auto* keyword : {"router_id", "smtp_server", "script_user", "notification_email_from"})
    EXPECT_THAT(findings_of(globals_with(keyword)), ElementsAre("2:1 error missing-value"))
        << keyword;
}

// A statement of this keyword with some value, in the block that it belongs in.
std::string statement_of(const Keyword& keyword) {
  auto text = std::string(keyword.name) + " value";
  if (keyword.opens != BlockKind::none) text += " {\ninner { x }\n}";
  return text;
}

TEST(Keywords, ThatAreNotSupportedSaySo) {
  const std::vector<std::pair<BlockKind, Wrap>> blocks = {
      {BlockKind::top,
       [](std::string_view text) { return "\n" + std::string(text) + "\n" + instance_with(""); }},
      {BlockKind::global_defs, globals_with},
      {BlockKind::vrrp_instance, instance_with},
  };
  std::size_t ignored = 0;
  std::size_t refused = 0;
  for (const auto& [block, wrap] : blocks)
    for (const auto& keyword : keywords_of(block)) {
      const auto findings = findings_of(wrap(statement_of(keyword)));
      if (keyword.support == Support::ignored) {
        ++ignored;
        EXPECT_THAT(findings, ElementsAre("2:1 warning not-supported-yet")) << keyword.name;
      } else if (keyword.support == Support::refused) {
        ++refused;
        EXPECT_THAT(findings, ElementsAre("2:1 error not-supported-yet")) << keyword.name;
        EXPECT_FALSE(keyword.why.empty()) << keyword.name;
      } else if (keyword.support == Support::silent) {
        EXPECT_THAT(findings, IsEmpty()) << keyword.name;
      }
    }
  EXPECT_GT(ignored, 100U);
  EXPECT_GT(refused, 5U);
}

TEST(Keywords, ThatAskForWhatIsDoneAnywayAreFine) {
  for (const auto* text : {"vrrp_strict off", "vrrp_down_timer_adverts 3",
                           "vrrp_mcast_group4 224.0.0.18", "vrrp_owner_ignore_adverts false"})
    EXPECT_THAT(findings_of(globals_with(text)), IsEmpty()) << text;
  for (const auto* text : {"strict_mode no", "down_timer_adverts 3", "mcast_dst_ip 224.0.0.18",
                           "owner_ignore_adverts off", "accept", "preempt", "version 2"})
    EXPECT_THAT(findings_of(instance_with(text)), IsEmpty()) << text;
}

TEST(Keywords, StandInTheirTableOnce) {
  for (const auto block :
       {BlockKind::top, BlockKind::global_defs, BlockKind::vrrp_script, BlockKind::track_file,
        BlockKind::vrrp_track_process, BlockKind::vrrp_sync_group, BlockKind::garp_group,
        BlockKind::vrrp_instance, BlockKind::authentication, BlockKind::auth_hmac}) {
    std::set<std::string_view> names;
    for (const auto& keyword : keywords_of(block))
      EXPECT_TRUE(names.insert(keyword.name).second) << keyword.name;
    EXPECT_FALSE(names.empty());
  }
}

TEST(UnknownKeywords, AreWarningsWithAGuess) {
  struct Row {
    std::string text;
    const char* place;
    const char* hint;
  };
  const std::vector<Row> rows = {
      {script_with("raise 3"), "2:1", "did you mean 'rise'?"},
      {instance_with("advert_in 1"), "2:1", "did you mean 'advert_int'?"},
      {instance_with("netify_backup /x"), "2:1", "did you mean 'notify_backup'?"},
      {instance_with("lvs_sync_daemon_inteface eth0"), "2:1",
       "did you mean 'lvs_sync_daemon_interface'?"},
      {globals_with("script_security"), "2:1", "did you mean 'enable_script_security'?"},
      {globals_with("smtp_connect_time 3"), "2:1", "did you mean 'smtp_connect_timeout'?"},
      {globals_with("lvs_id x"), "2:1", "did you mean 'router_id'?"},
      {instance_with("nat_mask 255.0.0.0"), "2:1",
       "it is of an old version of keepalived, or of another program"},
      {instance_with("Priority 7"), "2:1", "did you mean 'priority'?"},
      {instance_with("prioirty 7"), "2:1", "did you mean 'priority'?"},
      {instance_with("track_scripts {\nx {\n}\n}"), "2:1", "did you mean 'track_script'?"},
      {instance_with("interval 3"), "2:1", "it belongs in vrrp_script"},
      {instance_with("router_id x"), "2:1", "it belongs in global_defs"},
      {"enable_script_security\n" + instance_with(""), "1:1", "it belongs in global_defs"},
      {instance_with("// comment"), "2:1", "'//' begins no comment: write '#'"},
      {instance_with("quux"), "2:1", ""},
  };
  for (const auto& row : rows) {
    const auto result = parse(row.text, "test.conf");
    EXPECT_THAT(findings_of(result),
                ElementsAre(row.place + std::string(" warning unknown-keyword")))
        << row.text;
    EXPECT_EQ(result.diagnostics[0].hint, row.hint) << row.text;
  }
}

TEST(UnknownKeywords, MisspeltBlocksAreSkippedWhole) {
  const auto result = parse("vrrp_instanse A {\npriority 7\n}\n" + instance_with(""), "test.conf");
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_EQ(result.diagnostics[0].message,
            "Unknown keyword 'vrrp_instanse', passed over with its block");
  EXPECT_EQ(result.diagnostics[0].hint, "did you mean 'vrrp_instance'?");
  EXPECT_EQ(result.config.instances.size(), 1U);
}

TEST(UnknownKeywords, AnIncludeWithinALineIsAnError) {
  EXPECT_THAT(findings_of("global_defs { include x }\n" + instance_with("")),
              ElementsAre("1:15 error bad-include"));
}

}  // namespace
}  // namespace understudy::config
