#include "daemon/script_client.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "daemon/script_runner.h"

namespace understudy::daemon {
tl::expected<ScriptClient, std::string> ScriptClient::fork_runner(const ScriptTable& table,
                                                                  const ScriptTableSource& reread) {
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
  if (pid == 0) become_runner(theirs.value(), &table, reread);
  return ScriptClient{std::move(ours), pid};
}

std::optional<ScriptClient> ScriptClient::request_successor() {
  int pair[2];
  if (gone_ || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
    return std::nullopt;
  UniqueFd ours{pair[0]};
  const UniqueFd theirs{pair[1]};
  RunnerRequest request;
  request.verb = RunnerRequest::Verb::succeed;
  iovec data{&request, sizeof request};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
  msghdr message{};
  message.msg_iov = &data;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  auto* head = CMSG_FIRSTHDR(&message);
  head->cmsg_level = SOL_SOCKET;
  head->cmsg_type = SCM_RIGHTS;
  head->cmsg_len = CMSG_LEN(sizeof(int));
  const int passed = theirs.value();
  std::memcpy(CMSG_DATA(head), &passed, sizeof passed);
  if (sendmsg(socket_.value(), &message, MSG_NOSIGNAL | MSG_DONTWAIT) !=
      static_cast<ssize_t>(sizeof request))
    return std::nullopt;
  return ScriptClient{std::move(ours), 0};
}

std::optional<RunnerGreeting> ScriptClient::greeting() {
  RunnerGreeting greeting;
  const auto size = recv(socket_.value(), &greeting, sizeof greeting, MSG_DONTWAIT);
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
  return size == sizeof greeting ? greeting : RunnerGreeting{};
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
    if (!gone_ && pid_ > 0) waitpid(pid_, nullptr, WNOHANG);
    gone_ = true;
    return std::nullopt;
  }
}

}  // namespace understudy::daemon
