#include "daemon/advert_socket.h"

#include <arpa/inet.h>
#include <linux/pkt_sched.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

namespace understudy::daemon {
namespace {

constexpr std::size_t kBatchSize = 64;
// An advert with 255 IPv6 addresses and every option fits; what is longer is cut, and refused.
constexpr std::size_t kPacketSize = 4608;
// Some four thousand small packets: an hour of a pair's adverts while the process is stopped.
constexpr int kReceiveBufferBytes = 4 << 20;
constexpr int kProtocol = 112;

std::string failure(const std::string& interface, const char* what) {
  return interface + ": " + what + ": " + std::strerror(errno);
}

template <typename T>
bool set(int fd, int level, int option, const T& value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

}  // namespace

struct AdvertSocket::Batch {
  Batch() : times(monotonic_now()) {
    for (std::size_t i = 0; i < kBatchSize; ++i) {
      vectors[i] = {buffers[i].data(), kPacketSize};
      auto& header = messages[i].msg_hdr;
      header = {};
      header.msg_iov = &vectors[i];
      header.msg_iovlen = 1;
    }
  }

  std::optional<Duration> stamp(std::size_t index) {
    auto& header = messages[index].msg_hdr;
    for (auto* part = CMSG_FIRSTHDR(&header); part != nullptr; part = CMSG_NXTHDR(&header, part)) {
      if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_TIMESTAMPNS) continue;
      timespec time{};
      std::memcpy(&time, CMSG_DATA(part), sizeof time);
      return std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
    }
    return std::nullopt;
  }

  std::array<std::array<std::uint8_t, kPacketSize>, kBatchSize> buffers;
  struct Control {
    alignas(cmsghdr) std::array<std::uint8_t, 128> bytes;
  };
  std::array<Control, kBatchSize> controls;
  std::array<iovec, kBatchSize> vectors;
  std::array<mmsghdr, kBatchSize> messages;
  std::size_t count = 0;
  std::size_t next = 0;
  std::optional<Packet> packet;  // messages[next], judged
  Instant read_at{};
  ReceiveTimes times;
};

AdvertSocket::AdvertSocket(UniqueFd fd, std::unique_ptr<Batch> batch)
    : fd_(std::move(fd)), batch_(std::move(batch)) {}
AdvertSocket::AdvertSocket(AdvertSocket&&) noexcept = default;
AdvertSocket& AdvertSocket::operator=(AdvertSocket&&) noexcept = default;
AdvertSocket::~AdvertSocket() = default;

tl::expected<AdvertSocket, std::string> AdvertSocket::open(const std::string& interface,
                                                           int ifindex) {
  UniqueFd fd{socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, kProtocol)};
  if (!fd.valid()) return tl::unexpected(failure(interface, "cannot open a raw socket"));
  if (setsockopt(fd.value(), SOL_SOCKET, SO_BINDTODEVICE, interface.c_str(),
                 static_cast<socklen_t>(interface.size() + 1)) != 0)
    return tl::unexpected(failure(interface, "cannot bind a socket to it"));
  ip_mreqn group{};
  group.imr_multiaddr.s_addr = htonl(kVrrpGroup4.value);
  group.imr_ifindex = ifindex;
  if (!set(fd.value(), IPPROTO_IP, IP_ADD_MEMBERSHIP, group))
    return tl::unexpected(failure(interface, "cannot join 224.0.0.18"));
  ip_mreqn out{};
  out.imr_ifindex = ifindex;
  if (!set(fd.value(), IPPROTO_IP, IP_HDRINCL, 1) ||
      !set(fd.value(), IPPROTO_IP, IP_MULTICAST_IF, out) ||
      !set(fd.value(), IPPROTO_IP, IP_MULTICAST_LOOP, 0) ||
      !set(fd.value(), IPPROTO_IP, IP_MULTICAST_ALL, 0) ||
      !set(fd.value(), SOL_SOCKET, SO_TIMESTAMPNS, 1))
    return tl::unexpected(failure(interface, "cannot set up the socket"));
  set(fd.value(), SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL);
  if (!set(fd.value(), SOL_SOCKET, SO_RCVBUFFORCE, kReceiveBufferBytes))
    set(fd.value(), SOL_SOCKET, SO_RCVBUF, kReceiveBufferBytes);
  return AdvertSocket{std::move(fd), std::make_unique<Batch>()};
}

int AdvertSocket::send(std::span<const std::uint8_t> packet, const IpAddress& destination) {
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_addr.s_addr = htonl(destination.ipv4().value);
  for (;;) {
    const auto sent = sendto(fd_.value(), packet.data(), packet.size(), MSG_DONTWAIT,
                             reinterpret_cast<const sockaddr*>(&to), sizeof to);
    if (sent >= 0) return 0;
    if (errno != EINTR) return errno;
  }
}

void AdvertSocket::read_batch() {
  auto& batch = *batch_;
  batch.next = 0;
  batch.count = 0;
  for (std::size_t i = 0; i < kBatchSize; ++i) {
    auto& header = batch.messages[i].msg_hdr;
    header.msg_control = batch.controls[i].bytes.data();
    header.msg_controllen = batch.controls[i].bytes.size();
  }
  const auto before = monotonic_now();
  const int count = recvmmsg(fd_.value(), batch.messages.data(), kBatchSize, MSG_DONTWAIT, nullptr);
  if (count <= 0) {
    batch.times.drained(before);
    return;
  }
  batch.count = static_cast<std::size_t>(count);
  batch.times.set_offset(realtime_offset());
  batch.read_at = monotonic_now();
}

const AdvertSocket::Packet* AdvertSocket::front() {
  auto& batch = *batch_;
  if (batch.packet) return &*batch.packet;
  if (batch.next == batch.count) read_batch();
  if (batch.next == batch.count) return nullptr;
  const auto stamp = batch.stamp(batch.next);
  const auto at = stamp ? batch.times.convert(*stamp, batch.read_at) : batch.read_at;
  batch.packet =
      Packet{at, std::span{batch.buffers[batch.next]}.first(batch.messages[batch.next].msg_len)};
  return &*batch.packet;
}

void AdvertSocket::pop() {
  batch_->packet.reset();
  ++batch_->next;
}

}  // namespace understudy::daemon
