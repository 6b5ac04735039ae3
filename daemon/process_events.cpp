#include "daemon/process_events.h"

#include <arpa/inet.h>
#include <linux/cn_proc.h>
#include <linux/connector.h>
#include <linux/filter.h>
#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstring>

namespace understudy::daemon {
namespace {

constexpr std::uint32_t kFork = 0x00000001;
constexpr std::uint32_t kExec = 0x00000002;
constexpr std::uint32_t kName = 0x00000200;
constexpr std::uint32_t kAnswer = 0x00000000;
constexpr int kReceiveBuffer = 1 << 20;
constexpr std::chrono::milliseconds kPatience{200};

constexpr std::size_t kEventAt = NLMSG_HDRLEN + sizeof(cn_msg);
constexpr std::size_t kDataAt = kEventAt + offsetof(proc_event, event_data);

std::string failed(const char* what) { return std::string{what} + ": " + std::strerror(errno); }

// Lets through what next() and open() look at. The filter reads in network order what the kernel
// wrote in the host's.
bool filter(int fd) {
  const auto word = [](std::uint32_t value) { return htonl(value); };
  constexpr auto kWhatAt = static_cast<std::uint32_t>(kEventAt + offsetof(proc_event, what));
  constexpr auto kChildAt = static_cast<std::uint32_t>(kDataAt + 8);
  constexpr auto kChildGroupAt = static_cast<std::uint32_t>(kDataAt + 12);
  std::array<sock_filter, 11> program{{
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kWhatAt),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, word(kAnswer), 7, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, word(kExec), 6, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, word(kName), 5, 0),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, word(kFork), 0, 5),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kChildAt),
      BPF_STMT(BPF_MISC | BPF_TAX, 0),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, kChildGroupAt),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
      BPF_STMT(BPF_RET | BPF_K, 0),
  }};
  const sock_fprog filter{program.size(), program.data()};
  return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter) == 0;
}

// What the kernel adds one to in its answer, which goes to all who listen.
std::uint32_t our_mark() { return static_cast<std::uint32_t>(getpid()); }

bool ask(int fd, proc_cn_mcast_op operation) {
  cn_msg message{};
  message.id.idx = CN_IDX_PROC;
  message.id.val = CN_VAL_PROC;
  message.ack = our_mark();
  message.len = sizeof(std::uint32_t);
  const std::uint32_t word = operation;
  nlmsghdr header{};
  header.nlmsg_len = NLMSG_HDRLEN + sizeof message + sizeof word;
  header.nlmsg_type = NLMSG_DONE;
  std::array<std::uint8_t, NLMSG_HDRLEN + sizeof message + sizeof word> request{};
  std::memcpy(request.data(), &header, sizeof header);
  std::memcpy(request.data() + NLMSG_HDRLEN, &message, sizeof message);
  std::memcpy(request.data() + NLMSG_HDRLEN + sizeof message, &word, sizeof word);
  return send(fd, request.data(), request.size(), 0) == static_cast<ssize_t>(request.size());
}

struct Message {
  std::uint32_t acknowledges = 0;
  proc_event event{};
};

enum class Received : std::uint8_t { message, other, nothing, lost };

Received receive(int fd, Message& message) {
  alignas(nlmsghdr) std::array<std::uint8_t, 1024> buffer;
  sockaddr_nl from{};
  socklen_t size = sizeof from;
  const auto received = recvfrom(fd, buffer.data(), buffer.size(), MSG_DONTWAIT,
                                 reinterpret_cast<sockaddr*>(&from), &size);
  if (received < 0) {
    if (errno == EINTR) return Received::other;
    return errno == ENOBUFS ? Received::lost : Received::nothing;
  }
  if (from.nl_pid != 0 || static_cast<std::size_t>(received) < kDataAt) return Received::other;
  cn_msg head{};
  std::memcpy(&head, buffer.data() + NLMSG_HDRLEN, sizeof head);
  if (head.id.idx != CN_IDX_PROC) return Received::other;
  message.acknowledges = head.ack;
  std::memcpy(&message.event, buffer.data() + kEventAt,
              std::min(sizeof message.event, static_cast<std::size_t>(received) - kEventAt));
  return Received::message;
}

bool answered(int fd) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    Message message;
    for (auto got = receive(fd, message); got != Received::nothing; got = receive(fd, message))
      if (got == Received::message && static_cast<std::uint32_t>(message.event.what) == kAnswer &&
          message.acknowledges == our_mark() + 1)
        return message.event.event_data.ack.err == 0;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd entry{fd, POLLIN, 0};
    poll(&entry, 1, static_cast<int>(left.count()) + 1);
  }
}

}  // namespace

tl::expected<ProcessEvents, std::string> ProcessEvents::open() {
  UniqueFd fd{socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_CONNECTOR)};
  if (!fd.valid()) return tl::unexpected(failed("no connector socket"));
  setsockopt(fd.value(), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer);
  if (!filter(fd.value())) return tl::unexpected(failed("no socket filter"));
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = CN_IDX_PROC;
  if (bind(fd.value(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return tl::unexpected(failed("cannot join the kernel's process events"));
  if (!ask(fd.value(), PROC_CN_MCAST_LISTEN))
    return tl::unexpected(failed("cannot ask for the kernel's process events"));
  ProcessEvents events{std::move(fd)};
  if (!answered(events.fd()))
    return tl::unexpected(
        std::string{"the kernel tells process events in its initial namespaces only"});
  return events;
}

ProcessEvents::~ProcessEvents() {
  if (socket_.valid()) ask(socket_.value(), PROC_CN_MCAST_IGNORE);
}

std::optional<ProcessEvent> ProcessEvents::next() {
  for (;;) {
    Message message;
    switch (receive(fd(), message)) {
      case Received::nothing:
        return std::nullopt;
      case Received::lost:
        return ProcessEvent{};
      case Received::other:
        continue;
      case Received::message:
        break;
    }
    const auto& data = message.event.event_data;
    switch (static_cast<std::uint32_t>(message.event.what)) {
      case kFork:
        return ProcessEvent{ProcessEvent::Kind::fork, data.fork.parent_tgid, data.fork.child_tgid};
      case kExec:
        return ProcessEvent{ProcessEvent::Kind::name, data.exec.process_tgid, 0};
      case kName:
        return ProcessEvent{ProcessEvent::Kind::name, data.comm.process_tgid, 0};
      default:
        continue;
    }
  }
}

}  // namespace understudy::daemon
