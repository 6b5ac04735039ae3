// Judges every advert that goes onto a wire: the oracle valid_adverts.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/frame_pool.h"
#include "sim/sim_host.h"

namespace understudy::sim {

/// TTL, checksum, count and addresses must be those of the sender's configuration. An advert that
/// differs from the last good one of its NIC in nothing but the IP identification is good too:
/// that comparison is what makes the judgement cheap.
class AdvertInspector {
 public:
  explicit AdvertInspector(std::size_t nics) : last_good_(nics) {}

  /// Empty when the advert is good, else what is wrong with it.
  std::string inspect(std::uint32_t nic, const Frame& frame, const DaemonProcess* sender);
  /// Whether inspect() would find nothing, known without a closer look.
  bool known_good(std::uint32_t nic, const Frame& frame) const;

 private:
  struct Good {
    std::uint16_t size = 0;
    std::array<std::uint8_t, 256> bytes;
  };
  std::vector<Good> last_good_;  // by NIC
};

}  // namespace understudy::sim
