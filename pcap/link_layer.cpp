#include "pcap/link_layer.h"

#include <tins/dot11/dot11_base.h>
#include <tins/ethernetII.h>
#include <tins/ip.h>
#include <tins/ipv6.h>
#include <tins/ppi.h>
#include <tins/radiotap.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>

#include "core/net/byte_order.h"
#include "core/net/ethernet.h"
#include "pcap/link_type.h"
#include "pcap/packet_kind.h"

namespace understudy::capture {

namespace {

constexpr std::uint16_t kEtherTypeServiceVlan = 0x88a8;
constexpr std::uint16_t kEtherTypeOldServiceVlan = 0x9100;
constexpr std::uint16_t kEtherTypeMpls = 0x8847;
constexpr std::uint16_t kEtherTypePppoeSession = 0x8864;
constexpr std::uint16_t kHighestLength = 1500;  // below: IEEE 802.3, a length
// libtins recurses once a header; the largest advert of all is 4136 bytes long.
constexpr std::size_t kLargestDissected = 4608;

bool is_vlan(std::uint16_t ether_type) {
  return ether_type == kEtherTypeVlan || ether_type == kEtherTypeServiceVlan ||
         ether_type == kEtherTypeOldServiceVlan;
}

std::optional<NetworkPacket> ip_packet(std::span<const std::uint8_t> bytes) {
  NetworkPacket packet;
  if (!read_ip(bytes, packet)) return std::nullopt;
  return packet;
}

std::optional<NetworkPacket> arp_packet(std::span<const std::uint8_t> bytes) {
  NetworkPacket packet;
  packet.bytes = bytes;
  classify_arp(packet);
  return packet;
}

/// What follows a link-layer header: the tags passed so far, and what is left.
struct Payload {
  std::uint16_t ether_type = 0;
  std::span<const std::uint8_t> bytes;
  std::uint16_t vlan = 0, outer_vlan = 0;

  void pass_tags() {
    while (is_vlan(ether_type) && bytes.size() >= 4) {
      if (outer_vlan == 0) outer_vlan = vlan;
      vlan = load_be16(bytes.data()) & 0xfff;
      ether_type = load_be16(bytes.data() + 2);
      bytes = bytes.subspan(4);
    }
  }

  /// A length instead of a type: IEEE 802.3, where IP lies behind LLC and SNAP alone.
  void pass_llc() {
    constexpr std::uint8_t kSnap[] = {0xaa, 0xaa, 0x03, 0, 0, 0};
    const bool snap =
        bytes.size() >= 8 && std::equal(std::begin(kSnap), std::end(kSnap), bytes.begin());
    ether_type = snap ? load_be16(bytes.data() + 6) : 0;
    if (snap) bytes = bytes.subspan(8);
  }

  std::optional<NetworkPacket> packet(std::optional<MacAddress> mac) const {
    std::optional<NetworkPacket> packet;
    if (ether_type == kEtherTypeIpv4 || ether_type == kEtherTypeIpv6) packet = ip_packet(bytes);
    if (ether_type == kEtherTypeArp) packet = arp_packet(bytes);
    if (packet) add_origin(*packet, mac);
    return packet;
  }

