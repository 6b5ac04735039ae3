// The runner, as the daemon sees it: real processes, no root needed.
#include "daemon/script_client.h"

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/wait.h>

#include <chrono>
#include <csignal>
#include <functional>
#include <thread>

#include "core/vrrp/state.h"
#include "tests/daemon/temporary_folder.h"

namespace understudy::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

class Runner : public testing::Test {
 protected:
  std::uint16_t add(std::vector<std::string> argv) {
    ScriptCommand command;
    command.argv = std::move(argv);
    command.uid = getuid();
    command.gid = getgid();
    command.tracked = true;
    table_.commands.push_back(command);
    return static_cast<std::uint16_t>(table_.commands.size() - 1);
  }
  void start() {
    auto client = ScriptClient::fork_runner(table_);
    ASSERT_TRUE(client) << client.error();
    client_.emplace(std::move(*client));
  }
  void run(std::uint16_t command, std::uint32_t number) {
    RunnerRequest request;
    request.command = command;
    request.run = number;
    ASSERT_TRUE(client_->request(request));
  }
  void signal(std::uint16_t command, std::uint32_t number, int which) {
    RunnerRequest request;
    request.verb = RunnerRequest::Verb::signal;
    request.command = command;
    request.run = number;
    request.signal = static_cast<std::uint8_t>(which);
    ASSERT_TRUE(client_->request(request));
  }
  // nullopt: nothing came within 5 s, or the runner has gone.
  std::optional<RunnerReply> receive() {
    pollfd entry{client_->fd(), POLLIN, 0};
    if (poll(&entry, 1, 5000) <= 0) return std::nullopt;
    return client_->receive();
  }
  int exit_status_of(std::vector<std::string> argv) {
    const auto command = add(std::move(argv));
    start();
    run(command, 1);
    const auto reply = receive();
    return reply ? reply->exit_status : -1;
  }
  static bool wait_for(const std::function<bool()>& condition) {
    for (const auto end = steady_clock::now() + seconds{5}; steady_clock::now() < end;) {
      if (condition()) return true;
      std::this_thread::sleep_for(milliseconds{5});
    }
    return false;
  }

  ScriptTable table_;
  std::optional<ScriptClient> client_;
  TemporaryFolder folder_;
};

TEST_F(Runner, GivesBackTheExitCode) {
  EXPECT_EQ(exit_status_of({folder_.write("s", "#!/bin/sh\nexit 7\n", 0755)}), 7);
}

TEST_F(Runner, AScriptWithoutAHashBangGoesToTheShell) {
  EXPECT_EQ(exit_status_of(
                {folder_.write("s", "# a comment\ntest \"$1\" = word || exit 3\n", 0755), "word"}),
            0);
}

TEST_F(Runner, ProgramsAreLookedForInTheUsualPlaces) { EXPECT_EQ(exit_status_of({"true"}), 0); }

TEST_F(Runner, WhatIsNotThereIs127) { EXPECT_EQ(exit_status_of({"/nonexistent/x"}), 127); }

TEST_F(Runner, WhatMayNotBeExecutedIs126) {
  EXPECT_EQ(exit_status_of({folder_.write("s", "exit 0\n", 0644)}), 126);
}

TEST_F(Runner, AnInsecureScriptOfRootIsNotRun) {
  if (geteuid() != 0) GTEST_SKIP() << "scripts of root only";
  const auto script = folder_.write("s", "#!/bin/sh\nexit 0\n", 0777);
  const auto command = add({script});
  table_.commands[command].secure_only = true;
  start();
  run(command, 1);
  EXPECT_EQ(receive()->exit_status, 126);
  chmod(script.c_str(), 0755);  // judged at each run
  run(command, 2);
  EXPECT_EQ(receive()->exit_status, 0);
}

TEST_F(Runner, RunsAsTheScriptsUser) {
  if (geteuid() != 0) GTEST_SKIP() << "needs root to become somebody else";
  const auto script = folder_.write("s", "#!/bin/sh\nexit $(id -u)\n", 0755);
  chmod(std::filesystem::path{script}.parent_path().c_str(), 0755);
  const auto command = add({script});
  table_.commands[command].uid = 77;
  table_.commands[command].gid = 78;
  start();
  run(command, 1);
  EXPECT_EQ(receive()->exit_status, 77);
}

TEST_F(Runner, TwoRunsAreToldApart) {
  const auto slow = add({"/bin/sh", "-c", "sleep 0.1; exit 1"});
  const auto fast = add({"/bin/sh", "-c", "exit 2"});
  start();
  run(slow, 10);
  run(fast, 20);
  const auto first = receive();
  const auto second = receive();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(first->run, 20U);
  EXPECT_EQ(first->exit_status, 2);
  EXPECT_EQ(second->run, 10U);
  EXPECT_EQ(second->command, slow);
}

