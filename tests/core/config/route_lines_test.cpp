// virtual_routes and static_routes: what each option means, and what is turned down where.
#include "core/config/route_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/core/config/parsed.h"

namespace understudy::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string with_routes(std::string_view lines) {
  return instance_with("virtual_routes {\n" + std::string(lines) + "\n}");
}

IpAddress ip(std::string_view text) { return parse_ip_address(text).value(); }

/// The one route of an instance that has only this line.
Route route_of(std::string_view line) {
  const auto result = parse(with_routes(line), "test.conf");
  EXPECT_THAT(findings_of(result), IsEmpty()) << line;
  if (result.config.instances.size() != 1 || result.config.instances[0].routes.size() != 1) {
    ADD_FAILURE() << line;
    return {};
  }
  return result.config.instances[0].routes[0];
}

Route direct(std::string_view destination, std::uint8_t length, std::string_view device) {
  Route route;
  route.destination = ip(destination);
  route.prefix_length = length;
  route.device = device;
  return route;
}

TEST(RouteLines, HaveADestinationAndAWayInAnyOrder) {
  auto expected = direct("10.1.0.0", 16, "eth1");
  EXPECT_EQ(route_of("10.1.0.0/16 dev eth1"), expected);
  EXPECT_EQ(route_of("to 10.1.0.0/16 oif eth1"), expected);
  expected.gateway = ip("10.0.0.1");
  EXPECT_EQ(route_of("10.1.0.0/16 via 10.0.0.1 dev eth1"), expected);
  EXPECT_EQ(route_of("dev eth1 gw 10.0.0.1 to 10.1.0.0/16"), expected);
  expected.preferred_source = ip("192.168.100.1");
  EXPECT_EQ(route_of("src 192.168.100.1 to 10.1.0.0/16 via 10.0.0.1 dev eth1"), expected);
  EXPECT_EQ(route_of("src 192.168.100.1 10.1.0.0/16 via inet 10.0.0.1 dev eth1"), expected);
}

TEST(RouteLines, OfOneHostHaveItsWholeLength) {
  EXPECT_EQ(route_of("10.1.2.3 dev eth1"), direct("10.1.2.3", 32, "eth1"));
  EXPECT_EQ(route_of("2001:db8::1 dev eth1"), direct("2001:db8::1", 128, "eth1"));
}

TEST(RouteLines, TheDefaultRouteIsOfItsGatewaysFamily) {
  auto expected = direct("0.0.0.0", 0, "");
  expected.gateway = ip("10.22.10.114");
  EXPECT_EQ(route_of("default gw 10.22.10.114"), expected);
  EXPECT_EQ(route_of("0.0.0.0/0 gw 10.22.10.114"), expected);
  expected = direct("::", 0, "eth1");
  expected.gateway = ip("fe80::1");
  EXPECT_EQ(route_of("default via fe80::1 dev eth1"), expected);
  expected = direct("::", 0, "eth1");
  EXPECT_EQ(route_of("inet6 default dev eth1"), expected);
}

TEST(RouteLines, CarryEveryPropertyThatIsSupported) {
  const auto route = route_of(
      "local 10.1.0.0/16 dev eth1 scope host table 6909 metric 12 protocol bird tos 0x10 mtu 1400 "
      "no_track");
  EXPECT_EQ(route.type, RouteType::local);
  EXPECT_EQ(route.scope, 254);
  EXPECT_EQ(route.table, 6909U);
  EXPECT_EQ(route.metric, 12U);
  EXPECT_EQ(route.protocol, 12);
  EXPECT_EQ(route.tos, 0x10);
  EXPECT_EQ(route.mtu, 1400U);
  EXPECT_FALSE(route.tracked);
  EXPECT_TRUE(route_of("10.1.0.0/16 dev eth1").tracked);
  EXPECT_EQ(route_of("10.1.0.0/16 dev eth1 table main").table, 254U);
  EXPECT_EQ(route_of("10.1.0.0/16 dev eth1 table default priority 7").metric, 7U);
  EXPECT_EQ(route_of("10.1.0.0/16 dev eth1 preference 8 protocol 200").protocol, 200);
  EXPECT_TRUE(route_of("10.1.0.0/16 via 10.2.0.1 dev eth1 onlink").onlink);
}

