#include "daemon/process_identity.h"

#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace understudy::daemon {
namespace {

using Match = config::TrackProcess::Match;

config::TrackProcess tracked(std::vector<std::string> command) {
  config::TrackProcess process;
  process.command = std::move(command);
  return process;
}

config::TrackProcess with_arguments(std::vector<std::string> command, Match match) {
  auto process = tracked(std::move(command));
  process.has_arguments = true;
  process.match = match;
  return process;
}

// Words with a NUL after each.
std::string line(const std::vector<std::string>& words) {
  std::string made;
  for (const auto& word : words) made.append(word).push_back('\0');
  return made;
}

TEST(TrackedProcess, ShortNameIsCompared) {
  EXPECT_TRUE(matches(tracked({"nginx"}), {"nginx", {}}));
  EXPECT_FALSE(matches(tracked({"nginx"}), {"nginx2", {}}));
  EXPECT_FALSE(matches(tracked({"nginx"}), {"ngin", {}}));
  EXPECT_FALSE(matches(tracked({"nginx"}), {"", line({"nginx"})}));
}

TEST(TrackedProcess, LongNameIsComparedAsFarAsShortNamesGo) {
  EXPECT_TRUE(matches(tracked({"systemd-resolved"}), {"systemd-resolve", {}}));
  EXPECT_FALSE(matches(tracked({"systemd-resolvex"}), {"systemd-resolv", {}}));
}

TEST(TrackedProcess, FullCommandIsTheFirstWordAsStarted) {
  auto process = tracked({"/usr/sbin/haproxy"});
  process.full_command = true;
  EXPECT_TRUE(matches(process, {"haproxy", line({"/usr/sbin/haproxy", "-Ws"})}));
  EXPECT_FALSE(matches(process, {"haproxy", line({"haproxy", "-Ws"})}));
  EXPECT_FALSE(matches(process, {"haproxy", line({"/usr/sbin/haproxy2"})}));
  EXPECT_FALSE(matches(process, {"haproxy", {}})) << "a kernel thread has no command line";
}

struct ArgumentsCase {
  const char* name;
  Match match;
  std::vector<std::string> wanted, has;
  bool expected;
};

class TrackedArguments : public testing::TestWithParam<ArgumentsCase> {};

TEST_P(TrackedArguments, AreComparedAsConfigured) {
  const auto& row = GetParam();
  EXPECT_EQ(matches(with_arguments(row.wanted, row.match), {"sleep", line(row.has)}), row.expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, TrackedArguments,
    testing::Values(
        ArgumentsCase{
            "ExactSame", Match::exact, {"sleep", "-a", "10"}, {"sleep", "-a", "10"}, true},
        ArgumentsCase{"ExactMore", Match::exact, {"sleep", "-a"}, {"sleep", "-a", "10"}, false},
        ArgumentsCase{"ExactLonger", Match::exact, {"sleep", "1"}, {"sleep", "10"}, false},
        ArgumentsCase{"ExactNoneWanted", Match::exact, {"sleep"}, {"sleep"}, true},
        ArgumentsCase{"ExactNoneWantedSomeThere", Match::exact, {"sleep"}, {"sleep", "1"}, false},
        ArgumentsCase{"PartialMore", Match::partial, {"sleep", "-a"}, {"sleep", "-a", "10"}, true},
        ArgumentsCase{
            "PartialWordsAreWhole", Match::partial, {"sleep", "1"}, {"sleep", "10"}, false},
        ArgumentsCase{"PartialFewer", Match::partial, {"sleep", "-a", "1"}, {"sleep", "-a"}, false},
        ArgumentsCase{
            "InitialLastMayBeLonger", Match::initial, {"sleep", "1"}, {"sleep", "10"}, true},
        ArgumentsCase{
            "InitialMoreMayFollow", Match::initial, {"sleep", "-a"}, {"sleep", "-ab", "1"}, true},
        ArgumentsCase{"InitialOthersAreWhole",
                      Match::initial,
                      {"sleep", "-a", "1"},
                      {"sleep", "-ab", "1"},
                      false},
        ArgumentsCase{"OtherProgram", Match::partial, {"sleep"}, {"sleeper"}, false}),
    [](const auto& row) { return std::string{row.param.name}; });

TEST(TrackedProcess, EmptyCommandMatchesNothing) { EXPECT_FALSE(matches(tracked({}), {"", {}})); }

TEST(ReadIdentity, OfThisProcess) {
  char before[16];
  prctl(PR_GET_NAME, before);
  prctl(PR_SET_NAME, "a (name) b");
  const auto identity = read_identity(getpid(), {true, true});
  const auto kind = kind_of(getpid());
  prctl(PR_SET_NAME, before);
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->name, "a (name) b");
  EXPECT_EQ(identity->command_line.back(), '\0');
  EXPECT_NE(identity->command_line.find("test_daemon"), std::string::npos);
  EXPECT_EQ(kind, ProcessKind::alive);
}

TEST(ReadIdentity, OfNobody) { EXPECT_FALSE(read_identity(0x7ffffff0, {true, false})); }

TEST(ProcessKind, OfOneThatWaitsForItsParent) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  siginfo_t info;
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  EXPECT_EQ(kind_of(child), ProcessKind::ended);
  waitpid(child, nullptr, 0);
  EXPECT_EQ(kind_of(child), ProcessKind::ended);
}

TEST(ProcessKind, OfAKernelThread) {
  const auto identity = read_identity(2, {true, false});
  if (!identity || identity->name != "kthreadd") GTEST_SKIP() << "no kernel threads to see here";
  EXPECT_EQ(kind_of(2), ProcessKind::kernel_thread);
}

}  // namespace
}  // namespace understudy::daemon
