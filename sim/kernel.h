// The simulated kernel of one host: interfaces, addresses, ARP and Neighbour Discovery, packet
// filter, TCP services. It lives on when the daemon above it stops, hangs or dies.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/net/icmp.h"
#include "core/net/interface_address.h"
#include "core/vrrp/state.h"
#include "sim/firewall.h"
#include "sim/group_reporter.h"
#include "sim/host_clock.h"
#include "sim/ip_packet.h"
#include "sim/neighbours.h"
#include "sim/network.h"
#include "sim/nic_holds.h"
#include "sim/routing_table.h"
#include "sim/service_table.h"
#include "sim/stage.h"
#include "sim/system_tables.h"
#include "sim/tcp_segment.h"
#include "sim/way_cache.h"

namespace understudy::sim {

/// A ping was answered.
struct EchoReply {
  IpAddress source, destination;
  std::uint16_t identifier = 0, sequence = 0;
  std::uint32_t from_nic = 0;  // that sent the frame
};

/// Which packet was refused: its addresses, and its ports or (ICMP) identifier and sequence.
struct Refusal {
  IpAddress source, destination;
  std::uint8_t protocol = 0;
  std::uint16_t first = 0, second = 0;
};

/// Who is told what happens in a kernel.
class KernelListener {
 public:
  virtual ~KernelListener() = default;
  /// A packet with an advert passed the INPUT chain; `nic` is a NIC, never a virtual interface.
  virtual void vrrp_received(std::size_t host, std::uint32_t nic,
                             std::span<const std::uint8_t> packet) = 0;
  /// A held NIC lets a frame go on that it kept: it is to be given to receive().
  virtual void frame_freed(std::size_t host, std::uint32_t nic, const Frame& frame) = 0;
  /// A segment for a port that may be a probe's. False: nobody has it open.
  virtual bool client_segment(std::size_t host, const TcpSegment& segment) = 0;
  /// An echo reply came in for somebody here.
  virtual void client_echo(std::size_t host, const EchoReply& reply) = 0;
  /// What somebody here sent was refused on the way, by a packet filter that says so.
  virtual void client_refused(std::size_t host, const Refusal& refusal) = 0;
  virtual void neighbour_changed(std::size_t host, const IpAddress& address) = 0;
  virtual void addresses_changed(std::size_t host, const IpAddress& address, bool held) = 0;
  /// A gratuitous ARP or an unsolicited Neighbour Advertisement.
  virtual void announcement_heard(std::size_t host, std::uint32_t from_nic,
                                  const IpAddress& address) = 0;
};

class HostKernel : private NeighbourLink, private RoutingLinks, private GroupLink {
 public:
  HostKernel(Stage& stage, Network& network, KernelListener& listener, std::size_t host);

  // ---- interfaces: the host's NICs by their numbers, then virtual ones on top of them
  /// A virtual interface is up while its NIC is.
  bool nic_up(std::uint32_t interface) const { return interfaces_[interface].up; }
  void set_nic(std::uint32_t nic, bool up);
  /// A NIC or a virtual interface; -1: none.
  int find_nic(std::string_view name) const;
  /// A macvlan on a NIC: it takes frames to its MAC and answers for its addresses with it, and what
  /// leaves through it has that source. One of this name is replaced. Returns its number.
  std::uint32_t add_virtual_interface(std::uint32_t nic, std::string_view name,
                                      const MacAddress& mac);
  /// With its addresses. One that is not there is no failure.
  void remove_virtual_interface(std::string_view name);
  const std::string& interface_name(std::uint32_t interface) const {
    return interfaces_[interface].name;
  }
  const MacAddress& mac(std::uint32_t interface) const { return interfaces_[interface].mac; }
  /// Whether a unicast frame to this MAC is taken, by the NIC itself or by what lies on it.
  bool takes(std::uint32_t nic, const MacAddress& mac) const;
  /// A NIC that is held keeps what comes and what leaves, as much as the queues of its cable hold,
  /// until it is released. `deliver`: whether somebody is there to take what came.
  void hold_nic(std::uint32_t nic);
  void release_nic(std::uint32_t nic, bool deliver);
  /// Adverts to this multicast group are wanted; the VRRP groups always are. Switches that snoop
  /// are told.
  void join_group(std::uint32_t nic, const IpAddress& group);
  /// The sockets are closed. Without a word to anybody when the power goes first.
  void leave_groups();

