#include "daemon/process_watcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "daemon/clock.h"
#include "daemon/real_time.h"

namespace understudy::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Births = ProcessWatcher::Births;

// A child that waits to be told what to do, and ends with us.
class Child {
 public:
  explicit Child(const std::string& name = {}) {
    int ends[2];
    int ready[2];
    if (pipe(ends) != 0 || pipe(ready) != 0) abort();
    pid_ = fork();
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (!name.empty()) prctl(PR_SET_NAME, name.c_str());
      close(ends[1]);
      close(ready[0]);
      close(ready[1]);
      serve(ends[0]);
    }
    close(ends[0]);
    close(ready[1]);
    char nothing = 0;
    while (read(ready[0], &nothing, 1) > 0) {
    }
    close(ready[0]);
    commands_ = UniqueFd{ends[1]};
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { end(); }

  void rename() { tell('n'); }
  void fork_one() { tell('f'); }
  void exec() { tell('e'); }
  void kill_only() { kill(pid_, SIGKILL); }
  void end() {
    if (pid_ <= 0) return;
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = 0;
  }

 private:
  void tell(char command) {
    if (write(commands_.value(), &command, 1) != 1) abort();
  }
  [[noreturn]] static void serve(int commands) {
    char command = 0;
    while (read(commands, &command, 1) == 1) {
      if (command == 'n') prctl(PR_SET_NAME, "us-renamed");
      if (command == 'e') execl("/bin/sleep", "us-sleeper", "60", nullptr);
      const pid_t parent = getpid();
      if (command == 'f' && fork() == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        while (getppid() == parent) pause();
        _exit(0);
      }
    }
    _exit(0);
  }

  pid_t pid_ = 0;
  UniqueFd commands_;
};

config::TrackProcess tracked(std::vector<std::string> command, bool full = false) {
  config::TrackProcess process;
  process.command = std::move(command);
  process.full_command = full;
  process.has_arguments = process.command.size() > 1;
  return process;
}

void become_ordinary() {
  const sched_param none{};
  sched_setscheduler(0, SCHED_OTHER, &none);
}

// The host's loop, as far as the watcher is concerned.
class Watched {
 public:
  Watched(const std::vector<config::TrackProcess>& processes, Births births)
      : watcher_(*ProcessWatcher::open(processes, monotonic_now(), births)) {
    look();
  }
  // Until that count is told; how long it took, or nothing.
  std::optional<Duration> wait_for(std::uint16_t process, std::uint32_t count,
                                   Duration limit = seconds{5}) {
    const auto begin = monotonic_now();
    while (watcher_.count(process) != count) {
      const auto now = monotonic_now();
      if (now - begin > limit) return std::nullopt;
      const auto left = std::min<Duration>(watcher_.next_look() - now, limit);
      const auto wait = std::chrono::duration_cast<milliseconds>(left).count() + 1;
      pollfd entry{watcher_.fd(), POLLIN, 0};
      poll(&entry, 1, static_cast<int>(std::max<std::int64_t>(wait, 0)));
      look();
    }
    return monotonic_now() - begin;
  }
  void look_for(Duration span) {
    const auto end = monotonic_now() + span;
    while (monotonic_now() < end) {
      std::this_thread::sleep_for(milliseconds{1});
      look();
    }
  }
  void look() { watcher_.look(monotonic_now(), told_); }

  ProcessWatcher watcher_;
  std::vector<Input> told_;
};

class Both : public testing::TestWithParam<Births> {
 protected:
  void SetUp() override {
    if (GetParam() == Births::connector_or_scan && !ProcessEvents::open())
      GTEST_SKIP() << ProcessEvents::open().error();
  }
};

TEST_P(Both, CountsAreToldAtFirstAndThenTheirChanges) {
  const Child one{"us-one"};
  Watched watched{{tracked({"us-one"}), tracked({"us-nobody"})}, GetParam()};
  ASSERT_EQ(watched.told_.size(), 2U);
  EXPECT_EQ(std::get<ProcessChanged>(watched.told_[0]).count, 1U);
  EXPECT_EQ(std::get<ProcessChanged>(watched.told_[1]).count, 0U);
  watched.told_.clear();
  watched.look();
  EXPECT_TRUE(watched.told_.empty());
}

