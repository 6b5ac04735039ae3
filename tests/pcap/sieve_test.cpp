#include "pcap/sieve.h"

#include <gtest/gtest.h>

#include "pcap/link_type.h"
#include "tests/pcap/crafted.h"

namespace understudy::capture {
namespace {

Bytes joined(Bytes left, const Bytes& right) {
  left.insert(left.end(), right.begin(), right.end());
  return left;
}

Bytes ethernet(std::uint16_t type, const Bytes& payload) {
  Bytes frame{1, 0, 0x5e, 0, 0, 0x12, 2, 0, 0, 0, 0, 1};
  frame.push_back(static_cast<std::uint8_t>(type >> 8));
  frame.push_back(static_cast<std::uint8_t>(type));
  frame = joined(frame, payload);
  frame.resize(std::max<std::size_t>(frame.size(), 60));
  return frame;
}

/// An IPv4 packet; `fragment` is the header's field of flags and offset.
Bytes ipv4(std::uint8_t protocol, const Bytes& payload, std::uint16_t fragment = 0) {
  const auto size = static_cast<std::uint8_t>(20 + payload.size());
  return joined({0x45,
                 0xc0,
                 0,
                 size,
                 0,
                 1,
                 static_cast<std::uint8_t>(fragment >> 8),
                 static_cast<std::uint8_t>(fragment),
                 255,
                 protocol,
                 0,
                 0,
                 192,
                 0,
                 2,
                 1,
                 224,
                 0,
                 0,
                 18},
                payload);
}

Bytes ipv6(std::uint8_t next, const Bytes& payload) {
  Bytes packet{0x60, 0, 0, 0, 0, static_cast<std::uint8_t>(payload.size()), next, 255};
  packet.resize(40, 0xfe);
  return joined(packet, payload);
}

struct Verdict {
  PacketKind kind = PacketKind::other;
  Bytes bytes, payload;
  bool cut = false;
  int vlan = 0, outer_vlan = 0;
};

Verdict sieved(Sieve& sieve, const Bytes& frame, int link_type = kLinkEthernet) {
  CapturedPacket packet;
  packet.bytes = frame;
  packet.original_size = static_cast<std::uint32_t>(frame.size());
  packet.link_type = link_type;
  const NetworkPacket* found = sieve.find(packet);
  if (found == nullptr) return {};
  return {found->kind,
          Bytes(found->bytes.begin(), found->bytes.end()),
          Bytes(found->payload.begin(), found->payload.end()),
          found->cut,
          found->vlan,
          found->outer_vlan};
}

PacketKind kind(const Bytes& frame, int link_type = kLinkEthernet) {
  Sieve sieve;
  return sieved(sieve, frame, link_type).kind;
}

const Bytes kMessage = crafted_message(100);
const Bytes kAh = joined({112, 4, 0, 0}, Bytes(20, 9));  // 24 bytes
const Bytes kSolicitation = joined({135, 0, 0, 0}, Bytes(20, 0));

TEST(Sieve, AdvertsOfEitherFamilyAlsoBehindOtherHeaders) {
  Sieve sieve;
  Verdict found = sieved(sieve, ethernet(0x0800, ipv4(112, kMessage)));
  EXPECT_EQ(found.kind, PacketKind::advert);
  EXPECT_EQ(found.bytes, ipv4(112, kMessage));
  EXPECT_EQ(found.payload, kMessage);
  found = sieved(sieve, ethernet(0x0800, ipv4(51, joined(kAh, kMessage))));
  EXPECT_EQ(found.kind, PacketKind::authenticated_advert);
  EXPECT_EQ(found.payload, kMessage);
  found = sieved(sieve, ethernet(0x86dd, ipv6(112, kMessage)));
  EXPECT_EQ(found.kind, PacketKind::advert);
  EXPECT_EQ(found.payload, kMessage);
  found = sieved(sieve, ethernet(0x86dd, ipv6(51, joined(kAh, kMessage))));
  EXPECT_EQ(found.kind, PacketKind::authenticated_advert);
  const Bytes router_alert{112, 0, 5, 2, 0, 0, 1, 0};
  found = sieved(sieve, ethernet(0x86dd, ipv6(0, joined(router_alert, kMessage))));
  EXPECT_EQ(found.kind, PacketKind::advert);
  EXPECT_EQ(found.payload, kMessage);
}

TEST(Sieve, TagsOneAndSeveral) {
  Sieve sieve;
  const Bytes ip = ipv4(112, kMessage);
  for (const std::uint16_t type : std::initializer_list<std::uint16_t>{0x8100, 0x88a8, 0x9100}) {
    Verdict found = sieved(sieve, ethernet(type, joined({0x20, 42, 8, 0}, ip)));
    EXPECT_EQ(found.kind, PacketKind::advert) << type;
    EXPECT_EQ(found.vlan, 42);
    EXPECT_EQ(found.outer_vlan, 0);
    found = sieved(sieve, ethernet(type, joined({0, 7, 0x81, 0, 0, 42, 8, 0}, ip)));
    EXPECT_EQ(found.kind, PacketKind::advert) << type;
    EXPECT_EQ(found.vlan, 42);
    EXPECT_EQ(found.outer_vlan, 7);
  }
}

TEST(Sieve, EveryLinkTypeThatCarriesIp) {
  const Bytes ip = ipv4(112, kMessage);
  for (const int raw : {kLinkRaw, kLinkRawOfLinux, kLinkRawOfBsd, kLinkIpv4}) {
    EXPECT_EQ(kind(ip, raw), PacketKind::advert) << raw;
  }
  EXPECT_EQ(kind(ipv6(112, kMessage), kLinkIpv6), PacketKind::advert);
  EXPECT_EQ(kind(joined({2, 0, 0, 0}, ip), kLinkNull), PacketKind::advert);
  EXPECT_EQ(kind(joined({0, 0, 0, 2}, ip), kLinkLoop), PacketKind::advert);
  EXPECT_EQ(kind(joined({0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, 8, 0}, ip), kLinkCooked),
            PacketKind::advert);
  EXPECT_EQ(
      kind(joined({8, 0, 0, 0, 0, 0, 0, 2, 0, 1, 1, 6, 2, 0, 0, 0, 0, 1, 0, 0}, ip), kLinkCooked2),
      PacketKind::advert);
  Bytes snap{0, 60, 0xaa, 0xaa, 3, 0, 0, 0, 8, 0};
  EXPECT_EQ(kind(joined({1, 0, 0x5e, 0, 0, 0x12, 2, 0, 0, 0, 0, 1}, joined(snap, ip))),
            PacketKind::advert);
}

TEST(Sieve, FragmentsAreTold) {
  Sieve sieve;
  EXPECT_EQ(sieved(sieve, ethernet(0x0800, ipv4(112, kMessage, 0x2000))).kind,
            PacketKind::fragment);
  EXPECT_EQ(sieved(sieve, ethernet(0x0800, ipv4(112, kMessage, 0x0010))).kind,
            PacketKind::fragment);
  EXPECT_EQ(sieved(sieve, ethernet(0x0800, ipv4(112, kMessage, 0x4000))).kind, PacketKind::advert)
      << "not to be fragmented is no fragment";
  EXPECT_EQ(sieved(sieve, ethernet(0x0800, ipv4(51, joined(kAh, kMessage), 0x2000))).kind,
            PacketKind::fragment);
  EXPECT_EQ(sieved(sieve, ethernet(0x0800, ipv4(17, kMessage, 0x2000))).kind, PacketKind::other);
  const Bytes first{112, 0, 0, 1, 0, 0, 0, 9}, atomic{112, 0, 0, 0, 0, 0, 0, 9};
  EXPECT_EQ(sieved(sieve, ethernet(0x86dd, ipv6(44, joined(first, kMessage)))).kind,
            PacketKind::fragment);
  EXPECT_EQ(sieved(sieve, ethernet(0x86dd, ipv6(44, joined(atomic, kMessage)))).kind,
            PacketKind::advert);
  EXPECT_EQ(sieve.counts().fragments, 4U);
}

TEST(Sieve, ArpAndNeighbourDiscovery) {
  Bytes arp{0, 1, 8, 0, 6, 4, 0, 1};
  arp.resize(28);
  Sieve sieve;
  const Verdict found = sieved(sieve, ethernet(0x0806, arp));
  EXPECT_EQ(found.kind, PacketKind::arp);
  EXPECT_EQ(found.bytes, arp);
  EXPECT_FALSE(found.cut);
  arp[1] = 6;
  EXPECT_EQ(kind(ethernet(0x0806, arp)), PacketKind::other);
  EXPECT_EQ(sieved(sieve, ethernet(0x86dd, ipv6(58, kSolicitation))).payload, kSolicitation);
  EXPECT_EQ(kind(ethernet(0x86dd, ipv6(58, kSolicitation))), PacketKind::neighbour_discovery);
  EXPECT_EQ(kind(ethernet(0x86dd, ipv6(58, {128, 0, 0, 0}))), PacketKind::other);
}

TEST(Sieve, WhatWasCutIsMarked) {
  const Bytes whole = ethernet(0x0800, ipv4(112, kMessage));
  Sieve sieve;
  for (std::size_t size = 0; size < 54; ++size) {
    const Verdict found =
        sieved(sieve, Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    EXPECT_EQ(found.kind, size > 23 ? PacketKind::advert : PacketKind::other) << size;
    EXPECT_EQ(found.cut, size > 23) << size;
  }
}

TEST(Sieve, OtherTrafficIsNotOurs) {
  for (const std::uint8_t protocol : Bytes{1, 2, 6, 17, 50, 89}) {
    EXPECT_EQ(kind(ethernet(0x0800, ipv4(protocol, Bytes(60, 1)))), PacketKind::other);
    EXPECT_EQ(kind(ethernet(0x86dd, ipv6(protocol, Bytes(60, 1)))), PacketKind::other);
  }
  EXPECT_EQ(kind(ethernet(0x0800, ipv4(51, joined({6, 4, 0, 0}, Bytes(60, 9))))),
            PacketKind::other);
  EXPECT_EQ(kind(ethernet(0x88cc, Bytes(60, 1))), PacketKind::other);
  EXPECT_EQ(kind(ethernet(60, {0x42, 0x42, 3})), PacketKind::other);
}

TEST(Sieve, FramesOfUnknownLinkTypesAreCounted) {
  Sieve sieve;
  sieved(sieve, Bytes(60, 1), 147);
  sieved(sieve, Bytes(60, 1), 147);
  sieved(sieve, Bytes(60, 1), 220);
  EXPECT_EQ(sieve.counts().unknown, (std::map<int, std::uint64_t>{{147, 2}, {220, 1}}));
  EXPECT_EQ(link_type_name(kLinkEthernet), "EN10MB (Ethernet)");
  EXPECT_EQ(link_type_name(kLinkRaw), "RAW (Raw IP)");
}

}  // namespace
}  // namespace understudy::capture