  // ---- addresses beside the configured ones; those that are there, or are not, are no failure
  void add_address(std::uint32_t interface, const InterfaceAddress& address);
  void remove_address(std::uint32_t interface, const IpAddress& address);
  bool holds(const IpAddress& address) const;
  /// A NIC's first IPv4 address; unspecified: none.
  IpAddress primary_address(std::uint32_t nic) const;
  IpAddress link_local_address(std::uint32_t nic) const;
  /// What else a NIC was configured with.
  std::vector<IpAddress> other_addresses(std::uint32_t nic) const;

  // ---- routes, and what is not taken in
  /// To be changed: what is known of ways is forgotten.
  RoutingTable& routes() {
    ways_.forget();
    return routes_;
  }
  /// Packets to this address are dropped, whoever holds it; ARP and Neighbour Discovery pass.
  void close_address(const IpAddress& address);
  void open_address(const IpAddress& address);

  // ---- sending. 0 or an errno.
  /// A whole IP packet, to a multicast group, to `gateway` or, unspecified, to a neighbour.
  int send_packet(std::uint32_t interface, std::span<const std::uint8_t> packet,
                  const IpAddress& gateway = {});
  /// One gratuitous ARP or unsolicited Neighbour Advertisement, in the profile's form: `rfc` names
  /// the MAC as ARP's target and sets the router flag, as a host that forwards does.
  int announce(std::uint32_t interface, const IpAddress& address,
               Profile profile = Profile::keepalived);
  /// A segment from one of our addresses. `source` unspecified: the one on the way there.
  int send_tcp(const IpAddress& source, const IpAddress& destination, const TcpHeader& header,
               std::span<const std::uint8_t> payload);
  /// An echo request or reply. An errno as above, EPERM when the packet filter does not let it out.
  int send_echo(const IpAddress& source, const IpAddress& destination, const IcmpEcho& echo);
  /// The address we would talk from to `destination`; nullopt: no route.
  std::optional<IpAddress> source_for(const IpAddress& destination) const;

  // ---- what arrives
  void receive(std::uint32_t nic, const Frame& frame);
  /// Whether all that receive() does is to tell the listener of an advert: the rest of it is the
  /// engine's to judge.
  bool passes_on(const Frame& frame) const {
    return frame.group_advert && !holds_ && firewall_.empty();
  }
  void reach_neighbour_deadline();
  void reach_report_deadline();

  /// Without power everything but the disk is forgotten; with it the kernel starts afresh, as yet
  /// without links and addresses.
  void power_off();
  void power_on();
  /// Gives the NICs the addresses of the scenario, and link-local ones.
  void configure_addresses();
  bool powered() const { return powered_; }

  Firewall& firewall() { return firewall_; }
  FileTable& files() { return files_; }
  ProcessTable& processes() { return processes_; }
  /// Processes of this name, and services that are not down.
  std::uint32_t count_processes(std::string_view name) const;
  /// What the wall clock says, less the simulation's time: the true one began with 2026.
  Duration wall_clock_offset() const { return wall_clock_offset_; }
  void step_wall_clock(Duration step) { wall_clock_offset_ += step; }
  HostClock& clock() { return clock_; }
  const HostClock& clock() const { return clock_; }
  ServiceTable& services() { return services_; }
  const ServiceTable& services() const { return services_; }
  const NeighbourTable& neighbours() const { return neighbours_; }
  /// See NeighbourTable.
  void flush_neighbours() { neighbours_.flush(); }
  void pin_neighbours() { neighbours_.pin(); }
  void unpin_neighbours() { neighbours_.unpin(); }
  void confirm_neighbour(const IpAddress& address) { neighbours_.confirm(stage_.now, address); }

 private:
  struct Address {
    std::uint32_t interface;
    InterfaceAddress entry;
  };
  struct Interface {
    std::string name;  // empty: a virtual one that is gone, its number is free
    MacAddress mac;
    std::uint32_t nic = 0;  // that it lies on; a NIC lies on itself
    bool up = true;
  };

  struct ClosedAddress {
    IpAddress address;
    bool told;  // that packets to it are dropped
  };

  void ask(std::uint32_t interface, const IpAddress& address, const IpAddress& source,
           std::optional<MacAddress> known) override;
  void send_packet_to(std::uint32_t interface, const MacAddress& mac,
                      std::span<const std::uint8_t> packet) override;
  void neighbour_changed(const IpAddress& address) override;
  void wake_neighbours_at(Instant at) override;

  IpAddress report_source(std::uint32_t nic, Family family) const override;
  void send_report(std::uint32_t nic, std::span<const std::uint8_t> packet) override;
  void wake_reports_at(Instant at) override;
  void listen_to_queries();

