// How a simulated host asks for its neighbours' MACs and answers for its own: ARP and Neighbour
// Discovery, on NICs and on what lies on top of them.
#include <cerrno>

#include "core/net/arp.h"
#include "core/net/ethernet.h"
#include "sim/kernel.h"

namespace understudy::sim {

// ---- asking

void HostKernel::ask(std::uint32_t interface, const IpAddress& address, const IpAddress& source,
                     std::optional<MacAddress> known) {
  const auto nic = interfaces_[interface].nic;
  if (address.is_ipv4()) {
    // arp_announce 0: the sender address of the waiting packet when it is ours, be it virtual. One
    // that lies on a virtual interface is never said to be at another MAC (arp_announce 2).
    const auto on = answering_interface(interface, true, source);
    const auto sender = on == interface ? source : primary_address(nic);
    return send_arp(
        interface, known.value_or(kBroadcastMac),
        {ArpOperation::request, mac(interface), sender.ipv4(), MacAddress{}, address.ipv4()});
  }
  const auto sender = holds_on(interface, source) ? source : link_local_address(nic);
  const auto everybody = solicited_node_address(address);
  send_discovery(interface, known.value_or(multicast_mac(everybody)),
                 {.solicitation = true, .target = address, .link_layer = mac(interface)}, sender,
                 known ? address : everybody);
}

void HostKernel::send_arp(std::uint32_t interface, const MacAddress& to, const ArpPacket& packet) {
  if (!nic_up(interface)) return;
  const auto index = stage_.frames.take();
  Frame& frame = stage_.frames[index];
  encode_ethernet({to, packet.sender_mac, kEtherTypeArp}, frame.bytes);
  encode_arp(packet, std::span{frame.bytes}.subspan(kEthernetHeaderSize));
  frame.size = kArpFrameSize;
  launch(interface, index);
}

/// Unlike ARP it passes the packet filter.
int HostKernel::send_discovery(std::uint32_t interface, const MacAddress& to,
                               const NeighbourMessage& message, const IpAddress& source,
                               const IpAddress& destination) {
  if (!nic_up(interface)) return ENETDOWN;
  IpPacket packet;
  packet.source = source;
  packet.destination = destination;
  packet.protocol = kProtocolIcmp6;
  const std::uint8_t type = message.solicitation ? 135 : 136;  // all that a filter looks at
  packet.payload = {&type, 1};
  if (!firewall_.accepts(FirewallChain::output, packet, interfaces_[interface].name)) return EPERM;
  const auto index = stage_.frames.take();
  Frame& frame = stage_.frames[index];
  const auto size =
      encode_neighbour_frame(message, mac(interface), to, source, destination, frame.bytes);
  frame.size = static_cast<std::uint16_t>(size.value_or(0));
  return launch(interface, index);
}

// ---- answering

/// Who answers for an address when it is asked for on this interface, or (`group`) on its NIC and
/// all that lies on it. IPv4 answers for an address of any NIC (arp_ignore 0), those of virtual
/// interfaces excepted (arp_ignore 1), IPv6 for the interface's own alone.
std::optional<std::uint32_t> HostKernel::answering_interface(std::uint32_t interface, bool group,
                                                             const IpAddress& address) const {
  if (!powered_) return std::nullopt;
  const auto nic = interfaces_[interface].nic;
  std::optional<std::uint32_t> found;
  for (const auto& own : addresses_) {
    if (own.entry.address != address) continue;
    if (own.interface == interface) return interface;
    if (is_virtual(own.interface)) {
      if (group && interfaces_[own.interface].nic == nic) found = own.interface;
    } else if (!found && !is_virtual(interface) && address.is_ipv4()) {
      found = interface;
    }
  }
  return found;
}

void HostKernel::receive_arp(std::uint32_t interface, bool group, const Frame& frame) {
  const auto packet = decode_arp(frame.payload());
  if (!packet) return;
  const bool ours = holds(packet->sender_ip);  // then somebody claims our address: no answer
  const auto asked = ours ? std::nullopt : answering_interface(interface, group, packet->target_ip);
  if (!ours) {
    neighbours_.heard(stage_.now, interface, *packet, asked == interface);
    if (asked && *asked != interface) neighbours_.heard(stage_.now, *asked, *packet, true);
  }
  if (packet->is_gratuitous())
    listener_.announcement_heard(host_, frame.source_nic, packet->target_ip);
  if (!asked || packet->operation != ArpOperation::request) return;
  send_arp(
      *asked, packet->sender_mac,
      {ArpOperation::reply, mac(*asked), packet->target_ip, packet->sender_mac, packet->sender_ip});
}

void HostKernel::receive_discovery(std::uint32_t interface, bool group, const IpPacket& packet,
                                   std::uint32_t from_nic) {
  const auto message =
      decode_neighbour_message(packet.payload, packet.source, packet.destination, packet.ttl);
  if (!message) return;
  if (message->solicitation) {
    if (holds(packet.source)) return;  // somebody claims our address
    const auto asked = answering_interface(interface, group, message->target);
    if (asked) answer_solicitation(*asked, packet, *message);
    return;
  }
  if (holds(message->target)) return;
  neighbours_.advertised(stage_.now, interface, *message);
  if (group)
    for (std::uint32_t i = nic_count_; i < interfaces_.size(); ++i)
      if (!interfaces_[i].name.empty() && interfaces_[i].nic == interface)
        neighbours_.advertised(stage_.now, i, *message);
  if (!message->solicited) listener_.announcement_heard(host_, from_nic, message->target);
}

/// As Linux: a solicitation to one host alone is answered without the MAC, and without override.
void HostKernel::answer_solicitation(std::uint32_t interface, const IpPacket& packet,
                                     const NeighbourMessage& message) {
  neighbours_.solicited(stage_.now, interface, packet.source, message);
  const bool group = packet.destination.is_multicast();
  NeighbourMessage answer;
  answer.override = group;
  answer.target = message.target;
  if (group) answer.link_layer = mac(interface);
  if (packet.source.is_unspecified()) return;  // duplicate address detection: there is none here
  answer.solicited = true;
  const auto to = message.link_layer;
  if (!to) return;
  send_discovery(interface, *to, answer, message.target, packet.source);
}

}  // namespace understudy::sim
