// ARP for IPv4 over Ethernet (RFC 826), and the gratuitous ARP that moves a virtual address.
#pragma once

#include <cstdint>
#include <span>
#include <tl/expected.hpp>

#include "core/net/frame_error.h"
#include "core/net/ip_address.h"
#include "core/net/mac_address.h"

namespace understudy {

inline constexpr std::size_t kArpSize = 28;
inline constexpr std::size_t kArpFrameSize = 42;  // with the Ethernet header

enum class ArpOperation : std::uint16_t { request = 1, reply = 2 };

struct ArpPacket {
  ArpOperation operation = ArpOperation::request;
  MacAddress sender_mac;
  Ipv4Address sender_ip;
  MacAddress target_mac;
  Ipv4Address target_ip;

  /// Announces the sender's own address: sender and target are the same (RFC 5227, section 3).
  bool is_gratuitous() const { return sender_ip == target_ip; }

  friend bool operator==(const ArpPacket&, const ArpPacket&) = default;
};

/// Reads the 28 bytes after the Ethernet header; more (padding) is fine. Other hardware or protocol
/// types: bad_header.
tl::expected<ArpPacket, FrameError> decode_arp(std::span<const std::uint8_t> bytes);

/// Writes 28 bytes.
tl::expected<std::size_t, FrameError> encode_arp(const ArpPacket& packet,
                                                 std::span<std::uint8_t> out);

/// What goes into a gratuitous ARP's target hardware address: broadcast as keepalived does, or the
/// virtual MAC as RFC 9568, section 6.4.1 names it.
enum class GarpTarget : std::uint8_t { broadcast, sender };

/// A whole broadcast frame (42 bytes) that announces `address` at `mac`. Returns its size.
tl::expected<std::size_t, FrameError> encode_gratuitous_arp(MacAddress mac, Ipv4Address address,
                                                            GarpTarget target,
                                                            std::span<std::uint8_t> out);

}  // namespace understudy
