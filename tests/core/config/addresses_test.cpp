// virtual_ipaddress and its like: lines, families, how many an advert has room for.
#include <gmock/gmock.h>

#include "tests/core/config/expect_rows.h"

namespace understudy::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(Addresses, AreReadWithTheirOptions) {
  const auto instance = instance_of(
      "vrrp_instance VI {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n192.0.2.1\n"
      "192.0.2.2/24 dev eth1 label eth1:1 scope link brd 192.0.2.255\n192.0.3.3/24 brd +\n"
      "dev eth2 192.0.2.4/0 brd - scope 7\n192.0.2.5/31 brd +\n}\n}");
  ASSERT_EQ(instance.addresses.size(), 5U);
  const auto address = [&](std::size_t i) { return instance.addresses[i].address; };
  EXPECT_EQ(to_string(address(0)), "192.0.2.1/32");
  EXPECT_EQ(address(0).device, "");
  EXPECT_EQ(address(0).broadcast, std::nullopt);
  EXPECT_EQ(to_string(address(1)), "192.0.2.2/24");
  EXPECT_EQ(address(1).device, "eth1");
  EXPECT_EQ(address(1).label, "eth1:1");
  EXPECT_EQ(address(1).scope, 253);
  EXPECT_EQ(address(1).broadcast, parse_ipv4_address("192.0.2.255"));
  EXPECT_EQ(address(2).broadcast, parse_ipv4_address("192.0.3.255"));
  EXPECT_EQ(address(3).device, "eth2");
  EXPECT_EQ(address(3).prefix_length, 0);
  EXPECT_EQ(address(3).broadcast, std::nullopt);
  EXPECT_EQ(address(3).scope, 7);
  EXPECT_EQ(address(4).broadcast, std::nullopt);
}

TEST(Addresses, ThatAreNoneAreErrors) {
  const auto lines = [](std::string_view text) { return addresses_with(text); };
  expect_rows({
      {lines("VIP"), {"4:1 error bad-address"}},
      {lines("192.0.2.256"), {"4:1 error bad-address"}},
      {lines("192.0.2.1/33"), {"4:1 error out-of-range"}},
      {lines("192.0.2.1/-1"), {"4:1 error out-of-range"}},
      {lines("192.0.2.1/"), {"4:1 error out-of-range"}},
      {lines("0.0.0.0"), {"4:1 error bad-address"}},
      {lines("224.0.0.18"), {"4:1 error bad-address"}},
      {lines("255.255.255.255"), {"4:1 error bad-address"}},
      {lines("2001:db8::1/129"), {"4:1 error out-of-range"}},
      {lines("::1"), {"4:1 error bad-address"}},
      {lines("ff02::12"), {"4:1 error bad-address"}},
      {lines("192.0.2.1 192.0.2.2"), {"4:11 error extra-words"}},
      {lines("192.0.2.1\n192.0.2.1/24"), {"5:1 error duplicate-address"}},
      {lines("192.0.2.1 dev"), {"4:11 error missing-value"}},
      {lines("192.0.2.1 dev averyverylongname"), {"4:15 error bad-value"}},
      {lines("192.0.2.1 label averyverylongname"), {"4:17 error bad-value"}},
      {lines("192.0.2.1 scope planet"), {"4:17 error bad-value"}},
      {lines("192.0.2.1 scope 256"), {"4:17 error bad-value"}},
      {lines("192.0.2.1 brd x"), {"4:15 error bad-address"}},
      {lines("192.0.2.1 use_vmac"), {"4:11 error not-supported-yet"}},
      {lines("192.0.2.1 peer 192.0.2.2"), {}},
      {lines("192.0.2.1 peer 2001:db8::1"), {"4:16 error bad-address"}},
      {lines("192.0.2.1 peer 192.0.2.2/33"), {"4:16 error out-of-range"}},
      {lines("192.0.2.1 no_track"), {}},
      {lines("192.0.2.1 preferred_lft 0 noprefixroute"), {}},
      {lines("192.0.2.1 preferred_lft soon"), {"4:25 error bad-value"}},
      {lines("192.0.2.1 track_group x"), {"4:11 warning not-supported-yet"}},
      {lines("192.0.2.1 -nodad mngtmpaddr autojoin"),
       {"4:11 warning no-effect", "4:18 warning no-effect", "4:29 warning no-effect"}},
      {lines("192.0.2.1 home"), {"4:11 warning no-effect"}},
      {lines("fe80::1 brd + label x"), {"4:13 warning no-effect", "4:21 warning no-effect"}},
      {lines("192.0.2.1 lable x"),
       {"4:11 warning unknown-keyword", "4:17 warning unknown-keyword"}},
      {lines("dev eth0"), {"4:1 error bad-address"}},
  });
}

