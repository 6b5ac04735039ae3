// What a host has around the virtual addresses: packet filter, routes and rules of its virtual
// routers, and its statics.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "core/node/node_config.h"
#include "daemon/netlink.h"
#include "daemon/packet_filter.h"
#include "daemon/routing.h"

namespace understudy::daemon {

/// All of these log what fails and go on.
class Surroundings {
 public:
  /// `config` must outlive it.
  static tl::expected<Surroundings, std::string> open(const NodeConfig& config);

  /// Takes away what a predecessor that died left, and makes an empty packet filter where a virtual
  /// router does not accept (no_accept).
  void remove_leftovers();

  /// Before the addresses come, and after they have gone.
  void close_addresses(std::uint16_t virtual_router);
  void open_addresses(std::uint16_t virtual_router);
  /// After the addresses have come, and before they go: routes may name them as their source.
  void add_routes(std::uint16_t virtual_router);
  void remove_routes(std::uint16_t virtual_router);
  /// A link that came up has lost its routes: puts those of masters and the statics back. `came_up`
  /// is about the virtual routers' interfaces; those of statics are looked at here.
  void restore_routes(Netlink& netlink, bool came_up);

  /// Goes over to another configuration, which must outlive this: takes away routes, rules, statics
  /// and closed addresses that it does not have, and puts its statics on.
  void change(const NodeConfig& next, Netlink& netlink);

  /// static_ipaddress, static_routes, static_rules. An address that is there already is no failure;
  /// it goes at the end all the same, as with keepalived.
  void add_statics(Netlink& netlink);
  /// Takes off all statics, and removes the packet filter.
  void remove_statics(Netlink& netlink);

 private:
  Surroundings(const NodeConfig& config, Routing routing);
  void add_static_addresses(Netlink& netlink);
  void drop_former_routes(const NodeConfig& next, Surroundings& wanted);
  void drop_former_statics(const NodeConfig& next, Netlink& netlink, Routing& routing);
  bool static_link_came_up(Netlink& netlink);
  /// The routes of a virtual router, each with its device where it needs one.
  std::vector<Route> routes_of(const VirtualRouterConfig& router) const;

  const NodeConfig* config_;
  Routing routing_;
  PacketFilter filter_;
  std::vector<bool> has_routes_;  // by virtual router
  struct StaticLink {
    std::string device;
    bool up = false;
  };
  std::vector<StaticLink> static_links_;  // as last seen
  bool has_statics_ = false;
};

}  // namespace understudy::daemon