  void add_origin(NetworkPacket& packet, std::optional<MacAddress> mac) const {
    packet.mac = mac;
    packet.vlan = vlan;
    packet.outer_vlan = outer_vlan;
  }
};

std::optional<NetworkPacket> packet_of(std::uint16_t ether_type,
                                       std::span<const std::uint8_t> bytes,
                                       std::optional<MacAddress> mac) {
  Payload payload{ether_type, bytes};
  payload.pass_tags();
  return payload.packet(mac);
}

/// A cooked header's address, when it is six bytes long.
std::optional<MacAddress> cooked_mac(std::span<const std::uint8_t> eight, std::size_t length) {
  if (length != 6) return std::nullopt;
  MacAddress mac;
  std::memcpy(mac.bytes.data(), eight.data(), 6);
  return mac;
}

std::optional<NetworkPacket> find_in_cooked(std::span<const std::uint8_t> frame) {
  if (frame.size() < 16) return std::nullopt;
  return packet_of(load_be16(frame.data() + 14), frame.subspan(16),
                   cooked_mac(frame.subspan(6, 8), load_be16(frame.data() + 4)));
}

std::optional<NetworkPacket> find_in_cooked2(std::span<const std::uint8_t> frame) {
  if (frame.size() < 20) return std::nullopt;
  return packet_of(load_be16(frame.data()), frame.subspan(20),
                   cooked_mac(frame.subspan(12, 8), frame[11]));
}

std::unique_ptr<Tins::PDU> dissect(int link_type, std::span<const std::uint8_t> frame) {
  const auto* bytes = frame.data();
  const auto size = static_cast<std::uint32_t>(frame.size());
  switch (link_type) {
    case kLinkEthernet:
      return std::make_unique<Tins::EthernetII>(bytes, size);
    case kLinkWifi:
      return std::unique_ptr<Tins::PDU>(Tins::Dot11::from_bytes(bytes, size));
    case kLinkWifiRadiotap:
      return std::make_unique<Tins::RadioTap>(bytes, size);
    case kLinkPpi:
      return std::make_unique<Tins::PPI>(bytes, size);
    default:
      return nullptr;
  }
}

}  // namespace

bool LinkLayer::supported() const {
  switch (link_type_) {
    case kLinkEthernet:
    case kLinkCooked:
    case kLinkCooked2:
    case kLinkRaw:
    case kLinkRawOfLinux:
    case kLinkRawOfBsd:
    case kLinkIpv4:
    case kLinkIpv6:
    case kLinkNull:
    case kLinkLoop:
    case kLinkWifi:
    case kLinkWifiRadiotap:
    case kLinkPpi:
      return true;
    default:
      return false;
  }
}

std::optional<NetworkPacket> LinkLayer::find(std::span<const std::uint8_t> frame) {
  switch (link_type_) {
    case kLinkEthernet:
      return find_in_ethernet(frame);
    case kLinkCooked:
      return find_in_cooked(frame);
    case kLinkCooked2:
      return find_in_cooked2(frame);
    case kLinkRaw:
    case kLinkRawOfLinux:
    case kLinkRawOfBsd:
    case kLinkIpv4:
    case kLinkIpv6:
      return ip_packet(frame);
    case kLinkNull:
    case kLinkLoop:  // four bytes of address family, in either byte order: the IP version says it
                     // too
      return frame.size() < 4 ? std::nullopt : ip_packet(frame.subspan(4));
    default:
      return find_with_tins(frame);
  }
}

std::optional<NetworkPacket> LinkLayer::find_in_ethernet(std::span<const std::uint8_t> frame) {
  const auto header = decode_ethernet(frame);
  if (!header) return std::nullopt;
  Payload payload{header->ether_type, frame.subspan(kEthernetHeaderSize)};
  payload.pass_tags();
  if (payload.ether_type == kEtherTypeMpls || payload.ether_type == kEtherTypePppoeSession) {
    auto packet = find_with_tins(frame);
    if (packet) payload.add_origin(*packet, header->source);
    return packet;
  }
  if (payload.ether_type <= kHighestLength) payload.pass_llc();
  return payload.packet(header->source);
}

std::optional<NetworkPacket> LinkLayer::find_with_tins(std::span<const std::uint8_t> frame) {
  if (frame.size() > kLargestDissected) return std::nullopt;
  try {
    const auto frame_pdu = dissect(link_type_, frame);
    if (!frame_pdu) return std::nullopt;
    Tins::PDU* packet = frame_pdu->find_pdu<Tins::IP>();
    if (packet == nullptr) packet = frame_pdu->find_pdu<Tins::IPv6>();
    if (packet == nullptr) return std::nullopt;
    scratch_ = packet->serialize();
  } catch (const std::exception&) {  // libtins: malformed, or a layer it cannot write
    return std::nullopt;
  }
  return ip_packet(scratch_);
}

}  // namespace understudy::capture
