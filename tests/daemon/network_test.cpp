// Network against a real kernel: addresses, announcements, macvlans, links that come and go.
#include "daemon/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>

#include "daemon/interface_settings.h"
#include "tests/daemon/private_network.h"

namespace understudy::daemon {
namespace {

using testing::HasSubstr;
using testing::Not;

InterfaceAddress address(const char* text, std::uint8_t length) {
  InterfaceAddress made;
  made.address = parse_ip_address(text).value();
  made.prefix_length = length;
  return made;
}

VirtualRouterConfig router(Family family, std::uint8_t vrid) {
  VirtualRouterConfig made;
  made.name = "VI_1";
  made.rules.version = 3;
  made.rules.family = family;
  made.rules.vrid = vrid;
  return made;
}

NodeConfig on_left(const VirtualRouterConfig& one) {
  NodeConfig config;
  config.interfaces = {"left"};
  config.virtual_routers = {one};
  return config;
}

VirtualRouterConfig with_virtual_mac(VirtualRouterConfig one) {
  const bool ipv4 = one.rules.family == Family::ipv4;
  one.virtual_mac = VirtualMacConfig{
      virtual_mac(one.rules.vrid, one.rules.family),
      std::string{ipv4 ? "vrrp." : "vrrp6."} + std::to_string(one.rules.vrid), false};
  return one;
}

tl::expected<Network, std::string> open(const NodeConfig& config) {
  return Network::open(config, Netlink::open().value());
}

std::string addresses_on(const char* interface) {
  return output_of(std::string{"ip -d addr show dev "} + interface);
}

bool exists(const char* interface) { return if_nametoindex(interface) != 0; }

// The last AddressesChanged and LinkChanged about an interface.
struct Told {
  std::optional<AddressesChanged> addresses;
  std::optional<LinkChanged> link;
};
Told refreshed(Network& network, std::uint16_t interface) {
  Told told;
  for (const auto& input : network.refresh()) {
    if (const auto* change = std::get_if<AddressesChanged>(&input);
        change != nullptr && change->interface == interface)
      told.addresses = *change;
    if (const auto* change = std::get_if<LinkChanged>(&input);
        change != nullptr && change->interface == interface)
      told.link = *change;
  }
  return told;
}

TEST(Network, Ipv6AddressesAreUsableAtOnceAndNoSourceOfTheHosts) {
  in_private_network([] {
    lay_cable();
    output_of("sysctl -qw net.ipv6.conf.left.accept_dad=1");
    auto one = router(Family::ipv6, 51);
    auto preferred = address("2001:db8::102", 64);
    preferred.preferred_lifetime = 100;
    auto quiet = address("2001:db8:1::1", 64);
    quiet.no_prefix_route = true;
    auto home = address("2001:db8:2::1", 64);
    home.home = true;
    one.addresses = {address("fe80::100", 64), address("2001:db8::101", 128), preferred};
    one.excluded_addresses = {quiet, home, address("192.0.2.100", 32)};
    const auto config = on_left(one);
    auto network = open(config).value();
    network.add_addresses(0);
    const auto there = addresses_on("left");
    EXPECT_THAT(there, Not(HasSubstr("tentative")));
    EXPECT_THAT(there, HasSubstr("inet6 fe80::100/64 scope link nodad"));
    EXPECT_THAT(there, HasSubstr("inet6 2001:db8::101/128 scope global nodad deprecated"));
    EXPECT_THAT(there, testing::ContainsRegex("preferred_lft (100|99)sec"));
    EXPECT_THAT(there, HasSubstr("2001:db8:1::1/64 scope global nodad noprefixroute"));
    EXPECT_THAT(there, HasSubstr("inet6 2001:db8:2::1/64 scope global nodad home"));
    EXPECT_THAT(there, HasSubstr("inet 192.0.2.100/32"));
    EXPECT_THAT(output_of("ip -6 route show dev left"), Not(HasSubstr("2001:db8:1::/64")));
    network.remove_addresses(0);
    for (const char* gone : {"fe80::100", "2001:db8:", "192.0.2.100"})
      EXPECT_THAT(addresses_on("left"), Not(HasSubstr(gone)));
  });
}

TEST(Network, APeerIsTheOtherEnd) {
  in_private_network([] {
    lay_cable();
    auto one = router(Family::ipv4, 51);
    auto pointed = address("10.0.0.1", 32);
    pointed.peer = parse_ip_address("10.0.0.2");
    one.addresses = {pointed};
    auto six = address("2001:db8::1", 128);
    six.peer = parse_ip_address("2001:db8::2");
    one.excluded_addresses = {six};
    const auto config = on_left(one);
    auto network = open(config).value();
    network.add_addresses(0);
    EXPECT_THAT(addresses_on("left"), HasSubstr("10.0.0.1 peer 10.0.0.2/32"));
    EXPECT_THAT(addresses_on("left"), HasSubstr("2001:db8::1 peer 2001:db8::2/128"));
    network.remove_leftovers();
    EXPECT_THAT(addresses_on("left"), Not(HasSubstr("peer")));
  });
}

TEST(Network, WhatSomebodyTakesOffIsPutBackInBothFamilies) {
  in_private_network([] {
    lay_cable();
    auto one = router(Family::ipv6, 51);
    one.addresses = {address("fe80::100", 64), address("2001:db8::101", 128)};
    one.excluded_addresses = {address("192.0.2.100", 32)};
    const auto config = on_left(one);
    auto network = open(config).value();
    network.add_addresses(0);
    output_of("ip addr del 2001:db8::101/128 dev left && ip addr del 192.0.2.100/32 dev left");
    network.refresh();
    network.restore_addresses(0);
    EXPECT_THAT(addresses_on("left"), HasSubstr("2001:db8::101/128"));
    EXPECT_THAT(addresses_on("left"), HasSubstr("192.0.2.100/32"));
  });
}

TEST(Network, AnOwnersAddressIsLeftToTheHost) {
  in_private_network([] {
    lay_cable();
    output_of("ip addr add 2001:db8::1/64 dev left");
    auto one = router(Family::ipv6, 51);
    one.priority = 255;
    one.addresses = {address("2001:db8::1", 64)};
    const auto config = on_left(one);
    auto network = open(config).value();
    network.remove_leftovers();
    network.add_addresses(0);
    network.remove_addresses(0);
    EXPECT_THAT(addresses_on("left"), HasSubstr("2001:db8::1/64"));
  });
}

TEST(Network, TellsSourcesOfBothFamilies) {
  in_private_network([] {
    lay_cable();
    const auto config = on_left(router(Family::ipv4, 51));
    auto network = open(config).value();
    const auto told = refreshed(network, 0);
    EXPECT_EQ(told.addresses->primary, parse_ip_address("192.0.2.1"));
    EXPECT_EQ(told.addresses->link_local, parse_ip_address("fe80::ff:fe00:1"));
    EXPECT_TRUE(told.link->up);
  });
}

TEST(Network, AnInterfaceThatIsOnlyTrackedMayComeLater) {
  in_private_network([] {
    lay_cable();
    auto config = on_left(router(Family::ipv4, 51));
    config.interfaces.emplace_back("later");
    auto network = open(config).value();
    EXPECT_EQ(network.socket_count(), 1U);
    EXPECT_FALSE(refreshed(network, 1).link->up);
    output_of(
        "ip link add later type bridge && ip link add more type veth "
        "peer name most && ip link set more master later up && ip link set most up && "
        "ip link set later up");
    bool up = false;  // the kernel takes a moment to see the carrier
    for (int i = 0; i < 300 && !up; ++i, usleep(10'000)) up = refreshed(network, 1).link->up;
    EXPECT_TRUE(up);
    EXPECT_TRUE(network.stale_sockets().empty());
  });
}

TEST(Network, NeedsItsVirtualRoutersInterfaces) {
  in_private_network([] {
    auto config = on_left(router(Family::ipv4, 51));
    EXPECT_EQ(open(config).error(), "left: no such interface");
  });
}

TEST(Network, SocketsOfBothFamiliesFollowAnInterfaceThatIsMadeAnew) {
  in_private_network([] {
    lay_cable();
    NodeConfig config = on_left(router(Family::ipv4, 51));
    config.virtual_routers.push_back(router(Family::ipv6, 51));
    auto network = open(config).value();
    ASSERT_EQ(network.socket_count(), 2U);
    output_of("ip link del left");
    EXPECT_FALSE(refreshed(network, 0).link->up);
    EXPECT_TRUE(network.stale_sockets().empty());
    lay_cable();
    EXPECT_TRUE(refreshed(network, 0).link->up);
    EXPECT_EQ(network.stale_sockets(), (std::vector<std::size_t>{0, 1}));
    for (const auto index : network.stale_sockets()) network.reopen_socket(index);
    EXPECT_TRUE(network.stale_sockets().empty());
  });
}

TEST(VirtualMac, HasItsInterfaceFromStartToEnd) {
  in_private_network([] {
    lay_cable();
    auto one = with_virtual_mac(router(Family::ipv4, 51));
    one.addresses = {address("192.0.2.100", 24)};
    const auto config = on_left(one);
    const auto before = output_of("sysctl -a -r 'net.ipv[46].conf.(all|default|left).'");
    {
      auto network = open(config).value();
      EXPECT_THAT(addresses_on("vrrp.51"), HasSubstr("link/ether 00:00:5e:00:01:33"));
      EXPECT_THAT(addresses_on("vrrp.51"), HasSubstr("macvlan mode vepa"));
      EXPECT_THAT(addresses_on("vrrp.51"), HasSubstr(",UP,"));
      EXPECT_EQ(read_setting(Family::ipv4, "vrrp.51", "arp_ignore"), 1);
      EXPECT_EQ(read_setting(Family::ipv4, "vrrp.51", "rp_filter"), 0);
      EXPECT_EQ(read_setting(Family::ipv6, "vrrp.51", "disable_ipv6"), 1);
      EXPECT_EQ(read_setting(Family::ipv4, "left", "arp_ignore"), 1);
      EXPECT_EQ(read_setting(Family::ipv4, "left", "arp_announce"), 2);
      network.add_addresses(0);
      EXPECT_THAT(addresses_on("vrrp.51"), HasSubstr("inet 192.0.2.100/24"));
      EXPECT_THAT(addresses_on("left"), Not(HasSubstr("192.0.2.100")));
    }
    EXPECT_FALSE(exists("vrrp.51"));
    EXPECT_EQ(output_of("sysctl -a -r 'net.ipv[46].conf.(all|default|left).'"), before);
  });
}

TEST(VirtualMac, OptsOutOfStrictReversePathChecks) {
  in_private_network([] {
    lay_cable();
    output_of("sysctl -qw net.ipv4.conf.all.rp_filter=1");
    auto one = with_virtual_mac(router(Family::ipv4, 51));
    one.addresses = {address("192.0.2.100", 24)};
    const auto config = on_left(one);
    auto network = open(config).value();
    EXPECT_EQ(read_setting(Family::ipv4, "vrrp.51", "rp_filter"), 2);
    EXPECT_EQ(read_setting(Family::ipv4, "all", "rp_filter"), 1);
  });
}

TEST(VirtualMac, OfIpv6MakesNoAddressOfItself) {
  in_private_network([] {
    lay_cable();
    auto one = with_virtual_mac(router(Family::ipv6, 51));
    one.addresses = {address("fe80::100", 128), address("2001:db8::101", 64)};
    const auto config = on_left(one);
    auto network = open(config).value();
    usleep(50'000);
    EXPECT_THAT(addresses_on("vrrp6.51"), HasSubstr("00:00:5e:00:02:33"));
    EXPECT_THAT(output_of("ip -d link show vrrp6.51"), HasSubstr("addrgenmode none"));
    EXPECT_THAT(addresses_on("vrrp6.51"), Not(HasSubstr("inet6")));
    EXPECT_EQ(read_setting(Family::ipv6, "vrrp6.51", "accept_ra"), 0);
    EXPECT_THAT(output_of("ip -6 route show dev vrrp6.51"), HasSubstr("fe80::/64"));
    network.add_addresses(0);
    EXPECT_THAT(addresses_on("vrrp6.51"), HasSubstr("inet6 fe80::100/128"));
    EXPECT_EQ(read_setting(Family::ipv4, "left", "arp_ignore"), 0);  // nothing of IPv4 is moved
  });
}

TEST(VirtualMac, ReplacesWhatAPredecessorLeft) {
  in_private_network([] {
    lay_cable();
    output_of(
        "ip link add link left name vrrp.51 address 00:00:5e:00:01:33 type macvlan mode private && "
        "ip addr add 192.0.2.100/24 dev vrrp.51 && ip addr add 192.0.2.101/24 dev left");
    auto one = with_virtual_mac(router(Family::ipv4, 51));
    one.addresses = {address("192.0.2.100", 24), address("192.0.2.101", 24)};
    const auto config = on_left(one);
    auto network = open(config).value();
    network.remove_leftovers();
    EXPECT_THAT(addresses_on("vrrp.51"), HasSubstr("mode vepa"));
    EXPECT_THAT(addresses_on("vrrp.51"), Not(HasSubstr("inet ")));
    EXPECT_THAT(addresses_on("left"), Not(HasSubstr("192.0.2.101")));  // from before use_vmac
  });
}

TEST(VirtualMac, LeavesWhatIsNotItsOwn) {
  in_private_network([] {
    lay_cable();
    output_of("ip link add vrrp.51 type bridge");
    const auto config = on_left(with_virtual_mac(router(Family::ipv4, 51)));
    EXPECT_EQ(open(config).error(),
              "(VI_1) use_vmac: there is an interface 'vrrp.51' already, and it is no macvlan on "
              "left");
    output_of("ip link del vrrp.51 && ip link add link right name vrrp.51 type macvlan");
    EXPECT_THAT(open(config).error(), HasSubstr("no macvlan on left"));
    EXPECT_TRUE(exists("vrrp.51"));
  });
}

TEST(VirtualMac, IsMadeAnewWhenItIsLost) {
  in_private_network([] {
    lay_cable();
    auto one = with_virtual_mac(router(Family::ipv4, 51));
    one.addresses = {address("192.0.2.100", 24)};
    const auto config = on_left(one);
    {
      auto network = open(config).value();
      network.add_addresses(0);
      output_of("ip link del vrrp.51");
      network.refresh();
      network.restore_addresses(0);
      EXPECT_THAT(addresses_on("vrrp.51"), HasSubstr("inet 192.0.2.100/24"));
      output_of("ip link set vrrp.51 down");
      network.refresh();
      EXPECT_THAT(addresses_on("vrrp.51"), HasSubstr(",UP,"));

      output_of("ip link del left");
      network.refresh();
      EXPECT_FALSE(exists("vrrp.51"));
      lay_cable();
      network.refresh();
      EXPECT_THAT(addresses_on("vrrp.51"), HasSubstr(",UP,"));
      EXPECT_EQ(read_setting(Family::ipv4, "left", "arp_ignore"), 1);
    }
    EXPECT_EQ(read_setting(Family::ipv4, "left", "arp_ignore"), 0);
  });
}

TEST(VirtualMac, TwentyFiveOnOneInterface) {
  in_private_network([] {
    lay_cable();
    NodeConfig config;
    config.interfaces = {"left"};
    for (std::uint8_t vrid = 1; vrid <= 25; ++vrid)
      config.virtual_routers.push_back(with_virtual_mac(router(Family::ipv4, vrid)));
    {
      auto network = open(config).value();
      EXPECT_EQ(network.socket_count(), 1U);
      EXPECT_TRUE(exists("vrrp.25"));
    }
    EXPECT_FALSE(exists("vrrp.1") || exists("vrrp.25"));
  });
}

}  // namespace
}  // namespace understudy::daemon