TEST_F(Runner, ASignalReachesTheWholeGroup) {
  const auto mark = folder_.path("pid");
  const auto command = add({"/bin/sh", "-c", "sleep 60 & echo $! >" + mark + "; wait"});
  start();
  run(command, 1);
  ASSERT_TRUE(wait_for([&] { return !TemporaryFolder::read(mark).empty(); }));
  const auto child = static_cast<pid_t>(std::stol(TemporaryFolder::read(mark)));
  signal(command, 1, SIGTERM);
  EXPECT_EQ(receive()->exit_status, 128 + SIGTERM);
  EXPECT_TRUE(wait_for([&] {
    std::ifstream stat{"/proc/" + std::to_string(child) + "/stat"};
    std::string text{std::istreambuf_iterator<char>{stat}, {}};
    return text.empty() || text.find(") Z") != std::string::npos;
  }));
}

TEST_F(Runner, SignalsOfOtherRunsGoNowhere) {
  const auto command = add({"/bin/sh", "-c", "sleep 0.1; exit 4"});
  start();
  run(command, 2);
  signal(command, 1, SIGKILL);
  EXPECT_EQ(receive()->exit_status, 4);
}

TEST_F(Runner, NotifyGetsItsFourWords) {
  const auto out = folder_.path("out");
  const auto script = folder_.write("s", "#!/bin/sh\necho \"$@\" >" + out + "\n", 0755);
  const auto command = add({script, "mine"});
  table_.commands[command].notify_type = "INSTANCE";
  table_.commands[command].name = "VI_1";
  start();
  RunnerRequest request;
  request.command = command;
  request.state = static_cast<std::uint8_t>(State::master);
  request.priority = 90;
  ASSERT_TRUE(client_->request(request));
  ASSERT_TRUE(receive());
  EXPECT_EQ(TemporaryFolder::read(out), "mine INSTANCE VI_1 MASTER 90\n");
  request.state = static_cast<std::uint8_t>(State::init);
  ASSERT_TRUE(client_->request(request));
  ASSERT_TRUE(receive());
  EXPECT_EQ(TemporaryFolder::read(out), "mine INSTANCE VI_1 STOP 90\n");
}

TEST_F(Runner, SurvivesSigtermAndEndsWithTheDaemon) {
  const auto mark = folder_.path("mark");
  const auto command = add(
      {"/bin/sh", "-c",
       "trap 'echo ended >" + mark + "; exit 0' TERM; echo ready >" + mark + "; sleep 60 & wait"});
  start();
  const pid_t runner = client_->pid();
  kill(runner, SIGTERM);
  run(command, 1);
  ASSERT_TRUE(wait_for([&] { return TemporaryFolder::read(mark) == "ready\n"; }));
  EXPECT_EQ(kill(runner, 0), 0);
  client_.reset();  // as when the daemon dies
  EXPECT_EQ(waitpid(runner, nullptr, 0), runner);
  EXPECT_EQ(TemporaryFolder::read(mark), "ended\n");
}

TEST_F(Runner, AStubbornScriptIsKilledWhenTheDaemonEnds) {
  const auto mark = folder_.path("pid");
  const auto command = add({"/bin/sh", "-c", "trap '' TERM; echo $$ >" + mark + "; sleep 60"});
  start();
  const pid_t runner = client_->pid();
  run(command, 1);
  ASSERT_TRUE(wait_for([&] { return !TemporaryFolder::read(mark).empty(); }));
  const auto script = static_cast<pid_t>(std::stol(TemporaryFolder::read(mark)));
  client_.reset();
  EXPECT_EQ(waitpid(runner, nullptr, 0), runner);
  EXPECT_TRUE(wait_for([&] { return kill(script, 0) != 0; }));
}

TEST_F(Runner, ItsDeathIsNoticed) {
  add({"true"});
  start();
  kill(client_->pid(), SIGKILL);
  EXPECT_FALSE(receive());
  EXPECT_TRUE(client_->gone());
  EXPECT_FALSE(client_->request({}));
}

class Successor : public Runner {
 protected:
  // The first word of a successor whose configuration says `now`.
  std::optional<RunnerGreeting> greeting_of(const ScriptTableSource& now) {
    auto client = ScriptClient::fork_runner(table_, now);
    if (!client) return std::nullopt;
    first_.emplace(std::move(*client));
    auto successor = first_->request_successor();
    if (!successor) return std::nullopt;
    client_.emplace(std::move(*successor));
    pollfd entry{client_->fd(), POLLIN, 0};
    poll(&entry, 1, 5000);
    return client_->greeting();
  }
  std::optional<ScriptClient> first_;
};

TEST_F(Successor, ServesTheCommandsOfNowAndTheFirstOnesGoWithTheirClient) {
  add({"/bin/sh", "-c", "exit 3"});
  auto now = table_;
  now.commands[0].argv = {"/bin/sh", "-c", "exit 4"};
  EXPECT_NE(digest_of(now), digest_of(table_));
  const auto greeting = greeting_of([&] { return now; });
  ASSERT_TRUE(greeting);
  EXPECT_EQ(greeting->table_digest, digest_of(now));
  const pid_t first = first_->pid();
  first_.reset();
  EXPECT_EQ(waitpid(first, nullptr, 0), first);
  run(0, 1);
  const auto reply = receive();
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->exit_status, 4);
}

TEST_F(Successor, WithoutATableSaysSo) {
  add({"/bin/true"});
  const auto greeting = greeting_of([] { return std::optional<ScriptTable>{}; });
  ASSERT_TRUE(greeting);
  EXPECT_EQ(greeting->table_digest, 0U);
}

}  // namespace
}  // namespace understudy::daemon
