#include "daemon/script_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "core/config/parser.h"
#include "daemon/host_check.h"

namespace understudy::daemon {
namespace {

using testing::HasSubstr;

LoadedConfig load(const std::string& text) {
  LoadedConfig loaded;
  loaded.text = text;
  loaded.parsed = config::parse(text, "lb1.conf");
  return loaded;
}

tl::expected<ScriptTable, UnknownUser> table_of(const LoadedConfig& loaded) {
  return make_script_table(loaded.parsed.config, *make_node_config(loaded.parsed.config));
}

std::string pair(const std::string& script, const std::string& instance) {
  return "vrrp_script chk {\n  script \"/bin/true now\"\n" + script +
         "}\nvrrp_instance VI_1 {\n  interface eth0\n  virtual_router_id 51\n"
         "  virtual_ipaddress {\n    10.0.0.1\n  }\n  track_script {\n    chk\n  }\n" +
         instance + "}\n";
}

TEST(ScriptTable, ScriptsThenSixNotifyScriptsForEachInstance) {
  const auto table = table_of(load(pair("", "  notify_master \"/bin/m x\"\n  notify /bin/any\n")));
  ASSERT_TRUE(table);
  ASSERT_EQ(table->commands.size(), 7U);
  EXPECT_EQ(table->commands[0].argv, (std::vector<std::string>{"/bin/true", "now"}));
  EXPECT_TRUE(table->commands[0].tracked);
  const auto& master = table->commands[table->notify_index(0, NotifyKind::master)];
  EXPECT_EQ(master.argv, (std::vector<std::string>{"/bin/m", "x"}));
  EXPECT_FALSE(master.tracked);
  EXPECT_EQ(master.notify_type, "");
  EXPECT_TRUE(table->commands[table->notify_index(0, NotifyKind::backup)].argv.empty());
  const auto& any = table->commands[table->notify_index(0, NotifyKind::any)];
  EXPECT_EQ(any.notify_type, "INSTANCE");
  EXPECT_EQ(any.name, "VI_1");
}

TEST(ScriptTable, NotifyScriptsOfGroupsComeLast) {
  const auto table =
      table_of(load(pair("", "  notify_master_rx_lower_pri /bin/rx\n") +
                    "vrrp_instance VI_2 {\n  interface eth1\n  virtual_router_id 52\n"
                    "  virtual_ipaddress {\n    10.0.1.1\n  }\n}\n"
                    "vrrp_sync_group G {\n  group {\n    VI_1\n    VI_2\n  }\n"
                    "  notify_fault \"/bin/f\" root\n  notify /bin/any root\n}\n"));
  ASSERT_TRUE(table) << table.error().message;
  ASSERT_EQ(table->commands.size(), 1U + 3 * kNotifyKinds);
  EXPECT_EQ(table->commands[table->notify_index(0, NotifyKind::lower_priority)].argv,
            std::vector<std::string>{"/bin/rx"});
  const auto& fault = table->commands[table->group_index(0, NotifyKind::fault)];
  EXPECT_EQ(fault.argv, std::vector<std::string>{"/bin/f"});
  EXPECT_EQ(fault.label, "notify_fault of G");
  EXPECT_EQ(fault.notify_type, "");
  const auto& any = table->commands[table->group_index(0, NotifyKind::any)];
  EXPECT_EQ(any.notify_type, "GROUP");
  EXPECT_EQ(any.name, "G");
}

TEST(ScriptTable, AScriptsOwnUserGoesBeforeTheGlobalOne) {
  const auto global = table_of(load("global_defs {\n  script_user daemon\n}\n" + pair("", "")));
  const auto own =
      table_of(load("global_defs {\n  script_user daemon\n}\n" + pair("  user root\n", "")));
  ASSERT_TRUE(global && own);
  EXPECT_EQ(global->commands[0].uid, 1U);  // Debian's `daemon`
  EXPECT_EQ(own->commands[0].uid, 0U);
}

TEST(ScriptTable, AnUnknownUserIsAnErrorWithItsPlace) {
  const auto loaded = load(pair("  user nobody-of-that-name\n", ""));
  const auto table = table_of(loaded);
  ASSERT_FALSE(table);
  const auto diagnostic = unknown_user(loaded, table.error());
  EXPECT_THAT(format(diagnostic), testing::StartsWith("lb1.conf:1:13: error: chk: "));
  EXPECT_THAT(diagnostic.message, HasSubstr("no user 'nobody-of-that-name'"));
}

TEST(ScriptTable, WhatIsNotThereIsWarnedOf) {
  auto loaded = load(pair("", "  notify_fault /nonexistent/notify\n"));
  const auto table = table_of(loaded);
  ASSERT_TRUE(table);
  const auto found = check_scripts(loaded, *table);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(one_line(found[0]),
            "lb1.conf:4:15: warning: notify_fault of VI_1: '/nonexistent/notify' is not there: "
            "every run will fail");
}

TEST(FindProgram, LooksInTheUsualPlaces) {
  EXPECT_THAT(find_program("sh"), HasSubstr("/bin/sh"));
  EXPECT_EQ(find_program("/bin/sh"), "/bin/sh");
  EXPECT_EQ(find_program("no-such-program-anywhere"), "");
  EXPECT_EQ(find_program("/bin/no-such-program"), "");
}

}  // namespace
}  // namespace understudy::daemon
