#include "daemon/script_client.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "daemon/script_runner.h"

namespace understudy::daemon {
namespace {

constexpr int kRunnerSocket = 3;

[[noreturn]] void become_runner(int socket, const ScriptTable& table) {
  const int null = open("/dev/null", O_RDWR);
  for (int fd = 0; fd <= 2; ++fd) dup2(null, fd);
  if (socket != kRunnerSocket) dup2(socket, kRunnerSocket);
  fcntl(kRunnerSocket, F_SETFD, FD_CLOEXEC);
  close_range(kRunnerSocket + 1, ~0U, 0);
  prctl(PR_SET_NAME, "understudyd-run");
  serve_scripts(UniqueFd{kRunnerSocket}, table);
  _exit(0);
}

}  // namespace

tl::expected<ScriptClient, std::string> ScriptClient::fork_runner(const ScriptTable& table) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    return tl::unexpected(std::string{"cannot open a socket pair: "} + std::strerror(errno));
  UniqueFd ours{pair[0]};
  UniqueFd theirs{pair[1]};
  // From its first instant the runner must not die of a signal meant for the daemon.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &before);
  const pid_t pid = fork();
  if (pid != 0) sigprocmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return tl::unexpected(std::string{"cannot fork: "} + std::strerror(errno));
  if (pid == 0) become_runner(theirs.value(), table);
  return ScriptClient{std::move(ours), pid};
}

bool ScriptClient::request(const RunnerRequest& request) {
  if (gone_) return false;
  return send(socket_.value(), &request, sizeof request, MSG_NOSIGNAL | MSG_DONTWAIT) ==
         sizeof request;
}

std::optional<RunnerReply> ScriptClient::receive() {
  RunnerReply reply;
  for (;;) {
    const auto size = recv(socket_.value(), &reply, sizeof reply, MSG_DONTWAIT);
    if (size == sizeof reply) return reply;
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::nullopt;
    if (!gone_) waitpid(pid_, nullptr, WNOHANG);
    gone_ = true;
    return std::nullopt;
  }
}

}  // namespace understudy::daemon
