// Gratuitous ARP: tells the segment at which MAC a virtual address is now.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "core/net/ip_address.h"
#include "core/net/mac_address.h"
#include "daemon/unique_fd.h"

namespace understudy::daemon {

class Announcer {
 public:
  static tl::expected<Announcer, std::string> open();

  /// Broadcasts one gratuitous ARP request in keepalived's form. 0, or the errno.
  int announce(int ifindex, const MacAddress& mac, Ipv4Address address);

 private:
  explicit Announcer(UniqueFd fd) : fd_(std::move(fd)) {}
  UniqueFd fd_;
};

}  // namespace understudy::daemon
