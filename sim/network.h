// Cables and switches: carries frames from NIC to NIC, with delay, in order, learning where MACs
// are.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/mac_table.h"
#include "sim/network_listener.h"
#include "sim/random_stream.h"
#include "sim/stage.h"

namespace understudy::sim {

/// A frame passes the source's cable, then the switch, then one or more destinations' cables. Each
/// direction of a cable keeps the order of its frames. Group addresses and unknown MACs are
/// flooded, never back to where the frame came from.
class Network {
 public:
  Network(Stage& stage, NetworkListener& listener);

  /// Puts a frame on the wire; its bytes and size are set, the caller gives it away.
  void send(std::uint32_t nic, std::uint32_t frame);
  void handle(const Event& event);

  /// A NIC (its host or its cable) goes up or down: frames that arrive there meanwhile are lost.
  void set_carrier(std::uint32_t nic, bool up);
  bool carrier(std::uint32_t nic) const { return ports_[nic].up; }
  /// Where a frame for this MAC would go: a NIC, or nullopt for everywhere.
  std::optional<std::uint32_t> place_of(std::uint32_t segment, const MacAddress& mac) const;

 private:
  struct Cable {
    Duration delay;
    Duration jitter;
    RandomStream draws;
    Instant last_arrival{};
    Instant next_arrival(Instant now);
  };
  struct Port {
    std::uint32_t segment;
    bool up = true;
    Cable to_switch, to_nic;
  };
  struct Switch {
    MacTable table;
    std::vector<std::uint32_t> nics;
    Duration delay;  // of every cable to a NIC ...
    bool lock_step;  // ... when none has jitter: a flood arrives everywhere at once
  };

  void arrive_at_switch(std::uint32_t nic, std::uint32_t frame);
  void flood(Switch& segment, std::uint32_t index, std::uint32_t source, std::uint32_t frame);
  void arrive(std::uint32_t nic, const Frame& frame);
  void arrive_everywhere(std::uint32_t segment, std::uint32_t frame);

  Stage& stage_;
  NetworkListener& listener_;
  std::vector<Port> ports_;  // by NIC
  std::vector<Switch> switches_;
};

}  // namespace understudy::sim
