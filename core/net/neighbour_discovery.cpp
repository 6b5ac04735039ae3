#include "core/net/neighbour_discovery.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/net/byte_order.h"
#include "core/net/ethernet.h"
#include "core/net/icmp6_checksum.h"
#include "core/net/ipv6_header.h"

namespace understudy {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::uint8_t kSolicitation = 135;
constexpr std::uint8_t kAdvertisement = 136;
constexpr std::uint8_t kSourceLinkLayer = 1;  // option types
constexpr std::uint8_t kTargetLinkLayer = 2;
constexpr std::size_t kFixedSize = 24;  // up to the target's end
constexpr std::size_t kOptionUnit = 8;
constexpr std::uint8_t kRouterFlag = 0x80;
constexpr std::uint8_t kSolicitedFlag = 0x40;
constexpr std::uint8_t kOverrideFlag = 0x20;

IpAddress from_array(const std::array<std::uint8_t, 16>& bytes) {
  return IpAddress::from_bytes(bytes);
}

// Walks all options, so that one bad option anywhere refuses the message; false when there is one.
bool read_options(Bytes options, std::uint8_t wanted, std::optional<MacAddress>& found) {
  while (!options.empty()) {
    if (options.size() < 2 || options[1] == 0) return false;
    const std::size_t size = options[1] * kOptionUnit;
    if (size > options.size()) return false;
    if (options[0] == wanted && size == kOptionUnit && !found) {
      found.emplace();
      std::memcpy(found->bytes.data(), options.data() + 2, found->bytes.size());
    }
    options = options.subspan(size);
  }
  return true;
}

// What RFC 4861, section 7.1.1 (solicitations) and 7.1.2 (advertisements) say beyond the length.
bool is_consistent(const NeighbourMessage& message, const IpAddress& source,
                   const IpAddress& destination) {
  if (message.target.is_multicast()) return false;
  if (!message.solicitation) return !(destination.is_multicast() && message.solicited);
  if (!source.is_unspecified()) return true;
  // Duplicate address detection: nobody to answer to, so no address of the sender's.
  return destination == solicited_node_address(message.target) && !message.link_layer;
}

}  // namespace

IpAddress all_nodes_address() {
  return from_array({0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
}

IpAddress solicited_node_address(const IpAddress& address) {
  const auto b = address.bytes();
  if (b.size() != 16) return {};
  return from_array({0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, b[13], b[14], b[15]});
}

tl::expected<NeighbourMessage, FrameError> decode_neighbour_message(
    std::span<const std::uint8_t> message, const IpAddress& source, const IpAddress& destination,
    std::uint8_t hop_limit) {
  if (message.size() < kFixedSize) return tl::unexpected(FrameError::truncated);
  const std::uint8_t type = message[0];
  if (source.is_ipv4() || destination.is_ipv4() || hop_limit != 255 || message[1] != 0 ||
      (type != kSolicitation && type != kAdvertisement))
    return tl::unexpected(FrameError::bad_header);
  if (!icmp6_sum(message, source, destination).verifies())
    return tl::unexpected(FrameError::bad_checksum);
  NeighbourMessage decoded;
  decoded.solicitation = type == kSolicitation;
  if (!decoded.solicitation) {
    decoded.router = (message[4] & kRouterFlag) != 0;
    decoded.solicited = (message[4] & kSolicitedFlag) != 0;
    decoded.override = (message[4] & kOverrideFlag) != 0;
  }
  decoded.target = IpAddress::from_bytes(message.subspan(8, 16));
  const auto wanted = decoded.solicitation ? kSourceLinkLayer : kTargetLinkLayer;
  if (!read_options(message.subspan(kFixedSize), wanted, decoded.link_layer) ||
      !is_consistent(decoded, source, destination))
    return tl::unexpected(FrameError::bad_header);
  return decoded;
}

tl::expected<std::size_t, FrameError> encode_neighbour_frame(const NeighbourMessage& message,
                                                             MacAddress from, MacAddress to,
                                                             const IpAddress& source,
                                                             const IpAddress& destination,
                                                             std::span<std::uint8_t> out) {
  const std::size_t message_size = kFixedSize + (message.link_layer ? kOptionUnit : 0);
  const std::size_t size = kEthernetHeaderSize + kIpv6HeaderSize + message_size;
  if (out.size() < size) return tl::unexpected(FrameError::buffer_too_small);
  if (source.is_ipv4() || destination.is_ipv4() || message.target.is_ipv4())
    return tl::unexpected(FrameError::bad_header);
  if (const auto header = encode_ethernet({to, from, kEtherTypeIpv6}, out); !header) return header;
  auto* ip = out.data() + kEthernetHeaderSize;
  store_be32(ip, 0x60000000);
  store_be16(ip + 4, static_cast<std::uint16_t>(message_size));
  ip[6] = kProtocolIcmp6;
  ip[7] = 255;
  std::memcpy(ip + 8, source.bytes().data(), 16);
  std::memcpy(ip + 24, destination.bytes().data(), 16);

  auto* at = ip + kIpv6HeaderSize;
  std::fill_n(at, message_size, std::uint8_t{0});
  at[0] = message.solicitation ? kSolicitation : kAdvertisement;
  if (!message.solicitation)
    at[4] = static_cast<std::uint8_t>((message.router ? kRouterFlag : 0) |
                                      (message.solicited ? kSolicitedFlag : 0) |
                                      (message.override ? kOverrideFlag : 0));
  std::memcpy(at + 8, message.target.bytes().data(), 16);
  if (message.link_layer) {
    auto* option = at + kFixedSize;
    option[0] = message.solicitation ? kSourceLinkLayer : kTargetLinkLayer;
    option[1] = 1;
    std::memcpy(option + 2, message.link_layer->bytes.data(), message.link_layer->bytes.size());
  }
  icmp6_sum({at, message_size}, source, destination).store(at + 2);
  return size;
}

tl::expected<std::size_t, FrameError> encode_unsolicited_advertisement(
    MacAddress mac, const IpAddress& address, bool router, std::span<std::uint8_t> out) {
  NeighbourMessage message;
  message.router = router;
  message.override = true;
  message.target = address;
  message.link_layer = mac;
  const auto everybody = all_nodes_address();
  return encode_neighbour_frame(message, mac, multicast_mac(everybody), address, everybody, out);
}

}  // namespace understudy
