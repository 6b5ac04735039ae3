// A ring of distinct adverts as they come off the wire, all acceptable to the virtual router they
// are for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/vrrp/virtual_router_config.h"

namespace understudy::bench {

/// What kind of adverts: version 2 has a password.
struct RingShape {
  std::uint8_t version = 2;
  Family family = Family::ipv4;
  std::size_t addresses = 1;
  std::uint8_t vrid = 51;
};

/// The settings of a virtual router that hears such adverts: priority 90.
VirtualRouterConfig make_router(const RingShape& shape);

/// Whole packets, differing in source, priority (101 to 254) and, of IPv4, identification.
class AdvertRing {
 public:
  explicit AdvertRing(const RingShape& shape);

  std::size_t size() const { return count_; }
  std::span<const std::uint8_t> operator[](std::size_t index) const {
    return std::span{bytes_}.subspan(index * packet_size_, packet_size_);
  }
  const VirtualRouterConfig& router() const { return router_; }

 private:
  VirtualRouterConfig router_;
  std::size_t count_;
  std::size_t packet_size_ = 0;
  std::vector<std::uint8_t> bytes_;
};

}  // namespace understudy::bench