  int find_interface(std::string_view name) const override { return find_nic(name); }
  bool interface_up(std::uint32_t interface) const override { return nic_up(interface); }
  bool holds_address(const IpAddress& address) const override { return holds(address); }
  std::optional<ConnectedSubnet> subnet_of(const IpAddress& address) const override;
  std::optional<IpAddress> find_source(const IpAddress& destination) const;

  bool is_virtual(std::uint32_t interface) const { return interface >= nic_count_; }
  bool holds_on(std::uint32_t interface, const IpAddress& address) const;
  int interface_of(std::uint32_t nic, const MacAddress& mac) const;
  std::optional<std::uint32_t> answering_interface(std::uint32_t interface, bool group,
                                                   const IpAddress& address) const;
  std::vector<ClosedAddress>::iterator find_closed(const IpAddress& address);
  bool drops(const IpPacket& packet);
  bool wants_group(const IpAddress& group) const;

  void send_arp(std::uint32_t interface, const MacAddress& to, const ArpPacket& packet);
  int send_discovery(std::uint32_t interface, const MacAddress& to, const NeighbourMessage& message,
                     const IpAddress& source, const IpAddress& destination);
  int launch(std::uint32_t interface, std::uint32_t frame);

  void receive_arp(std::uint32_t interface, bool group, const Frame& frame);
  void receive_ip(std::uint32_t interface, bool group, const Frame& frame);
  void receive_packet(std::uint32_t interface, bool group, const Frame& frame,
                      const IpPacket& packet);
  void receive_discovery(std::uint32_t interface, bool group, const IpPacket& packet,
                         std::uint32_t from_nic);
  void answer_solicitation(std::uint32_t interface, const IpPacket& packet,
                           const NeighbourMessage& message);
  void receive_tcp(const IpPacket& packet, std::uint32_t from_nic);
  void receive_icmp(const IpPacket& packet, std::uint32_t from_nic);
  void receive_icmp6(std::uint32_t interface, bool group, const IpPacket& packet,
                     std::uint32_t from_nic);
  void receive_unreachable(const IpPacket& packet);
  /// What stands above IP takes a packet to one of our addresses.
  void deliver(const IpPacket& packet, std::uint32_t from_nic);
  std::span<std::uint8_t> begin_packet(std::span<std::uint8_t> out, const IpAddress& source,
                                       const IpAddress& destination, std::uint8_t protocol,
                                       std::size_t size);
  int transmit(std::uint32_t interface, std::span<const std::uint8_t> packet,
               const IpAddress& source, const IpAddress& destination, const IpAddress& gateway);
  int leave(const RoutingTable::Answer& answer, std::span<const std::uint8_t> whole,
            const IpAddress& source, const IpAddress& destination);
  int send_on_its_way(std::span<const std::uint8_t> whole, const IpAddress& source,
                      const IpAddress& destination);
  void refuse(const FirewallRule& rule, const IpPacket& packet,
              std::span<const std::uint8_t> whole);
  void tell_refused(const IpPacket& packet);
  bool keep_outgoing(std::uint32_t nic, std::uint32_t frame);
  bool keep_incoming(std::uint32_t nic, const Frame& frame);
  void forget_held(std::uint32_t nic);
  void serve(const TcpSegment& segment);
  void reset(const TcpSegment& segment);
  std::uint32_t own_sequence(const TcpSegment& segment) const;
  std::uint32_t number(std::uint32_t interface) const {
    return stage_.nic_number(host_, interfaces_[interface].nic);
  }

  // What each advert passes comes first.
  std::unique_ptr<NicHolds> holds_;  // null: no NIC is held
  Firewall firewall_;
  HostClock clock_;
  Stage& stage_;
  Network& network_;
  KernelListener& listener_;
  std::size_t host_;
  bool powered_ = true;
  std::uint32_t boots_ = 0;
  std::uint32_t nic_count_ = 0;
  std::vector<Interface> interfaces_;
  std::size_t configured_ = 0;  // addresses that the scenario gives; they come first
  std::vector<Address> addresses_;
  std::vector<IpAddress> groups_;
  std::unique_ptr<GroupReporter> reporter_;  // null: no switch here snoops
  RoutingTable routes_{*this};
  mutable WayCache ways_;
  std::vector<ClosedAddress> closed_;
  ServiceTable services_;
  FileTable files_;
  ProcessTable processes_;
  Duration wall_clock_offset_;
  NeighbourTable neighbours_;
  std::uint16_t identification_ = 0;
};

}  // namespace understudy::sim
