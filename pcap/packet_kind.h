// What a network packet is about.
#pragma once

#include "pcap/link_layer.h"

namespace understudy::capture {

/// Sets kind and payload of a packet whose bytes are an IP packet. Fragments of IPv4 count when
/// their protocol is VRRP's, also behind an authentication header; of IPv6, when the fragment
/// header says so. Up to eight IPv6 extension headers are passed.
void classify_ip(NetworkPacket& packet);

/// The same where they are ARP.
void classify_arp(NetworkPacket& packet);

}  // namespace understudy::capture
