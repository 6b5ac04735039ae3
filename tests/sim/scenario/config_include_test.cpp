// What the configurations of a scenario include, and the key files they name.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

#include "sim/scenario/loader.h"
#include "tests/pcap/temporary_directory.h"
#include "tests/sim/scenario/memory_files.h"

namespace understudy::sim {
namespace {

const std::string kInstance =
    "vrrp_instance VI_1 {\n"
    "    interface eth0\n"
    "    virtual_router_id 51\n"
    "    priority 90\n"
    "    virtual_ipaddress {\n"
    "        192.168.56.100/24\n"
    "    }\n"
    "}\n";

std::string replaced(std::string text, const std::string& before, const std::string& after) {
  const std::size_t at = text.find(before);
  EXPECT_NE(at, std::string::npos) << before;
  return text.replace(at, before.size(), after);
}

/// The pair whose second host includes `part`.
LoadResult load_including(const std::string& part) {
  MemoryFiles files({{"dir/lb1.conf", pair_config("100")},
                     {"dir/lb2.conf", "global_defs {\n}\ninclude parts/instance.conf\n"},
                     {"dir/parts/instance.conf", part}});
  return load(kPair, "dir/pair.yaml", files);
}

TEST(ConfigInclude, StandsInItsPlace) {
  const auto result = load_including(kInstance);
  EXPECT_EQ(printed(result), "");
  ASSERT_EQ(result.cases.size(), 1U);
  EXPECT_EQ(result.cases[0].hosts[1].config->instances.at(0).priority, 90);
}

TEST(ConfigInclude, FindingsStandInTheFileThatIsIncluded) {
  const auto result = load_including(replaced(kInstance, "id 51", "id 300"));
  EXPECT_TRUE(result.cases.empty());
  ASSERT_FALSE(result.diagnostics.empty());
  EXPECT_EQ(result.diagnostics[0].file, "dir/parts/instance.conf");
  EXPECT_EQ(result.diagnostics[0].position, (SourcePosition{3, 23}));
  EXPECT_EQ(result.diagnostics[0].source_line, "    virtual_router_id 300");
}

TEST(ConfigInclude, SoDoThoseAboutTheHost) {
  const auto instance = load_including(replaced(kInstance, "eth0", "eth7"));
  ASSERT_FALSE(instance.diagnostics.empty());
  EXPECT_EQ(instance.diagnostics[0].code, "unknown-interface");
  EXPECT_EQ(instance.diagnostics[0].file, "dir/parts/instance.conf");
  EXPECT_EQ(instance.diagnostics[0].source_line, "    interface eth7");

  const auto group = load_including(kInstance +
                                    "vrrp_sync_group G {\n"
                                    "    group {\n"
                                    "        VI_1\n"
                                    "    }\n"
                                    "    track_interface {\n"
                                    "        eth8\n"
                                    "    }\n"
                                    "}\n");
  const auto found = std::find_if(group.diagnostics.begin(), group.diagnostics.end(),
                                  [](const auto& one) { return one.code == "unknown-interface"; });
  ASSERT_NE(found, group.diagnostics.end()) << printed(group);
  EXPECT_EQ(found->file, "dir/parts/instance.conf");
  EXPECT_EQ(found->source_line, "        eth8");

  const auto outside = load_including(replaced(kInstance, "192.168.56.100/24", "192.168.188.100"));
  ASSERT_EQ(outside.diagnostics.size(), 1U) << printed(outside);
  EXPECT_EQ(outside.diagnostics[0].file, "dir/parts/instance.conf");
  EXPECT_EQ(outside.diagnostics[0].source_line, "        192.168.188.100");
}

TEST(ConfigInclude, OfATextInTheScenarioIsRelativeToIt) {
  MemoryFiles files({{"dir/lb1.conf", pair_config("100")}, {"dir/instance.conf", kInstance}});
  const auto text = replaced(kPair, "config: lb2.conf",
                             "config: |\n"
                             "      include instance.conf\n");
  const auto result = load(text, "dir/pair.yaml", files);
  EXPECT_EQ(printed(result), "");
  ASSERT_EQ(result.cases.size(), 1U);
  EXPECT_EQ(result.cases[0].hosts[1].config->instances.at(0).priority, 90);

  MemoryFiles wrong({{"dir/lb1.conf", pair_config("100")},
                     {"dir/instance.conf", replaced(kInstance, "eth0", "eth7")}});
  const auto refused = load(text, "dir/pair.yaml", wrong);
  ASSERT_FALSE(refused.diagnostics.empty());
  EXPECT_EQ(refused.diagnostics[0].file, "dir/instance.conf");
  EXPECT_EQ(refused.diagnostics[0].position, (SourcePosition{2, 15}));
}

TEST(ConfigInclude, ThatIsMissingIsToldWithItsPlace) {
  MemoryFiles files({{"dir/lb1.conf", pair_config("100")},
                     {"dir/lb2.conf", kInstance + "include nowhere.conf\n"}});
  const auto result = load(kPair, "dir/pair.yaml", files);
  ASSERT_EQ(result.diagnostics.size(), 1U);
  EXPECT_EQ(result.diagnostics[0].file, "dir/lb2.conf");
  EXPECT_EQ(result.diagnostics[0].position.line, 9U);
  EXPECT_EQ(result.diagnostics[0].severity, Severity::warning);
}

TEST(ConfigInclude, InACircleIsRefused) {
  const auto result = load_including("include instance.conf\n");
  EXPECT_TRUE(result.cases.empty());
  EXPECT_NE(printed(result).find("includes itself"), std::string::npos) << printed(result);
}

TEST(ConfigInclude, MayBeAPatternOnADisk) {
  const TemporaryDirectory folder;
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream(folder.file(name)) << text;
  };
  write("pair.yaml", kPair);
  write("lb1.conf", pair_config("100"));
  write("lb2.conf", "include conf.d/*.conf\n");
  std::filesystem::create_directories(folder.file("conf.d/folder.conf"));
  write("conf.d/10-one.conf", kInstance);
  write("conf.d/20-two.conf", replaced(replaced(kInstance, "VI_1", "VI_2"), "id 51", "id 52"));
  write("conf.d/notes.txt", "this is no configuration");
  const auto result = load_file(folder.file("pair.yaml"));
  ASSERT_EQ(result.cases.size(), 1U) << printed(result);
  const auto& instances = result.cases[0].hosts[1].config->instances;
  ASSERT_EQ(instances.size(), 2U);
  EXPECT_EQ(instances[0].name, "VI_1");
  EXPECT_EQ(instances[1].name, "VI_2");
}

TEST(KeyFile, IsReadBesideTheConfiguration) {
  const auto keyed = replaced(kInstance, "    virtual_ipaddress",
                              "    version 3\n"
                              "    auth_hmac {\n"
                              "        key 1 file:vrrp.key\n"
                              "        active_key 1\n"
                              "    }\n"
                              "    virtual_ipaddress");
  MemoryFiles with({{"dir/lb1.conf", pair_config("100")},
                    {"dir/lb2.conf", keyed},
                    {"dir/vrrp.key", "0123456789abcdef0123456789abcdef\n"}});
  MemoryFiles without({{"dir/lb1.conf", pair_config("100")}, {"dir/lb2.conf", keyed}});
  EXPECT_FALSE(has_errors(load(kPair, "dir/pair.yaml", with).diagnostics))
      << printed(load(kPair, "dir/pair.yaml", with));
  EXPECT_TRUE(has_errors(load(kPair, "dir/pair.yaml", without).diagnostics));
}

}  // namespace
}  // namespace understudy::sim
