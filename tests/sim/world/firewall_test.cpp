#include "sim/firewall.h"

#include <gtest/gtest.h>

namespace understudy::sim {
namespace {

Ipv4Header packet(std::uint8_t protocol, std::uint32_t source = 0x0a000001,
                  std::uint32_t destination = 0x0a000002) {
  Ipv4Header header;
  header.protocol = protocol;
  header.source = {source};
  header.destination = {destination};
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

}  // namespace
}  // namespace understudy::sim
