// A virtual router's own adverts as packets: message, IP header, and what authenticates them.
#pragma once

#include <cstdint>
#include <span>

#include "core/vrrp/advert.h"
#include "core/vrrp/virtual_router_config.h"

namespace understudy {

/// The advert that a virtual router of these settings sends (and expects). Borrows `rules`.
Advert advert_of(const ReceiveRules& rules, std::uint8_t priority);

/// What changes from one advert to the next.
struct AdvertStamp {
  std::uint8_t priority = 0;
  std::uint16_t identification = 1;  // of the IPv4 header
  std::uint32_t ah_sequence = 0;     // with AH
  std::uint64_t hmac_sequence = 0;   // with auth_hmac, unless receive-only
};

/// Bytes of the packet that write_advert() makes.
std::size_t advert_packet_size(const VirtualRouterConfig& config);

/// Writes the whole IP packet; returns its size. `config` is checked and `out` has
/// advert_packet_size() bytes: anything else is a broken promise.
std::size_t write_advert(const VirtualRouterConfig& config, const AdvertStamp& stamp,
                         const IpAddress& source, const IpAddress& destination,
                         std::span<std::uint8_t> out);

}  // namespace understudy
