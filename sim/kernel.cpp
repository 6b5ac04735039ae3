#include "sim/kernel.h"

#include <algorithm>
#include <cerrno>

#include "core/net/arp.h"
#include "core/net/ethernet.h"
#include "sim/link_local.h"
#include "sim/traffic.h"

namespace understudy::sim {
namespace {

constexpr Duration kStartOf2026 =
    std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}.time_since_epoch();

bool is_broadcast(const Frame& frame) {
  return std::memcmp(frame.bytes.data(), kBroadcastMac.bytes.data(), 6) == 0;
}

/// Whether a NIC's filter lets a frame to a group through for this destination. A frame whose MAC
/// was damaged goes to none.
bool is_group_of(const Frame& frame, const IpAddress& destination) {
  if (is_broadcast(frame)) return true;
  return destination.is_multicast() &&
         std::memcmp(frame.bytes.data(), multicast_mac(destination).bytes.data(), 6) == 0;
}

bool is_advert(const IpPacket& packet) {
  return packet.protocol == kProtocolVrrp ||
         (packet.protocol == kProtocolAh && !packet.payload.empty() &&
          packet.payload[0] == kProtocolVrrp);
}

/// IGMP; or MLD, that stands behind a hop-by-hop header.
bool is_about_groups(const IpPacket& packet) {
  return packet.protocol == (packet.source.is_ipv4() ? kProtocolIgmp : 0);
}

}  // namespace

HostKernel::HostKernel(Stage& stage, Network& network, KernelListener& listener, std::size_t host)
    : stage_(stage),
      network_(network),
      listener_(listener),
      host_(host),
      services_(stage.host(host)),
      files_(stage.host(host)),
      processes_(stage.host(host)),
      wall_clock_offset_(kStartOf2026 + stage.host(host).clock_offset),
      neighbours_(*this, RandomStream(stage.scenario.seed, "neighbours/" + stage.host(host).name),
                  RandomStream(stage.scenario.seed, "neighbours6/" + stage.host(host).name),
                  {stage.host(host).stack, stage.host(host).ignores_garp}) {
  for (std::uint32_t nic = 0; nic < stage.host(host).nics.size(); ++nic)
    interfaces_.push_back(
        {stage.host(host).nics[nic].name, stage.nics[stage.nic_number(host, nic)].mac, nic, true});
  nic_count_ = static_cast<std::uint32_t>(interfaces_.size());
  clock_.set_drift({}, stage.host(host).clock_drift);
  for (const auto& rule : stage.host(host).firewall) firewall_.append(rule);
  configure_addresses();
  listen_to_queries();
}

void HostKernel::configure_addresses() {
  ways_.forget();
  std::vector<Address> configured;
  for (std::uint32_t nic = 0; nic < nic_count_; ++nic) {
    const auto& config = stage_.host(host_).nics[nic];
    bool has_link_local = false;
    const auto configure = [&](const InterfaceAddress& address) {
      if (address.address.is_unspecified()) return;
      configured.push_back({nic, address});
      has_link_local =
          has_link_local || (!address.address.is_ipv4() && address.address.is_link_local());
    };
    configure(config.address);
    for (const auto& address : config.more_addresses) configure(address);
    if (has_link_local) continue;
    InterfaceAddress made_up;
    made_up.address = link_local_of(mac(nic));
    made_up.prefix_length = 64;
    configure(made_up);
  }
  const auto former = addresses_.begin() + static_cast<std::ptrdiff_t>(configured_);
  addresses_.insert(addresses_.erase(addresses_.begin(), former), configured.begin(),
                    configured.end());
  configured_ = configured.size();
}

// ---- interfaces

void HostKernel::set_nic(std::uint32_t nic, bool up) {
  if (interfaces_[nic].up == up) return;
  ways_.forget();
  if (holds_ && !up) forget_held(nic);
  network_.set_carrier(number(nic), up);
  for (std::uint32_t i = 0; i < interfaces_.size(); ++i) {
    if (interfaces_[i].nic != nic) continue;
    interfaces_[i].up = up;
    if (up) continue;
    neighbours_.forget_nic(i);
    routes_.forget_interface(i);
  }
  if (reporter_ && up) reporter_->link_up(stage_.now, nic);
}

