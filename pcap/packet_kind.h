// What a network packet is about.
#pragma once

#include "pcap/link_layer.h"

namespace understudy::capture {

/// Takes `bytes` for an IP packet: sets bytes (without what the IP length does not claim), cut,
/// kind and payload of a fresh `packet`. False when they are of no IP version. Fragments of IPv4
/// count when their protocol is VRRP's, also behind an authentication header; of IPv6, when the
/// fragment header says so. Up to eight IPv6 extension headers are passed.
bool read_ip(std::span<const std::uint8_t> bytes, NetworkPacket& packet);

/// Sets kind and cut of a packet whose bytes are ARP.
void classify_arp(NetworkPacket& packet);

}  // namespace understudy::capture
