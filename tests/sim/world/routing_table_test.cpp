#include "sim/routing_table.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <map>

namespace understudy::sim {
namespace {

IpAddress ip(std::string_view text) { return parse_ip_address(text).value(); }

/// eth0 with 10.0.0.1/24 and fd00::1/64, eth1 with 10.1.0.1/24.
class TwoNics : public RoutingLinks {
 public:
  bool eth1_up = true;

  int find_interface(std::string_view name) const override {
    return name == "eth0" ? 0 : name == "eth1" ? 1 : -1;
  }
  bool interface_up(std::uint32_t interface) const override { return interface == 0 || eth1_up; }
  bool holds_address(const IpAddress& address) const override { return address == ip("10.0.0.1"); }
  std::optional<ConnectedSubnet> subnet_of(const IpAddress& address) const override {
    if (in_prefix(ip("10.0.0.0"), 24, address)) return ConnectedSubnet{0, 24};
    if (in_prefix(ip("fd00::"), 64, address)) return ConnectedSubnet{0, 64};
    if (eth1_up && in_prefix(ip("10.1.0.0"), 24, address)) return ConnectedSubnet{1, 24};
    return std::nullopt;
  }
};

Route to(std::string_view destination, std::uint8_t length) {
  Route route;
  route.destination = ip(destination);
  route.prefix_length = length;
  return route;
}

Route via(std::string_view destination, std::uint8_t length, std::string_view gateway) {
  auto route = to(destination, length);
  route.gateway = ip(gateway);
  return route;
}

class SimRouting : public testing::Test {
 protected:
  TwoNics links;
  RoutingTable table{links};

