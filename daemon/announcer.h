// Gratuitous ARP and unsolicited Neighbour Advertisements: tell the segment at which MAC a virtual
// address is now.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "core/net/arp.h"
#include "core/net/ip_address.h"
#include "core/net/mac_address.h"
#include "daemon/unique_fd.h"

namespace understudy::daemon {

/// How an announcement looks.
struct Announcement {
  IpAddress address;
  MacAddress mac;                             // where it is now, and the frame's source
  GarpTarget target = GarpTarget::broadcast;  // IPv4
  bool router = false;                        // IPv6: whether the interface forwards
};

class Announcer {
 public:
  static tl::expected<Announcer, std::string> open();

  /// Sends one gratuitous ARP request (IPv4) to everybody, or one Neighbour Advertisement (IPv6) to
  /// all nodes. 0, or the errno.
  int announce(int ifindex, const Announcement& announcement);

 private:
  explicit Announcer(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace understudy::daemon
