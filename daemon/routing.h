// Routes and routing rules in the kernel.
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "core/net/route.h"

namespace understudy::daemon {

/// All of these wait for the kernel's answer: empty on success, else what it said. What is there
/// already or, to remove, is not there, is a success.
class Routing {
 public:
  static tl::expected<Routing, std::string> open();
  Routing(Routing&&) noexcept;
  Routing& operator=(Routing&&) noexcept;
  ~Routing();

  /// Puts the route before others of the same destination and metric, as `ip route prepend` and
  /// keepalived do: a route of the host's own stays, and counts again later. Without a protocol it
  /// gets keepalived's, 18. Devices that it names must be there.
  std::string add(const Route& route);
  /// Removes the route with these hops and this protocol: one of somebody else's is left alone.
  std::string remove(const Route& route);

  std::string add(const RoutingRule& rule);
  /// Removes it however often it is there.
  std::string remove(const RoutingRule& rule);

 private:
  struct Impl;
  explicit Routing(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace understudy::daemon
