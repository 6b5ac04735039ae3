#include "daemon/advert_sender.h"

#include <arpa/inet.h>
#include <linux/pkt_sched.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/net/ipv4_header.h"
#include "core/net/ipv6_header.h"

namespace understudy::daemon {
namespace {

bool set(int fd, int level, int option, int value) {
  return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

// Protocol IPPROTO_RAW: nothing is ever queued on these sockets, and headers come from us.
UniqueFd open_ipv4() {
  UniqueFd fd{socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW)};
  if (!fd.valid() || !set(fd.value(), IPPROTO_IP, IP_MULTICAST_LOOP, 0)) return {};
  set(fd.value(), SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL);
  return fd;
}

UniqueFd open_ipv6() {
  UniqueFd fd{socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_RAW)};
  if (!fd.valid() || !set(fd.value(), IPPROTO_IPV6, IPV6_HDRINCL, 1) ||
      !set(fd.value(), IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0) ||
      !set(fd.value(), IPPROTO_IPV6, IPV6_FREEBIND, 1))
    return {};
  set(fd.value(), SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL);
  return fd;
}

// One control message, the interface to use and, over IPv6, the source.
template <typename Info>
struct Control {
  Control(msghdr& header, int level, int type, const Info& info) {
    header.msg_control = bytes.data();
    header.msg_controllen = bytes.size();
    auto* part = CMSG_FIRSTHDR(&header);
    part->cmsg_level = level;
    part->cmsg_type = type;
    part->cmsg_len = CMSG_LEN(sizeof info);
    std::memcpy(CMSG_DATA(part), &info, sizeof info);
  }
  alignas(cmsghdr) std::array<std::uint8_t, CMSG_SPACE(sizeof(Info))> bytes{};
};

int send_message(int fd, const msghdr& header) {
  for (;;) {
    if (sendmsg(fd, &header, MSG_DONTWAIT) >= 0) return 0;
    if (errno != EINTR) return errno;
  }
}

}  // namespace

tl::expected<AdvertSender, std::string> AdvertSender::open() {
  auto ipv4 = open_ipv4();
  const int error = errno;
  auto ipv6 = open_ipv6();
  if (!ipv4.valid() && !ipv6.valid())
    return tl::unexpected(std::string{"cannot open a raw socket: "} + std::strerror(error));
  return AdvertSender{std::move(ipv4), std::move(ipv6)};
}

int AdvertSender::send(int ifindex, std::span<const std::uint8_t> packet,
                       const IpAddress& destination) {
  const auto& fd = destination.is_ipv4() ? ipv4_ : ipv6_;
  if (!fd.valid()) return EAFNOSUPPORT;
  if (ifindex == 0) return ENODEV;
  iovec vector{const_cast<std::uint8_t*>(packet.data()), packet.size()};  // sendmsg reads only
  msghdr header{};
  header.msg_iov = &vector;
  header.msg_iovlen = 1;
  if (destination.is_ipv4()) {
    if (packet.size() < kIpv4HeaderSize) return EINVAL;
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_addr.s_addr = htonl(destination.ipv4().value);
    header.msg_name = &to;
    header.msg_namelen = sizeof to;
    in_pktinfo info{};
    info.ipi_ifindex = ifindex;
    const Control<in_pktinfo> control{header, IPPROTO_IP, IP_PKTINFO, info};
    return send_message(fd.value(), header);
  }
  if (packet.size() < kIpv6HeaderSize) return EINVAL;
  sockaddr_in6 to{};
  to.sin6_family = AF_INET6;
  std::memcpy(&to.sin6_addr, destination.bytes().data(), sizeof to.sin6_addr);
  to.sin6_scope_id = static_cast<std::uint32_t>(ifindex);
  header.msg_name = &to;
  header.msg_namelen = sizeof to;
  in6_pktinfo info{};
  info.ipi6_ifindex = static_cast<unsigned>(ifindex);
  std::memcpy(&info.ipi6_addr, packet.data() + 8, sizeof info.ipi6_addr);
  const Control<in6_pktinfo> control{header, IPPROTO_IPV6, IPV6_PKTINFO, info};
  return send_message(fd.value(), header);
}

}  // namespace understudy::daemon
