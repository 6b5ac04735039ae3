#include "daemon/pid_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <optional>

#include "tests/daemon/temporary_folder.h"

namespace understudy::daemon {
namespace {

using testing::HasSubstr;

// The lock is the process's: only another process is refused.
int status_of_another(const std::string& path) {
  const pid_t pid = fork();
  if (pid == 0) {
    const auto file = PidFile::create(path);
    _exit(file ? 0
          : file.error().find("already running: process " + std::to_string(getppid())) ==
                  std::string::npos
              ? 2
              : 1);
  }
  int status = 0;
  waitpid(pid, &status, 0);
  return WEXITSTATUS(status);
}

TEST(PidFile, HoldsThePidAndGoesWithItsOwner) {
  const TemporaryFolder folder;
  const auto path = folder.path("pid");
  {
    const auto file = PidFile::create(path);
    ASSERT_TRUE(file) << file.error();
    EXPECT_EQ(TemporaryFolder::read(path), std::to_string(getpid()) + "\n");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(PidFile, ASecondDaemonIsRefusedAndToldWhoHoldsIt) {
  const TemporaryFolder folder;
  const auto path = folder.path("pid");
  auto file = PidFile::create(path);
  ASSERT_TRUE(file);
  EXPECT_EQ(status_of_another(path), 1);
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(PidFile, AFileLeftByADeadDaemonIsTakenOver) {
  const TemporaryFolder folder;
  const auto path = folder.write("pid", "99999999 and more\n");
  const auto file = PidFile::create(path);
  ASSERT_TRUE(file);
  EXPECT_EQ(TemporaryFolder::read(path), std::to_string(getpid()) + "\n");
}

TEST(PidFile, AChildNeitherHoldsNorRemovesIt) {
  const TemporaryFolder folder;
  const auto path = folder.path("pid");
  auto file = std::make_optional(PidFile::create(path));
  const pid_t pid = fork();
  if (pid == 0) {
    file.reset();
    _exit(0);
  }
  waitpid(pid, nullptr, 0);
  EXPECT_TRUE(std::filesystem::exists(path));
}

TEST(PidFile, WhatCannotBeWrittenIsNamed) {
  const auto file = PidFile::create("/nonexistent/pid");
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error(), HasSubstr("/nonexistent/pid: No such file or directory"));
}

}  // namespace
}  // namespace understudy::daemon
