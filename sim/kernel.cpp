#include "sim/kernel.h"

#include <algorithm>
#include <cerrno>

#include "core/net/arp.h"
#include "core/net/ethernet.h"

namespace understudy::sim {

HostKernel::HostKernel(Stage& stage, Network& network, KernelListener& listener, std::size_t host)
    : stage_(stage),
      network_(network),
      listener_(listener),
      host_(host),
      services_(stage.host(host)),
      neighbours_(*this, RandomStream(stage.scenario.seed, "neighbours/" + stage.host(host).name)) {
  for (std::uint32_t nic = 0; nic < stage.host(host).nics.size(); ++nic) {
    const auto& config = stage.host(host).nics[nic];
    nics_.push_back({true, config.name});
    addresses_.push_back({nic, config.address});
  }
}

// ---- interfaces

void HostKernel::set_nic(std::uint32_t nic, bool up) {
  if (nics_[nic].up == up) return;
  nics_[nic].up = up;
  network_.set_carrier(number(nic), up);
  if (!up) neighbours_.forget_nic(nic);
}

int HostKernel::find_nic(std::string_view name) const {
  for (std::size_t nic = 0; nic < nics_.size(); ++nic)
    if (nics_[nic].name == name) return static_cast<int>(nic);
  return -1;
}

IpAddress HostKernel::primary_address(std::uint32_t nic) const {
  return stage_.host(host_).nics[nic].address.address;
}

// ---- addresses

void HostKernel::add_address(std::uint32_t nic, const InterfaceAddress& address) {
  const bool held = holds(address.address);
  for (const auto& own : addresses_)
    if (own.nic == nic && own.entry.address == address.address) return;
  addresses_.push_back({nic, address});
  if (!held) listener_.addresses_changed(host_, address.address, true);
}

void HostKernel::remove_address(std::uint32_t nic, const IpAddress& address) {
  const auto found = std::find_if(
      addresses_.begin() + static_cast<std::ptrdiff_t>(nics_.size()), addresses_.end(),
      [&](const Address& own) { return own.nic == nic && own.entry.address == address; });
  if (found == addresses_.end()) return;
  addresses_.erase(found);
  if (!holds(address)) listener_.addresses_changed(host_, address, false);
}

bool HostKernel::holds(const IpAddress& address) const {
  return powered_ && std::any_of(addresses_.begin(), addresses_.end(),
                                 [&](const Address& own) { return own.entry.address == address; });
}

std::optional<std::uint32_t> HostKernel::route(Ipv4Address destination) const {
  for (const auto& own : addresses_)
    if (nics_[own.nic].up && contains(own.entry, destination)) return own.nic;
  return std::nullopt;
}

std::optional<Ipv4Address> HostKernel::source_for(Ipv4Address destination) const {
  if (holds(destination)) return destination;
  const auto nic = route(destination);
  if (!nic || !primary_address(*nic).is_ipv4()) return std::nullopt;
  return primary_address(*nic).ipv4();
}

// ---- power

void HostKernel::power_off() {
  if (!powered_) return;
  const auto configured = static_cast<std::ptrdiff_t>(nics_.size());
  const std::vector<Address> virtual_ones(addresses_.begin() + configured, addresses_.end());
  for (const auto& own : virtual_ones) remove_address(own.nic, own.entry.address);
  for (std::uint32_t nic = 0; nic < nics_.size(); ++nic) set_nic(nic, false);
  neighbours_.clear();
  firewall_.clear();
  powered_ = false;
}

void HostKernel::power_on() {
  if (powered_) return;
  powered_ = true;
  ++boots_;
  for (std::uint32_t nic = 0; nic < nics_.size(); ++nic) set_nic(nic, true);
}

// ---- output

int HostKernel::send_packet(std::uint32_t nic, std::span<const std::uint8_t> packet) {
  if (!nics_[nic].up) return ENETDOWN;
  if (packet.size() < kIpv4HeaderSize || packet.size() > kFrameSizeMax - kEthernetHeaderSize)
    return EMSGSIZE;
  if (!firewall_.empty()) {
    const auto header = decode_ipv4(packet);
    if (header && !firewall_.accepts(FirewallChain::output, *header, nics_[nic].name)) return EPERM;
  }
  const Ipv4Address destination{load_be32(packet.data() + 16)};
  if (destination.is_multicast())
    send_packet_to(nic, multicast_mac(destination), packet);
  else
    neighbours_.send(stage_.now, nic, destination, {load_be32(packet.data() + 12)}, packet);
  return 0;
}

void HostKernel::send_packet_to(std::uint32_t nic, const MacAddress& mac,
                                std::span<const std::uint8_t> packet) {
  if (!nics_[nic].up) return;
  const auto index = stage_.frames.take();
  Frame& frame = stage_.frames[index];
  encode_ethernet({mac, stage_.nics[number(nic)].mac, kEtherTypeIpv4}, frame.bytes);
  std::memcpy(frame.bytes.data() + kEthernetHeaderSize, packet.data(), packet.size());
  frame.size = static_cast<std::uint16_t>(kEthernetHeaderSize + packet.size());
  network_.send(number(nic), index);
}

int HostKernel::announce(std::uint32_t nic, Ipv4Address address) {
  if (!nics_[nic].up) return ENETDOWN;
  const auto index = stage_.frames.take();
  Frame& frame = stage_.frames[index];
  frame.size = kArpFrameSize;
  encode_gratuitous_arp(stage_.nics[number(nic)].mac, address, GarpTarget::broadcast, frame.bytes);
  network_.send(number(nic), index);
  return 0;
}

void HostKernel::send_arp(std::uint32_t nic, const MacAddress& to, const ArpPacket& packet) {
  if (!nics_[nic].up) return;
  const auto index = stage_.frames.take();
  Frame& frame = stage_.frames[index];
  encode_ethernet({to, packet.sender_mac, kEtherTypeArp}, frame.bytes);
  encode_arp(packet, std::span{frame.bytes}.subspan(kEthernetHeaderSize));
  frame.size = kArpFrameSize;
  network_.send(number(nic), index);
}

void HostKernel::ask(std::uint32_t nic, Ipv4Address address, Ipv4Address source,
                     std::optional<MacAddress> known) {
  // arp_announce 0: the sender address of the waiting packet when it is ours, be it virtual.
  if (!holds(source)) {
    const auto primary = primary_address(nic);
    source = primary.is_ipv4() ? primary.ipv4() : Ipv4Address{};
  }
  send_arp(nic, known.value_or(kBroadcastMac),
           {ArpOperation::request, stage_.nics[number(nic)].mac, source, MacAddress{}, address});
}

void HostKernel::neighbour_changed(Ipv4Address address) {
  listener_.neighbour_changed(host_, address);
}

void HostKernel::wake_neighbours_at(Instant at) {
  stage_.queue.push(at, EventKind::neighbour_due, static_cast<std::uint32_t>(host_));
}

void HostKernel::reach_neighbour_deadline() {
  if (powered_) neighbours_.reach_deadline(stage_.now);
}

// ---- input

void HostKernel::receive(std::uint32_t nic, const Frame& frame) {
  const auto* destination = frame.bytes.data();
  const bool group = (destination[0] & 1) != 0;
  if (!group && std::memcmp(destination, stage_.nics[number(nic)].mac.bytes.data(), 6) != 0) return;
  if (frame.kind == FrameKind::arp)
    receive_arp(nic, frame);
  else if (frame.kind != FrameKind::other)
    receive_ip(nic, frame);
}

void HostKernel::receive_arp(std::uint32_t nic, const Frame& frame) {
  const auto packet = decode_arp(frame.payload());
  if (!packet) return;
  const bool ours = holds(packet->sender_ip);  // then somebody claims our address: no answer
  const bool for_us = !ours && holds(packet->target_ip);
  if (!ours) neighbours_.heard(stage_.now, nic, *packet, for_us);
  if (packet->is_gratuitous())
    listener_.gratuitous_arp_heard(host_, frame.source_nic, packet->target_ip);
  if (!for_us || packet->operation != ArpOperation::request) return;
  send_arp(nic, packet->sender_mac,
           {ArpOperation::reply, stage_.nics[number(nic)].mac, packet->target_ip,
            packet->sender_mac, packet->sender_ip});
}

void HostKernel::receive_ip(std::uint32_t nic, const Frame& frame) {
  const auto bytes = frame.payload();
  const auto* at = bytes.data();
  const Ipv4Address destination{load_be32(at + 16)};
  // For adverts the rest is the engine's to judge: its rules want the packet as it came.
  if (frame.kind == FrameKind::advert && firewall_.empty() && destination == kVrrpGroup4)
    return listener_.vrrp_received(host_, nic, bytes);
  const auto header = decode_ipv4(bytes);
  if (!header) return;
  if (!firewall_.empty() && !firewall_.accepts(FirewallChain::input, *header, nics_[nic].name))
    return;
  if (header->protocol == kProtocolVrrp) {
    if (destination == kVrrpGroup4 || holds(destination))
      listener_.vrrp_received(host_, nic, bytes);
    return;
  }
  if (header->protocol != kProtocolTcp || (header->fragment & 0x3fff) != 0) return;
  if (!holds(destination)) return;  // no forwarding
  receive_tcp(*header,
              bytes.subspan(header->header_size, header->total_length - header->header_size),
              frame.source_nic);
}

}  // namespace understudy::sim