TEST(RouteLines, MayLeadNowhere) {
  EXPECT_EQ(route_of("blackhole 10.1.0.0/16").type, RouteType::blackhole);
  EXPECT_EQ(route_of("unreachable 10.1.0.0/16").type, RouteType::unreachable);
  EXPECT_EQ(route_of("prohibit 2001:db8::/32").type, RouteType::prohibit);
}

TEST(RouteLines, MayHaveSeveralHops) {
  const auto route = route_of(
      "192.168.100.0/24 table 6909 nexthop via 192.168.101.1 dev wlan0 onlink weight 1 nexthop via "
      "192.168.101.2 dev wlan1 weight 256");
  EXPECT_EQ(route.table, 6909U);
  EXPECT_THAT(route.next_hops, ElementsAre(NextHop{ip("192.168.101.1"), "wlan0", 1, true},
                                           NextHop{ip("192.168.101.2"), "wlan1", 256, false}));
  EXPECT_THAT(
      route_of("192.168.113.0/24 via 192.168.200.254 or 192.168.100.254 dev eth1").next_hops,
      ElementsAre(NextHop{ip("192.168.200.254"), "eth1", 1, false},
                  NextHop{ip("192.168.100.254"), "eth1", 1, false}));
}

TEST(RouteLines, ThatNoKernelTakesAreErrorsAtTheirPlace) {
  struct Row {
    const char* line;
    const char* finding;
  };
  const Row rows[] = {
      {"via 10.0.0.1", "3:1 error bad-route"},  // where to?
      {"10.1.0.0/16 via fe80::1", "3:17 error bad-route"},
      {"2001:db8::/32 via 10.0.0.1", "3:19 error bad-route"},
      {"10.1.0.0/16 dev eth0 src 2001:db8::1", "3:26 error bad-route"},
      {"inet6 10.1.0.0/16 dev eth0", "3:7 error bad-route"},
      {"10.1.0.5/16 dev eth0", "3:1 error bad-address"},
      {"10.1.0.0/33 dev eth0", "3:1 error out-of-range"},
      {"2001:db8::/129 dev eth0", "3:1 error out-of-range"},
      {"10.1.0.0/x dev eth0", "3:1 error out-of-range"},
      {"to 10.1.0/16 dev eth0", "3:4 error bad-address"},
      {"10.1.0.0/16 via 224.0.0.1", "3:17 error bad-address"},
      {"10.1.0.0/16 via 0.0.0.0", "3:17 error bad-address"},
      {"10.1.0.0/16 via", "3:13 error missing-value"},
      {"10.1.0.0/16 dev", "3:13 error missing-value"},
      {"10.1.0.0/16 dev a/b", "3:17 error bad-value"},
      {"10.1.0.0/16 dev eth0 table small", "3:28 error bad-value"},
      {"10.1.0.0/16 dev eth0 table 0", "3:28 error bad-value"},
      {"10.1.0.0/16 dev eth0 metric x", "3:29 error out-of-range"},
      {"10.1.0.0/16 dev eth0 metric 4294967296", "3:29 error out-of-range"},
      {"10.1.0.0/16 dev eth0 mtu 67", "3:26 error out-of-range"},
      {"10.1.0.0/16 dev eth0 tos 3", "3:26 error out-of-range"},
      {"2001:db8::/32 dev eth0 tos 4", "3:1 error bad-route"},
      {"10.1.0.0/16 dev eth0 scope far", "3:28 error bad-value"},
      {"10.1.0.0/16 dev eth0 protocol 256", "3:31 error out-of-range"},
      {"blackhole 10.1.0.0/16 dev eth0", "3:1 error bad-route"},
      {"10.1.0.0/16 via 10.0.0.1 prohibit", "3:26 error bad-route"},
      {"local 10.1.0.0/16 via 10.0.0.1", "3:1 error bad-route"},
      {"10.1.0.0/16 dev eth0 onlink", "3:1 error bad-route"},
      {"10.1.0.0/16 dev eth0 nexthop via 10.0.0.1", "3:1 error bad-route"},
      {"10.1.0.0/16 nexthop weight 2", "3:1 error bad-route"},
      {"10.1.0.0/16 nexthop via 10.0.0.1 weight 257", "3:41 error out-of-range"},
      {"10.1.0.0/16 via 10.0.0.1 weight 2", "3:26 error bad-route"},
      {"10.1.0.0/16 or 10.0.0.1", "3:1 error bad-route"},
      {"10.1.0.0/16 10.2.0.0/16 dev eth0", "3:13 error bad-route"},
      {"10.1.0.0/16 dev eth0 metrik 3", "3:22 error bad-route"},
  };
  for (const auto& row : rows) {
    const auto found = findings_of(with_routes(row.line));
    ASSERT_FALSE(found.empty()) << row.line;
    EXPECT_EQ(found[0], row.finding) << row.line;
  }
}

