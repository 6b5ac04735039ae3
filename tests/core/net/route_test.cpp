#include "core/net/route.h"

#include <gtest/gtest.h>

namespace understudy {
namespace {

IpAddress ip(std::string_view text) { return parse_ip_address(text).value(); }

TEST(Route, ANetworkIsAnAddressWithoutItsHostBits) {
  EXPECT_EQ(network_of(ip("10.1.2.3"), 0), ip("0.0.0.0"));
  EXPECT_EQ(network_of(ip("10.1.2.3"), 8), ip("10.0.0.0"));
  EXPECT_EQ(network_of(ip("10.1.255.3"), 17), ip("10.1.128.0"));
  EXPECT_EQ(network_of(ip("10.1.2.3"), 32), ip("10.1.2.3"));
  EXPECT_EQ(network_of(ip("2001:db8:ffff::1"), 33), ip("2001:db8:8000::"));
  EXPECT_EQ(network_of(ip("2001:db8::1"), 128), ip("2001:db8::1"));
}

TEST(Route, APrefixHoldsAddressesOfItsFamily) {
  EXPECT_TRUE(in_prefix(ip("10.1.0.0"), 16, ip("10.1.255.255")));
  EXPECT_FALSE(in_prefix(ip("10.1.0.0"), 16, ip("10.2.0.0")));
  EXPECT_TRUE(in_prefix(ip("0.0.0.0"), 0, ip("10.2.0.0")));
  EXPECT_FALSE(in_prefix(ip("0.0.0.0"), 0, ip("::1")));
  EXPECT_TRUE(in_prefix(ip("::"), 0, ip("::1")));
}

TEST(Route, TheDefaultDeviceIsForWhatTheKernelCouldNotFind) {
  Route route;
  route.destination = ip("10.1.0.0");
  route.prefix_length = 16;
  EXPECT_EQ(with_default_device(route, "eth0").device, "eth0");
  route.gateway = ip("10.0.0.1");
  EXPECT_EQ(with_default_device(route, "eth0").device, "") << "the gateway's subnet says it";
  route.onlink = true;
  EXPECT_EQ(with_default_device(route, "eth0").device, "eth0");
  route.device = "eth1";
  EXPECT_EQ(with_default_device(route, "eth0").device, "eth1");
  route = {};
  route.gateway = ip("fe80::1");
  EXPECT_EQ(with_default_device(route, "eth0").device, "eth0");
  route = {};
  route.type = RouteType::blackhole;
  EXPECT_EQ(with_default_device(route, "eth0").device, "");
  route = {};
  route.next_hops = {{ip("10.0.0.1"), "", 1, false}, {ip("fe80::1"), "", 1, false}};
  const auto several = with_default_device(route, "eth0");
  EXPECT_EQ(several.device, "");
  EXPECT_EQ(several.next_hops[0].device, "");
  EXPECT_EQ(several.next_hops[1].device, "eth0");
}

TEST(Route, ReadsAsIpRouteSaysIt) {
  Route route;
  route.device = "eth0";
  EXPECT_EQ(to_string(route), "default dev eth0");
  route.destination = ip("10.1.0.0");
  route.prefix_length = 16;
  route.gateway = ip("10.0.0.1");
  route.table = 100;
  route.metric = 5;
  route.preferred_source = ip("10.0.0.9");
  EXPECT_EQ(to_string(route), "10.1.0.0/16 via 10.0.0.1 dev eth0 table 100 src 10.0.0.9 metric 5");
  route = {};
  route.type = RouteType::blackhole;
  route.destination = ip("10.1.2.3");
  route.prefix_length = 32;
  EXPECT_EQ(to_string(route), "blackhole 10.1.2.3");
  route = {};
  route.next_hops = {{ip("10.0.0.1"), "", 1, false}, {ip("10.0.0.2"), "eth1", 2, true}};
  EXPECT_EQ(to_string(route),
            "default nexthop via 10.0.0.1 nexthop via 10.0.0.2 dev eth1 onlink weight 2");
}

TEST(Route, ARuleReadsAsIpRuleSaysIt) {
  RoutingRule rule;
  EXPECT_EQ(to_string(rule), "from all lookup main");
  rule.from = ip("10.0.0.0");
  rule.from_length = 8;
  rule.to = ip("10.1.2.3");
  rule.to_length = 32;
  rule.input_interface = "eth0";
  rule.mark = 7;
  rule.action = RoutingRule::Action::prohibit;
  rule.preference = 100;
  EXPECT_EQ(to_string(rule), "from 10.0.0.0/8 to 10.1.2.3 iif eth0 fwmark 7 prohibit priority 100");
}

}  // namespace
}  // namespace understudy