int HostKernel::find_nic(std::string_view name) const {
  for (std::size_t i = 0; i < interfaces_.size() && !name.empty(); ++i)
    if (interfaces_[i].name == name) return static_cast<int>(i);
  return -1;
}

std::uint32_t HostKernel::add_virtual_interface(std::uint32_t nic, std::string_view name,
                                                const MacAddress& mac) {
  remove_virtual_interface(name);
  ways_.forget();
  auto place = std::find_if(interfaces_.begin() + nic_count_, interfaces_.end(),
                            [](const Interface& one) { return one.name.empty(); });
  if (place == interfaces_.end()) place = interfaces_.insert(place, Interface{});
  *place = {std::string(name), mac, nic, interfaces_[nic].up};
  return static_cast<std::uint32_t>(place - interfaces_.begin());
}

void HostKernel::remove_virtual_interface(std::string_view name) {
  const int found = find_nic(name);
  if (found < 0 || !is_virtual(static_cast<std::uint32_t>(found))) return;
  const auto interface = static_cast<std::uint32_t>(found);
  for (std::size_t i = addresses_.size(); i-- > configured_;)
    if (addresses_[i].interface == interface)
      remove_address(interface, IpAddress{addresses_[i].entry.address});
  neighbours_.forget_nic(interface);
  routes_.forget_interface(interface);
  ways_.forget();
  interfaces_[interface] = {};
}

int HostKernel::interface_of(std::uint32_t nic, const MacAddress& mac) const {
  if (interfaces_[nic].mac == mac) return static_cast<int>(nic);
  for (std::uint32_t i = nic_count_; i < interfaces_.size(); ++i) {
    const auto& one = interfaces_[i];
    if (!one.name.empty() && one.nic == nic && one.up && one.mac == mac) return static_cast<int>(i);
  }
  return -1;
}

bool HostKernel::takes(std::uint32_t nic, const MacAddress& mac) const {
  return interface_of(nic, mac) >= 0;
}

void HostKernel::join_group(std::uint32_t nic, const IpAddress& group) {
  if (!wants_group(group)) groups_.push_back(group);
  if (reporter_) reporter_->join(stage_.now, nic, group);
}

bool HostKernel::wants_group(const IpAddress& group) const {
  return group == IpAddress{kVrrpGroup4} || group == IpAddress::from_bytes(kVrrpGroup6) ||
         std::find(groups_.begin(), groups_.end(), group) != groups_.end();
}

// ---- addresses

void HostKernel::add_address(std::uint32_t interface, const InterfaceAddress& address) {
  const bool held = holds(address.address);
  if (holds_on(interface, address.address)) return;
  addresses_.push_back({interface, address});
  ways_.forget();
  if (!held) listener_.addresses_changed(host_, address.address, true);
}

void HostKernel::remove_address(std::uint32_t interface, const IpAddress& address) {
  const auto found =
      std::find_if(addresses_.begin() + static_cast<std::ptrdiff_t>(configured_), addresses_.end(),
                   [&](const Address& own) {
                     return own.interface == interface && own.entry.address == address;
                   });
  if (found == addresses_.end()) return;
  addresses_.erase(found);
  ways_.forget();
  if (!holds(address)) listener_.addresses_changed(host_, address, false);
}

bool HostKernel::holds(const IpAddress& address) const {
  return powered_ && std::any_of(addresses_.begin(), addresses_.end(),
                                 [&](const Address& own) { return own.entry.address == address; });
}

bool HostKernel::holds_on(std::uint32_t interface, const IpAddress& address) const {
  return std::any_of(addresses_.begin(), addresses_.end(), [&](const Address& own) {
    return own.interface == interface && own.entry.address == address;
  });
}

