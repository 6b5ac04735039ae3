// The host's network, as far as this daemon deals with it: carries out the engine's effects on
// sockets, addresses and links, and says what changed there.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "core/node/node.h"
#include "daemon/advert_socket.h"
#include "daemon/announcer.h"
#include "daemon/log.h"
#include "daemon/netlink.h"
#include "daemon/placement.h"

namespace understudy::daemon {

class Network {
 public:
  /// Opens one advert socket an interface of the node. The error is a line for people.
  static tl::expected<Network, std::string> open(const NodeConfig& config, Netlink netlink);

  /// 0, or the errno.
  int send_advert(std::uint16_t virtual_router, std::span<const std::uint8_t> packet,
                  const IpAddress& destination);
  /// All of these log what fails and go on.
  void add_addresses(std::uint16_t virtual_router);
  void remove_addresses(std::uint16_t virtual_router);
  void announce_addresses(std::uint16_t virtual_router, unsigned repeat);
  /// Puts a master's addresses back that somebody else took off, as of the last refresh().
  void restore_addresses(std::uint16_t virtual_router);
  /// Takes off every virtual address that is on an interface: a predecessor died holding it.
  void remove_leftovers();

  /// Reads links and addresses anew, and returns what the node should hear of it.
  std::vector<Input> refresh();
  /// Interfaces whose socket is bound to a device that is no more, while a new one has its name.
  std::vector<std::uint16_t> stale_sockets() const;
  /// Opens such a socket anew; nobody may be waiting on the old one.
  void reopen_socket(std::uint16_t interface);

  std::uint16_t interface_count() const { return static_cast<std::uint16_t>(ports_.size()); }
  AdvertSocket& socket(std::uint16_t interface) { return ports_[interface].socket; }
  Netlink& netlink() { return netlink_; }

 private:
  struct Port {
    AdvertSocket socket;
    int ifindex;
  };
  struct Device {
    LinkState link;  // ifindex 0: not there
    IpAddress primary;
  };

  Network(const NodeConfig& config, Netlink netlink, Announcer announcer);
  const std::string& name(std::uint16_t virtual_router) const;

  const NodeConfig* config_;
  Netlink netlink_;
  Announcer announcer_;
  Placement placement_;
  std::vector<Device> devices_;
  std::vector<LinkAddress> addresses_;  // as of the last refresh()
  std::vector<Port> ports_;
};

}  // namespace understudy::daemon
