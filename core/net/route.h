// Routes and routing rules as they are put into the kernel: what `ip route add` and `ip rule add`
// take.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/net/ip_address.h"

namespace understudy {

/// rtnetlink's route types (RTN_*) that a configuration may name.
enum class RouteType : std::uint8_t {
  unicast = 1,
  local = 2,
  blackhole = 6,
  unreachable = 7,
  prohibit = 8,
};

/// One hop of a route with several; `weight` is 1 to 256.
struct NextHop {
  IpAddress gateway;   // unspecified: directly on the device
  std::string device;  // empty: found by the kernel
  unsigned weight = 1;
  bool onlink = false;

  friend bool operator==(const NextHop&, const NextHop&) = default;
};

/// A prefix and where it leads. The default route has an unspecified destination of its family and
/// prefix length 0.
struct Route {
  RouteType type = RouteType::unicast;
  IpAddress destination;
  std::uint8_t prefix_length = 0;
  IpAddress gateway;   // unspecified: none
  std::string device;  // empty: the virtual router's interface, or found by the kernel
  IpAddress preferred_source;
  std::uint32_t table = 254;  // main
  std::optional<std::uint32_t> metric;
  std::optional<std::uint8_t> scope;     // rtnetlink scope: 0 global, 253 link, 254 host
  std::optional<std::uint8_t> protocol;  // default: 18, keepalived's (RTPROT_KEEPALIVED)
  std::optional<std::uint32_t> mtu;
  std::uint8_t tos = 0;
  bool onlink = false;
  std::vector<NextHop> next_hops;  // instead of gateway and device
  bool tracked = true;             // no_track: its device going down is no fault

  friend bool operator==(const Route&, const Route&) = default;
};

/// Which routing table is looked at for which packets. Unset fields match everything.
struct RoutingRule {
  enum class Action : std::uint8_t {
    lookup = 1,
    blackhole = 6,
    unreachable = 7,
    prohibit = 8,
  };
  Action action = Action::lookup;
  Family family = Family::ipv4;
  IpAddress from;  // unspecified: all
  std::uint8_t from_length = 0;
  IpAddress to;
  std::uint8_t to_length = 0;
  std::string input_interface, output_interface;
  std::optional<std::uint32_t> mark, mark_mask;
  std::uint8_t tos = 0;
  std::uint32_t table = 254;
  std::optional<std::uint32_t> preference;  // unset: the kernel chooses
  std::optional<std::uint32_t> suppress_prefix_length;
  bool tracked = true;  // no_track: as of a route

  friend bool operator==(const RoutingRule&, const RoutingRule&) = default;
};

/// `address` with all bits behind the first `length` ones cleared.
IpAddress network_of(const IpAddress& address, unsigned length);
/// Whether `address` is of the prefix's family and within it.
bool in_prefix(const IpAddress& prefix, unsigned length, const IpAddress& address);

/// The route with `device` in those places where it names none and the kernel could not find one: a
/// route without a gateway, or with one that is link-local or onlink.
Route with_default_device(Route route, const std::string& device);

/// As `ip route` and `ip rule` say it: "10.1.0.0/16 via 10.0.0.1 dev eth0 metric 5".
std::string to_string(const Route& route);
std::string to_string(const RoutingRule& rule);

}  // namespace understudy
