// What a world lets expectations and check scripts see.
#include "sim/scenario/expression_parser.h"
#include "sim/world.h"

namespace understudy::sim {

std::optional<State> World::state(std::size_t host, std::string_view instance) const {
  const auto place = mastership_->find(host, instance);
  if (!place) return std::nullopt;
  return hosts_[host].state(place->router);
}

unsigned World::masters(std::string_view instance) const { return mastership_->masters(instance); }

std::optional<std::size_t> World::master(std::string_view instance) const {
  return mastership_->master(instance);
}

unsigned World::holders(const IpAddress& address) const {
  unsigned count = 0;
  for (const auto& host : hosts_) count += host.kernel.holds(address) ? 1 : 0;
  return count;
}

std::optional<MacAddress> World::arp(std::size_t host, const IpAddress& address) const {
  return hosts_[host].kernel.neighbours().find(address);
}

MacAddress World::mac(std::size_t host) const {
  if (stage_.host(host).nics.empty()) return {};
  return stage_.nics[stage_.nic_number(host, 0)].mac;
}

ServiceStatus World::service(std::size_t host, std::size_t service) const {
  return hosts_[host].kernel.services()[service].status;
}

std::optional<std::uint8_t> World::priority(std::size_t host, std::string_view instance) const {
  const auto place = mastership_->find(host, instance);
  const Node* node = hosts_[host].node();
  if (!place || node == nullptr) return std::nullopt;
  return node->virtual_routers()[place->router].effective_priority();
}

Duration World::blackout(std::size_t probe, Instant from, Instant to) const {
  return probes_[probe].runner.log().longest(from, to, stage_.now);
}

std::uint64_t World::lost(std::size_t probe) const {
  return probes_[probe].runner.log().lost_count();
}

std::uint64_t World::flaps(std::string_view instance) const { return mastership_->flaps(instance); }

std::uint64_t World::transitions(std::string_view instance, std::size_t host, State state) const {
  return mastership_->transitions(instance, host, state);
}

std::uint64_t World::adverts(std::size_t host) const { return adverts_[host]; }

std::uint64_t World::garps(std::size_t host, const IpAddress& address) const {
  const auto found = announcements_.find({host, address});
  return found == announcements_.end() ? 0 : found->second.count;
}

std::optional<Instant> World::open_blackout(std::size_t probe) const {
  return probes_[probe].runner.log().open_since();
}

Instant World::event_time(std::size_t fault, bool end) const {
  return Instant{sim::event_time(stage_.scenario, {fault, end, {}})};
}

std::vector<AdvertKind> World::adverts_by_kind(std::size_t host) const {
  return advert_kinds_[host];
}

std::optional<std::size_t> World::reached(std::size_t host, const IpAddress& address) const {
  const auto found = reach_of(host, address);
  return found == kNoHost ? std::nullopt : std::optional(found);
}

}  // namespace understudy::sim
