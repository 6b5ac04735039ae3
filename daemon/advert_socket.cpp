#include "daemon/advert_socket.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "core/net/ipv6_header.h"

namespace understudy::daemon {
namespace {

constexpr std::size_t kBatchSize = 64;
// An advert with 255 IPv6 addresses and every option fits; what is longer is cut, and refused.
constexpr std::size_t kPacketSize = 4608;
// Some four thousand small packets: an hour of a pair's adverts while the process is stopped.
constexpr int kReceiveBufferBytes = 4 << 20;

std::string failure(const std::string& interface, const std::string& what) {
  return interface + ": " + what + ": " + std::strerror(errno);
}

template <typename T>
bool set(int fd, int level, int option, const T& value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

bool join_group(int fd, const IpAddress& group, int ifindex) {
  if (group.is_ipv4()) {
    ip_mreqn request{};
    request.imr_multiaddr.s_addr = htonl(group.ipv4().value);
    request.imr_ifindex = ifindex;
    return set(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, request);
  }
  ipv6_mreq request{};
  std::memcpy(&request.ipv6mr_multiaddr, group.bytes().data(), sizeof request.ipv6mr_multiaddr);
  request.ipv6mr_interface = static_cast<unsigned>(ifindex);
  return set(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, request);
}

// Whether the socket gets what other sockets of this host have joined.
bool hear_all_groups(int fd, Family family, int all) {
  return family == Family::ipv4 ? set(fd, IPPROTO_IP, IP_MULTICAST_ALL, all)
                                : set(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, all);
}

// Checksums are the engine's business, and it wants whole packets: over IPv6 the kernel gives the
// parts of the header one by one.
bool set_up_ipv6(int fd) {
  return set(fd, IPPROTO_IPV6, IPV6_CHECKSUM, -1) && set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) &&
         set(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1) && set(fd, IPPROTO_IPV6, IPV6_RECVTCLASS, 1);
}

int domain(Family family) { return family == Family::ipv4 ? AF_INET : AF_INET6; }

// What the kernel says of a packet besides its bytes.
struct Properties {
  std::optional<Duration> stamp;
  Ipv6Header header;
};

Properties read_properties(msghdr& message, std::uint8_t protocol) {
  Properties found;
  found.header.next_header = protocol;
  found.header.hop_limit = 0;
  found.header.destination.assign(in6addr_any.s6_addr, Family::ipv6);
  for (auto* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
    const auto* data = CMSG_DATA(part);
    int number = 0;
    if (part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_TIMESTAMPNS) {
      timespec time{};
      std::memcpy(&time, data, sizeof time);
      found.stamp = std::chrono::seconds{time.tv_sec} + std::chrono::nanoseconds{time.tv_nsec};
    } else if (part->cmsg_level != IPPROTO_IPV6) {
      continue;
    } else if (part->cmsg_type == IPV6_PKTINFO) {
      found.header.destination.assign(data, Family::ipv6);  // in6_pktinfo begins with it
    } else if (part->cmsg_type == IPV6_HOPLIMIT) {
      std::memcpy(&number, data, sizeof number);
      found.header.hop_limit = static_cast<std::uint8_t>(number);
    } else if (part->cmsg_type == IPV6_TCLASS) {
      std::memcpy(&number, data, sizeof number);
      found.header.traffic_class = static_cast<std::uint8_t>(number);
    }
  }
  return found;
}

}  // namespace

struct AdvertSocket::Batch {
  explicit Batch(Family family, std::uint8_t of_protocol)
      : protocol(of_protocol),
        headroom(family == Family::ipv4 ? 0 : kIpv6HeaderSize),
        times(monotonic_now()) {
    for (std::size_t i = 0; i < kBatchSize; ++i) {
      vectors[i] = {buffers[i].data() + headroom, kPacketSize};
      auto& header = messages[i].msg_hdr;
      header = {};
      header.msg_iov = &vectors[i];
      header.msg_iovlen = 1;
    }
  }

  void prepare() {
    next = 0;
    count = 0;
    for (std::size_t i = 0; i < kBatchSize; ++i) {
      auto& header = messages[i].msg_hdr;
      header.msg_control = controls[i].bytes.data();
      header.msg_controllen = controls[i].bytes.size();
      header.msg_name = &sources[i];
      header.msg_namelen = sizeof sources[i];
    }
  }

