#include "sim/firewall.h"

#include <gtest/gtest.h>

namespace understudy::sim {
namespace {

IpPacket packet(std::uint8_t protocol, std::uint32_t source = 0x0a000001,
                std::uint32_t destination = 0x0a000002) {
  IpPacket header;
  header.protocol = protocol;
  header.source = Ipv4Address{source};
  header.destination = Ipv4Address{destination};
  return header;
}

InterfaceAddress network(std::uint32_t address, std::uint8_t length) {
  InterfaceAddress range;
  range.address = Ipv4Address{address};
  range.prefix_length = length;
  return range;
}

TEST(Firewall, EmptyAcceptsAll) {
  EXPECT_TRUE(Firewall{}.accepts(FirewallChain::output, packet(112), "eth0"));
}

TEST(Firewall, ARuleMatchesByChainProtocolInterfaceAndAddresses) {
  FirewallRule rule;
  rule.chain = FirewallChain::output;
  rule.protocol = 112;
  rule.interface = "eth0";
  rule.source = network(0x0a000000, 8);
  rule.destination = network(0x0a000002, 32);
  Firewall firewall;
  firewall.insert(rule);
  EXPECT_FALSE(firewall.accepts(FirewallChain::output, packet(112), "eth0"));
  EXPECT_TRUE(firewall.accepts(FirewallChain::input, packet(112), "eth0"));
  EXPECT_TRUE(firewall.accepts(FirewallChain::output, packet(6), "eth0"));
  EXPECT_TRUE(firewall.accepts(FirewallChain::output, packet(112), "eth1"));
  EXPECT_TRUE(firewall.accepts(FirewallChain::output, packet(112, 0x0b000001), "eth0"));
  EXPECT_TRUE(firewall.accepts(FirewallChain::output, packet(112, 0x0a000001, 0x0a000003), "eth0"));
}

TEST(Firewall, TheFirstMatchDecidesAndTheLastInsertedIsFirst) {
  FirewallRule drop, accept;
  accept.protocol = 112;
  accept.drop = false;
  Firewall firewall;
  firewall.insert(drop);
  EXPECT_FALSE(firewall.accepts(FirewallChain::output, packet(112), "eth0"));
  firewall.insert(accept);
  EXPECT_TRUE(firewall.accepts(FirewallChain::output, packet(112), "eth0"));
  EXPECT_FALSE(firewall.accepts(FirewallChain::output, packet(6), "eth0"));
  firewall.remove(accept);
  EXPECT_FALSE(firewall.accepts(FirewallChain::output, packet(112), "eth0"));
  firewall.remove(accept);
  firewall.remove(drop);
  EXPECT_TRUE(firewall.empty());
}

TEST(Firewall, ARuleIsOfOneFamilyOrOfBoth) {
  IpPacket wide;
  wide.protocol = 112;
  wide.source = *parse_ip_address("fe80::1");
  wide.destination = *parse_ip_address("ff02::12");
  FirewallRule rule;
  rule.protocol = 112;
  for (const auto& [family, drops4, drops6] :
       {std::tuple{std::optional<Family>{}, true, true},
        std::tuple{std::optional{Family::ipv4}, true, false},
        std::tuple{std::optional{Family::ipv6}, false, true}}) {
    rule.family = family;
    Firewall firewall;
    firewall.insert(rule);
    EXPECT_EQ(firewall.accepts(FirewallChain::output, packet(112), "eth0"), !drops4);
    EXPECT_EQ(firewall.accepts(FirewallChain::output, wide, "eth0"), !drops6);
  }
}

}  // namespace
}  // namespace understudy::sim
