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

constexpr int kEth0 = 2;

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

TEST(PrimaryAddress, IsTheFirstThatIsNotVirtual) {
  const auto config = pair_config(100);
  const Placement placement{config};
  const std::vector<LinkAddress> addresses = {{1, address("127.0.0.1", 8)},
                                              {kEth0, address("192.168.56.100", 32)},
                                              {kEth0, address("192.168.56.130")},
                                              {kEth0, address("192.168.56.131")}};
  EXPECT_EQ(primary_address(addresses, kEth0, placement), parse_ip_address("192.168.56.130"));
}

TEST(PrimaryAddress, IsUnspecifiedWhereOnlyVirtualAddressesAre) {
  const auto config = pair_config(100);
  const Placement placement{config};
  EXPECT_TRUE(
      primary_address({{kEth0, address("192.168.56.100")}}, kEth0, placement).is_unspecified());
  EXPECT_TRUE(primary_address({}, kEth0, placement).is_unspecified());
}

TEST(PrimaryAddress, AnOwnersAddressIsTheHostsOwn) {
  const auto config = pair_config(255);
  const Placement placement{config};
  EXPECT_EQ(primary_address({{kEth0, address("192.168.56.100")}}, kEth0, placement),
            parse_ip_address("192.168.56.100"));
}

TEST(PrimaryAddress, ScopeHostDoesNotCount) {
  const auto config = pair_config(100);
  const Placement placement{config};
  auto local = address("192.168.56.130");
  local.scope = 254;
  EXPECT_TRUE(primary_address({{kEth0, local}}, kEth0, placement).is_unspecified());
}

}  // namespace
}  // namespace understudy::daemon
