// Adverts out: one socket a family, for all interfaces. Plain IP sockets, so that the host's
// firewall acts on what they send.
#pragma once

#include <span>
#include <string>
#include <tl/expected.hpp>

#include "core/net/ip_address.h"
#include "daemon/unique_fd.h"

namespace understudy::daemon {

class AdvertSender {
 public:
  /// A family that the kernel does not have fails only when something is sent over it. The error
  /// says what failed.
  static tl::expected<AdvertSender, std::string> open();

  /// Sends a whole IP packet, its header as it is, out of that interface; our own multicast does
  /// not come back to this host. The source need not be an address of the interface: a virtual
  /// MAC's adverts bear the interface's below. 0, or the errno.
  int send(int ifindex, std::span<const std::uint8_t> packet, const IpAddress& destination);

 private:
  AdvertSender(UniqueFd ipv4, UniqueFd ipv6) : ipv4_(std::move(ipv4)), ipv6_(std::move(ipv6)) {}
  UniqueFd ipv4_, ipv6_;
};

}  // namespace understudy::daemon
