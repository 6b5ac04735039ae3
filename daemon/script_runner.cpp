#include "daemon/script_runner.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <optional>
#include <vector>

#include "daemon/runner_protocol.h"
#include "daemon/script_exec.h"

namespace understudy::daemon {
namespace {

constexpr std::chrono::milliseconds kGrace{200};
constexpr int kRunnerSocket = 3;

class Runner {
 public:
  Runner(UniqueFd socket, const ScriptTable& table, const ScriptTableSource& reread)
      : socket_(std::move(socket)), table_(table), reread_(reread) {
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    sigprocmask(SIG_BLOCK, &children, nullptr);
    children_ = UniqueFd{signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK)};
  }

  void serve() {
    while (wait(-1)) {
    }
    signal_tracked(SIGTERM);
    const auto end = std::chrono::steady_clock::now() + kGrace;
    while (any_tracked()) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          end - std::chrono::steady_clock::now());
      if (left.count() <= 0) break;
      pollfd entry{children_.value(), POLLIN, 0};
      poll(&entry, 1, static_cast<int>(left.count()) + 1);
      reap();
    }
    signal_tracked(SIGKILL);
  }

 private:
  struct Run {
    pid_t pid;
    std::uint16_t command;
    std::uint32_t run;
  };

  // One round of waiting; false when the daemon is gone.
  bool wait(int timeout_ms) {
    pollfd entries[] = {{socket_.value(), POLLIN, 0}, {children_.value(), POLLIN, 0}};
    if (poll(entries, 2, timeout_ms) < 0) return errno == EINTR;
    if (entries[1].revents != 0) reap();
    if (entries[0].revents == 0) return true;
    RunnerRequest request;
    UniqueFd passed;
    const auto size = receive(request, passed);
    if (size < 0 && errno == EINTR) return true;
    if (size != sizeof request) return false;
    switch (request.verb) {
      case RunnerRequest::Verb::run:
        start(request);
        break;
      case RunnerRequest::Verb::signal:
        signal_run(request);
        break;
      case RunnerRequest::Verb::succeed:
        if (passed.valid() && fork() == 0) become_runner(passed.value(), nullptr, reread_);
    }
    return true;
  }

  // With a request to succeed a socket comes along.
  ssize_t receive(RunnerRequest& request, UniqueFd& passed) {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    iovec data{&request, sizeof request};
    msghdr message{};
    message.msg_iov = &data;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    const auto size = recvmsg(socket_.value(), &message, MSG_CMSG_CLOEXEC);
    const auto* head = size > 0 ? CMSG_FIRSTHDR(&message) : nullptr;
    if (head != nullptr && head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_RIGHTS) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(head), sizeof fd);
      passed = UniqueFd{fd};
    }
    return size;
  }

  void start(const RunnerRequest& request) {
    if (request.command >= table_.commands.size()) return;
    const pid_t pid = fork();
    if (pid == 0) exec_script(table_.commands[request.command], request);
    if (pid < 0) {
      reply({request.command, request.run, kExitNotRunnable});
    } else {
      runs_.push_back({pid, request.command, request.run});
    }
  }

  void signal_run(const RunnerRequest& request) {
    for (const auto& run : runs_)
      if (run.command == request.command && run.run == request.run)
        signal_group(run.pid, request.signal);
  }

  static void signal_group(pid_t pid, int signal) {
    // The child may not have come to its setsid() yet.
    if (kill(-pid, signal) != 0) kill(pid, signal);
  }

  void reap() {
    signalfd_siginfo info;
    while (read(children_.value(), &info, sizeof info) > 0) {
    }
    int status = 0;
    for (pid_t pid = 0; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
      const auto found =
          std::find_if(runs_.begin(), runs_.end(), [&](const Run& run) { return run.pid == pid; });
      if (found == runs_.end()) continue;
      reply({found->command, found->run,
             WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status)});
      runs_.erase(found);
    }
  }

  void reply(const RunnerReply& reply) {
    send(socket_.value(), &reply, sizeof reply, MSG_NOSIGNAL);  // a dead daemon shows in recv
  }

  bool tracked(const Run& run) const { return table_.commands[run.command].tracked; }
  bool any_tracked() const {
    return std::any_of(runs_.begin(), runs_.end(), [&](const Run& run) { return tracked(run); });
  }
  void signal_tracked(int signal) {
    for (const auto& run : runs_)
      if (tracked(run)) signal_group(run.pid, signal);
  }

  UniqueFd socket_;
  UniqueFd children_;
  const ScriptTable& table_;
  const ScriptTableSource& reread_;
  std::vector<Run> runs_;
};

}  // namespace

void serve_scripts(UniqueFd socket, const ScriptTable& table, const ScriptTableSource& reread) {
  Runner{std::move(socket), table, reread}.serve();
}

void become_runner(int socket, const ScriptTable* table, const ScriptTableSource& reread) {
  const int null = open("/dev/null", O_RDWR);
  for (int fd = 0; fd <= 2; ++fd) dup2(null, fd);
  if (socket != kRunnerSocket) dup2(socket, kRunnerSocket);
  fcntl(kRunnerSocket, F_SETFD, FD_CLOEXEC);
  close_range(kRunnerSocket + 1, ~0U, 0);
  prctl(PR_SET_NAME, "understudyd-run");
  std::optional<ScriptTable> made;
  if (table == nullptr) {
    if (reread) made = reread();
    const RunnerGreeting greeting{made ? digest_of(*made) : 0};
    send(kRunnerSocket, &greeting, sizeof greeting, MSG_NOSIGNAL);
    if (!made) _exit(0);
    table = &*made;
  }
  serve_scripts(UniqueFd{kRunnerSocket}, *table, reread);
  _exit(0);
}

}  // namespace understudy::daemon
