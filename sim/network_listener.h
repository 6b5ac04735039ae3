// What the network tells those around it, and in which words.
#pragma once

#include <cstdint>
#include <string_view>

#include "sim/frame_pool.h"

namespace understudy::sim {

/// Why a frame did not arrive somewhere.
enum class LossCause : std::uint8_t {
  no_carrier,   // the receiver's cable is dark: its NIC is down, or it has no power
  not_taken,    // the receiving machine stands still
  random_loss,  // a link's `loss`
  loss_mask,    // a link's `loss_mask`
  queue_full,   // more frames wait for a slow link, or a paused NIC, than its queue holds
  stp,          // a port that came up a while ago listens and learns
  snooping,     // the switch no longer believes that the receiver is in the group
  partition,
  switch_down  // it reboots
};

constexpr std::string_view to_string(LossCause cause) {
  constexpr std::string_view kNames[] = {"no_carrier", "not_taken",  "random_loss",
                                         "loss_mask",  "queue_full", "stp",
                                         "snooping",   "partition",  "switch_down"};
  return kNames[static_cast<std::uint8_t>(cause)];
}

/// What happened to a frame that goes on.
enum class FrameChange : std::uint8_t { duplicated, corrupted, held_back };

constexpr std::string_view to_string(FrameChange change) {
  constexpr std::string_view kNames[] = {"duplicated", "corrupted", "held_back"};
  return kNames[static_cast<std::uint8_t>(change)];
}

/// Who is told what the network does. A frame is known by its number.
class NetworkListener {
 public:
  virtual ~NetworkListener() = default;
  /// A frame has left this NIC; its kind and digest are set.
  virtual void frame_sent(std::uint32_t nic, const Frame& frame) = 0;
  /// A frame has come to a NIC that has its carrier. False: nobody there took it.
  virtual bool frame_arrived(std::uint32_t nic, const Frame& frame) = 0;
  /// A hint: the frame will have come to this NIC soon.
  virtual void frame_nears(std::uint32_t /*nic*/, const Frame& /*frame*/) {}
  /// A switch has learnt a new place for a MAC, or forgotten one.
  virtual void switch_changed(std::uint32_t segment) = 0;
  /// A frame does not come to this NIC; kNoNic: it did not even come to the switch.
  virtual void frame_lost(std::uint32_t /*nic*/, const Frame& /*frame*/, LossCause /*cause*/) {}
  /// On the way to this NIC, or (kNoNic) to the switch. `corrupted`: the frame is the damaged copy.
  virtual void frame_changed(std::uint32_t /*nic*/, const Frame& /*frame*/,
                             FrameChange /*change*/) {}
};

}  // namespace understudy::sim
