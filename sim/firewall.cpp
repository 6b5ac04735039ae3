#include "sim/firewall.h"

#include <algorithm>

namespace understudy::sim {
namespace {

// As iptables: an address without a prefix length stands for itself.
bool inside(const std::optional<InterfaceAddress>& range, const IpAddress& address) {
  return !range || contains(*range, address);
}

}  // namespace

void Firewall::remove(const FirewallRule& rule) {
  const auto found = std::find(rules_.begin(), rules_.end(), rule);
  if (found != rules_.end()) rules_.erase(found);
}

bool Firewall::accepts(FirewallChain chain, const IpPacket& packet,
                       std::string_view interface) const {
  for (const auto& rule : rules_) {
    if (rule.family && *rule.family != packet.source.family()) continue;
    if (rule.chain != chain || (rule.protocol && *rule.protocol != packet.protocol)) continue;
    if (!rule.interface.empty() && rule.interface != interface) continue;
    if (!inside(rule.source, packet.source) || !inside(rule.destination, packet.destination))
      continue;
    return !rule.drop;
  }
  return true;
}

}  // namespace understudy::sim
