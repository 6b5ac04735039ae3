#include "core/net/route.h"

#include <array>

namespace understudy {
namespace {

constexpr std::uint8_t kMainTable = 254;

std::string_view name_of(RouteType type) {
  switch (type) {
    case RouteType::unicast:
      return "";
    case RouteType::local:
      return "local ";
    case RouteType::blackhole:
      return "blackhole ";
    case RouteType::unreachable:
      return "unreachable ";
    case RouteType::prohibit:
      return "prohibit ";
  }
  return "";
}

// Only a device makes these reachable: the kernel cannot look the way up.
bool wants_device(RouteType type, const IpAddress& gateway, bool onlink) {
  if (type != RouteType::unicast && type != RouteType::local) return false;
  return gateway.is_unspecified() || onlink || (!gateway.is_ipv4() && gateway.is_link_local());
}

std::string prefix_text(const IpAddress& address, unsigned length) {
  if (length == 0) return "default";
  if (length == address_size(address.family()) * 8) return to_string(address);
  return to_string(address) + "/" + std::to_string(length);
}

std::string prefix_or_all(const IpAddress& address, unsigned length) {
  return length == 0 ? "all" : prefix_text(address, length);
}

std::string hop_text(const IpAddress& gateway, const std::string& device, bool onlink) {
  std::string text;
  if (!gateway.is_unspecified()) text += " via " + to_string(gateway);
  if (!device.empty()) text += " dev " + device;
  if (onlink) text += " onlink";
  return text;
}

std::string number_text(std::string_view name, std::optional<std::uint32_t> value) {
  return value ? " " + std::string(name) + " " + std::to_string(*value) : std::string{};
}

std::string table_text(std::uint32_t table) {
  if (table == 255) return "local";
  if (table == kMainTable) return "main";
  if (table == 253) return "default";
  return std::to_string(table);
}

}  // namespace

IpAddress network_of(const IpAddress& address, unsigned length) {
  std::array<std::uint8_t, 16> bytes{};
  const auto given = address.bytes();
  for (std::size_t i = 0; i < given.size(); ++i) {
    const auto kept = length >= 8 * (i + 1) ? 8 : length > 8 * i ? length - 8 * i : 0;
    bytes[i] = static_cast<std::uint8_t>(given[i] & ~(0xffU >> kept));
  }
  return IpAddress::from_bytes(std::span{bytes}.first(given.size()));
}

bool in_prefix(const IpAddress& prefix, unsigned length, const IpAddress& address) {
  return prefix.family() == address.family() &&
         network_of(address, length) == network_of(prefix, length);
}

Route with_default_device(Route route, const std::string& device) {
  for (auto& hop : route.next_hops)
    if (hop.device.empty() && wants_device(route.type, hop.gateway, hop.onlink))
      hop.device = device;
  if (route.next_hops.empty() && route.device.empty() &&
      wants_device(route.type, route.gateway, route.onlink))
    route.device = device;
  return route;
}

std::string to_string(const Route& route) {
  std::string text{name_of(route.type)};
  text += prefix_text(route.destination, route.prefix_length);
  text += hop_text(route.gateway, route.device, route.onlink);
  if (route.table != kMainTable) text += " table " + table_text(route.table);
  if (!route.preferred_source.is_unspecified()) text += " src " + to_string(route.preferred_source);
  text += number_text("metric", route.metric);
  for (const auto& hop : route.next_hops) {
    text += " nexthop" + hop_text(hop.gateway, hop.device, hop.onlink);
    if (hop.weight != 1) text += " weight " + std::to_string(hop.weight);
  }
  return text;
}

std::string to_string(const RoutingRule& rule) {
  std::string text = "from " + prefix_or_all(rule.from, rule.from_length);
  if (rule.to_length != 0) text += " to " + prefix_text(rule.to, rule.to_length);
  if (!rule.input_interface.empty()) text += " iif " + rule.input_interface;
  if (!rule.output_interface.empty()) text += " oif " + rule.output_interface;
  text += number_text("fwmark", rule.mark);
  if (rule.action == RoutingRule::Action::lookup)
    text += " lookup " + table_text(rule.table);
  else
    text += " " + std::string(name_of(static_cast<RouteType>(rule.action)));
  if (text.back() == ' ') text.pop_back();
  text += number_text("priority", rule.preference);
  return text;
}

}  // namespace understudy
