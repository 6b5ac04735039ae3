#include "daemon/config_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/temporary_folder.h"

namespace understudy::daemon {
namespace {

using testing::HasSubstr;

TEST(ConfigSource, IncludesAreGlobbedRelativeToTheIncludingFile) {
  const TemporaryFolder folder;
  mkdir(folder.path("conf.d").c_str(), 0755);
  folder.write("conf.d/b.conf", "two");
  folder.write("conf.d/a.conf", "one");
  folder.write("conf.d/other", "no");
  FileIncludeReader reader;
  const auto files = reader.read("conf.d/*.conf", folder.path("main.conf"));
  ASSERT_EQ(files.size(), 2U);
  EXPECT_EQ(files[0].text, "one");
  EXPECT_EQ(files[0].name, folder.path("conf.d/a.conf"));
  EXPECT_EQ(files[1].text, "two");
  EXPECT_TRUE(reader.read("nothing*", folder.path("main.conf")).empty());
}

TEST(ConfigSource, KeysAreReadAndThoseOthersCanReadAreNamed) {
  const TemporaryFolder folder;
  const std::string key(32, 'k');
  const auto open_to_all = folder.write("open", key);
  const auto own = folder.write("own", key);
  ASSERT_EQ(chmod(open_to_all.c_str(), 0644), 0);
  ASSERT_EQ(chmod(own.c_str(), 0600), 0);
  FileIncludeReader reader;
  EXPECT_EQ(reader.read_key("own", folder.path("main.conf")), key) << "relative to the includer";
  EXPECT_EQ(reader.read_key(open_to_all, "elsewhere/main.conf"), key);
  EXPECT_EQ(reader.read_key(open_to_all, "elsewhere/main.conf"), key);
  EXPECT_EQ(reader.read_key("none", folder.path("main.conf")), std::nullopt);
  EXPECT_EQ(reader.read_key("/dev/zero", folder.path("main.conf")), std::nullopt);
  EXPECT_EQ(reader.exposed_keys(), std::vector<std::string>{open_to_all});

  const auto config = folder.write(
      "main.conf",
      "vrrp_instance VI {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n192.0.2.1\n}\n"
      "auth_hmac {\nkey 1 file:open\nactive_key 1\n}\n}\n");
  const auto loaded = load_config(config).value();
  ASSERT_EQ(loaded.parsed.diagnostics.size(), 1U);
  EXPECT_EQ(loaded.parsed.diagnostics[0].code, "key-file-exposed");
  EXPECT_EQ(loaded.parsed.diagnostics[0].severity, Severity::warning);
}

TEST(ConfigSource, WhatCannotBeReadIsNamedWithTheReason) {
  const TemporaryFolder folder;
  EXPECT_THAT(read_text_file(folder.path("none")).error(),
              HasSubstr("/none: No such file or directory"));
  EXPECT_THAT(read_text_file(folder.path("")).error(), HasSubstr("Is a directory"));
}

TEST(ConfigSource, AnEndlessFileIsGivenUp) {
  EXPECT_THAT(read_text_file("/dev/zero").error(), HasSubstr("larger than 64 MiB"));
}

TEST(ConfigSource, AWholeFileIsReadWithItsZeroBytes) {
  const TemporaryFolder folder;
  const std::string text(200'000, '\0');
  EXPECT_EQ(read_text_file(folder.write("binary", text)).value(), text);
}

}  // namespace
}  // namespace understudy::daemon
