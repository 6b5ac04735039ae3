#include "sim/firewall.h"

#include <algorithm>

#include "core/net/neighbour_discovery.h"

namespace understudy::sim {
namespace {

constexpr std::uint8_t kProtocolUdp = 17;

// As iptables: an address without a prefix length stands for itself.
bool inside(const InterfaceAddress& range, const IpAddress& address) {
  return contains(range, address);
}

bool has_ports(const IpPacket& packet) {
  return (packet.protocol == kProtocolTcp || packet.protocol == kProtocolUdp) && !packet.fragment &&
         packet.payload.size() >= 4;
}

bool inside(const PortSpan& span, std::uint16_t port) {
  return port >= span.lowest && port <= span.highest;
}

bool is_icmp(const IpPacket& packet) {
  return (packet.protocol == kProtocolIcmp || packet.protocol == kProtocolIcmp6) &&
         !packet.payload.empty();
}

/// What a rule asks of ports and ICMP types. A packet without them matches nothing of it, also
/// behind a "!", as with iptables' own matches.
bool matches_inside(const FirewallRule& rule, const IpPacket& packet) {
  const auto is_negated = [&](std::uint8_t bit) { return (rule.negated & bit) != 0; };
  if (rule.source_ports || rule.destination_ports) {
    if (!has_ports(packet)) return false;
    if (rule.source_ports && inside(*rule.source_ports, load_be16(packet.payload.data())) ==
                                 is_negated(FirewallRule::kSourcePorts))
      return false;
    if (rule.destination_ports &&
        inside(*rule.destination_ports, load_be16(packet.payload.data() + 2)) ==
            is_negated(FirewallRule::kDestinationPorts))
      return false;
  }
  return !rule.icmp_type || (is_icmp(packet) && (packet.payload[0] == *rule.icmp_type) !=
                                                    is_negated(FirewallRule::kIcmpType));
}

bool matches(const FirewallRule& rule, const IpPacket& packet, std::string_view interface) {
  if (rule.family && *rule.family != packet.source.family()) return false;
  const auto is_negated = [&](std::uint8_t bit) { return (rule.negated & bit) != 0; };
  if (rule.protocol && (*rule.protocol == packet.protocol) == is_negated(FirewallRule::kProtocol))
    return false;
  if (!rule.interface.empty() &&
      (rule.interface == interface) == is_negated(FirewallRule::kInterface))
    return false;
  if (rule.source && inside(*rule.source, packet.source) == is_negated(FirewallRule::kSource))
    return false;
  if (rule.destination &&
      inside(*rule.destination, packet.destination) == is_negated(FirewallRule::kDestination))
    return false;
  return matches_inside(rule, packet);
}

}  // namespace

bool Firewall::insert(const FirewallRule& rule) {
  if (rule.place == 0) {
    append(rule);
    return true;
  }
  unsigned place = 1;
  for (auto other = rules_.begin();; ++other) {
    if (place == rule.place &&
        (other == rules_.end() || other->chain == rule.chain || rule.place == 1)) {
      rules_.insert(other, rule);
      return true;
    }
    if (other == rules_.end()) return false;
    if (other->chain == rule.chain) ++place;
  }
}

void Firewall::remove(const FirewallRule& rule) {
  const auto found = std::find(rules_.begin(), rules_.end(), rule);
  if (found != rules_.end()) rules_.erase(found);
}

const FirewallRule* Firewall::stopping(FirewallChain chain, const IpPacket& packet,
                                       std::string_view interface) const {
  for (const auto& rule : rules_)
    if (rule.chain == chain && matches(rule, packet, interface)) return rule.drop ? &rule : nullptr;
  return nullptr;
}

}  // namespace understudy::sim