IpAddress HostKernel::primary_address(std::uint32_t nic) const {
  for (std::size_t i = 0; i < configured_; ++i)
    if (addresses_[i].interface == nic && addresses_[i].entry.address.is_ipv4())
      return addresses_[i].entry.address;
  return {};
}

IpAddress HostKernel::link_local_address(std::uint32_t nic) const {
  for (std::size_t i = 0; i < configured_; ++i) {
    const auto& address = addresses_[i].entry.address;
    if (addresses_[i].interface == nic && !address.is_ipv4() && address.is_link_local())
      return address;
  }
  return {};
}

std::vector<IpAddress> HostKernel::other_addresses(std::uint32_t nic) const {
  std::vector<IpAddress> others;
  for (std::size_t i = 0; i < configured_; ++i) {
    const auto& address = addresses_[i].entry.address;
    if (addresses_[i].interface == nic && address != primary_address(nic) &&
        address != link_local_address(nic))
      others.push_back(address);
  }
  return others;
}

// ---- power

void HostKernel::power_off() {
  if (!powered_) return;
  const auto configured = static_cast<std::ptrdiff_t>(configured_);
  const std::vector<Address> virtual_ones(addresses_.begin() + configured, addresses_.end());
  for (const auto& own : virtual_ones) remove_address(own.interface, own.entry.address);
  for (std::uint32_t nic = 0; nic < nic_count_; ++nic) set_nic(nic, false);
  holds_.reset();
  addresses_.clear();
  configured_ = 0;
  interfaces_.resize(nic_count_);
  groups_.clear();
  if (reporter_) reporter_->clear();
  neighbours_.clear();
  firewall_.clear();
  routes_.clear();
  ways_.forget();
  closed_.clear();
  processes_.clear();
  powered_ = false;
}

void HostKernel::power_on() {
  if (powered_) return;
  powered_ = true;
  ways_.forget();
  ++boots_;
  processes_.start_all();
  for (const auto& rule : stage_.host(host_).firewall) firewall_.append(rule);
}

std::uint32_t HostKernel::count_processes(std::string_view name) const {
  auto count = processes_.count(name);
  const auto& services = stage_.host(host_).services;
  for (std::size_t i = 0; i < services.size(); ++i)
    if (services[i].name == name && services_[i].status != ServiceStatus::down) ++count;
  return count;
}

// ---- output

int HostKernel::send_packet(std::uint32_t interface, std::span<const std::uint8_t> packet,
                            const IpAddress& gateway) {
  const bool wide = ip_version(packet) == 6;
  if (packet.size() < (wide ? kIpv6HeaderSize : kIpv4HeaderSize)) return EMSGSIZE;
  const auto family = wide ? Family::ipv6 : Family::ipv4;
  IpAddress source, destination;
  source.assign(packet.data() + (wide ? 8 : 12), family);
  destination.assign(packet.data() + (wide ? 24 : 16), family);
  return transmit(interface, packet, source, destination, gateway);
}

/// Through the packet filter, and to the link.
int HostKernel::transmit(std::uint32_t interface, std::span<const std::uint8_t> packet,
                         const IpAddress& source, const IpAddress& destination,
                         const IpAddress& gateway) {
  if (!nic_up(interface)) return ENETDOWN;
  if (packet.size() > kFrameSizeMax - kEthernetHeaderSize) return EMSGSIZE;
  if (!firewall_.empty()) {
    const auto header = read_ip(packet);
    const auto* rule =
        header ? firewall_.stopping(FirewallChain::output, *header, interfaces_[interface].name)
               : nullptr;
    if (rule != nullptr && rule->reject) tell_refused(*header);
    if (rule != nullptr) return EPERM;
  }
  if (destination.is_multicast())
    send_packet_to(interface, multicast_mac(destination), packet);
  else
    neighbours_.send(stage_.now, interface, gateway.is_unspecified() ? destination : gateway,
                     source, packet);
  return 0;
}

int HostKernel::launch(std::uint32_t interface, std::uint32_t frame) {
  if (holds_) [[unlikely]]
    if (keep_outgoing(interfaces_[interface].nic, frame)) return 0;
  network_.send(number(interface), frame);
  return 0;
}

