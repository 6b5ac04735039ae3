#include "daemon/surroundings.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/net/reversed.h"
#include "daemon/log.h"

namespace understudy::daemon {
namespace {

constexpr const char* kStatic = "static";

// `what` is a route or a rule; `error` empty: all is well.
template <typename T>
void tell(const std::string& whose, const char* verb, const T& what, const std::string& error) {
  if (error.empty()) return;
  constexpr bool kIsRoute = std::is_same_v<T, Route>;
  log_line(LogLevel::error, fmt::format("({}) cannot {} the {} {}: {}", whose, verb,
                                        kIsRoute ? "route" : "rule", to_string(what), error));
}

bool accepts_everywhere(const NodeConfig& config) {
  return std::ranges::all_of(config.virtual_routers,
                             [](const auto& router) { return router.accepts(); });
}

std::vector<IpAddress> held_addresses(const VirtualRouterConfig& router) {
  std::vector<IpAddress> addresses;
  for (std::size_t i = 0; i < router.address_count(); ++i)
    addresses.push_back(router.held_address(i).address);
  return addresses;
}

}  // namespace

tl::expected<Surroundings, std::string> Surroundings::open(const NodeConfig& config) {
  auto routing = Routing::open();
  if (!routing) return tl::unexpected(routing.error());
  return Surroundings{config, std::move(*routing)};
}

Surroundings::Surroundings(const NodeConfig& config, Routing routing)
    : config_(&config), routing_(std::move(routing)), has_routes_(config.virtual_routers.size()) {
  const auto name = [this](const std::string& device) {
    if (!device.empty() &&
        std::ranges::find(static_links_, device, &StaticLink::device) == static_links_.end())
      static_links_.push_back({device, false});
  };
  for (const auto& each : config.statics.addresses) name(each.address.device);
  for (const auto& route : config.statics.routes) {
    name(route.device);
    for (const auto& hop : route.next_hops) name(hop.device);
  }
}

std::vector<Route> Surroundings::routes_of(const VirtualRouterConfig& router) const {
  const auto& own =
      router.virtual_mac ? router.virtual_mac->interface : config_->interfaces[router.interface];
  std::vector<Route> routes;
  for (const auto& route : router.routes) routes.push_back(with_default_device(route, own));
  return routes;
}

void Surroundings::remove_leftovers() {
  for (const auto& router : config_->virtual_routers) remove_routes(router.index);
  for (const auto& rule : config_->statics.rules)
    tell(kStatic, "remove", rule, routing_.remove(rule));
  for (const auto& route : config_->statics.routes)
    tell(kStatic, "remove", route, routing_.remove(route));
  const bool needs_none = accepts_everywhere(*config_);
  const auto error = needs_none ? filter_.remove_table() : filter_.make_table();
  // Without a need for it a host may well lack nftables.
  if (!error.empty() && !needs_none)
    log_line(LogLevel::error, "cannot make the packet filter of no_accept: " + error);
}

void Surroundings::close_addresses(std::uint16_t virtual_router) {
  const auto& router = config_->virtual_routers[virtual_router];
  if (router.accepts()) return;
  if (const auto error = filter_.close(held_addresses(router)); !error.empty())
    log_line(LogLevel::error,
             fmt::format("({}) cannot drop what is sent to its addresses: {}", router.name, error));
}

void Surroundings::open_addresses(std::uint16_t virtual_router) {
  const auto& router = config_->virtual_routers[virtual_router];
  if (router.accepts()) return;
  if (const auto error = filter_.open(held_addresses(router)); !error.empty())
    log_line(LogLevel::error,
             fmt::format("({}) cannot clear the packet filter: {}", router.name, error));
}

void Surroundings::add_routes(std::uint16_t virtual_router) {
  const auto& router = config_->virtual_routers[virtual_router];
  for (const auto& route : routes_of(router)) tell(router.name, "add", route, routing_.add(route));
  for (const auto& rule : router.routing_rules) tell(router.name, "add", rule, routing_.add(rule));
  has_routes_[virtual_router] = true;
}

void Surroundings::remove_routes(std::uint16_t virtual_router) {
  const auto& router = config_->virtual_routers[virtual_router];
  has_routes_[virtual_router] = false;
  for (const auto& rule : reversed(router.routing_rules))
    tell(router.name, "remove", rule, routing_.remove(rule));
  const auto routes = routes_of(router);
  for (const auto& route : reversed(routes))
    tell(router.name, "remove", route, routing_.remove(route));
}

bool Surroundings::static_link_came_up(Netlink& netlink) {
  bool came_up = false;
  for (auto& link : static_links_) {
    const auto state = netlink.link(link.device);
    const bool up = state && state->up;
    came_up = came_up || (up && !link.up);
    link.up = up;
  }
  return came_up;
}

void Surroundings::restore_routes(Netlink& netlink, bool came_up) {
  if (!static_link_came_up(netlink) && !came_up) return;
  if (has_statics_) add_static_addresses(netlink);
  if (has_statics_)
    for (const auto& route : config_->statics.routes)
      tell(kStatic, "add", route, routing_.add(route));
  for (const auto& router : config_->virtual_routers)
    if (has_routes_[router.index])
      for (const auto& route : routes_of(router))
        tell(router.name, "add", route, routing_.add(route));
}

void Surroundings::add_statics(Netlink& netlink) {
  const auto& statics = config_->statics;
  static_link_came_up(netlink);
  add_static_addresses(netlink);
  for (const auto& route : statics.routes) tell(kStatic, "add", route, routing_.add(route));
  for (const auto& rule : statics.rules) tell(kStatic, "add", rule, routing_.add(rule));
  has_statics_ = true;
}

void Surroundings::add_static_addresses(Netlink& netlink) {
  for (const auto& each : config_->statics.addresses) {
    const auto link = netlink.link(each.address.device);
    const auto error =
        link ? netlink.add(link->ifindex, each.address) : std::string{"no such interface"};
    if (!error.empty())
      log_line(LogLevel::error, fmt::format("cannot put {} on {}: {}", to_string(each.address),
                                            each.address.device, error));
  }
}

void Surroundings::remove_statics(Netlink& netlink) {
  const auto& statics = config_->statics;
  if (has_statics_) {
    for (const auto& rule : reversed(statics.rules))
      tell(kStatic, "remove", rule, routing_.remove(rule));
    for (const auto& route : reversed(statics.routes))
      tell(kStatic, "remove", route, routing_.remove(route));
    for (const auto& each : reversed(statics.addresses)) {
      const auto& address = each.address;
      const auto link = netlink.link(address.device);
      if (!link) continue;
      if (const auto error = netlink.remove(link->ifindex, address); !error.empty())
        log_line(LogLevel::error, fmt::format("cannot take {} off {}: {}", to_string(address),
                                              address.device, error));
    }
  }
  has_statics_ = false;
  if (accepts_everywhere(*config_)) return;
  if (const auto error = filter_.remove_table(); !error.empty())
    log_line(LogLevel::error, "cannot remove the packet filter: " + error);
}

}  // namespace understudy::daemon