  /// "0 via 10.0.0.254", "1", or the error's number.
  std::string way(std::string_view destination, std::string_view source = "0.0.0.0") {
    const auto answer = table.find(ip(source), ip(destination));
    if (!answer.path) return "error " + std::to_string(answer.error);
    auto text = std::to_string(answer.path->interface);
    if (!answer.path->gateway.is_unspecified()) text += " via " + to_string(answer.path->gateway);
    return text;
  }
  static std::string error(int number) { return "error " + std::to_string(number); }
};

TEST_F(SimRouting, WithoutRoutesThereAreTheSubnets) {
  EXPECT_EQ(way("10.0.0.9"), "0");
  EXPECT_EQ(way("10.1.0.9"), "1");
  EXPECT_EQ(way("fd00::9"), "0");
  EXPECT_EQ(way("10.2.0.9"), error(ENETUNREACH));
}

TEST_F(SimRouting, TheLongestPrefixWins) {
  EXPECT_EQ(table.add(via("0.0.0.0", 0, "10.0.0.254")), 0);
  EXPECT_EQ(table.add(via("10.2.0.0", 16, "10.1.0.254")), 0);
  EXPECT_EQ(way("10.2.0.9"), "1 via 10.1.0.254");
  EXPECT_EQ(way("10.3.0.9"), "0 via 10.0.0.254");
  EXPECT_EQ(way("10.0.0.9"), "0") << "the subnet is longer than the default route";
  EXPECT_EQ(table.add(via("10.0.0.9", 32, "10.1.0.254")), 0);
  EXPECT_EQ(way("10.0.0.9"), "1 via 10.1.0.254");
  EXPECT_EQ(way("fd01::1"), error(ENETUNREACH)) << "the default route is IPv4's";
}

TEST_F(SimRouting, ThenTheLowestMetricThenTheLatest) {
  auto slow = via("10.2.0.0", 16, "10.0.0.254");
  slow.metric = 100;
  table.add(slow);
  auto fast = via("10.2.0.0", 16, "10.1.0.254");
  fast.metric = 50;
  table.add(fast);
  EXPECT_EQ(way("10.2.0.9"), "1 via 10.1.0.254");
  table.remove(fast);
  EXPECT_EQ(way("10.2.0.9"), "0 via 10.0.0.254");
  auto latest = via("10.2.0.0", 16, "10.1.0.253");
  latest.metric = 100;
  table.add(latest);
  EXPECT_EQ(way("10.2.0.9"), "1 via 10.1.0.253");
  table.remove(latest);
  EXPECT_EQ(way("10.2.0.9"), "0 via 10.0.0.254") << "what was there before counts again";
}

TEST_F(SimRouting, AddingTwiceAndRemovingWhatIsNotThereAreNoFailure) {
  const auto route = via("10.2.0.0", 16, "10.0.0.254");
  EXPECT_EQ(table.add(route), 0);
  EXPECT_EQ(table.add(route), 0);
  EXPECT_EQ(table.route_count(), 1U);
  table.remove(route);
  table.remove(route);
  EXPECT_EQ(table.route_count(), 0U);
}

TEST_F(SimRouting, RefusesWhatLinuxRefuses) {
  EXPECT_EQ(table.add(via("10.2.0.0", 16, "10.9.0.1")), ENETUNREACH);
  auto route = to("10.2.0.0", 16);
  route.device = "eth2";
  EXPECT_EQ(table.add(route), ENODEV);
  route.device = "eth1";
  links.eth1_up = false;
  EXPECT_EQ(table.add(route), ENETDOWN);
  links.eth1_up = true;
  route.gateway = ip("10.0.0.254");
  EXPECT_EQ(table.add(route), ENETUNREACH) << "the gateway is on the other NIC";
  route.onlink = true;
  EXPECT_EQ(table.add(route), 0);
  route.gateway = {};
  route.onlink = false;
  route.preferred_source = ip("10.0.0.7");
  EXPECT_EQ(table.add(route), EINVAL);
  route.preferred_source = ip("10.0.0.1");
  EXPECT_EQ(table.add(route), 0);
  EXPECT_EQ(table.find({}, ip("10.2.0.1")).path->preferred_source, ip("10.0.0.1"));
}

TEST_F(SimRouting, RoutesMayLeadNowhere) {
  auto route = to("10.2.0.0", 16);
  route.type = RouteType::blackhole;
  table.add(route);
  EXPECT_EQ(way("10.2.0.1"), error(EINVAL));
  route = to("10.2.1.0", 24);
  route.type = RouteType::unreachable;
  table.add(route);
  EXPECT_EQ(way("10.2.1.1"), error(EHOSTUNREACH));
  route = to("10.0.0.9", 32);
  route.type = RouteType::prohibit;
  table.add(route);
  EXPECT_EQ(way("10.0.0.9"), error(EACCES));
  EXPECT_EQ(way("10.0.0.8"), "0");
}

TEST_F(SimRouting, ALinkThatGoesDownTakesItsRoutesWithIt) {
  table.add(via("10.2.0.0", 16, "10.1.0.254"));
  table.add(via("10.3.0.0", 16, "10.0.0.254"));
  auto nowhere = to("10.4.0.0", 16);
  nowhere.type = RouteType::blackhole;
  table.add(nowhere);
  table.forget_interface(1);
  EXPECT_EQ(way("10.2.0.1"), error(ENETUNREACH));
  EXPECT_EQ(way("10.3.0.1"), "0 via 10.0.0.254");
  EXPECT_EQ(table.route_count(), 2U);
}

TEST_F(SimRouting, OfSeveralHopsAFlowKeepsItsOwn) {
  auto route = to("10.2.0.0", 16);
  route.next_hops = {{ip("10.0.0.254"), "", 1, false}, {ip("10.1.0.254"), "", 3, false}};
  ASSERT_EQ(table.add(route), 0);
  std::map<std::string, int> taken;
  for (int i = 0; i < 256; ++i) {
    const auto destination = "10.2.0." + std::to_string(i);
    EXPECT_EQ(way(destination), way(destination));
    ++taken[way(destination)];
  }
  EXPECT_GT(taken["1 via 10.1.0.254"], 2 * taken["0 via 10.0.0.254"]);
  EXPECT_GT(taken["0 via 10.0.0.254"], 0);
}

TEST_F(SimRouting, RulesNameTheTableByPreference) {
  auto other = via("0.0.0.0", 0, "10.1.0.254");
  other.table = 100;
  table.add(other);
  table.add(via("0.0.0.0", 0, "10.0.0.254"));
  EXPECT_EQ(way("10.2.0.1", "10.0.0.100"), "0 via 10.0.0.254");
  RoutingRule rule;
  rule.from = ip("10.0.0.100");
  rule.from_length = 32;
  rule.table = 100;
  table.add(rule);
  table.add(rule);
  EXPECT_EQ(table.rule_count(), 1U);
  EXPECT_EQ(way("10.2.0.1", "10.0.0.100"), "1 via 10.1.0.254");
  EXPECT_EQ(way("10.2.0.1", "10.0.0.1"), "0 via 10.0.0.254");
  RoutingRule first;
  first.to = ip("10.2.0.0");
  first.to_length = 24;
  first.action = RoutingRule::Action::prohibit;
  table.add(first);
  EXPECT_EQ(way("10.2.0.1", "10.0.0.100"), error(EACCES)) << "the later one comes before it";
  EXPECT_EQ(way("10.2.1.1", "10.0.0.100"), "1 via 10.1.0.254");
  table.remove(first);
  table.remove(rule);
  EXPECT_EQ(way("10.2.0.1", "10.0.0.100"), "0 via 10.0.0.254");
}

TEST_F(SimRouting, ATableWithoutAWayLeavesItToTheNextRule) {
  RoutingRule rule;
  rule.table = 100;
  table.add(rule);
  EXPECT_EQ(way("10.0.0.9"), "0");
  // The classic use of suppression: main, but not its default route.
  table.add(via("0.0.0.0", 0, "10.0.0.254"));
  auto other = via("0.0.0.0", 0, "10.1.0.254");
  other.table = 100;
  table.add(other);
  rule.preference = 200;
  table.clear();
  table.add(via("0.0.0.0", 0, "10.0.0.254"));
  table.add(other);
  table.add(rule);
  RoutingRule suppressing;
  suppressing.preference = 100;
  suppressing.suppress_prefix_length = 0;
  table.add(suppressing);
  EXPECT_EQ(way("10.0.0.9"), "0");
  EXPECT_EQ(way("10.9.0.9"), "1 via 10.1.0.254");
}

TEST_F(SimRouting, RulesOfMarksAndInterfacesDoNotMeetOurOwnPackets) {
  RoutingRule rule;
  rule.action = RoutingRule::Action::prohibit;
  rule.mark = 1;
  table.add(rule);
  rule.mark.reset();
  rule.input_interface = "eth0";
  table.add(rule);
  rule.input_interface.clear();
  rule.output_interface = "eth0";
  table.add(rule);
  EXPECT_EQ(way("10.0.0.9"), "0");
  rule.output_interface.clear();
  rule.input_interface = "lo";
  table.add(rule);
  EXPECT_EQ(way("10.0.0.9"), error(EACCES));
  EXPECT_EQ(way("fd00::9"), "0") << "the rule is IPv4's";
}

TEST_F(SimRouting, OfIpv6TheSubnetComesBeforeARouteOfEqualLength) {
  auto route = via("fd00::", 64, "fd00::254");
  table.add(route);
  EXPECT_EQ(way("fd00::9"), "0");
  route.metric = 10;
  table.add(route);
  EXPECT_EQ(way("fd00::9"), "0 via fd00::254");
}

}  // namespace
}  // namespace understudy::sim
