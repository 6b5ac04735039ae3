#include "sim/surroundings.h"

#include <cstring>

#include "core/net/reversed.h"

namespace understudy::sim {

Surroundings::Surroundings(Stage& stage, HostKernel& kernel, std::size_t host,
                           const NodeConfig& config)
    : stage_(stage),
      kernel_(kernel),
      host_(host),
      config_(config),
      has_routes_(config.virtual_routers.size()) {}

Route Surroundings::placed(const VirtualRouterConfig& router, const Route& route) const {
  return with_default_device(
      route,
      router.virtual_mac ? router.virtual_mac->interface : config_.interfaces[router.interface]);
}

void Surroundings::add(const std::string& whose, const Route& route) {
  if (const int error = kernel_.routes().add(route); error != 0)
    stage_.tell(TimelineEntry::Kind::refusal, host_,
                whose + ": cannot add the route " + to_string(route) + ": " + std::strerror(error));
}

void Surroundings::remove_leftovers() {
  has_statics_ = false;
  for (const auto& router : config_.virtual_routers) {
    remove_routes(router.index);
    open_addresses(router.index);
  }
}

void Surroundings::close_addresses(std::uint16_t virtual_router) {
  const auto& router = config_.virtual_routers[virtual_router];
  for (std::size_t i = 0; i < router.address_count() && !router.accepts(); ++i)
    kernel_.close_address(router.held_address(i).address);
}

void Surroundings::open_addresses(std::uint16_t virtual_router) {
  const auto& router = config_.virtual_routers[virtual_router];
  for (std::size_t i = 0; i < router.address_count() && !router.accepts(); ++i)
    kernel_.open_address(router.held_address(i).address);
}

void Surroundings::add_routes(std::uint16_t virtual_router) {
  const auto& router = config_.virtual_routers[virtual_router];
  for (const auto& route : router.routes) add(router.name, placed(router, route));
  for (const auto& rule : router.routing_rules) kernel_.routes().add(rule);
  has_routes_[virtual_router] = true;
}

void Surroundings::remove_routes(std::uint16_t virtual_router) {
  const auto& router = config_.virtual_routers[virtual_router];
  has_routes_[virtual_router] = false;
  for (const auto& rule : reversed(router.routing_rules)) kernel_.routes().remove(rule);
  for (const auto& route : reversed(router.routes)) kernel_.routes().remove(placed(router, route));
}

void Surroundings::restore_routes() {
  if (has_statics_)
    for (const auto& route : config_.statics.routes) add("static", route);
  for (const auto& router : config_.virtual_routers)
    if (has_routes_[router.index])
      for (const auto& route : router.routes) add(router.name, placed(router, route));
}

void Surroundings::add_static_addresses() {
  for (const auto& each : config_.statics.addresses)
    if (const int nic = kernel_.find_nic(each.address.device); nic >= 0)
      kernel_.add_address(static_cast<std::uint32_t>(nic), each.address);
    else
      stage_.tell(TimelineEntry::Kind::refusal, host_,
                  "static: cannot put " + to_string(each.address) + " on " + each.address.device +
                      ": no such interface");
}

void Surroundings::add_statics() {
  add_static_addresses();
  for (const auto& route : config_.statics.routes) add("static", route);
  for (const auto& rule : config_.statics.rules) kernel_.routes().add(rule);
  has_statics_ = true;
}

void Surroundings::remove_statics() {
  has_statics_ = false;
  for (const auto& rule : reversed(config_.statics.rules)) kernel_.routes().remove(rule);
  for (const auto& route : reversed(config_.statics.routes)) kernel_.routes().remove(route);
  for (const auto& each : reversed(config_.statics.addresses))
    if (const int nic = kernel_.find_nic(each.address.device); nic >= 0)
      kernel_.remove_address(static_cast<std::uint32_t>(nic), each.address.address);
}

}  // namespace understudy::sim
