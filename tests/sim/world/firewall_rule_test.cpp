// iptables' words: what they mean, that they are written as they are read, and what is refused.
#include "sim/scenario/firewall_rule.h"

#include <gtest/gtest.h>

#include <array>

#include "sim/firewall.h"

namespace understudy::sim {
namespace {

Host host() {
  Host host;
  host.name = "lb1";
  Nic nic;
  nic.name = "eth0";
  host.nics.push_back(nic);
  return host;
}

TEST(FirewallRule, IsWrittenAsItIsRead) {
  for (const auto* text :
       {"OUTPUT -p vrrp -j DROP", "iptables -A INPUT ! -p vrrp ! -s 10.0.0.0/8 -i eth0 -j ACCEPT",
        "-I OUTPUT 3 -p 6 ! --dport 80:90 -j DROP",
        "ip6tables INPUT -d fe80::/10 -p icmpv6 --icmpv6-type neighbour-advertisement -j DROP",
        "iptables INPUT -p tcp -m tcp --sport 1024: -j REJECT --reject-with tcp-reset",
        "iptables INPUT -p tcp --dport :80 -j REJECT --reject-with icmp-admin-prohibited",
        "ip6tables INPUT -j REJECT", "OUTPUT ! -o eth0 -p icmp --icmp-type 8 -j DROP"}) {
    const auto rule = parse_firewall_rule(text, host());
    ASSERT_TRUE(rule.has_value()) << text << ": " << rule.error().message;
    const auto again = parse_firewall_rule(to_text(*rule), host());
    ASSERT_TRUE(again.has_value()) << to_text(*rule) << ": " << again.error().message;
    EXPECT_EQ(*again, *rule) << to_text(*rule);
  }
}

TEST(FirewallRule, KnowsPlaces) {
  EXPECT_EQ(parse_firewall_rule("OUTPUT -j DROP", host())->place, 1);
  EXPECT_EQ(parse_firewall_rule("-I OUTPUT -j DROP", host())->place, 1);
  EXPECT_EQ(parse_firewall_rule("-I OUTPUT 7 -j DROP", host())->place, 7);
  EXPECT_EQ(parse_firewall_rule("-A OUTPUT -j DROP", host())->place, 0);
}

TEST(FirewallRule, RefusesWhatItCannotDoAndSaysWhere) {
  struct Row {
    const char* text;
    std::size_t offset;
    const char* message;
  };
  for (const Row& row :
       {Row{"FORWARD -j DROP", 0, "do not forward"},
        Row{"OUTPUT -m state --state NEW -j DROP", 10, "not simulated"},
        Row{"OUTPUT -p tcp -m comment -j DROP", 17, "not simulated"},
        Row{"OUTPUT --dport 80 -j DROP", 7, "needs -p tcp"},
        Row{"OUTPUT ! -p tcp --dport 80 -j DROP", 16, "needs -p tcp"},
        Row{"OUTPUT -p tcp --dport 90:80 -j DROP", 22, "empty"},
        Row{"OUTPUT -p tcp --dport 65536 -j DROP", 22, "too large"},
        Row{"OUTPUT -p ! tcp -j DROP", 10, "before the option"},
        Row{"OUTPUT ! -j DROP", 9, "means nothing"}, Row{"OUTPUT !", 7, "before nothing"},
        Row{"OUTPUT -p tcp -j REJECT", 17, "one family"},
        Row{"iptables OUTPUT -j REJECT --reject-with tcp-reset", 40, "needs -p"},
        Row{"iptables OUTPUT -j DROP --reject-with tcp-reset", 38, "only -j"},
        Row{"iptables OUTPUT -j REJECT --reject-with icmp6-no-route", 40, "no "},
        Row{"-A OUTPUT 2 -j DROP", 10, "appends"}, Row{"-I OUTPUT 0 -j DROP", 10, "from 1"},
        Row{"-D OUTPUT -j DROP", 0, "deleted"}, Row{"-P OUTPUT DROP", 0, "policy"}}) {
    const auto rule = parse_firewall_rule(row.text, host());
    ASSERT_FALSE(rule.has_value()) << row.text;
    EXPECT_EQ(rule.error().offset, row.offset) << row.text;
    EXPECT_NE(rule.error().message.find(row.message), std::string::npos)
        << row.text << ": " << rule.error().message;
  }
}

TEST(FirewallRule, PortsAndTypesAreMatchedOnThePacketsThatHaveThem) {
  const auto rule = parse_firewall_rule("INPUT -p tcp ! --dport 80:90 -j DROP", host());
  ASSERT_TRUE(rule.has_value());
  Firewall firewall;
  firewall.append(*rule);
  IpPacket packet;
  packet.source = packet.destination = Ipv4Address{0x0a000001};
  packet.protocol = 6;
  std::array<std::uint8_t, 4> ports{0x80, 0, 0, 85};
  packet.payload = ports;
  EXPECT_TRUE(firewall.accepts(FirewallChain::input, packet, "eth0"));
  ports[3] = 91;
  EXPECT_FALSE(firewall.accepts(FirewallChain::input, packet, "eth0"));
  packet.fragment = true;
  EXPECT_TRUE(firewall.accepts(FirewallChain::input, packet, "eth0")) << "it has no ports";
}

TEST(FirewallRule, IsInsertedAmongThoseOfItsChain) {
  const auto rule = [](const char* text) { return *parse_firewall_rule(text, host()); };
  Firewall firewall;
  firewall.append(rule("INPUT -j DROP"));
  firewall.append(rule("OUTPUT -p vrrp -j ACCEPT"));
  EXPECT_FALSE(firewall.insert(rule("-I OUTPUT 3 -j DROP")));
  EXPECT_TRUE(firewall.insert(rule("-I OUTPUT 2 -j DROP")));
  IpPacket packet;
  packet.source = packet.destination = Ipv4Address{0x0a000001};
  packet.protocol = 112;
  EXPECT_TRUE(firewall.accepts(FirewallChain::output, packet, "eth0"));
  packet.protocol = 6;
  EXPECT_FALSE(firewall.accepts(FirewallChain::output, packet, "eth0"));
}

}  // namespace
}  // namespace understudy::sim
