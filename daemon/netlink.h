// What the kernel knows of interfaces and addresses, and changes to both.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "core/net/interface_address.h"
#include "core/net/mac_address.h"

namespace understudy::daemon {

struct LinkState {
  int ifindex = 0;
  bool up = false;  // IFF_UP and IFF_RUNNING
  MacAddress mac;
  bool admin_up = true;  // IFF_UP alone

  friend bool operator==(const LinkState&, const LinkState&) = default;
};

struct LinkAddress {
  int ifindex = 0;
  InterfaceAddress address;
  bool usable = true;      // as a source: not tentative, not a duplicate
  bool unchecked = false;  // IPv6: put on without duplicate address detection
};

/// An interface's IPv4 setting (IPV4_DEVCONF_*), as /proc/sys/net/ipv4/conf has it.
struct Ipv4Setting {
  unsigned number = 0;
  std::uint32_t value = 0;
};

class Netlink {
 public:
  static tl::expected<Netlink, std::string> open();
  Netlink(Netlink&&) noexcept;
  Netlink& operator=(Netlink&&) noexcept;
  ~Netlink();

  /// nullopt: there is no such interface. Never waits for the kernel's configuration lock, which
  /// all network namespaces share: where containers come and go that may take seconds, and a
  /// master's adverts with it.
  std::optional<LinkState> link(const std::string& name);
  /// Whether an interface is a macvlan on that one. May wait for the lock.
  bool is_macvlan_on(const std::string& name, int parent);
  /// Addresses of both families on all interfaces, an interface's in the kernel's order.
  std::vector<LinkAddress> addresses();

  /// Both wait for the kernel's answer. Empty on success, else what the kernel said; an address
  /// that is there already (or, to remove, is not there) is a success. IPv6 addresses are put on
  /// without duplicate address detection, and /128 deprecated unless preferred_lifetime says
  /// otherwise: so the host takes none for a source by itself (as keepalived does).
  std::string add(int ifindex, const InterfaceAddress& address);
  std::string remove(int ifindex, const InterfaceAddress& address);

  /// Changes of links; empty on success, else what the kernel said.
  /// A macvlan that is down, sees frames whose source is its own MAC on the interface below (mode
  /// VEPA: private mode swallows them there, and with them another master's adverts), and makes no
  /// IPv6 addresses of its own (RFC 9568, section 7.4).
  std::string add_macvlan(const std::string& name, const MacAddress& mac, int parent);
  std::string remove_link(int ifindex);
  std::string set_up(int ifindex);
  std::string set_ipv4(int ifindex, std::span<const Ipv4Setting> settings);
  /// The route fe80::/64 of an interface that has no link-local address of its own.
  std::string add_link_local_route(int ifindex);

  /// Readable when a link or an address changed.
  int monitor_fd() const;
  /// Reads all notices; whether there were any (lost ones count).
  bool drain_monitor();

 private:
  struct Impl;
  explicit Netlink(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::daemon
