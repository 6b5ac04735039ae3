// What a frame is, by its bytes.
#pragma once

#include <cstdint>
#include <cstring>

#include "core/net/mac_address.h"
#include "sim/frame_pool.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {

inline constexpr std::uint8_t kProtocolIgmp = 2;

inline MacAddress mac_at(const std::uint8_t* at) {
  MacAddress mac;
  std::memcpy(mac.bytes.data(), at, mac.bytes.size());
  return mac;
}
inline MacAddress destination_of(const Frame& frame) { return mac_at(frame.bytes.data()); }
inline MacAddress source_of(const Frame& frame) { return mac_at(frame.bytes.data() + 6); }

/// As its receivers look at it first: EtherType, and whether the protocol is VRRP's.
FrameKind kind_of(const Frame& frame);

/// Whether a frame whose kind is known is an advert to VRRP's multicast group, by MAC and address.
bool is_group_advert(const Frame& frame);

/// Of a frame that no kernel vouches for: an advert is an IP packet like others, whose headers its
/// receiver checks.
inline FrameKind unsound_kind_of(const Frame& frame) {
  const auto kind = kind_of(frame);
  return kind == FrameKind::advert ? FrameKind::ip : kind;
}

/// As an impairment or a partition matches it: one bit of TrafficMatch. VRRP behind an
/// authentication header is VRRP, MLD is IGMP, Neighbour Discovery is not ICMP.
std::uint16_t traffic_of(const Frame& frame);

inline bool matches(const TrafficMatch& match, const Frame& frame) {
  return match.kinds == TrafficMatch::kAll || (match.kinds & traffic_of(frame)) != 0;
}

}  // namespace understudy::sim
