// Neighbour Discovery for IPv6 (RFC 4861): solicitations, advertisements, and the unsolicited one
// that moves a virtual address.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <tl/expected.hpp>

#include "core/net/frame_error.h"
#include "core/net/ip_address.h"
#include "core/net/mac_address.h"

namespace understudy {

inline constexpr std::uint8_t kProtocolIcmp6 = 58;
/// Ethernet, IPv6 and ICMPv6 headers, target, one link-layer address option.
inline constexpr std::size_t kNeighbourFrameSize = 14 + 40 + 24 + 8;

/// ff02::1
IpAddress all_nodes_address();
/// ff02::1:ffXX:XXXX of an address (RFC 4291, section 2.7.1).
IpAddress solicited_node_address(const IpAddress& address);

/// A solicitation or an advertisement, without its IPv6 header.
struct NeighbourMessage {
  bool solicitation = false;                                 // false: an advertisement
  bool router = false, solicited = false, override = false;  // of advertisements
  IpAddress target;
  std::optional<MacAddress> link_layer;  // source's in a solicitation, else the target's

  friend bool operator==(const NeighbourMessage&, const NeighbourMessage&) = default;
};

/// Reads an ICMPv6 message whose IPv6 header had these addresses and this hop limit. Refuses what
/// RFC 4861, sections 7.1.1 and 7.1.2 refuse: hop limit below 255, code, checksum, length,
/// multicast target, options of length 0.
tl::expected<NeighbourMessage, FrameError> decode_neighbour_message(
    std::span<const std::uint8_t> message, const IpAddress& source, const IpAddress& destination,
    std::uint8_t hop_limit);

/// A whole frame (kNeighbourFrameSize bytes, 8 fewer without link_layer); returns its size.
tl::expected<std::size_t, FrameError> encode_neighbour_frame(const NeighbourMessage& message,
                                                             MacAddress from, MacAddress to,
                                                             const IpAddress& source,
                                                             const IpAddress& destination,
                                                             std::span<std::uint8_t> out);

/// The frame that announces `address` at `mac` to all nodes: source and target are the address,
/// override is set, solicited clear (RFC 9568, section 6.4.1; keepalived's form). `router`: whether
/// the sender forwards.
tl::expected<std::size_t, FrameError> encode_unsolicited_advertisement(MacAddress mac,
                                                                       const IpAddress& address,
                                                                       bool router,
                                                                       std::span<std::uint8_t> out);

}  // namespace understudy
