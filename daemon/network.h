// The host's network, as far as this daemon deals with it: carries out the engine's effects on
// sockets, addresses and links, and says what changed there.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "core/node/node.h"
#include "daemon/advert_sender.h"
#include "daemon/advert_socket.h"
#include "daemon/announcer.h"
#include "daemon/log.h"
#include "daemon/netlink.h"
#include "daemon/placement.h"
#include "daemon/surroundings.h"
#include "daemon/virtual_macs.h"

namespace understudy::daemon {

struct AdvertPort {
  AdvertChannel channel;
  AdvertSocket socket;
  int ifindex;
};

/// What another configuration needs besides what is open already.
struct NetworkAdditions {
  std::vector<AdvertPort> ports;
};

class Network {
 public:
  /// Makes the macvlans and opens the advert sockets. Interfaces that are only tracked may be
  /// missing. The error is a line for people.
  static tl::expected<Network, std::string> open(const NodeConfig& config, Netlink netlink);
  Network(Network&&) noexcept = default;
  Network& operator=(Network&&) noexcept = delete;
  /// Removes the macvlans and puts the host's settings back.
  ~Network();

  /// 0, or the errno.
  int send_advert(std::uint16_t virtual_router, std::span<const std::uint8_t> packet,
                  const IpAddress& destination);
  /// All of these log what fails and go on. With the addresses come, and go, the packet filter of
  /// no_accept before them, and routes and rules behind them.
  void add_addresses(std::uint16_t virtual_router);
  void remove_addresses(std::uint16_t virtual_router);
  void announce_addresses(const AnnounceAddresses& effect);
  /// Puts a master's addresses back that somebody else took off, as of the last refresh().
  void restore_addresses(std::uint16_t virtual_router);
  /// Takes off every virtual address that is on an interface, and what belongs to it: a predecessor
  /// died holding it.
  void remove_leftovers();
  /// static_ipaddress and its like: from the start to the end.
  void add_statics() { surroundings_.add_statics(netlink_); }
  void remove_statics() { surroundings_.remove_statics(netlink_); }

  /// Reads links and addresses anew, and returns what the node should hear of it. Macvlans that
  /// were lost are made anew first, and a link that came up gets its routes again.
  std::vector<Input> refresh();
  /// Sockets that are bound to a device that is no more, while a new one has its name.
  std::vector<std::size_t> stale_sockets() const;
  /// Opens such a socket anew; nobody may be waiting on the old one.
  void reopen_socket(std::size_t index);

  /// Another configuration, in three steps. Opens what it needs besides; changes nothing else. The
  /// error is a line for people.
  tl::expected<NetworkAdditions, std::string> open_additions(const NodeConfig& next);
  /// Goes over to it, once its retired virtual routers have let go. Sockets and macvlans that are
  /// still wanted stay. `masters`, by virtual router of the former configuration: who holds
  /// addresses, which stay for now. `next` must outlive this.
  void change(const NodeConfig& next, NetworkAdditions additions, const std::vector<bool>& masters);
  /// Takes off what masters held before and no master (of the new configuration) holds now.
  void drop_former_addresses(const std::vector<bool>& masters);

  /// One for each interface, family and protocol that virtual routers listen to.
  std::size_t socket_count() const { return ports_.size(); }
  AdvertSocket& socket(std::size_t index) { return ports_[index].socket; }
  /// The interface that socket listens on.
  std::uint16_t socket_interface(std::size_t index) const {
    return ports_[index].channel.interface;
  }
  Netlink& netlink() { return netlink_; }

 private:
  struct FormerAddress {
    std::string device;
    InterfaceAddress address;
  };

  Network(const NodeConfig& config, Netlink netlink, AdvertSender sender, Announcer announcer,
          Surroundings surroundings);
  const std::string& name(std::uint16_t virtual_router) const;
  std::string read_links();
  std::string open_ports();
  void remove_leftover(std::size_t router, PlacedAddress& placed, std::size_t device,
                       const std::vector<LinkAddress>& present);
  void log_virtual_macs();
  void note_former_addresses(const std::vector<bool>& masters);
  void keep_owners_addresses(const NodeConfig& next, Placement& placement);

  const NodeConfig* config_;
  Netlink netlink_;
  AdvertSender sender_;
  Announcer announcer_;
  Surroundings surroundings_;
  Placement placement_;
  std::unique_ptr<VirtualMacs> virtual_macs_;  // null once moved from
  std::vector<LinkState> links_;               // by device; ifindex 0: not there
  std::vector<LinkAddress> addresses_;         // as of the last refresh()
  std::vector<AdvertPort> ports_;
  std::vector<FormerAddress> former_;  // what masters held before change()
};

}  // namespace understudy::daemon