TEST(Addresses, OfIPv6AreReadWithTheirOptions) {
  const auto instance = instance_of(
      addresses_with("fe80::1/64\n2001:DB8::1 dev eth1 preferred_lft 0 noprefixroute home\n"
                     "2001:db8::2/64 peer 2001:db8::3/96\n"));
  ASSERT_EQ(instance.addresses.size(), 3U);
  const auto address = [&](std::size_t i) { return instance.addresses[i].address; };
  EXPECT_EQ(to_string(address(0)), "fe80::1/64");
  EXPECT_EQ(to_string(address(1)), "2001:db8::1/128");
  EXPECT_EQ(address(1).device, "eth1");
  EXPECT_EQ(address(1).preferred_lifetime, 0U);
  EXPECT_TRUE(address(1).no_prefix_route);
  EXPECT_TRUE(address(1).home);
  EXPECT_EQ(address(2).peer, parse_ip_address("2001:db8::3"));
  EXPECT_EQ(address(2).prefix_length, 96) << "the peer's, as `ip address add` takes it";
  EXPECT_EQ(instance_of(addresses_with("fe80::1 preferred_lft forever"))
                .addresses[0]
                .address.preferred_lifetime,
            std::nullopt);
}

TEST(Addresses, ThatAreExcludedMayBeOfEitherFamily) {
  const auto instance = instance_of(addresses_with(
      "192.0.2.1", "virtual_ipaddress_excluded {\n192.0.2.2/24 dev eth1\n2001:db8::1\n}"));
  ASSERT_EQ(instance.addresses.size(), 1U);
  ASSERT_EQ(instance.excluded_addresses.size(), 2U);
  EXPECT_EQ(to_string(instance.excluded_addresses[0].address), "192.0.2.2/24");
  EXPECT_EQ(instance.excluded_addresses[1].at, (SourcePosition{8, 1}));
  expect_rows({
      {addresses_with("192.0.2.1", "virtual_ipaddress_excluded {\n192.0.2.1\n}"),
       {"7:1 error duplicate-address"}},
      {"vrrp_instance VI { interface eth0\nvirtual_router_id 1\nvirtual_ipaddress_excluded {\n"
       "192.0.2.1\n}\n}",
       {"1:15 error no-address"}},
  });
}

TEST(Addresses, OfALinkMayBeOnEachInterface) {
  expect_rows({
      {addresses_with("fe80::1\nfe80::1 dev eth1"), {}},
      {addresses_with("fe80::1 dev eth1\nfe80::1 dev eth1"), {"5:1 error duplicate-address"}},
      {addresses_with("fe80::1\n2001:db8::1\n2001:db8::1 dev eth1"),
       {"6:1 error duplicate-address"}},
  });
}

TEST(Addresses, OfAnInstanceAreOfOneFamily) {
  RecordProperty("covers", "V3-5.2.9-01");
  const auto text = addresses_with("192.0.2.1\n2001:db8::1");
  expect_rows({{text, {"5:1 error wrong-family"}},
               {addresses_with("fe80::1\n192.0.2.1"), {"5:1 error wrong-family"}}});
  EXPECT_NE(hint_of(text, "wrong-family").find("vrrp_sync_group"), std::string::npos);
}

