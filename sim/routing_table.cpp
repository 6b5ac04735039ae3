#include "sim/routing_table.h"

#include <algorithm>
#include <cerrno>

#include "core/net/digest.h"

namespace understudy::sim {
namespace {

constexpr std::uint32_t kMain = 254, kDefault = 253;
constexpr std::uint32_t kMainPreference = 32766;

// IP6_RT_PRIO_ADDRCONF and IP6_RT_PRIO_USER; of IPv4 both are 0.
std::uint32_t connected_metric(Family family) { return family == Family::ipv4 ? 0 : 256; }
std::uint32_t metric_of(const Route& route) {
  if (route.destination.is_ipv4()) return route.metric.value_or(0);
  return route.metric.value_or(0) == 0 ? 1024 : *route.metric;
}

bool same_place(const Route& left, const Route& right) {
  return left.type == right.type && left.table == right.table &&
         left.destination == right.destination && left.prefix_length == right.prefix_length &&
         left.tos == right.tos && metric_of(left) == metric_of(right);
}

bool same_way(const Route& left, const Route& right) {
  return left.gateway == right.gateway && left.device == right.device &&
         left.next_hops == right.next_hops;
}

int error_of(RouteType type) {
  switch (type) {
    case RouteType::unreachable:
      return EHOSTUNREACH;
    case RouteType::prohibit:
      return EACCES;
    case RouteType::unicast:
    case RouteType::local:
    case RouteType::blackhole:
      break;
  }
  return EINVAL;
}

bool matches(const RoutingRule& rule, const IpAddress& source, const IpAddress& destination) {
  if (rule.family != destination.family()) return false;
  if (rule.from_length != 0 && !in_prefix(rule.from, rule.from_length, source)) return false;
  if (rule.to_length != 0 && !in_prefix(rule.to, rule.to_length, destination)) return false;
  // Packets of our own come in by the loopback, unmarked and without TOS; no socket is bound.
  if (!rule.input_interface.empty() && rule.input_interface != "lo") return false;
  if (!rule.output_interface.empty() || rule.tos != 0) return false;
  return (rule.mark.value_or(0) & rule.mark_mask.value_or(0xffffffff)) == 0;
}

}  // namespace

// ---- routes

int RoutingTable::resolve(const Route& route, const NextHop& hop, std::vector<Hop>& hops) const {
  Hop resolved{0, hop.gateway, hop.weight};
  if (!hop.device.empty()) {
    const int found = links_.find_interface(hop.device);
    if (found < 0) return ENODEV;
    resolved.interface = static_cast<std::uint32_t>(found);
  } else if (const auto subnet = links_.subnet_of(hop.gateway)) {
    resolved.interface = subnet->interface;
  } else {
    return ENETUNREACH;
  }
  if (!links_.interface_up(resolved.interface)) return ENETDOWN;
  const bool must_be_near =
      !hop.gateway.is_unspecified() && !hop.onlink && !hop.gateway.is_link_local();
  const auto subnet = must_be_near ? links_.subnet_of(hop.gateway) : std::nullopt;
  if (must_be_near && (!subnet || subnet->interface != resolved.interface)) return ENETUNREACH;
  if (!route.preferred_source.is_unspecified() && !links_.holds_address(route.preferred_source))
    return EINVAL;
  hops.push_back(resolved);
  return 0;
}

int RoutingTable::add(const Route& route) {
  for (const auto& entry : entries_)
    if (same_place(entry.route, route) && same_way(entry.route, route)) return 0;
  Entry entry{route, {}};
  if (route.type == RouteType::unicast) {
    auto hops = route.next_hops;
    if (hops.empty()) hops.push_back({route.gateway, route.device, 1, route.onlink});
    for (const auto& hop : hops)
      if (const int error = resolve(route, hop, entry.hops); error != 0) return error;
  }
  entries_.insert(entries_.begin(), std::move(entry));
  return 0;
}

void RoutingTable::remove(const Route& route) {
  std::erase_if(entries_, [&](const Entry& entry) {
    return same_place(entry.route, route) && same_way(entry.route, route);
  });
}

void RoutingTable::forget_interface(std::uint32_t interface) {
  for (auto& entry : entries_)
    std::erase_if(entry.hops, [&](const Hop& hop) { return hop.interface == interface; });
  std::erase_if(entries_, [](const Entry& entry) {
    return entry.route.type == RouteType::unicast && entry.hops.empty();
  });
}

void RoutingTable::clear() {
  entries_.clear();
  rules_.clear();
}

// ---- rules

void RoutingTable::add(const RoutingRule& rule) {
  remove(rule);
  // Without a preference the kernel takes the one before all others of the family.
  auto preference = rule.preference.value_or(kMainPreference - 1);
  if (!rule.preference)
    for (const auto& other : rules_)
      if (other.rule.family == rule.family && other.preference != 0 &&
          other.preference <= preference)
        preference = other.preference - 1;
  const auto behind = std::find_if(rules_.begin(), rules_.end(), [&](const Rule& other) {
    return other.preference > preference;
  });
  rules_.insert(behind, {preference, rule});
}

void RoutingTable::remove(const RoutingRule& rule) {
  std::erase_if(rules_, [&](const Rule& other) { return other.rule == rule; });
}

// ---- lookups

const RoutingTable::Entry* RoutingTable::best_entry(std::uint32_t table,
                                                    const IpAddress& destination) const {
  const Entry* best = nullptr;
  for (const auto& entry : entries_) {
    const auto& route = entry.route;
    if (route.table != table || route.tos != 0 ||
        !in_prefix(route.destination, route.prefix_length, destination))
      continue;
    if (best == nullptr || route.prefix_length > best->route.prefix_length ||
        (route.prefix_length == best->route.prefix_length &&
         metric_of(route) < metric_of(best->route)))
      best = &entry;
  }
  return best;
}

std::optional<RoutingTable::Answer> RoutingTable::look_up(
    std::uint32_t table, const IpAddress& source, const IpAddress& destination,
    std::optional<std::uint32_t> suppressed) const {
  const auto* entry = best_entry(table, destination);
  auto subnet = table == kMain ? links_.subnet_of(destination) : std::nullopt;
  if (entry != nullptr && subnet) {
    const auto length = entry->route.prefix_length;
    const bool nearer = subnet->prefix_length > length ||
                        (subnet->prefix_length == length &&
                         connected_metric(destination.family()) < metric_of(entry->route));
    if (nearer)
      entry = nullptr;
    else
      subnet.reset();
  }
  const auto is_suppressed = [&](std::uint8_t length) {
    return suppressed && length <= *suppressed;
  };
  if (subnet) {
    if (is_suppressed(subnet->prefix_length)) return std::nullopt;
    return Answer{RoutingPath{subnet->interface, {}, {}}, 0};
  }
  if (entry == nullptr || is_suppressed(entry->route.prefix_length)) return std::nullopt;
  if (entry->hops.empty()) return Answer{std::nullopt, error_of(entry->route.type)};
  return Answer{choose_hop(*entry, source, destination), 0};
}

// A flow stays with its hop: two addresses always take the same one.
RoutingPath RoutingTable::choose_hop(const Entry& entry, const IpAddress& source,
                                     const IpAddress& destination) {
  Digest digest;
  digest.add(source.bytes());
  digest.add(destination.bytes());
  std::uint64_t total = 0;
  for (const auto& hop : entry.hops) total += hop.weight;
  auto draw = digest.value() % total;
  auto chosen = entry.hops.begin();
  for (; draw >= chosen->weight; ++chosen) draw -= chosen->weight;
  return {chosen->interface, chosen->gateway, entry.route.preferred_source};
}

RoutingTable::Answer RoutingTable::find(const IpAddress& source,
                                        const IpAddress& destination) const {
  auto next = rules_.begin();
  const auto try_rules = [&](std::uint64_t limit) -> std::optional<Answer> {
    for (; next != rules_.end() && next->preference < limit; ++next) {
      const auto& rule = next->rule;
      if (!matches(rule, source, destination)) continue;
      if (rule.action != RoutingRule::Action::lookup)
        return Answer{std::nullopt, error_of(static_cast<RouteType>(rule.action))};
      if (auto answer = look_up(rule.table, source, destination, rule.suppress_prefix_length))
        return answer;
    }
    return std::nullopt;
  };
  if (const auto answer = try_rules(kMainPreference)) return *answer;
  if (const auto answer = look_up(kMain, source, destination, std::nullopt)) return *answer;
  if (const auto answer = try_rules(kMainPreference + 1)) return *answer;
  if (const auto answer = look_up(kDefault, source, destination, std::nullopt)) return *answer;
  if (const auto answer = try_rules(std::uint64_t{1} << 32)) return *answer;
  return {std::nullopt, ENETUNREACH};
}

}  // namespace understudy::sim
