#include "daemon/announcer.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/net/neighbour_discovery.h"

namespace understudy::daemon {

tl::expected<Announcer, std::string> Announcer::open() {
  // Protocol 0: this socket sends only, no packet is ever queued on it.
  UniqueFd fd{socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (!fd.valid())
    return tl::unexpected(std::string{"cannot open a packet socket for announcements: "} +
                          std::strerror(errno));
  return Announcer{std::move(fd)};
}

int Announcer::announce(int ifindex, const Announcement& announcement) {
  std::array<std::uint8_t, kNeighbourFrameSize> frame{};
  const auto& address = announcement.address;
  const auto size =
      address.is_ipv4()
          ? encode_gratuitous_arp(announcement.mac, address.ipv4(), announcement.target, frame)
          : encode_unsolicited_advertisement(announcement.mac, address, announcement.router, frame);
  if (!size) return EINVAL;
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_protocol = htons(address.is_ipv4() ? ETH_P_ARP : ETH_P_IPV6);
  to.sll_ifindex = ifindex;
  to.sll_halen = ETH_ALEN;
  std::memcpy(to.sll_addr, frame.data(), ETH_ALEN);
  const auto sent = sendto(fd_.value(), frame.data(), *size, MSG_DONTWAIT,
                           reinterpret_cast<const sockaddr*>(&to), sizeof to);
  return sent < 0 ? errno : 0;
}

}  // namespace understudy::daemon