TEST(RouteLines, OptionsOfKeepalivedThatWeHaveNotAreErrors) {
  for (const auto* option : {"advmss 1400",
                             "window 1",
                             "cwnd 1",
                             "initcwnd 1",
                             "initrwnd 1",
                             "rtt 1",
                             "rttvar 1",
                             "reordering 1",
                             "ssthresh lock 1",
                             "rto_min 1",
                             "hoplimit 1",
                             "realms 1/2",
                             "features ecn",
                             "quickack 1",
                             "congctl cubic",
                             "pref high",
                             "expires 1",
                             "ttl-propagate enabled",
                             "vrf blue",
                             "track_group G",
                             "append",
                             "prepend",
                             "add",
                             "fastopen_no_cookie 1",
                             "encap ip id 1 dst 10.0.0.1",
                             "mtu lock 1400"}) {
    const auto line = "10.1.0.0/16 dev eth0 " + std::string(option);
    EXPECT_THAT(findings_of(with_routes(line)).at(0), HasSubstr("error not-supported-yet")) << line;
    EXPECT_EQ(findings_of(with_routes(line)).size(), 1U) << line;
  }
  EXPECT_THAT(findings_of(with_routes("throw 10.1.0.0/16")),
              ElementsAre("3:1 error not-supported-yet"));
}

TEST(RouteLines, HostBitsOfIpv6AreCutAsLinuxCutsThem) {
  const auto result = parse(with_routes("2001:db8::5/32 dev eth0"), "test.conf");
  EXPECT_THAT(findings_of(result), ElementsAre("3:1 warning host-bits"));
  EXPECT_EQ(result.config.instances.at(0).routes.at(0).destination, ip("2001:db8::"));
}

TEST(RouteLines, OfAHostNeedADeviceWhereNoGatewayFindsOne) {
  const auto statics = [](std::string_view line) {
    return "static_routes {\n" + std::string(line) + "\n}\n" + instance_with("");
  };
  EXPECT_THAT(findings_of(statics("10.1.0.0/16")), ElementsAre("2:1 error bad-route"));
  EXPECT_THAT(findings_of(statics("2001:db8::/32 via fe80::1")),
              ElementsAre("2:1 error bad-route"));
  const auto result = parse(statics("10.1.0.0/16 dev eth1\n10.2.0.0/16 via 10.0.0.1\n"
                                    "blackhole 10.3.0.0/16"),
                            "test.conf");
  EXPECT_THAT(findings_of(result), IsEmpty());
  EXPECT_EQ(result.config.statics.routes.size(), 3U);
  EXPECT_TRUE(result.config.instances.at(0).routes.empty());
}

}  // namespace
}  // namespace understudy::config
