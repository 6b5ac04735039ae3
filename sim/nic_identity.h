// What a NIC is called, and the MAC it has.
#pragma once

#include <cstdint>
#include <string>

#include "sim/scenario/scenario.h"

namespace understudy::sim {

/// "lb1.eth0"
inline std::string nic_name(const Scenario& scenario, std::size_t host, std::size_t nic) {
  const Host& owner = scenario.hosts[host];
  return owner.name + "." + owner.nics[nic].name;
}

/// The scenario's, else 02:00:00:HH:HH:NN (locally administered). Hosts count from 1, so that none
/// is 02:00:00:00:00:00.
inline MacAddress nic_mac(const Scenario& scenario, std::size_t host, std::size_t nic) {
  const auto number = host + 1;
  const MacAddress made{{0x02, 0, 0, static_cast<std::uint8_t>(number >> 8 & 0xff),
                         static_cast<std::uint8_t>(number & 0xff), static_cast<std::uint8_t>(nic)}};
  return scenario.hosts[host].nics[nic].mac.value_or(made);
}

}  // namespace understudy::sim
