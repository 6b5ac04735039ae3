// What the kernel knows of interfaces and addresses, and changes to both.
#pragma once

#include <memory>
#include <optional>
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

  friend bool operator==(const LinkState&, const LinkState&) = default;
};

struct LinkAddress {
  int ifindex = 0;
  InterfaceAddress address;
};

class Netlink {
 public:
  static tl::expected<Netlink, std::string> open();
  Netlink(Netlink&&) noexcept;
  Netlink& operator=(Netlink&&) noexcept;
  ~Netlink();

  /// nullopt: there is no such interface.
  std::optional<LinkState> link(const std::string& name);
  /// IPv4 addresses of all interfaces, an interface's in the kernel's order.
  std::vector<LinkAddress> addresses();

  /// Both wait for the kernel's answer. Empty on success, else what the kernel said; an address
  /// that is there already (or, to remove, is not there) is a success.
  std::string add(int ifindex, const InterfaceAddress& address);
  std::string remove(int ifindex, const InterfaceAddress& address);

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
