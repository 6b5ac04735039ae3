// The routes and routing rules of a simulated kernel, and which way a packet of ours takes by them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/net/route.h"

namespace understudy::sim {

/// A subnet that one of the host's own addresses puts on an interface.
struct ConnectedSubnet {
  std::uint32_t interface;
  std::uint8_t prefix_length;
};

/// What the table asks of the kernel around it.
class RoutingLinks {
 public:
  virtual ~RoutingLinks() = default;
  virtual int find_interface(std::string_view name) const = 0;  // -1: none
  virtual bool interface_up(std::uint32_t interface) const = 0;
  virtual bool holds_address(const IpAddress& address) const = 0;
  /// The longest one with this address whose interface is up.
  virtual std::optional<ConnectedSubnet> subnet_of(const IpAddress& address) const = 0;
};

/// Where a packet goes: out of `interface`, to the gateway or, unspecified, to its destination.
struct RoutingPath {
  std::uint32_t interface = 0;
  IpAddress gateway;
  IpAddress preferred_source;  // unspecified: the interface's
};

/// As Linux does it: rules by preference, each names a table; there the longest prefix wins, then
/// the lowest metric, then what was added last. The subnets of the host's own addresses are in the
/// table main. Routes of type local are kept, and lead nowhere.
class RoutingTable {
 public:
  explicit RoutingTable(const RoutingLinks& links) : links_(links) {}

  /// 0 or an errno: ENODEV, ENETDOWN, ENETUNREACH (no way to the gateway), EINVAL (its source is
  /// not ours). One that is there already is no failure.
  int add(const Route& route);
  /// One that is not there is no failure.
  void remove(const Route& route);
  void add(const RoutingRule& rule);
  void remove(const RoutingRule& rule);
  /// The interface went down: its routes are gone, also when it comes back.
  void forget_interface(std::uint32_t interface);
  void clear();

  std::size_t route_count() const { return entries_.size(); }
  std::size_t rule_count() const { return rules_.size(); }

  /// A path, or an error: ENETUNREACH, or what a route or rule says: EHOSTUNREACH, EACCES, EINVAL
  /// (blackhole).
  struct Answer {
    std::optional<RoutingPath> path;
    int error = 0;
  };
  /// The way of a packet that the host itself sends; `source` may be unspecified.
  Answer find(const IpAddress& source, const IpAddress& destination) const;

 private:
  struct Hop {
    std::uint32_t interface;
    IpAddress gateway;
    unsigned weight;
  };
  struct Entry {
    Route route;
    std::vector<Hop> hops;  // none: the route leads nowhere
  };
  struct Rule {
    std::uint32_t preference;
    RoutingRule rule;
  };

  int resolve(const Route& route, const NextHop& hop, std::vector<Hop>& hops) const;
  static RoutingPath choose_hop(const Entry& entry, const IpAddress& source,
                                const IpAddress& destination);
  const Entry* best_entry(std::uint32_t table, const IpAddress& destination) const;
  std::optional<Answer> look_up(std::uint32_t table, const IpAddress& source,
                                const IpAddress& destination,
                                std::optional<std::uint32_t> suppressed) const;

  const RoutingLinks& links_;
  std::vector<Entry> entries_;  // the latest first
  std::vector<Rule> rules_;     // by preference
};

}  // namespace understudy::sim
