// The settings of one virtual router, checked: nothing in it is out of range.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/net/instant.h"
#include "core/net/interface_address.h"
#include "core/net/mac_address.h"
#include "core/net/route.h"
#include "core/vrrp/receive_rules.h"

namespace understudy {

inline constexpr std::uint16_t kNoGroup = 0xffff;

/// A macvlan interface of the virtual router's own (use_vmac): the virtual addresses are on it and
/// are answered with its MAC; adverts leave through it. Adverts are received on the base interface.
struct VirtualMacConfig {
  MacAddress mac;         // virtual_mac(vrid, family) unless the configuration names another
  std::string interface;  // its name: "vrrp.51", "vrrp6.51", or what the configuration says
  bool transmits_on_base = false;  // vmac_xmit_base: adverts leave the base interface, from its MAC

  friend bool operator==(const VirtualMacConfig&, const VirtualMacConfig&) = default;
};

struct VirtualRouterConfig {
  std::string name;
  std::uint16_t index = 0;         // its place among the node's virtual routers
  std::uint16_t interface = 0;     // index into the node's interfaces
  std::uint16_t group = kNoGroup;  // index into the node's sync groups
  std::uint8_t priority = 100;     // 1 to 255; 255: the address owner
  bool starts_as_master = false;   // `state MASTER`: a head start inside a sync group, no more
  alignas(64) ReceiveRules rules;  // version, vrid, interval, authentication, addresses, profile

  // ---- where adverts go
  IpAddress source;                // unicast_src_ip, mcast_src_ip; unspecified: the interface's
  bool source_must_exist = false;  // track_src_ip: FAULT while `source` is on no interface
  std::vector<IpAddress> destinations;  // the group, or all unicast peers; empty: the VRRP group
  std::uint8_t ttl = 255;               // unicast_ttl; 255 on multicast
  ChecksumForm send_form = ChecksumForm::pseudo_header;  // version 3 over IPv4; never `either`
  std::optional<VirtualMacConfig> virtual_mac;

  // ---- what a master holds
  std::vector<InterfaceAddress> addresses;           // in the adverts
  std::vector<InterfaceAddress> excluded_addresses;  // not in the adverts; either family
  std::vector<Route> routes;
  std::vector<RoutingRule> routing_rules;
  bool accept = true;  // false: packets to the addresses are dropped, unless it is the owner

  // ---- elections
  bool preempt = true;
  Duration preempt_delay{};
  unsigned down_timer_adverts = 3;
  bool skip_check_adv_addr = false;      // no word of a master's address list that was seen before
  bool notifies_lower_priority = false;  // there is a notify_master_rx_lower_pri script
  bool lower_prio_no_advert = false;
  bool higher_prio_send_advert = true;
  bool yields_when_held_up = false;     // timer_expired_backup
  std::uint8_t held_up_priority = 254;  // timer_expired_backup's priority of the fastest rival
  bool tracks_interface = true;  // false (dont_track_primary): its link going down is no fault

  // ---- announcements
  unsigned garp_master_repeat = 5;
  Duration garp_master_delay = std::chrono::seconds{5};  // 0: no second burst
  unsigned garp_lower_prio_repeat = 5;
  Duration garp_lower_prio_delay = std::chrono::seconds{5};  // 0: no second burst
  Duration garp_refresh{};                                   // 0: none
  unsigned garp_refresh_repeat = 1;
  Duration garp_extra{};              // garp_extra_if; 0: none
  bool garp_extra_all = false;        // all addresses, not only those on other interfaces
  Duration garp_interval{};           // between two gratuitous ARPs of an interface; 0: none
  Duration advertisement_interval{};  // gna_interval: the same for Neighbour Advertisements

  bool owner() const { return priority == 255; }
  bool unicast() const { return rules.unicast; }
  /// Whether a master takes packets for the virtual addresses as its own (Accept_Mode, RFC 9568,
  /// section 6.1; keepalived's default is true).
  bool accepts() const { return accept || owner(); }
  bool paces() const { return garp_interval > Duration{} || advertisement_interval > Duration{}; }
  std::size_t address_count() const { return addresses.size() + excluded_addresses.size(); }
  /// By the numbers of AnnounceAddresses.
  const InterfaceAddress& held_address(std::size_t number) const {
    return number < addresses.size() ? addresses[number]
                                     : excluded_addresses[number - addresses.size()];
  }

  friend bool operator==(const VirtualRouterConfig&, const VirtualRouterConfig&) = default;
};

}  // namespace understudy
