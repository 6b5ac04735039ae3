// Sockets, announcements and macvlans on real interfaces, in networks of the tests' own.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>

#include <vector>

#include "core/net/ethernet.h"
#include "core/net/ipv4_header.h"
#include "core/net/ipv6_header.h"
#include "core/net/neighbour_discovery.h"
#include "daemon/advert_sender.h"
#include "daemon/advert_socket.h"
#include "daemon/announcer.h"
#include "tests/daemon/private_network.h"

namespace understudy::daemon {
namespace {

using Bytes = std::vector<std::uint8_t>;
using testing::HasSubstr;
using testing::Not;

constexpr MacAddress kRightMac{{2, 0, 0, 0, 0, 2}};
constexpr MacAddress kVirtualMac{{0, 0, 0x5e, 0, 1, 51}};
const IpAddress kGroup6 = IpAddress::from_bytes(kVrrpGroup6);

int index_of(const char* interface) { return static_cast<int>(if_nametoindex(interface)); }
IpAddress address(const char* text) { return parse_ip_address(text).value(); }

// Eight bytes that no checksum of VRRP would accept: they must pass all the same.
const Bytes kMessage = {0x31, 51, 200, 1, 0, 100, 0xba, 0xad};

Bytes ipv4_packet(const IpAddress& source, const IpAddress& destination,
                  std::uint8_t protocol = 112) {
  Ipv4Header header;
  header.tos = 0xc0;
  header.total_length = static_cast<std::uint16_t>(kIpv4HeaderSize + kMessage.size());
  header.identification = 7;
  header.ttl = 255;
  header.protocol = protocol;
  header.source = source.ipv4();
  header.destination = destination.ipv4();
  Bytes packet(kIpv4HeaderSize);
  EXPECT_TRUE(encode_ipv4(header, packet));
  packet.insert(packet.end(), kMessage.begin(), kMessage.end());
  return packet;
}

Bytes ipv6_packet(const IpAddress& source, const IpAddress& destination) {
  Ipv6Header header;
  header.traffic_class = 0xc0;
  header.payload_length = static_cast<std::uint16_t>(kMessage.size());
  header.next_header = 112;
  header.hop_limit = 254;  // odd on purpose: it must come out as it went in
  header.source = source;
  header.destination = destination;
  Bytes packet(kIpv6HeaderSize);
  EXPECT_TRUE(encode_ipv6(header, packet));
  packet.insert(packet.end(), kMessage.begin(), kMessage.end());
  return packet;
}

// The next packet within a second; empty without one.
Bytes next_packet(AdvertSocket& socket, int patience_ms = 1000) {
  pollfd wait{socket.fd(), POLLIN, 0};
  poll(&wait, 1, patience_ms);
  const auto* packet = socket.front();
  if (packet == nullptr) return {};
  EXPECT_LE(packet->received_at, monotonic_now());
  EXPECT_GT(packet->received_at, monotonic_now() - std::chrono::seconds{2});
  Bytes bytes(packet->bytes.begin(), packet->bytes.end());
  socket.pop();
  return bytes;
}

// Whole frames that arrive on an interface.
class FrameTap {
 public:
  explicit FrameTap(const char* interface)
      : fd_(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(ETH_P_ALL))) {
    sockaddr_ll at{};
    at.sll_family = AF_PACKET;
    at.sll_protocol = htons(ETH_P_ALL);
    at.sll_ifindex = index_of(interface);
    EXPECT_EQ(bind(fd_.value(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  }

  /// The next frame of that ether type from that MAC within a second; empty without one.
  Bytes next(std::uint16_t ether_type, const MacAddress& from) {
    pollfd wait{fd_.value(), POLLIN, 0};
    while (poll(&wait, 1, 1000) == 1) {
      Bytes frame(2048);
      const auto size = recv(fd_.value(), frame.data(), frame.size(), 0);
      frame.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
      const auto header = decode_ethernet(frame);
      if (header && header->ether_type == ether_type && header->source == from) return frame;
    }
    return {};
  }

 private:
  UniqueFd fd_;
};

AdvertSocket open_socket(const AdvertChannel& channel, const char* interface) {
  auto socket = AdvertSocket::open(channel, interface, index_of(interface));
  if (!socket) throw std::runtime_error{socket.error()};
  return std::move(*socket);
}

TEST(Adverts, Ipv4GoesThroughAsItIs) {
  in_private_network([] {
    lay_cable();
    auto socket = open_socket({0, Family::ipv4, 112, {IpAddress{kVrrpGroup4}}}, "right");
    auto sender = AdvertSender::open().value();
    const auto packet = ipv4_packet(address("192.0.2.1"), kVrrpGroup4);
    EXPECT_EQ(sender.send(index_of("left"), packet, kVrrpGroup4), 0);
    EXPECT_EQ(next_packet(socket), packet);
  });
}

TEST(Adverts, WhatFollowsIsKnownOnceItWasRead) {
  in_private_network([] {
    lay_cable();
    auto socket = open_socket({0, Family::ipv4, 112, {IpAddress{kVrrpGroup4}}}, "right");
    auto sender = AdvertSender::open().value();
    const auto first = ipv4_packet(address("192.0.2.1"), kVrrpGroup4);
    const auto second = ipv4_packet(address("192.0.2.2"), kVrrpGroup4);
    EXPECT_EQ(socket.following(), nullptr);
    EXPECT_EQ(sender.send(index_of("left"), first, kVrrpGroup4), 0);
    EXPECT_EQ(sender.send(index_of("left"), second, kVrrpGroup4), 0);
    pollfd wait{socket.fd(), POLLIN, 0};
    poll(&wait, 1, 1000);
    ASSERT_NE(socket.front(), nullptr);
    const auto* following = socket.following();
    ASSERT_NE(following, nullptr);
    EXPECT_EQ(Bytes(following->bytes.begin(), following->bytes.end()), second);
    EXPECT_EQ(next_packet(socket, 0), first) << "looking ahead moves nothing";
    EXPECT_EQ(next_packet(socket, 0), second);
    EXPECT_EQ(socket.front(), nullptr);
    EXPECT_EQ(socket.following(), nullptr);
  });
}

TEST(Adverts, Ipv6ComesWithItsHeader) {
  in_private_network([] {
    lay_cable();
    auto socket = open_socket({0, Family::ipv6, 112, {kGroup6}}, "right");
    auto sender = AdvertSender::open().value();
    // A source that no interface here has, as over a virtual MAC.
    for (const char* source : {"fe80::abcd", "fe80::ff:fe00:1"}) {
      const auto packet = ipv6_packet(address(source), kGroup6);
      EXPECT_EQ(sender.send(index_of("left"), packet, kGroup6), 0) << source;
      EXPECT_EQ(next_packet(socket), packet) << source;
    }
  });
}

TEST(Adverts, OwnMulticastDoesNotComeBack) {
  in_private_network([] {
    lay_cable();
    auto ipv4 = open_socket({0, Family::ipv4, 112, {IpAddress{kVrrpGroup4}}}, "left");
    auto ipv6 = open_socket({0, Family::ipv6, 112, {kGroup6}}, "left");
    auto sender = AdvertSender::open().value();
    EXPECT_EQ(
        sender.send(index_of("left"), ipv4_packet(address("192.0.2.1"), kVrrpGroup4), kVrrpGroup4),
        0);
    EXPECT_EQ(sender.send(index_of("left"), ipv6_packet(address("fe80::1"), kGroup6), kGroup6), 0);
    EXPECT_EQ(next_packet(ipv4, 100), Bytes{});
    EXPECT_EQ(next_packet(ipv6, 100), Bytes{});
  });
}

TEST(Adverts, AuthenticationHeadersHaveASocketOfTheirOwn) {
  in_private_network([] {
    lay_cable();
    auto plain = open_socket({0, Family::ipv4, 112, {IpAddress{kVrrpGroup4}}}, "right");
    auto signed_ones = open_socket({0, Family::ipv4, 51, {IpAddress{kVrrpGroup4}}}, "right");
    auto sender = AdvertSender::open().value();
    const auto packet = ipv4_packet(address("192.0.2.1"), kVrrpGroup4, 51);
    EXPECT_EQ(sender.send(index_of("left"), packet, kVrrpGroup4), 0);
    EXPECT_EQ(next_packet(signed_ones), packet);
    EXPECT_EQ(next_packet(plain, 50), Bytes{});
  });
}

TEST(Adverts, OnlyGroupsThatWereAskedForAreHeard) {
  in_private_network([] {
    lay_cable();
    const auto other = address("224.0.0.99");
    auto ours = open_socket({0, Family::ipv4, 112, {other}}, "right");
    const auto theirs = open_socket({0, Family::ipv4, 112, {IpAddress{kVrrpGroup4}}}, "right");
    auto sender = AdvertSender::open().value();
    const auto packet = ipv4_packet(address("192.0.2.1"), other);
    EXPECT_EQ(
        sender.send(index_of("left"), ipv4_packet(address("192.0.2.1"), kVrrpGroup4), kVrrpGroup4),
        0);
    EXPECT_EQ(sender.send(index_of("left"), packet, other), 0);
    EXPECT_EQ(next_packet(ours), packet);
  });
}

TEST(Adverts, AnInterfaceMayHaveMoreGroupsThanASocketMayJoin) {
  in_private_network([] {
    lay_cable();
    AdvertChannel channel{0, Family::ipv4, 112, {}};
    for (std::uint32_t i = 0; i < 50; ++i) channel.groups.push_back(Ipv4Address{0xe0000164 + i});
    auto socket = open_socket(channel, "right");
    auto sender = AdvertSender::open().value();
    for (const auto& group : channel.groups) {
      const auto packet = ipv4_packet(address("192.0.2.1"), group);
      EXPECT_EQ(sender.send(index_of("left"), packet, group), 0);
      EXPECT_EQ(next_packet(socket), packet) << to_string(group);
    }
  });
}

TEST(Adverts, ASenderSaysWhyNot) {
  in_private_network([] {
    lay_cable();
    auto sender = AdvertSender::open().value();
    EXPECT_EQ(sender.send(0, ipv4_packet(address("192.0.2.1"), kVrrpGroup4), kVrrpGroup4), ENODEV);
    EXPECT_EQ(sender.send(index_of("left"), {}, kVrrpGroup4), EINVAL);
    EXPECT_EQ(sender.send(index_of("left"), {}, kGroup6), EINVAL);
    output_of("ip link set left down");
    EXPECT_NE(sender.send(index_of("left"), ipv6_packet(address("fe80::1"), kGroup6), kGroup6), 0);
  });
}

TEST(Announcements, Ipv4AsTheProfileWantsIt) {
  in_private_network([] {
    lay_cable();
    FrameTap tap{"right"};
    auto announcer = Announcer::open().value();
    for (const auto target : {GarpTarget::broadcast, GarpTarget::sender}) {
      ASSERT_EQ(announcer.announce(index_of("left"), {address("192.0.2.100"), kVirtualMac, target}),
                0);
      Bytes expected(kArpFrameSize);
      ASSERT_TRUE(encode_gratuitous_arp(kVirtualMac, {0xc0000264}, target, expected));
      EXPECT_EQ(tap.next(kEtherTypeArp, kVirtualMac), expected);
    }
  });
}

TEST(Announcements, Ipv6WithTheRouterFlagAsAsked) {
  in_private_network([] {
    lay_cable();
    FrameTap tap{"right"};
    auto announcer = Announcer::open().value();
    for (const bool router : {false, true}) {
      ASSERT_EQ(announcer.announce(index_of("left"), {address("2001:db8::100"), kVirtualMac,
                                                      GarpTarget::broadcast, router}),
                0);
      Bytes expected(kNeighbourFrameSize);
      ASSERT_TRUE(encode_unsolicited_advertisement(kVirtualMac, address("2001:db8::100"), router,
                                                   expected));
      EXPECT_EQ(tap.next(kEtherTypeIpv6, kVirtualMac), expected);
    }
  });
}

}  // namespace
}  // namespace understudy::daemon
