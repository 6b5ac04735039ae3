#include "daemon/placement.h"

#include <gtest/gtest.h>

namespace understudy::daemon {
namespace {

InterfaceAddress address(const char* text, std::uint8_t length = 24) {
  InterfaceAddress made;
  made.address = *parse_ip_address(text);
  made.prefix_length = length;
  return made;
}

NodeConfig pair_config(std::uint8_t priority) {
  NodeConfig config;
  config.interfaces = {"eth0", "eth1"};
  VirtualRouterConfig router;
  router.name = "VI_1";
  router.priority = priority;
  router.addresses = {address("192.168.56.100")};
  config.virtual_routers = {router};
  return config;
}

TEST(Placement, AnAddressGoesOnItsRoutersInterfaceOrItsOwnDevice) {
  auto config = pair_config(100);
  auto elsewhere = address("10.0.0.1");
  elsewhere.device = "eth1";
  auto third = address("10.0.1.1");
  third.device = "eth2";
  config.virtual_routers[0].addresses.push_back(elsewhere);
  config.virtual_routers[0].addresses.push_back(third);
  const Placement placement{config};
  EXPECT_EQ(placement.devices, (std::vector<std::string>{"eth0", "eth1", "eth2"}));
  ASSERT_EQ(placement.by_router[0].size(), 3U);
  EXPECT_EQ(placement.by_router[0][0].device, 0U);
  EXPECT_EQ(placement.by_router[0][1].device, 1U);
  EXPECT_EQ(placement.by_router[0][2].device, 2U);
}

constexpr int kEth0 = 2;

VirtualRouterConfig with_virtual_mac(VirtualRouterConfig router) {
  router.virtual_mac = VirtualMacConfig{virtual_mac(51, Family::ipv4), "vrrp.51", false};
  return router;
}

TEST(Placement, ExcludedAddressesFollowTheOthers) {
  auto config = pair_config(100);
  config.virtual_routers[0].excluded_addresses = {address("2001:db8::1", 64)};
  const Placement placement{config};
  ASSERT_EQ(placement.by_router[0].size(), 2U);
  EXPECT_EQ(placement.by_router[0][1].address, address("2001:db8::1", 64));
  EXPECT_TRUE(placement.is_virtual(address("2001:db8::1").address));
}

TEST(Placement, AVirtualMacsInterfaceHoldsWhatNamesNoOther) {
  auto config = pair_config(100);
  auto router = with_virtual_mac(config.virtual_routers[0]);
  auto here = address("192.168.56.101");
  here.device = "eth0";
  auto elsewhere = address("10.0.0.1");
  elsewhere.device = "eth1";
  router.addresses.push_back(here);
  router.addresses.push_back(elsewhere);
  config.virtual_routers = {router};
  const Placement placement{config};
  EXPECT_EQ(placement.devices, (std::vector<std::string>{"eth0", "eth1", "vrrp.51"}));
  const auto& placed = placement.by_router[0];
  EXPECT_EQ(placed[0].device, 2U);
  EXPECT_EQ(placed[1].device, 2U);
  EXPECT_EQ(placed[2].device, 1U);
  EXPECT_FALSE(placed[0].elsewhere || placed[1].elsewhere);
  EXPECT_TRUE(placed[2].elsewhere);
}

TEST(Placement, AdvertsLeaveThroughTheVirtualMacUnlessTheyMayNot) {
  auto config = pair_config(100);
  const auto plain = config.virtual_routers[0];
  auto own = with_virtual_mac(plain);
  auto on_base = own;
  on_base.virtual_mac->transmits_on_base = true;
  auto unicast = own;
  unicast.rules.unicast = true;
  config.virtual_routers = {plain, own, on_base, unicast};
  const Placement placement{config};
  EXPECT_EQ(placement.transmit_device, (std::vector<std::size_t>{0, 2, 0, 0}));
}

TEST(AdvertChannels, AreSharedByAllOfAnInterfaceAndFamily) {
  auto config = pair_config(100);
  auto& first = config.virtual_routers[0];
  auto other_group = first;
  other_group.destinations = {*parse_ip_address("224.0.0.99")};
  auto ipv6 = first;
  ipv6.rules.family = Family::ipv6;
  auto other_interface = first;
  other_interface.interface = 1;
  config.virtual_routers = {first, first, other_group, ipv6, other_interface};
  const IpAddress group{kVrrpGroup4};
  const std::vector<AdvertChannel> expected = {
      {0, Family::ipv4, 112, {group, *parse_ip_address("224.0.0.99")}},
      {0, Family::ipv4, 51, {group, *parse_ip_address("224.0.0.99")}},
      {0, Family::ipv6, 112, {IpAddress::from_bytes(kVrrpGroup6)}},
      {1, Family::ipv4, 112, {group}},
      {1, Family::ipv4, 51, {group}}};
  EXPECT_EQ(advert_channels(config), expected);
}

TEST(AdvertChannels, UnicastJoinsNoGroup) {
  auto config = pair_config(100);
  config.virtual_routers[0].destinations = {*parse_ip_address("192.168.56.132")};
  config.virtual_routers[0].rules.unicast = true;
  EXPECT_EQ(advert_channels(config),
            (std::vector<AdvertChannel>{{0, Family::ipv4, 112, {}}, {0, Family::ipv4, 51, {}}}));
}

TEST(AdvertChannels, AuthenticationHeadersHaveTheirOwnWhereVersion2IsSpoken) {
  auto config = pair_config(100);
  const auto channels = advert_channels(config);
  ASSERT_EQ(channels.size(), 2U);
  EXPECT_EQ(channels[0].protocol, 112);
  EXPECT_EQ(channels[1].protocol, 51);
  EXPECT_EQ(channels[0].groups, channels[1].groups);
  config.virtual_routers[0].rules.version = 3;
  EXPECT_EQ(advert_channels(config).size(), 1U);
}

TEST(AdvertChannels, AnInterfaceThatIsOnlyTrackedHasNone) {
  const auto config = pair_config(100);  // nobody is on eth1
  for (const auto& channel : advert_channels(config)) EXPECT_EQ(channel.interface, 0U);
}

IpAddress primary(const std::vector<LinkAddress>& addresses, const Placement& placement) {
  return own_addresses(addresses, kEth0, placement).primary;
}

TEST(PrimaryAddress, IsTheFirstThatIsNotVirtual) {
  const auto config = pair_config(100);
  const Placement placement{config};
  const std::vector<LinkAddress> addresses = {{1, address("127.0.0.1", 8)},
                                              {kEth0, address("192.168.56.100", 32)},
                                              {kEth0, address("192.168.56.130")},
                                              {kEth0, address("192.168.56.131")}};
  EXPECT_EQ(primary(addresses, placement), parse_ip_address("192.168.56.130"));
}

TEST(PrimaryAddress, IsUnspecifiedWhereOnlyVirtualAddressesAre) {
  const auto config = pair_config(100);
  const Placement placement{config};
  EXPECT_TRUE(primary({{kEth0, address("192.168.56.100")}}, placement).is_unspecified());
  EXPECT_TRUE(primary({}, placement).is_unspecified());
}

TEST(PrimaryAddress, AnOwnersAddressIsTheHostsOwn) {
  const auto config = pair_config(255);
  const Placement placement{config};
  EXPECT_EQ(primary({{kEth0, address("192.168.56.100")}}, placement),
            parse_ip_address("192.168.56.100"));
}

TEST(PrimaryAddress, ScopeHostDoesNotCount) {
  const auto config = pair_config(100);
  const Placement placement{config};
  auto local = address("192.168.56.130");
  local.scope = 254;
  EXPECT_TRUE(primary({{kEth0, local}}, placement).is_unspecified());
}

TEST(OwnAddresses, TellsSourcesFromTheRest) {
  const auto config = pair_config(100);
  const Placement placement{config};
  const std::vector<LinkAddress> addresses = {{1, address("::1", 128)},
                                              {kEth0, address("2001:db8::130", 64)},
                                              {kEth0, address("fe80::130", 64)},
                                              {kEth0, address("fe80::131", 64)},
                                              {kEth0, address("192.168.56.100", 32)},
                                              {kEth0, address("192.168.56.130")},
                                              {kEth0, address("192.168.56.131")}};
  const auto own = own_addresses(addresses, kEth0, placement);
  EXPECT_EQ(own.primary, address("192.168.56.130").address);
  EXPECT_EQ(own.link_local, address("fe80::130").address);
  const std::vector<IpAddress> others = {
      address("2001:db8::130").address, address("fe80::131").address,
      address("192.168.56.100").address, address("192.168.56.131").address};
  EXPECT_EQ(own.others, others);
}

TEST(OwnAddresses, WhatIsStillBeingCheckedOrADuplicateDoesNotCount) {
  const auto config = pair_config(100);
  const Placement placement{config};
  const auto own =
      own_addresses({{kEth0, address("fe80::130", 64), false}, {kEth0, address("fe80::131", 64)}},
                    kEth0, placement);
  EXPECT_EQ(own.link_local, address("fe80::131").address);
  EXPECT_TRUE(own.others.empty());
}

}  // namespace
}  // namespace understudy::daemon