TEST(Addresses, OfIPv6BeginWithALinkLocalOne) {
  RecordProperty("covers", "V3-5.2.9-02");
  expect_rows({
      {addresses_with("2001:db8::1\n2001:db8::2"), {"4:1 warning first-not-link-local"}},
      {addresses_with("2001:db8::1\nfe80::7"), {"4:1 warning first-not-link-local"}},
      {addresses_with("fe80::7\n2001:db8::1"), {}},
  });
  EXPECT_EQ(hint_of(addresses_with("2001:db8::1"), "first-not-link-local"),
            "write one such as fe80::1/64 first");
  EXPECT_EQ(hint_of(addresses_with("2001:db8::1\nfe80::7"), "first-not-link-local"),
            "put 'fe80::7' first");
  // What is configured is sent.
  const auto instance = instance_of(addresses_with("2001:db8::1\nfe80::7"));
  EXPECT_EQ(to_string(instance.addresses[0].address.address), "2001:db8::1");
}

std::string many_addresses(std::size_t count, bool ipv6) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i)
    text += ipv6 ? "fe80::1:" + std::to_string(i) + "\n"
                 : "10.0." + std::to_string(i / 200) + "." + std::to_string(i % 200 + 1) + "\n";
  return text;
}

TEST(Addresses, PastWhatAnAdvertHasRoomForAreExcluded) {
  RecordProperty("covers", "KA-CFG-02");
  struct Many {
    const char* name;
    bool ipv6;
    const char* more;
    std::size_t most;
  };
  const std::string hmac = "auth_hmac {\nkey 1 0123456789abcdef0123456789abcdef\nactive_key 1\n}";
  for (const auto& [name, ipv6, more, most] :
       {Many{"IPv4", false, "", 255}, Many{"IPv4 signed", false, hmac.c_str(), 255},
        Many{"IPv6", true, "", 90}, Many{"IPv6 signed", true, hmac.c_str(), 89}}) {
    EXPECT_THAT(findings_of(addresses_with(many_addresses(most, ipv6), more)), IsEmpty()) << name;
    const auto text =
        addresses_with(many_addresses(300, ipv6),
                       std::string("virtual_ipaddress_excluded {\n192.0.2.1\n}\n") + more);
    EXPECT_THAT(findings_of(text),
                ElementsAre(std::to_string(most + 4) + ":1 warning too-many-addresses"))
        << name;
    const auto instance = instance_of(text);
    EXPECT_EQ(instance.addresses.size(), most) << name;
    ASSERT_EQ(instance.excluded_addresses.size(), 301 - most) << name;
    EXPECT_EQ(instance.excluded_addresses[0].at.line, most + 4) << name;
    EXPECT_EQ(to_string(instance.excluded_addresses.back().address.address), "192.0.2.1") << name;
  }
}

TEST(StaticAddresses, NeedNoInstance) {
  const auto text =
      "static_ipaddress {\n192.0.2.9/24 brd + dev eth7\n2001:db8::9/64\n}\n" + instance_with("");
  const auto config = parse(text, "x").config;
  EXPECT_THAT(findings_of(text), IsEmpty());
  ASSERT_EQ(config.statics.addresses.size(), 2U);
  EXPECT_EQ(to_string(config.statics.addresses[0].address), "192.0.2.9/24");
  EXPECT_EQ(config.statics.addresses[0].address.device, "eth7");
  EXPECT_EQ(config.statics.addresses[0].at, (SourcePosition{2, 1}));
  EXPECT_EQ(config.statics.addresses[1].address.device, "eth0") << "keepalived's default";
  expect_rows({
      {"static_ipaddress {\n192.0.2.9\n}\nstatic_ipaddress {\n192.0.2.9\n}\n" + instance_with(""),
       {"5:1 warning duplicate-address"}},
      {"static_ipaddress {\n192.0.2.900\n}\n" + instance_with(""), {"2:1 error bad-address"}},
  });
  const auto moved =
      parse("static_ipaddress {\n192.0.2.9\n}\n" + globals_with("default_interface eth3"), "x");
  EXPECT_EQ(moved.config.statics.addresses.at(0).address.device, "eth3");
}

}  // namespace
}  // namespace understudy::config
