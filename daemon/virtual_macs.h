// The macvlan interfaces of virtual routers with a MAC of their own (use_vmac).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/node/node_config.h"
#include "daemon/log.h"
#include "daemon/netlink.h"

namespace understudy::daemon {

/// They are there, and up, from open() to close(), whatever the state of their virtual router.
/// While they are, the interface below answers ARP for its own addresses only, and asks with its
/// own: else it would tell others its MAC for the virtual addresses.
class VirtualMacs {
 public:
  explicit VirtualMacs(const NodeConfig& config);

  /// Takes over those of a former configuration that are as wanted here: `former` forgets them.
  void inherit(VirtualMacs& former);
  /// Makes them. One of that name that a predecessor left is replaced; an interface of that name
  /// that is something else is an error. Empty, or a line for people.
  std::string open(Netlink& netlink);
  /// Makes those anew that somebody removed, or that went with the interface below; brings up those
  /// that are down.
  void repair(Netlink& netlink);
  /// Removes them and puts the settings of the interfaces below back.
  void close(Netlink& netlink);
  /// What is worth a line in the log since the last call.
  std::vector<LogLine> take_lines() { return std::exchange(lines_, {}); }

 private:
  struct Macvlan {
    std::string router;  // its virtual router's name
    std::string name;
    std::string base;
    MacAddress mac;
    bool ipv4 = false;  // has virtual addresses of that family
    bool ipv6 = false;
    int ifindex = 0;  // 0: not there
    bool failed = false;
  };
  struct BaseSettings {
    std::string base;
    int ifindex = 0;
    std::vector<Ipv4Setting> before;
  };

  std::string make(Netlink& netlink, Macvlan& macvlan, const LinkState& base);
  std::string set_up(Netlink& netlink, const Macvlan& macvlan);
  std::string bring_up(Netlink& netlink, const Macvlan& macvlan);
  void change_base(Netlink& netlink, const std::string& base, int ifindex);

  std::vector<Macvlan> macvlans_;
  std::vector<BaseSettings> bases_;
  std::vector<LogLine> lines_;
};

/// Why an interface of that name cannot be, or become, a macvlan on `base`; nullopt when it can.
std::optional<std::string> macvlan_obstacle(Netlink& netlink, const std::string& name,
                                            const std::string& base);

}  // namespace understudy::daemon
