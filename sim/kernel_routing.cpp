// Which way packets leave a simulated kernel, and which it does not take in (no_accept).
#include <algorithm>

#include "sim/kernel.h"

namespace understudy::sim {

std::optional<ConnectedSubnet> HostKernel::subnet_of(const IpAddress& address) const {
  std::optional<ConnectedSubnet> longest;
  for (const auto& own : addresses_)
    if (nic_up(own.interface) && !own.entry.no_prefix_route && contains(own.entry, address) &&
        (!longest || own.entry.prefix_length > longest->prefix_length))
      longest = ConnectedSubnet{own.interface, own.entry.prefix_length};
  return longest;
}

std::optional<IpAddress> HostKernel::source_for(const IpAddress& destination) const {
  return ways_.source(destination, [this](const IpAddress& to) { return find_source(to); });
}

std::optional<IpAddress> HostKernel::find_source(const IpAddress& destination) const {
  if (holds(destination)) return destination;
  const auto path = routes_.find({}, destination).path;
  if (!path) return std::nullopt;
  if (!path->preferred_source.is_unspecified()) return path->preferred_source;
  const auto nic = interfaces_[path->interface].nic;
  if (destination.is_ipv4()) {
    const auto primary = primary_address(nic);
    return primary.is_unspecified() ? std::nullopt : std::optional{primary};
  }
  // The configured address with the next hop's prefix (RFC 6724, section 5, rule 8).
  const auto& next = path->gateway.is_unspecified() ? destination : path->gateway;
  for (std::size_t i = 0; i < configured_; ++i)
    if (addresses_[i].interface == nic && contains(addresses_[i].entry, next))
      return addresses_[i].entry.address;
  return link_local_address(nic);
}

void HostKernel::close_address(const IpAddress& address) {
  if (find_closed(address) == closed_.end()) closed_.push_back({address, false});
}

void HostKernel::open_address(const IpAddress& address) {
  if (const auto found = find_closed(address); found != closed_.end()) closed_.erase(found);
}

std::vector<HostKernel::ClosedAddress>::iterator HostKernel::find_closed(const IpAddress& address) {
  return std::find_if(closed_.begin(), closed_.end(),
                      [&](const ClosedAddress& one) { return one.address == address; });
}

bool HostKernel::drops(const IpPacket& packet) {
  if (closed_.empty()) return false;
  // Neighbour Discovery passes, an echo does not.
  if (packet.protocol == kProtocolIcmp6 &&
      (packet.payload.empty() || packet.payload[0] != IcmpTypes::kEchoRequest6))
    return false;
  const auto found = find_closed(packet.destination);
  if (found == closed_.end()) return false;
  if (!found->told)
    stage_.tell(TimelineEntry::Kind::refusal, host_,
                "drops packets to " + to_string(packet.destination) + " (no_accept)");
  found->told = true;
  return true;
}

}  // namespace understudy::sim
