// A ring of distinct adverts as they come off the wire, all of one virtual router, all acceptable
// to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/vrrp/virtual_router_config.h"

namespace understudy::bench {

/// Whole IPv4 packets of VRRPv2 with a password, differing in source, priority (101 to 254) and
/// identification.
class AdvertRing {
 public:
  explicit AdvertRing(std::size_t address_count);

  std::size_t size() const { return count_; }
  std::span<const std::uint8_t> operator[](std::size_t index) const {
    return std::span{bytes_}.subspan(index * packet_size_, packet_size_);
  }
  /// The virtual router that hears them: VRID 51, priority 90.
  const VirtualRouterConfig& router() const { return router_; }

 private:
  VirtualRouterConfig router_;
  std::size_t count_;
  std::size_t packet_size_ = 0;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace understudy::bench
