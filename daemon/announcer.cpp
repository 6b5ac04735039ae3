#include "daemon/announcer.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/net/arp.h"

namespace understudy::daemon {

tl::expected<Announcer, std::string> Announcer::open() {
  // Protocol 0: this socket sends only, no packet is ever queued on it.
  UniqueFd fd{socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!fd.valid())
    return tl::unexpected(std::string{"cannot open a packet socket for ARP: "} +
                          std::strerror(errno));
  return Announcer{std::move(fd)};
}

int Announcer::announce(int ifindex, const MacAddress& mac, Ipv4Address address) {
  std::array<std::uint8_t, kArpFrameSize> frame{};
  const auto size = encode_gratuitous_arp(mac, address, GarpTarget::broadcast, frame);
  if (!size) return EINVAL;
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_protocol = htons(ETH_P_ARP);
  to.sll_ifindex = ifindex;
  to.sll_halen = ETH_ALEN;
  std::memcpy(to.sll_addr, kBroadcastMac.bytes.data(), ETH_ALEN);
  const auto sent = sendto(fd_.value(), frame.data(), *size, MSG_DONTWAIT,
                           reinterpret_cast<const sockaddr*>(&to), sizeof to);
  return sent < 0 ? errno : 0;
}

}  // namespace understudy::daemon
