#include "daemon/script_security.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/temporary_folder.h"

namespace understudy::daemon {
namespace {

using testing::HasSubstr;
using testing::Optional;

// Files of whoever runs the test count as root's.
std::optional<std::string> judge(const std::string& path) {
  return find_insecurity(path, getuid());
}

TEST(ScriptSecurity, AFileOnlyItsOwnerMayWriteIsFine) {
  const TemporaryFolder folder;
  EXPECT_EQ(judge(folder.write("check.sh", "", 0755)), std::nullopt);
}

TEST(ScriptSecurity, AStickyFolderEverybodyMayWriteToIsFine) {
  EXPECT_EQ(judge("/tmp"), std::nullopt);
}

TEST(ScriptSecurity, AFileWritableByEveryoneIsNamed) {
  const TemporaryFolder folder;
  const auto script = folder.write("check.sh", "", 0757);
  EXPECT_THAT(judge(script), Optional(script + " is writable by everyone"));
}

TEST(ScriptSecurity, AFolderOnTheWayWritableByEveryoneIsNamed) {
  const TemporaryFolder folder;
  mkdir(folder.path("open").c_str(), 0755);
  chmod(folder.path("open").c_str(), 0777);
  const auto script = folder.write("open/check.sh", "", 0755);
  EXPECT_THAT(judge(script), Optional(folder.path("open") + " is writable by everyone"));
}

TEST(ScriptSecurity, ALinkIsFollowed) {
  const TemporaryFolder folder;
  mkdir(folder.path("open").c_str(), 0755);
  chmod(folder.path("open").c_str(), 0777);
  folder.write("open/check.sh", "", 0755);
  mkdir(folder.path("closed").c_str(), 0755);
  ASSERT_EQ(symlink("../open/check.sh", folder.path("closed/check.sh").c_str()), 0);
  EXPECT_THAT(judge(folder.path("closed/check.sh")),
              Optional(HasSubstr("open is writable by everyone")));
}

TEST(ScriptSecurity, AnotherUsersFileIsNamed) {
  const TemporaryFolder folder;
  const auto script = folder.write("check.sh", "", 0755);
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  ASSERT_EQ(chown(script.c_str(), 12345, 0), 0);
  EXPECT_THAT(find_insecurity(script), Optional(script + " belongs to user 12345"));
}

TEST(ScriptSecurity, AForeignGroupThatMayWriteIsNamed) {
  const TemporaryFolder folder;
  const auto script = folder.write("check.sh", "", 0775);
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  ASSERT_EQ(chown(script.c_str(), 0, 12345), 0);
  EXPECT_THAT(find_insecurity(script), Optional(script + " is writable by group 12345"));
  ASSERT_EQ(chown(script.c_str(), 0, 0), 0);  // root's group may
  EXPECT_EQ(find_insecurity(script), std::nullopt);
}

TEST(ScriptSecurity, WhatIsNotThereIsNotSecure) {
  EXPECT_THAT(judge("/nonexistent/check.sh"), Optional(HasSubstr("No such file")));
  EXPECT_TRUE(judge("check.sh"));
  EXPECT_TRUE(judge(""));
}

}  // namespace
}  // namespace understudy::daemon
