// The simulated kernel of one host: interfaces, addresses, ARP, packet filter, TCP services. It
// lives on when the daemon above it stops, hangs or dies.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/net/interface_address.h"
#include "core/net/ipv4_header.h"
#include "sim/firewall.h"
#include "sim/neighbours.h"
#include "sim/network.h"
#include "sim/service_table.h"
#include "sim/stage.h"
#include "sim/tcp_segment.h"

namespace understudy::sim {

/// Who is told what happens in a kernel.
class KernelListener {
 public:
  virtual ~KernelListener() = default;
  /// An IP packet of protocol 112 passed the INPUT chain.
  virtual void vrrp_received(std::size_t host, std::uint32_t nic,
                             std::span<const std::uint8_t> packet) = 0;
  /// A segment for a port that may be a probe's. False: nobody has it open.
  virtual bool client_segment(std::size_t host, const TcpSegment& segment) = 0;
  virtual void neighbour_changed(std::size_t host, Ipv4Address address) = 0;
  virtual void addresses_changed(std::size_t host, const IpAddress& address, bool held) = 0;
  virtual void gratuitous_arp_heard(std::size_t host, std::uint32_t from_nic,
                                    Ipv4Address address) = 0;
};

class HostKernel : private NeighbourLink {
 public:
  HostKernel(Stage& stage, Network& network, KernelListener& listener, std::size_t host);

  // ---- interfaces, by the host's own numbers
  bool nic_up(std::uint32_t nic) const { return nics_[nic].up; }
  void set_nic(std::uint32_t nic, bool up);
  int find_nic(std::string_view name) const;  // -1: none
  IpAddress primary_address(std::uint32_t nic) const;

  // ---- addresses beside the configured ones; those that are there, or are not, are no failure
  void add_address(std::uint32_t nic, const InterfaceAddress& address);
  void remove_address(std::uint32_t nic, const IpAddress& address);
  bool holds(const IpAddress& address) const;

  // ---- sending. 0 or an errno.
  /// A whole IPv4 packet, to a multicast group or a neighbour.
  int send_packet(std::uint32_t nic, std::span<const std::uint8_t> packet);
  /// One gratuitous ARP.
  int announce(std::uint32_t nic, Ipv4Address address);
  /// A segment from one of our addresses. `source` unspecified: the one on the way there.
  int send_tcp(Ipv4Address source, Ipv4Address destination, const TcpHeader& header,
               std::span<const std::uint8_t> payload);
  /// The address we would talk from to `destination`; nullopt: no route.
  std::optional<Ipv4Address> source_for(Ipv4Address destination) const;

  // ---- what arrives
  void receive(std::uint32_t nic, const Frame& frame);
  void reach_neighbour_deadline();

  /// Without power everything but the disk is forgotten; with it the kernel starts afresh.
  void power_off();
  void power_on();
  bool powered() const { return powered_; }

  Firewall& firewall() { return firewall_; }
  ServiceTable& services() { return services_; }
  const ServiceTable& services() const { return services_; }
  const NeighbourTable& neighbours() const { return neighbours_; }
  void confirm_neighbour(Ipv4Address address) { neighbours_.confirm(stage_.now, address); }

 private:
  struct Address {
    std::uint32_t nic;
    InterfaceAddress entry;
  };
  struct Interface {
    bool up = true;
    std::string_view name;
  };

  void ask(std::uint32_t nic, Ipv4Address address, Ipv4Address source,
           std::optional<MacAddress> known) override;
  void send_packet_to(std::uint32_t nic, const MacAddress& mac,
                      std::span<const std::uint8_t> packet) override;
  void neighbour_changed(Ipv4Address address) override;
  void wake_neighbours_at(Instant at) override;

  std::optional<std::uint32_t> route(Ipv4Address destination) const;
  void send_arp(std::uint32_t nic, const MacAddress& to, const ArpPacket& packet);
  void receive_arp(std::uint32_t nic, const Frame& frame);
  void receive_ip(std::uint32_t nic, const Frame& frame);
  void receive_tcp(const Ipv4Header& ip, std::span<const std::uint8_t> segment,
                   std::uint32_t from_nic);
  void serve(const TcpSegment& segment);
  std::uint32_t own_sequence(const TcpSegment& segment) const;
  std::uint32_t number(std::uint32_t nic) const { return stage_.nic_number(host_, nic); }

  Stage& stage_;
  Network& network_;
  KernelListener& listener_;
  std::size_t host_;
  bool powered_ = true;
  std::uint32_t boots_ = 0;
  std::vector<Interface> nics_;
  std::vector<Address> addresses_;
  Firewall firewall_;
  ServiceTable services_;
  NeighbourTable neighbours_;
  std::uint16_t identification_ = 0;
};

}  // namespace understudy::sim
