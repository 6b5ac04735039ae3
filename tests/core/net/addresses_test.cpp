#include <gtest/gtest.h>

#include "core/net/interface_address.h"
#include "core/net/ip_address.h"
#include "core/net/mac_address.h"

namespace understudy {
namespace {

TEST(Ipv4Address, ParsesDottedQuadsAlone) {
  EXPECT_EQ(parse_ipv4_address("192.168.56.100")->value, 0xc0a83864U);
  EXPECT_EQ(parse_ipv4_address("0.0.0.0")->value, 0U);
  for (const auto* text : {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ",
                           " 1.2.3.4", "1..2.3", "1.2.3.-4", "a.b.c.d", "1.2.3.4/24", "1.2.3."})
    EXPECT_FALSE(parse_ipv4_address(text)) << text;
}

TEST(IpAddress, Ipv6TextIsCanonical) {
  const struct {
    const char* in;
    const char* out;
  } rows[] = {{"::", "::"},
              {"::1", "::1"},
              {"fe80::1", "fe80::1"},
              {"2001:DB8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},
              {"1:0:0:2:0:0:0:3", "1:0:0:2::3"},
              {"1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"},
              {"0:1:2:3:4:5:6:7", "0:1:2:3:4:5:6:7"},
              {"::ffff:192.0.2.1", "::ffff:c000:201"},
              {"1::", "1::"}};
  for (const auto& row : rows) {
    const auto address = parse_ip_address(row.in);
    ASSERT_TRUE(address) << row.in;
    EXPECT_EQ(to_string(*address), row.out);
    EXPECT_EQ(parse_ip_address(to_string(*address)), address);
  }
  for (const auto* text : {":", ":::", "1:2", "1::2::3", "12345::", "::g", "1:2:3:4:5:6:7:8:9",
                           "1:2:3:4:5:6:7:8::", "::1.2.3", "1.2.3.4::", "1:", ":1"})
    EXPECT_FALSE(parse_ip_address(text)) << text;
}

TEST(IpAddress, ComparesAsUnsignedNetworkOrder) {
  const auto a = [](const char* text) { return *parse_ip_address(text); };
  EXPECT_LT(a("9.0.0.1"), a("192.0.0.1"));
  EXPECT_LT(a("127.255.255.255"), a("128.0.0.0"));
  EXPECT_LT(a("fe80::ffff"), a("fe80::1:0"));
}

TEST(IpAddress, KnowsItsKind) {
  const auto a = [](const char* text) { return *parse_ip_address(text); };
  EXPECT_TRUE(a("224.0.0.18").is_multicast());
  EXPECT_TRUE(a("ff02::12").is_multicast());
  EXPECT_FALSE(a("192.0.2.1").is_multicast());
  EXPECT_TRUE(a("fe80::1").is_link_local());
  EXPECT_FALSE(a("2001:db8::1").is_link_local());
  EXPECT_TRUE(a("0.0.0.0").is_unspecified());
}

TEST(MacAddress, TextAndWellKnownOnes) {
  EXPECT_EQ(to_string(virtual_mac(51, Family::ipv4)), "00:00:5e:00:01:33");
  EXPECT_EQ(to_string(virtual_mac(10, Family::ipv6)), "00:00:5e:00:02:0a");
  EXPECT_EQ(to_string(multicast_mac(kVrrpGroup4)), "01:00:5e:00:00:12");
  EXPECT_EQ(parse_mac_address("02:00:00:00:00:0a"), parse_mac_address("02-00-00-00-00-0A"));
  for (const auto* text :
       {"", "02:00:00:00:00", "02:00:00:00:00:0g", "02:00:00:00:00:0a ", "02:00-00:00:00:0a"})
    EXPECT_FALSE(parse_mac_address(text)) << text;
}

TEST(MacAddress, AVirtualOneIsKnownWhateverItsVridAndFamily) {
  for (const Family family : {Family::ipv4, Family::ipv6})
    for (const int vrid : {0, 1, 51, 255})
      EXPECT_TRUE(is_virtual_mac(virtual_mac(static_cast<std::uint8_t>(vrid), family))) << vrid;
  for (const auto* text : {"02:00:00:00:00:01", "00:00:5e:00:00:01", "00:00:5e:00:03:01",
                           "00:00:5e:01:01:01", "01:00:5e:00:01:01", "00:01:5e:00:01:01"})
    EXPECT_FALSE(is_virtual_mac(*parse_mac_address(text))) << text;
}

TEST(InterfaceAddress, ContainsItsSubnet) {
  const InterfaceAddress subnet{*parse_ip_address("192.168.56.130"), 24, {}, {}, {}, 0};
  EXPECT_TRUE(contains(subnet, *parse_ip_address("192.168.56.100")));
  EXPECT_FALSE(contains(subnet, *parse_ip_address("192.168.188.100")));
  EXPECT_FALSE(contains(subnet, *parse_ip_address("::1")));
  const InterfaceAddress all{*parse_ip_address("10.0.0.1"), 0, {}, {}, {}, 0};
  EXPECT_TRUE(contains(all, *parse_ip_address("255.1.2.3")));
  const InterfaceAddress odd{*parse_ip_address("10.0.0.1"), 30, {}, {}, {}, 0};
  EXPECT_TRUE(contains(odd, *parse_ip_address("10.0.0.3")));
  EXPECT_FALSE(contains(odd, *parse_ip_address("10.0.0.4")));
  EXPECT_EQ(to_string(subnet), "192.168.56.130/24");
}

}  // namespace
}  // namespace understudy
