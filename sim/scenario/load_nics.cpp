// hosts.X.nics.
#include <algorithm>

#include "sim/scenario/load_parts.h"
#include "sim/scenario/names.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kMostAddresses = 64;

/// Why no NIC can have this address; empty: it can.
std::string unfit(const InterfaceAddress& address) {
  const IpAddress& ip = address.address;
  const bool odd = ip.is_ipv4() ? ip.ipv4().value >> 24 == 0 || ip.ipv4().value >> 24 == 127 ||
                                      ip.ipv4().value >> 28 == 0xf
                                : ip.is_unspecified() || ip == *parse_ip_address("::1");
  if (odd || ip.is_multicast()) return to_string(ip) + " cannot be a host's address";
  if (address.prefix_length == 0) return "a prefix length of 0 would make everything a neighbour";
  return {};
}

void load_address(LoadContext& context, const YamlNode& node, Nic& nic) {
  const auto text = context.string(node);
  if (!text) return;
  const auto address = parse_interface_address(*text, false);
  if (!address) {
    context.error(node, "bad-address", address.error());
    return;
  }
  if (auto problem = unfit(*address); !problem.empty())
    context.error(node, "bad-address", std::move(problem));
  const auto same = [&](const InterfaceAddress& other) {
    return other.address == address->address;
  };
  if (same(nic.address) || std::any_of(nic.more_addresses.begin(), nic.more_addresses.end(), same))
    context.error(node, "duplicate-address", to_string(address->address) + " stands here twice");
  if (nic.address.address.is_unspecified())
    nic.address = *address;
  else
    nic.more_addresses.push_back(*address);
}

/// `ip`, one address, and `addresses`, a list.
void load_addresses(LoadContext& context, MapReader& map, Nic& nic) {
  const YamlNode* list = map.get("addresses");
  if (list == nullptr) {
    if (const YamlNode* ip = map.require("ip")) load_address(context, *ip, nic);
    return;
  }
  if (const YamlNode* ip = map.get("ip")) load_address(context, *ip, nic);
  if (!context.is_list(*list, "addresses")) return;
  if (list->items.size() > kMostAddresses)
    context.error(*list, "out-of-range",
                  "more than " + std::to_string(kMostAddresses) + " addresses");
  else
    for (const YamlNode& item : list->items) load_address(context, item, nic);
}

void load_mac(LoadContext& context, const YamlNode& node, Nic& nic) {
  const auto text = context.string(node);
  if (!text) return;
  nic.mac = parse_mac_address(*text);
  if (!nic.mac)
    context.error(node, "bad-mac", "'" + text->substr(0, 60) + "' is not a MAC address",
                  "write 02:00:00:00:00:01");
  else if (nic.mac->is_group())
    context.error(node, "bad-mac", *text + " is a group address, no NIC's");
  else if (*nic.mac == MacAddress{})
    context.error(node, "bad-mac", *text + " is no NIC's address");
}

}  // namespace

void load_nic(LoadContext& context, const YamlNode& node, const Scenario& scenario, Host& host) {
  Nic nic;
  nic.name = node.key;
  if (!context.check_key(node, "NIC")) return;
  MapReader map(context, node, "NIC '" + host.name + "." + node.key + "'",
                {"segment", "ip", "addresses", "mac"});
  if (const YamlNode* segment = map.require("segment"))
    if (const auto name = context.string(*segment)) {
      if (const auto found = find_segment(scenario, *name))
        nic.segment = *found;
      else
        context.unknown_name(*segment, "segment", *name, segment_names(scenario));
    }
  load_addresses(context, map, nic);
  if (const YamlNode* mac = map.get("mac")) load_mac(context, *mac, nic);
  host.nics.push_back(std::move(nic));
}

}  // namespace understudy::sim
