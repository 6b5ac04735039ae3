#include "daemon/script_runner.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <vector>

#include "daemon/runner_protocol.h"
#include "daemon/script_exec.h"

namespace understudy::daemon {
namespace {

constexpr std::chrono::milliseconds kGrace{200};

class Runner {
 public:
  Runner(UniqueFd socket, const ScriptTable& table) : socket_(std::move(socket)), table_(table) {
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
    const auto size = recv(socket_.value(), &request, sizeof request, 0);
    if (size < 0 && errno == EINTR) return true;
    if (size != sizeof request) return false;
    if (request.verb == RunnerRequest::Verb::run) {
      start(request);
    } else {
      signal_run(request);
    }
    return true;
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
  std::vector<Run> runs_;
};

}  // namespace

void serve_scripts(UniqueFd socket, const ScriptTable& table) {
  Runner{std::move(socket), table}.serve();
}

}  // namespace understudy::daemon
