// Frames that wait at NICs which stand still.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "sim/frame_pool.h"

namespace understudy::sim {

/// Of one host, by its NICs. Older frames are kept, younger ones that find a queue full are lost.
class NicHolds {
 public:
  struct Hold {
    bool active = false;
    std::size_t incoming_max = 0, outgoing_max = 0;
    std::deque<Frame> incoming;
    std::deque<std::uint32_t> outgoing;  // by number, not yet on the wire
  };

  explicit NicHolds(std::size_t nics) : holds_(nics) {}

  Hold& operator[](std::uint32_t nic) { return holds_[nic]; }
  bool any() const {
    for (const auto& hold : holds_)
      if (hold.active) return true;
    return false;
  }

 private:
  std::vector<Hold> holds_;
};

}  // namespace understudy::sim
