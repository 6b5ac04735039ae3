// The settings of one virtual router, checked: nothing in it is out of range.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/net/instant.h"
#include "core/net/interface_address.h"
#include "core/vrrp/receive_rules.h"

namespace understudy {

struct VirtualRouterConfig {
  std::string name;
  std::uint16_t index = 0;      // its place among the node's virtual routers
  std::uint16_t interface = 0;  // index into the node's interfaces
  std::uint8_t priority = 100;  // 1 to 255; 255: the address owner
  ReceiveRules rules;           // version, vrid, interval, authentication, addresses, profile
  std::vector<InterfaceAddress> addresses;
  bool preempt = true;
  unsigned down_timer_adverts = 3;
  unsigned garp_master_repeat = 5;
  Duration garp_master_delay = std::chrono::seconds{5};  // 0: no second burst
  unsigned garp_lower_prio_repeat = 5;
  Duration garp_lower_prio_delay = std::chrono::seconds{5};  // 0: no second burst
  bool lower_prio_no_advert = false;
  bool higher_prio_send_advert = true;

  bool owner() const { return priority == 255; }

  friend bool operator==(const VirtualRouterConfig&, const VirtualRouterConfig&) = default;
};

}  // namespace understudy