void HostKernel::send_packet_to(std::uint32_t interface, const MacAddress& to,
                                std::span<const std::uint8_t> packet) {
  if (!nic_up(interface)) return;
  const auto index = stage_.frames.take();
  Frame& frame = stage_.frames[index];
  encode_ethernet({to, mac(interface), ip_version(packet) == 6 ? kEtherTypeIpv6 : kEtherTypeIpv4},
                  frame.bytes);
  std::memcpy(frame.bytes.data() + kEthernetHeaderSize, packet.data(), packet.size());
  frame.size = static_cast<std::uint16_t>(kEthernetHeaderSize + packet.size());
  launch(interface, index);
}

int HostKernel::announce(std::uint32_t interface, const IpAddress& address, Profile profile) {
  if (!nic_up(interface)) return ENETDOWN;
  const bool rfc = profile == Profile::rfc;
  if (!address.is_ipv4()) {
    const auto everybody = all_nodes_address();
    return send_discovery(
        interface, multicast_mac(everybody),
        {.router = rfc, .override = true, .target = address, .link_layer = mac(interface)}, address,
        everybody);
  }
  const auto index = stage_.frames.take();
  Frame& frame = stage_.frames[index];
  frame.size = kArpFrameSize;
  encode_gratuitous_arp(mac(interface), address.ipv4(),
                        rfc ? GarpTarget::sender : GarpTarget::broadcast, frame.bytes);
  return launch(interface, index);
}

void HostKernel::neighbour_changed(const IpAddress& address) {
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
  if (holds_) [[unlikely]]
    if (keep_incoming(nic, frame)) return;
  const auto* destination = frame.bytes.data();
  const bool group = (destination[0] & 1) != 0;
  if (passes_on(frame)) return listener_.vrrp_received(host_, nic, frame.payload());
  auto interface = nic;
  if (!group && std::memcmp(destination, interfaces_[nic].mac.bytes.data(), 6) != 0) {
    MacAddress mac;
    std::memcpy(mac.bytes.data(), destination, mac.bytes.size());
    const int found = interface_of(nic, mac);
    if (found < 0) return;
    interface = static_cast<std::uint32_t>(found);
  }
  if (frame.kind == FrameKind::arp && (!group || is_broadcast(frame)))
    receive_arp(interface, group, frame);
  else if (frame.kind == FrameKind::ip || frame.kind == FrameKind::advert)
    receive_ip(interface, group, frame);
}

void HostKernel::receive_ip(std::uint32_t interface, bool group, const Frame& frame) {
  const auto bytes = frame.payload();
  if (frame.sound && ip_version(bytes) == 4) [[likely]]
    return receive_packet(interface, group, frame, read_sound_ipv4(bytes));
  if (const auto packet = read_ip(bytes)) receive_packet(interface, group, frame, *packet);
}

void HostKernel::receive_packet(std::uint32_t interface, bool group, const Frame& frame,
                                const IpPacket& packet) {
  const auto bytes = frame.payload();
  const auto nic = interfaces_[interface].nic;
  const auto* rule = firewall_.empty() ? nullptr
                                       : firewall_.stopping(FirewallChain::input, packet,
                                                            interfaces_[interface].name);
  if (rule != nullptr) {
    if (rule->reject) refuse(*rule, packet, bytes);
    return;
  }
  if (drops(packet)) return;
  const auto& destination = packet.destination;
  if (group && !is_group_of(frame, destination)) return;
  if (is_advert(packet)) {
    if (destination.is_multicast() ? wants_group(destination) : holds(destination))
      listener_.vrrp_received(host_, nic, bytes);
    return;
  }
  if (reporter_ && is_about_groups(packet)) return reporter_->hear(stage_.now, nic, bytes);
  if (packet.protocol == kProtocolIcmp6)
    return receive_icmp6(interface, group, packet, frame.source_nic);
  if (packet.fragment || !holds(destination)) return;  // no forwarding
  deliver(packet, frame.source_nic);
}

}  // namespace understudy::sim
