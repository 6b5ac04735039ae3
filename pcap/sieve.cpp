#include "pcap/sieve.h"

#include <cstring>

#include "core/net/byte_order.h"
#include "core/net/ethernet.h"
#include "core/net/ipv4_header.h"
#include "pcap/link_type.h"
#include "pcap/packet_kind.h"

namespace understudy::capture {
namespace {

/// Whether an Ethernet frame surely holds nothing of ours: untagged IP of the usual protocols.
bool is_other(std::span<const std::uint8_t> frame) {
  constexpr std::size_t kProtocolIpv4 = 23, kNextHeaderIpv6 = 20, kIcmp6Type = 54;
  constexpr std::uint8_t kTcp = 6, kUdp = 17, kIcmp6 = 58;
  constexpr std::uint8_t kNeighbourSolicitation = 135, kNeighbourAdvertisement = 136;
  if (frame.size() <= kIcmp6Type) return false;
  const std::uint16_t type = load_be16(frame.data() + 12);
  if (type == kEtherTypeIpv4) {
    return frame[kProtocolIpv4] != kProtocolVrrp && frame[kProtocolIpv4] != kProtocolAh;
  }
  if (type != kEtherTypeIpv6) return false;
  const std::uint8_t next = frame[kNextHeaderIpv6];
  if (next == kIcmp6) {
    return frame[kIcmp6Type] != kNeighbourSolicitation &&
           frame[kIcmp6Type] != kNeighbourAdvertisement;
  }
  return next == kTcp || next == kUdp;
}

}  // namespace

const NetworkPacket* Sieve::find(const CapturedPacket& packet) {
  if (packet.link_type == kLinkEthernet && is_other(packet.bytes)) return nullptr;
  if (!find_usual(packet) && !find_rare(packet)) return nullptr;
  if (found_.kind == PacketKind::other) return nullptr;
  if (found_.kind == PacketKind::fragment) ++counts_.fragments;
  return &found_;
}

/// Untagged IP in Ethernet, without the detours.
bool Sieve::find_usual(const CapturedPacket& packet) {
  if (packet.link_type != kLinkEthernet || packet.bytes.size() <= kEthernetHeaderSize) return false;
  const std::uint16_t type = load_be16(packet.bytes.data() + 12);
  if (type != kEtherTypeIpv4 && type != kEtherTypeIpv6) return false;
  found_ = {};
  if (!read_ip(packet.bytes.subspan(kEthernetHeaderSize), found_)) return false;
  MacAddress& source = found_.mac.emplace();
  std::memcpy(source.bytes.data(), packet.bytes.data() + 6, source.bytes.size());
  return true;
}

bool Sieve::find_rare(const CapturedPacket& packet) {
  LinkLayer* link_layer = link_layer_of(packet.link_type);
  if (link_layer == nullptr) [[unlikely]] {
    ++counts_.unknown[packet.link_type];
    return false;
  }
  const auto found = link_layer->find(packet.bytes);
  if (!found) return false;
  found_ = *found;
  return true;
}

LinkLayer* Sieve::link_layer_of(int link_type) {
  for (LinkLayer& known : link_layers_) {
    if (known.link_type() == link_type) return &known;
  }
  if (!LinkLayer(link_type).supported()) return nullptr;
  return &link_layers_.emplace_back(link_type);
}

}  // namespace understudy::capture
