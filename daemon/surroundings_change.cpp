// Another configuration under what surrounds the virtual addresses.
#include <algorithm>
#include <set>

#include "daemon/log.h"
#include "daemon/surroundings.h"

namespace understudy::daemon {
namespace {

template <typename T>
bool contains(const std::vector<T>& list, const T& item) {
  return std::ranges::find(list, item) != list.end();
}

void tell(const std::string& what, const std::string& error) {
  if (!error.empty()) log_line(LogLevel::error, what + ": " + error);
}

std::set<IpAddress> closed_addresses(const NodeConfig& config) {
  std::set<IpAddress> closed;
  for (const auto& router : config.virtual_routers)
    for (std::size_t i = 0; !router.accepts() && i < router.address_count(); ++i)
      closed.insert(router.held_address(i).address);
  return closed;
}

}  // namespace

void Surroundings::change(const NodeConfig& next, Netlink& netlink) {
  Surroundings wanted{next, std::move(routing_)};
  drop_former_routes(next, wanted);
  drop_former_statics(next, netlink, wanted.routing_);
  const auto now = closed_addresses(next);
  std::vector<IpAddress> opened;
  std::ranges::set_difference(closed_addresses(*config_), now, std::back_inserter(opened));
  if (!opened.empty()) tell("cannot clear the packet filter", filter_.open(opened));
  if (now.empty() && !opened.empty())
    tell("cannot remove the packet filter", filter_.remove_table());
  if (!now.empty() && closed_addresses(*config_).empty())
    tell("cannot make the packet filter of no_accept", filter_.make_table());
  config_ = &next;
  routing_ = std::move(wanted.routing_);
  has_routes_.assign(next.virtual_routers.size(), false);
  static_links_ = std::move(wanted.static_links_);
  add_statics(netlink);
}

// Those of masters that no virtual router of `next` has; who has them adds them again.
void Surroundings::drop_former_routes(const NodeConfig& next, Surroundings& wanted) {
  std::vector<Route> routes;
  std::vector<RoutingRule> rules;
  for (const auto& router : next.virtual_routers) {
    std::ranges::copy(wanted.routes_of(router), std::back_inserter(routes));
    std::ranges::copy(router.routing_rules, std::back_inserter(rules));
  }
  for (const auto& router : config_->virtual_routers) {
    if (!has_routes_[router.index]) continue;
    for (const auto& rule : router.routing_rules)
      if (!contains(rules, rule)) tell("cannot remove a rule", wanted.routing_.remove(rule));
    for (const auto& route : routes_of(router))
      if (!contains(routes, route)) tell("cannot remove a route", wanted.routing_.remove(route));
  }
}

void Surroundings::drop_former_statics(const NodeConfig& next, Netlink& netlink, Routing& routing) {
  const auto& statics = config_->statics;
  for (const auto& rule : statics.rules)
    if (!contains(next.statics.rules, rule)) tell("cannot remove a rule", routing.remove(rule));
  for (const auto& route : statics.routes)
    if (!contains(next.statics.routes, route)) tell("cannot remove a route", routing.remove(route));
  for (const auto& each : statics.addresses) {
    if (std::ranges::any_of(next.statics.addresses,
                            [&](const auto& item) { return item.address == each.address; }))
      continue;
    if (const auto link = netlink.link(each.address.device))
      tell("cannot remove a static address", netlink.remove(link->ifindex, each.address));
  }
}

}  // namespace understudy::daemon
