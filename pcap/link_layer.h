// From a captured frame to the network packet in it, for the link layers that captures come with.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/net/mac_address.h"

namespace understudy::capture {

/// What a network packet is about, as far as virtual routers go.
enum class PacketKind : std::uint8_t {
  other,
  advert,                // protocol 112
  authenticated_advert,  // the same behind an authentication header
  arp,                   // for IPv4 over Ethernet
  neighbour_discovery,   // a neighbour solicitation or advertisement
  fragment,              // of an IP packet that carries VRRP
};

/// The network layer of one captured frame. `bytes` borrows the frame, or the scratch of its
/// reader.
struct NetworkPacket {
  PacketKind kind = PacketKind::other;
  std::span<const std::uint8_t> bytes;  // IPv4 or IPv6, without what lies behind the IP length; or
                                        // ARP
  std::span<const std::uint8_t> payload;  // of advert, authenticated_advert, neighbour_discovery:
                                          // the message; may be cut
  bool cut = false;                       // the length promises more than was captured
  std::optional<MacAddress> mac;          // of the sender
  std::uint16_t vlan = 0;                 // innermost tag; 0: untagged
  std::uint16_t outer_vlan = 0;           // outermost of several tags; 0: there is one at most
};

/// Finds IP and ARP packets. Ethernet (with any number of VLAN tags, and LLC/SNAP), Linux cooked
/// captures (both versions), raw IP and the loopback forms are read here; MPLS, PPPoE and Wi-Fi
/// (802.11 with or without radiotap or PPI) through libtins, which rebuilds the packet, so that
/// header checksums of those are made up.
class LinkLayer {
 public:
  /// `link_type` is a LINKTYPE_ value (link_type.h); libpcap's DLT_RAW will do, too.
  explicit LinkLayer(int link_type) : link_type_(link_type) {}

  int link_type() const { return link_type_; }
  bool supported() const;
  /// nullopt when there is no such packet in it. The result is good until the next call.
  std::optional<NetworkPacket> find(std::span<const std::uint8_t> frame);

 private:
  std::optional<NetworkPacket> find_in_ethernet(std::span<const std::uint8_t> frame);
  std::optional<NetworkPacket> find_with_tins(std::span<const std::uint8_t> frame);

  int link_type_;
  std::vector<std::uint8_t> scratch_;
};

}  // namespace understudy::capture
