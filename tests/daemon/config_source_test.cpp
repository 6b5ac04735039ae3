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
