#include "sim/traffic.h"

#include "core/net/ethernet.h"
#include "core/net/ipv4_header.h"
#include "core/net/ipv6_header.h"
#include "core/net/neighbour_discovery.h"

namespace understudy::sim {
namespace {

constexpr std::uint8_t kHopByHop = 0;
// ICMPv6 types: MLD of RFC 2710 and 3810, Neighbour Discovery of RFC 4861.
constexpr std::uint8_t kMldQuery = 130, kMldDone = 132, kMldReport2 = 143;
constexpr std::uint8_t kDiscoveryFirst = 133, kDiscoveryLast = 137;

// An authentication header begins with the protocol of what it protects.
bool is_vrrp(std::uint8_t protocol, std::span<const std::uint8_t> payload) {
  return protocol == kProtocolVrrp ||
         (protocol == kProtocolAh && !payload.empty() && payload[0] == kProtocolVrrp);
}

/// An IP packet as far as a classifier reads it: headers are not verified.
struct Inside {
  std::uint8_t protocol = 0;
  std::span<const std::uint8_t> payload;
};

/// False: no IP packet.
bool look_inside(const Frame& frame, Inside& inside) {
  if (frame.size < kEthernetHeaderSize) return false;
  const auto type = load_be16(frame.bytes.data() + 12);
  const auto packet = frame.payload();
  // Kernels send sound headers; whether one still is when it arrives, its reader finds out.
  if (type == kEtherTypeIpv4) {
    const std::size_t header = packet.size() < kIpv4HeaderSize ? 0 : (packet[0] & 15U) * 4;
    if (header < kIpv4HeaderSize || header > packet.size()) return false;
    inside = {packet[9], packet.subspan(header)};
    return true;
  }
  if (type != kEtherTypeIpv6) return false;
  const auto header = decode_ipv6(packet);
  if (!header) return false;
  inside = {header->next_header, packet.subspan(kIpv6HeaderSize)};
  return true;
}

std::uint16_t icmp6_traffic(std::span<const std::uint8_t> message) {
  if (message.empty()) return TrafficMatch::kIcmp;
  if ((message[0] >= kMldQuery && message[0] <= kMldDone) || message[0] == kMldReport2)
    return TrafficMatch::kIgmp;
  return message[0] >= kDiscoveryFirst && message[0] <= kDiscoveryLast ? TrafficMatch::kNd
                                                                       : TrafficMatch::kIcmp;
}

}  // namespace

FrameKind kind_of(const Frame& frame) {
  if (frame.size >= kEthernetHeaderSize && load_be16(frame.bytes.data() + 12) == kEtherTypeArp)
    return FrameKind::arp;
  Inside inside;
  if (!look_inside(frame, inside)) return FrameKind::other;
  return is_vrrp(inside.protocol, inside.payload) ? FrameKind::advert : FrameKind::ip;
}

bool is_group_advert(const Frame& frame) {
  if (frame.kind != FrameKind::advert || !destination_of(frame).is_group()) return false;
  const auto* ip = frame.bytes.data() + kEthernetHeaderSize;
  return ip[0] >> 4 == 4 ? load_be32(ip + 16) == kVrrpGroup4.value
                         : std::memcmp(ip + 24, kVrrpGroup6.data(), kVrrpGroup6.size()) == 0;
}

std::uint16_t traffic_of(const Frame& frame) {
  if (frame.size >= kEthernetHeaderSize && load_be16(frame.bytes.data() + 12) == kEtherTypeArp)
    return TrafficMatch::kArp;
  Inside inside;
  if (!look_inside(frame, inside)) return TrafficMatch::kOther;
  if (is_vrrp(inside.protocol, inside.payload)) return TrafficMatch::kVrrp;
  auto [protocol, payload] = inside;
  // MLD hides behind a router alert in a hop-by-hop header (RFC 3810, section 5).
  if (protocol == kHopByHop && payload.size() > 8 && payload[1] == 0) {
    protocol = payload[0];
    payload = payload.subspan(8);
  }
  switch (protocol) {
    case kProtocolIgmp:
      return TrafficMatch::kIgmp;
    case kProtocolTcp:
      return TrafficMatch::kTcp;
    case kProtocolIcmp:
      return TrafficMatch::kIcmp;
    case kProtocolIcmp6:
      return icmp6_traffic(payload);
    default:
      return TrafficMatch::kOther;
  }
}

}  // namespace understudy::sim
