// Cables and switches: carries frames from NIC to NIC, with delay, in order, learning where MACs
// are.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/impaired_link.h"
#include "sim/mac_table.h"
#include "sim/multicast_snooper.h"
#include "sim/network_listener.h"
#include "sim/random_stream.h"
#include "sim/stage.h"

namespace understudy::sim {

/// A frame passes the source's cable, then the switch, then one or more destinations' cables. Each
/// direction of a cable keeps the order of its frames, unless it reorders. Group addresses and
/// unknown MACs are flooded, never back to where the frame came from.
///
/// Two ways lead through it. The short one is for segments in which nothing is wrong: a flood is
/// one event. The long one (network_switching.cpp) asks for every port whether it forwards, is in
/// the group, and is on this side of a partition.
class Network {
 public:
  /// What a patch or a partition is known by; each starts and ends once.
  using FaultKey = const void*;

  Network(Stage& stage, NetworkListener& listener);

  /// Puts a frame on the wire; its bytes and size are set, the caller gives it away.
  void send(std::uint32_t nic, std::uint32_t frame);
  /// The same with bytes that no kernel made: 14 to 1514 of them.
  void send_crafted(std::uint32_t nic, std::span<const std::uint8_t> bytes);
  /// EventKind::switch_arrival, nic_arrival, flood_arrival and querier_due.
  void handle(const Event& event);

  /// A NIC (its host or its cable) goes up or down: frames that arrive there meanwhile are lost.
  void set_carrier(std::uint32_t nic, bool up);
  bool carrier(std::uint32_t nic) const { return carriers_[nic] != 0; }
  /// Where a frame for this MAC would go: a NIC, or nullopt for everywhere.
  std::optional<std::uint32_t> place_of(std::uint32_t segment, const MacAddress& mac) const;

  // ---- faults
  /// One direction of a NIC's cable: the scenario's settings with the patches since then, the
  /// newest last.
  void patch_link(FaultKey key, std::uint32_t nic, bool to_segment, const LinkPatch& patch);
  void unpatch_link(FaultKey key);
  void add_partition(FaultKey key, const PartitionFault& fault);
  void remove_partition(FaultKey key);
  /// Every begin has its end; only the last end counts. What a switch knows is forgotten at the
  /// begin, and its ports come up at the end.
  void begin_reboot(std::uint32_t segment);
  void end_reboot(std::uint32_t segment);
  void flush(std::uint32_t segment);
  void begin_querier_outage(std::uint32_t segment);
  void end_querier_outage(std::uint32_t segment);

 private:
  struct Cable {
    Duration delay;
    Duration jitter;
    RandomStream draws;  // of the jitter
    Instant last_arrival{};
    ImpairedLink* impaired = nullptr;  // null: delay and jitter are all there is
    Instant next_arrival(Instant now);
  };
  struct Port {
    std::uint32_t segment;
    Cable to_switch, to_nic;
  };
  struct Switch {
    explicit Switch(Duration aging) : table(aging) {}

    MacTable table;
    std::vector<std::uint32_t> nics;
    Duration delay{};          // of all cables to NICs, in lock-step
    Instant lock_step_from{};  // a flood arrives everywhere at once; Instant::max(): it does not
    Instant last_flood{};      // its arrival
    bool plain = true;         // the short way will do
    bool hub = false;
    bool each_port_differs = false;  // snooping, a port that listens, a partition, a reboot
    Instant listening_until{};       // some port does
    Duration stp_delay{};
    std::uint32_t reboots = 0, querier_outages = 0;
    bool has_querier = false;
    std::optional<MulticastSnooper> snooper;
  };
  struct Partition {
    FaultKey key;
    std::vector<bool> from, to;  // by host
    bool both_ways;
    TrafficMatch match;
  };
  struct ActivePatch {
    FaultKey key;
    std::size_t link;  // index into links_
    const LinkPatch* patch;
    std::uint64_t mask_start;
  };
  // ---- the short way
  void launch(std::uint32_t nic, std::uint32_t index);
  void arrive_at_switch(std::uint32_t nic, std::uint32_t frame);
  void flood(Switch& segment, std::uint32_t index, std::uint32_t source, std::uint32_t frame);
  void enter_cable_to(std::uint32_t nic, std::uint32_t frame);
  void arrive(std::uint32_t nic, const Frame& frame);
  void arrive_everywhere(std::uint32_t segment, std::uint32_t frame);
  void lose(std::uint32_t nic, const Frame& frame, LossCause cause);

  // ---- the long way
  void enter_impaired(Cable& cable, EventKind arrival, std::uint32_t nic, std::uint32_t index);
  std::uint32_t damaged_copy(std::uint32_t index, std::uint32_t bit);
  void switch_carefully(std::uint32_t nic, std::uint32_t index);
  bool lets_in(Switch& segment, std::uint32_t nic, const Frame& frame);
  bool swallows(Switch& segment, std::uint32_t nic, const Frame& frame);
  void forward_to_all(Switch& segment, std::uint32_t source, std::uint32_t index);
  void forward(std::uint32_t to, std::uint32_t index);
  bool forwards(std::uint32_t nic) const { return stage_.now >= forwards_at_[nic]; }
  bool separated(std::uint32_t from, std::uint32_t to, const Frame& frame) const;
  void start_listening(std::uint32_t nic);
  void reach_query_time(std::uint32_t segment);
  void ask_for_memberships(std::uint32_t segment);
  void flood_query(std::uint32_t segment, const IpAddress& source, const MacAddress& mac);

  // ---- settings
  void add_switch(std::uint32_t number);
  std::string name_of(std::size_t link) const;
  Cable make_cable(std::size_t link) const;
  LinkSettings settings_of(std::size_t link, std::uint64_t& mask_start) const;
  void configure(std::size_t link);
  /// Finds the shortest way that is right for a segment as it is now.
  void review(std::uint32_t segment);
  static std::size_t link_number(std::uint32_t nic, bool to_segment) {
    return std::size_t{nic} * 2 + (to_segment ? 0 : 1);
  }

  Stage& stage_;
  NetworkListener& listener_;
  std::vector<std::uint8_t> carriers_;  // by NIC: whether it is up
  std::vector<Port> ports_;             // by NIC
  std::vector<Switch> switches_;

  // By link_number(); made when they are first needed.
  std::vector<std::unique_ptr<ImpairedLink>> impairments_;
  std::vector<Instant> forwards_at_;  // by NIC: its port listens and learns until then
  std::vector<Partition> partitions_;
  std::vector<ActivePatch> patches_;
};

}  // namespace understudy::sim