  // A packet, its IPv6 header put before it.
  Packet judge(std::size_t index) {
    auto properties = read_properties(messages[index].msg_hdr, protocol);
    const std::span buffer{buffers[index]};
    const auto size = messages[index].msg_len;
    if (headroom != 0) {
      properties.header.payload_length = static_cast<std::uint16_t>(size);
      properties.header.source.assign(sources[index].sin6_addr.s6_addr, Family::ipv6);
      (void)encode_ipv6(properties.header, buffer);  // the room is there, both are IPv6
    }
    return {properties.stamp ? times.convert(*properties.stamp, read_at) : read_at,
            buffer.first(headroom + size)};
  }

  std::array<std::array<std::uint8_t, kIpv6HeaderSize + kPacketSize>, kBatchSize> buffers;
  struct Control {
    alignas(cmsghdr) std::array<std::uint8_t, 256> bytes;
  };
  std::array<Control, kBatchSize> controls;
  std::array<sockaddr_in6, kBatchSize> sources{};
  std::array<iovec, kBatchSize> vectors;
  std::array<mmsghdr, kBatchSize> messages;
  std::size_t count = 0;
  std::size_t next = 0;
  std::optional<Packet> packet, following;  // messages[next] and the one behind it, judged
  std::uint8_t protocol;
  std::size_t headroom;  // bytes
  Instant read_at{};
  ReceiveTimes times;
};

AdvertSocket::AdvertSocket(UniqueFd fd, Family family, std::unique_ptr<Batch> batch)
    : fd_(std::move(fd)), family_(family), batch_(std::move(batch)) {}
AdvertSocket::AdvertSocket(AdvertSocket&&) noexcept = default;
AdvertSocket& AdvertSocket::operator=(AdvertSocket&&) noexcept = default;
AdvertSocket::~AdvertSocket() = default;

tl::expected<AdvertSocket, std::string> AdvertSocket::open(const AdvertChannel& channel,
                                                           const std::string& interface,
                                                           int ifindex) {
  UniqueFd fd{
      socket(domain(channel.family), SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, channel.protocol)};
  if (!fd.valid()) return tl::unexpected(failure(interface, "cannot open a raw socket"));
  if (setsockopt(fd.value(), SOL_SOCKET, SO_BINDTODEVICE, interface.c_str(),
                 static_cast<socklen_t>(interface.size() + 1)) != 0)
    return tl::unexpected(failure(interface, "cannot bind a socket to it"));
  if (!hear_all_groups(fd.value(), channel.family, 0) ||
      !set(fd.value(), SOL_SOCKET, SO_TIMESTAMPNS, 1) ||
      (channel.family == Family::ipv6 && !set_up_ipv6(fd.value())))
    return tl::unexpected(failure(interface, "cannot set up the socket"));
  if (!set(fd.value(), SOL_SOCKET, SO_RCVBUFFORCE, kReceiveBufferBytes))
    set(fd.value(), SOL_SOCKET, SO_RCVBUF, kReceiveBufferBytes);
  AdvertSocket opened{std::move(fd), channel.family,
                      std::make_unique<Batch>(channel.family, channel.protocol)};
  if (const auto refused = opened.join(channel.groups, ifindex); !refused.empty())
    return tl::unexpected(failure(interface, "cannot join " + refused));
  return opened;
}

// The group that could not be joined, or nothing. A membership is the interface's: which socket
// asked for it does not matter once this one hears all groups.
std::string AdvertSocket::join(const std::vector<IpAddress>& groups, int ifindex) {
  for (const auto& group : groups) {
    const int at = more_memberships_.empty() ? fd_.value() : more_memberships_.back().value();
    if (join_group(at, group, ifindex)) continue;
    if (errno != ENOBUFS && errno != ENOMEM) return to_string(group);
    more_memberships_.emplace_back(socket(domain(family_), SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!join_group(more_memberships_.back().value(), group, ifindex) ||
        !hear_all_groups(fd_.value(), family_, 1))
      return to_string(group);
  }
  return {};
}

void AdvertSocket::read_batch() {
  auto& batch = *batch_;
  batch.prepare();
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
  batch.packet = batch.judge(batch.next);
  return &*batch.packet;
}

const AdvertSocket::Packet* AdvertSocket::following() {
  auto& batch = *batch_;
  if (!batch.packet || batch.next + 1 >= batch.count) return nullptr;
  if (!batch.following) batch.following = batch.judge(batch.next + 1);
  return &*batch.following;
}

void AdvertSocket::pop() {
  batch_->packet = batch_->following;
  batch_->following.reset();
  ++batch_->next;
}

}  // namespace understudy::daemon
