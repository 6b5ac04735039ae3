#include "sim/surroundings.h"

#include <algorithm>
#include <cstring>

#include "core/net/reversed.h"

namespace understudy::sim {

Surroundings::Surroundings(Stage& stage, HostKernel& kernel, std::size_t host,
                           const NodeConfig& config)
    : stage_(stage),
      kernel_(kernel),
      host_(host),
      config_(&config),
      has_routes_(config.virtual_routers.size()) {}

void Surroundings::begin_with(const NodeConfig& config) {
  config_ = &config;
  has_routes_.assign(config.virtual_routers.size(), false);
  has_statics_ = false;
}

Route Surroundings::placed(const VirtualRouterConfig& router, const Route& route) const {
  return with_default_device(
      route,
      router.virtual_mac ? router.virtual_mac->interface : config_->interfaces[router.interface]);
}

void Surroundings::add(const std::string& whose, const Route& route) {
  if (const int error = kernel_.routes().add(route); error != 0)
    stage_.tell(TimelineEntry::Kind::refusal, host_,
                whose + ": cannot add the route " + to_string(route) + ": " + std::strerror(error));
}

void Surroundings::remove_leftovers() {
  has_statics_ = false;
  for (const auto& router : config_->virtual_routers) {
    remove_routes(router.index);
    open_addresses(router.index);
  }
}

void Surroundings::close_addresses(std::uint16_t virtual_router) {
  const auto& router = config_->virtual_routers[virtual_router];
  for (std::size_t i = 0; i < router.address_count() && !router.accepts(); ++i)
    kernel_.close_address(router.held_address(i).address);
}

void Surroundings::open_addresses(std::uint16_t virtual_router) {
  const auto& router = config_->virtual_routers[virtual_router];
  for (std::size_t i = 0; i < router.address_count() && !router.accepts(); ++i)
    kernel_.open_address(router.held_address(i).address);
}

void Surroundings::add_routes(std::uint16_t virtual_router) {
  const auto& router = config_->virtual_routers[virtual_router];
  for (const auto& route : router.routes) add(router.name, placed(router, route));
  for (const auto& rule : router.routing_rules) kernel_.routes().add(rule);
  has_routes_[virtual_router] = true;
}

void Surroundings::remove_routes(std::uint16_t virtual_router) {
  const auto& router = config_->virtual_routers[virtual_router];
  has_routes_[virtual_router] = false;
  for (const auto& rule : reversed(router.routing_rules)) kernel_.routes().remove(rule);
  for (const auto& route : reversed(router.routes)) kernel_.routes().remove(placed(router, route));
}

void Surroundings::restore_routes() {
  if (has_statics_)
    for (const auto& route : config_->statics.routes) add("static", route);
  for (const auto& router : config_->virtual_routers)
    if (has_routes_[router.index])
      for (const auto& route : router.routes) add(router.name, placed(router, route));
}

void Surroundings::add_static_addresses() {
  for (const auto& each : config_->statics.addresses)
    if (const int nic = kernel_.find_nic(each.address.device); nic >= 0)
      kernel_.add_address(static_cast<std::uint32_t>(nic), each.address);
    else
      stage_.tell(TimelineEntry::Kind::refusal, host_,
                  "static: cannot put " + to_string(each.address) + " on " + each.address.device +
                      ": no such interface");
}

void Surroundings::add_statics() {
  add_static_addresses();
  for (const auto& route : config_->statics.routes) add("static", route);
  for (const auto& rule : config_->statics.rules) kernel_.routes().add(rule);
  has_statics_ = true;
}

void Surroundings::remove_statics() {
  has_statics_ = false;
  for (const auto& rule : reversed(config_->statics.rules)) kernel_.routes().remove(rule);
  for (const auto& route : reversed(config_->statics.routes)) kernel_.routes().remove(route);
  for (const auto& each : reversed(config_->statics.addresses))
    if (const int nic = kernel_.find_nic(each.address.device); nic >= 0)
      kernel_.remove_address(static_cast<std::uint32_t>(nic), each.address.address);
}

// ---- another configuration

namespace {

template <typename T>
bool has(const std::vector<T>& list, const T& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool closes(const NodeConfig& config, const IpAddress& address) {
  return std::any_of(config.virtual_routers.begin(), config.virtual_routers.end(),
                     [&](const auto& router) {
                       for (std::size_t i = 0; i < router.address_count() && !router.accepts(); ++i)
                         if (router.held_address(i).address == address) return true;
                       return false;
                     });
}

}  // namespace

void Surroundings::change(const NodeConfig& next) {
  drop_former_routes(next, Surroundings(stage_, kernel_, host_, next));
  drop_former_statics(next);
  open_former_addresses(next);
  config_ = &next;
  has_routes_.assign(next.virtual_routers.size(), false);
  add_statics();
}

void Surroundings::drop_former_routes(const NodeConfig& next, const Surroundings& wanted) {
  std::vector<Route> routes;
  std::vector<RoutingRule> rules;
  for (const auto& router : next.virtual_routers) {
    for (const auto& route : router.routes) routes.push_back(wanted.placed(router, route));
    rules.insert(rules.end(), router.routing_rules.begin(), router.routing_rules.end());
  }
  for (const auto& router : config_->virtual_routers) {
    if (!has_routes_[router.index]) continue;
    for (const auto& rule : router.routing_rules)
      if (!has(rules, rule)) kernel_.routes().remove(rule);
    for (const auto& route : router.routes)
      if (const auto former = placed(router, route); !has(routes, former))
        kernel_.routes().remove(former);
  }
}

void Surroundings::drop_former_statics(const NodeConfig& next) {
  for (const auto& rule : config_->statics.rules)
    if (!has(next.statics.rules, rule)) kernel_.routes().remove(rule);
  for (const auto& route : config_->statics.routes)
    if (!has(next.statics.routes, route)) kernel_.routes().remove(route);
  for (const auto& each : config_->statics.addresses) {
    const bool stays =
        std::any_of(next.statics.addresses.begin(), next.statics.addresses.end(),
                    [&](const auto& other) { return other.address == each.address; });
    const int nic = stays ? -1 : kernel_.find_nic(each.address.device);
    if (nic >= 0) kernel_.remove_address(static_cast<std::uint32_t>(nic), each.address.address);
  }
}

void Surroundings::open_former_addresses(const NodeConfig& next) {
  for (const auto& router : config_->virtual_routers)
    for (std::size_t i = 0; i < router.address_count() && !router.accepts(); ++i)
      if (const auto& address = router.held_address(i).address; !closes(next, address))
        kernel_.open_address(address);
}

}  // namespace understudy::sim
