// Judges every advert that goes onto a wire: the oracle valid_adverts.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/frame_pool.h"
#include "sim/sim_host.h"

namespace understudy::sim {

/// TTL, checksum, version, count and addresses must be those of the sender's configuration. An
/// advert that differs from the last good one of its virtual router in nothing but the IP
/// identification is good too: that comparison is what makes the judgement cheap.
class AdvertInspector {
 public:
  explicit AdvertInspector(const Stage& stage) : stage_(stage), last_good_(stage.nics.size()) {}

  /// Empty when the advert is good, else what is wrong with it.
  std::string inspect(std::uint32_t nic, const Frame& frame, const DaemonProcess* sender);
  /// Whether inspect() would find nothing, known without a closer look.
  bool known_good(std::uint32_t nic, const Frame& frame) const;

 private:
  struct Good {
    std::uint16_t size = 0;
    std::array<std::uint8_t, 256> bytes;
  };
  using ByVrid = std::array<std::unique_ptr<Good>, 256>;
  struct OfNic {
    std::array<ByVrid, 2> by_family;
  };

  std::string judge(std::uint32_t nic, const Frame& frame, const DaemonProcess* sender) const;
  void remember(std::uint32_t nic, const Frame& frame);

  const Stage& stage_;
  std::vector<std::unique_ptr<OfNic>> last_good_;  // by NIC; null: nothing yet
};

}  // namespace understudy::sim
