#include "pcap/packet_kind.h"

#include <algorithm>

#include "core/net/arp.h"
#include "core/net/byte_order.h"
#include "core/net/ipv4_header.h"
#include "core/net/ipv6_header.h"

namespace understudy::capture {
namespace {

constexpr std::uint8_t kHopByHop = 0, kRouting = 43, kFragment = 44, kIcmp6 = 58,
                       kDestinationOptions = 60;
constexpr std::uint8_t kNeighbourSolicitation = 135, kNeighbourAdvertisement = 136;
constexpr unsigned kMoreFragments = 0x2000, kFragmentOffset = 0x1fff;
constexpr std::size_t kAhFixed = 12;
constexpr int kExtensionsMost = 8;

using Bytes = std::span<const std::uint8_t>;

/// Behind `size` bytes, or nothing.
Bytes behind(Bytes bytes, std::size_t size) {
  return bytes.size() > size ? bytes.subspan(size) : Bytes{};
}

/// Passes an authentication header; false when VRRP does not follow.
bool is_vrrp_behind_ah(Bytes& payload) {
  if (payload.empty() || payload[0] != kProtocolVrrp) return false;
  const std::size_t length = payload.size() > 1 ? (payload[1] + std::size_t{2}) * 4 : kAhFixed;
  payload = behind(payload, length);
  return true;
}

void classify_ipv4(NetworkPacket& packet) {
  if (packet.bytes.size() < kIpv4HeaderSize) {
    if (packet.bytes.size() > 9 && packet.bytes[9] == kProtocolVrrp)
      packet.kind = PacketKind::advert;
    return;
  }
  const std::uint8_t* header = packet.bytes.data();
  const std::uint8_t protocol = header[9];
  if (protocol != kProtocolVrrp && protocol != kProtocolAh) return;
  const unsigned fragment = load_be16(header + 6);
  Bytes payload = behind(packet.bytes, (header[0] & 0xfU) * std::size_t{4});
  if (protocol == kProtocolAh) {
    // What follows the first fragment does not say what it is.
    if ((fragment & kFragmentOffset) != 0 || !is_vrrp_behind_ah(payload)) return;
  }
  if ((fragment & (kMoreFragments | kFragmentOffset)) != 0) {
    packet.kind = PacketKind::fragment;
    return;
  }
  packet.kind = protocol == kProtocolAh ? PacketKind::authenticated_advert : PacketKind::advert;
  packet.payload = payload;
}

void classify_icmp6(NetworkPacket& packet, Bytes payload) {
  if (payload.empty()) return;
  if (payload[0] != kNeighbourSolicitation && payload[0] != kNeighbourAdvertisement) return;
  packet.kind = PacketKind::neighbour_discovery;
  packet.payload = payload;
}

void classify_ipv6(NetworkPacket& packet) {
  if (packet.bytes.size() < kIpv6HeaderSize) {
    if (packet.bytes.size() > 6 && packet.bytes[6] == kProtocolVrrp)
      packet.kind = PacketKind::advert;
    return;
  }
  std::uint8_t next = packet.bytes[6];
  Bytes payload = behind(packet.bytes, kIpv6HeaderSize);
  bool is_fragment = false;
  for (int i = 0; i < kExtensionsMost; ++i) {
    if (next == kFragment) {
      if (payload.size() < 8) return;
      next = payload[0];
      const unsigned field = load_be16(payload.data() + 2);
      is_fragment = (field & 0xfff9U) != 0;  // offset, and more to come
      if (is_fragment) break;
      payload = behind(payload, 8);
    } else if (next == kHopByHop || next == kRouting || next == kDestinationOptions) {
      if (payload.size() < 2) return;
      next = payload[0];
      payload = behind(payload, (payload[1] + std::size_t{1}) * 8);
    } else {
      break;
    }
  }
  if (next == kProtocolAh && !is_fragment && is_vrrp_behind_ah(payload)) {
    packet.kind = PacketKind::authenticated_advert;
    packet.payload = payload;
  } else if (next == kProtocolVrrp) {
    packet.kind = is_fragment ? PacketKind::fragment : PacketKind::advert;
    if (!is_fragment) packet.payload = payload;
  } else if (next == kIcmp6 && !is_fragment) {
    classify_icmp6(packet, payload);
  }
}

}  // namespace

bool read_ip(std::span<const std::uint8_t> bytes, NetworkPacket& packet) {
  if (bytes.empty()) return false;
  const unsigned version = bytes[0] >> 4;
  if (version != 4 && version != 6) return false;
  const std::size_t header = version == 4 ? kIpv4HeaderSize : kIpv6HeaderSize;
  if (bytes.size() < header) {
    packet.bytes = bytes;
    packet.cut = true;
  } else {
    const std::size_t length =
        version == 4 ? load_be16(bytes.data() + 2) : kIpv6HeaderSize + load_be16(bytes.data() + 4);
    packet.cut = length > bytes.size();
    packet.bytes = bytes.first(std::min(bytes.size(), std::max(length, header)));
  }
  if (version == 4) {
    classify_ipv4(packet);
  } else {
    classify_ipv6(packet);
  }
  return true;
}

void classify_arp(NetworkPacket& packet) {
  constexpr std::size_t kTypes = 6;
  constexpr std::uint8_t kIpv4OverEthernet[kTypes] = {0, 1, 8, 0, 6, 4};
  if (packet.bytes.size() < kTypes) return;
  for (std::size_t i = 0; i < kTypes; ++i) {
    if (packet.bytes[i] != kIpv4OverEthernet[i]) return;
  }
  packet.cut = packet.bytes.size() < kArpSize;
  if (!packet.cut) packet.bytes = packet.bytes.first(kArpSize);
  packet.kind = PacketKind::arp;
}

}  // namespace understudy::capture
