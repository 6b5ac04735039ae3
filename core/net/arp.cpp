#include "core/net/arp.h"

#include <cstring>

#include "core/net/byte_order.h"
#include "core/net/ethernet.h"

namespace understudy {

tl::expected<ArpPacket, FrameError> decode_arp(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < kArpSize) return tl::unexpected(FrameError::truncated);
  const auto* at = bytes.data();
  const auto operation = load_be16(at + 6);
  if (load_be16(at) != 1 || load_be16(at + 2) != kEtherTypeIpv4 || at[4] != 6 || at[5] != 4 ||
      operation < 1 || operation > 2)
    return tl::unexpected(FrameError::bad_header);
  ArpPacket packet;
  packet.operation = static_cast<ArpOperation>(operation);
  std::memcpy(packet.sender_mac.bytes.data(), at + 8, 6);
  packet.sender_ip.value = load_be32(at + 14);
  std::memcpy(packet.target_mac.bytes.data(), at + 18, 6);
  packet.target_ip.value = load_be32(at + 24);
  return packet;
}

tl::expected<std::size_t, FrameError> encode_arp(const ArpPacket& packet,
                                                 std::span<std::uint8_t> out) {
  if (out.size() < kArpSize) return tl::unexpected(FrameError::buffer_too_small);
  auto* at = out.data();
  store_be16(at, 1);
  store_be16(at + 2, kEtherTypeIpv4);
  at[4] = 6;
  at[5] = 4;
  store_be16(at + 6, static_cast<std::uint16_t>(packet.operation));
  std::memcpy(at + 8, packet.sender_mac.bytes.data(), 6);
  store_be32(at + 14, packet.sender_ip.value);
  std::memcpy(at + 18, packet.target_mac.bytes.data(), 6);
  store_be32(at + 24, packet.target_ip.value);
  return kArpSize;
}

tl::expected<std::size_t, FrameError> encode_gratuitous_arp(MacAddress mac, Ipv4Address address,
                                                            GarpTarget target,
                                                            std::span<std::uint8_t> out) {
  if (out.size() < kArpFrameSize) return tl::unexpected(FrameError::buffer_too_small);
  const auto header = encode_ethernet({kBroadcastMac, mac, kEtherTypeArp}, out);
  const ArpPacket packet{ArpOperation::request, mac, address,
                         target == GarpTarget::broadcast ? kBroadcastMac : mac, address};
  return *header + *encode_arp(packet, out.subspan(*header));
}

}  // namespace understudy