TEST_P(Both, DeathIsKnownWithinFiveMilliseconds) {
  // As the daemon is; a busy machine tells nothing about an ordinary process.
  const bool prompt = become_real_time();
  std::vector<Duration> took;
  for (int i = 0; i < 20; ++i) {
    Child child{"us-mortal"};
    Watched watched{{tracked({"us-mortal"})}, GetParam()};
    if (!watched.wait_for(0, 1)) FAIL();
    child.kill_only();
    const auto death = watched.wait_for(0, 0);
    ASSERT_TRUE(death);
    took.push_back(*death);
  }
  if (prompt) become_ordinary();
  std::sort(took.begin(), took.end());
  const auto median = took[took.size() / 2];
  RecordProperty("median_us", static_cast<int>(median.count() / 1000));
  RecordProperty("worst_us", static_cast<int>(took.back().count() / 1000));
  if (!prompt) GTEST_SKIP() << "no real-time priority here";
  EXPECT_LT(median, milliseconds{5});
}

TEST_P(Both, BirthIsNoticed) {
  Watched watched{{tracked({"us-born"})}, GetParam()};
  EXPECT_EQ(watched.watcher_.count(0), 0U);
  Child child;
  watched.look_for(milliseconds{150});
  EXPECT_EQ(watched.watcher_.count(0), 0U);
  const Child late{"us-born"};
  EXPECT_TRUE(watched.wait_for(0, 1));
}

TEST_P(Both, NewNameIsNoticedBothWays) {
  Child child{"us-first"};
  Watched watched{{tracked({"us-first"}), tracked({"us-renamed"})}, GetParam()};
  ASSERT_TRUE(watched.wait_for(0, 1));
  child.rename();
  EXPECT_TRUE(watched.wait_for(1, 1));
  EXPECT_EQ(watched.watcher_.count(0), 0U);
}

TEST_P(Both, ExecutedProgramIsNoticed) {
  Child child{"us-shell"};
  Watched watched{{tracked({"us-sleeper", "60"}), tracked({"us-shell"})}, GetParam()};
  ASSERT_TRUE(watched.wait_for(1, 1));
  child.exec();
  EXPECT_TRUE(watched.wait_for(0, 1));
  EXPECT_EQ(watched.watcher_.count(1), 0U);
}

TEST_P(Both, ForkedChildCountsAsItsParentDoes) {
  Child child{"us-server"};
  Watched watched{{tracked({"us-server"})}, GetParam()};
  ASSERT_TRUE(watched.wait_for(0, 1));
  child.fork_one();
  EXPECT_TRUE(watched.wait_for(0, 2));
  child.end();
  EXPECT_TRUE(watched.wait_for(0, 0));
}

TEST_P(Both, OneProcessMayBeSeveralOfTheTracked) {
  const Child child{"us-several"};
  Watched watched{{tracked({"us-several"}), tracked({"us-several"})}, GetParam()};
  EXPECT_TRUE(watched.wait_for(0, 1));
  EXPECT_TRUE(watched.wait_for(1, 1));
}

INSTANTIATE_TEST_SUITE_P(Births, Both, testing::Values(Births::connector_or_scan, Births::scan),
                         [](const auto& row) {
                           return std::string{row.param == Births::scan ? "Scan" : "Connector"};
                         });

TEST(ProcessWatcherScan, OneThatIsDeadAlreadyIsNotCounted) {
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_NAME, "us-zombie");
    _exit(0);
  }
  siginfo_t info;
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  Watched watched{{tracked({"us-zombie"})}, Births::scan};
  EXPECT_EQ(watched.watcher_.count(0), 0U);
  waitpid(child, nullptr, 0);
}

TEST(ProcessWatcherScan, KernelThreadsNeverCount) {
  if (!read_identity(2, {true, false})) GTEST_SKIP() << "no kernel threads to see here";
  Watched watched{{tracked({"kthreadd"})}, Births::scan};
  EXPECT_EQ(watched.watcher_.count(0), 0U);
}

TEST(ProcessWatcherScan, SlicesAreShortAndManyProcessesAreAllSeen) {
  std::vector<std::unique_ptr<Child>> crowd;
  for (int i = 0; i < 300; ++i) crowd.push_back(std::make_unique<Child>("us-crowd"));
  Watched watched{{tracked({"us-crowd"})}, Births::scan};
  EXPECT_TRUE(watched.wait_for(0, 300));
  Duration longest{};
  const auto end = monotonic_now() + milliseconds{1500};
  while (monotonic_now() < end) {
    std::this_thread::sleep_for(milliseconds{1});
    const auto before = monotonic_now();
    watched.look();
    longest = std::max(longest, monotonic_now() - before);
  }
  RecordProperty("longest_look_us", static_cast<int>(longest.count() / 1000));
  EXPECT_LT(longest, milliseconds{20}) << "half a millisecond, and what a busy machine adds";
  crowd.clear();
  EXPECT_TRUE(watched.wait_for(0, 0));
}

}  // namespace
}  // namespace understudy::daemon
