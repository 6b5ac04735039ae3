// A host's packet filter: the INPUT and OUTPUT chains of iptables and ip6tables, as far as
// scenarios use them.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "sim/ip_packet.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {

/// Rules are tried from the head; the first that matches decides, and none means ACCEPT. ARP does
/// not pass here, Neighbour Discovery does.
class Firewall {
 public:
  bool empty() const { return rules_.empty(); }
  /// At the rule's place among those of its chain. False: its chain is too short for that, nothing
  /// happened.
  bool insert(const FirewallRule& rule);
  void append(const FirewallRule& rule) { rules_.push_back(rule); }
  /// Removes the first rule equal to `rule`; nothing when there is none.
  void remove(const FirewallRule& rule);
  void clear() { rules_.clear(); }

  /// The rule that keeps the packet from passing the chain; null: it passes. `interface` is where
  /// it came in or goes out.
  const FirewallRule* stopping(FirewallChain chain, const IpPacket& packet,
                               std::string_view interface) const;
  bool accepts(FirewallChain chain, const IpPacket& packet, std::string_view interface) const {
    return stopping(chain, packet, interface) == nullptr;
  }

 private:
  std::vector<FirewallRule> rules_;
};

}  // namespace understudy::sim
