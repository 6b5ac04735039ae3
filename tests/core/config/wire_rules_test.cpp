// Versions, intervals, families, and where adverts come from and go to.
#include <gmock/gmock.h>

#include "tests/core/config/expect_rows.h"

namespace understudy::config {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

IpAddress address(std::string_view text) { return parse_ip_address(text).value(); }

TEST(Version, IsTwoForIPv4AndThreeForIPv6UnlessSet) {
  RecordProperty("covers", "KA-VER-01");
  EXPECT_EQ(instance_of(instance_with("")).version, 2);
  EXPECT_EQ(instance_of(instance_with("version 3")).version, 3);
  EXPECT_EQ(instance_of(globals_with("vrrp_version 3")).version, 3);
  EXPECT_EQ(instance_of("global_defs {\nvrrp_version 3\n}\n" + instance_with("version 2")).version,
            2);
  EXPECT_EQ(instance_of(ipv6_with("")).version, 3);
  EXPECT_EQ(instance_of("global_defs {\nvrrp_version 2\n}\n" + ipv6_with("")).version, 3);
  expect_rows(
      {{ipv6_with("version 3"), {}}, {ipv6_with("version 2"), {"2:9 error version-of-ipv6"}}});
}

TEST(Interval, OfVersionThreeIsAnyNumberOfCentiseconds) {
  RecordProperty("covers", "KA-CFG-01 V3-5.2.7-01 V3-6.1-08");
  struct Interval {
    const char* text;
    std::chrono::milliseconds interval;
    bool rounded;
  };
  for (const auto& [text, interval, rounded] :
       {Interval{"0.01", 10ms, false}, Interval{"0.014", 10ms, true}, Interval{"0.015", 20ms, true},
        Interval{"1", 1000ms, false}, Interval{"2.505", 2510ms, true},
        Interval{"40.95", 40950ms, false}}) {
    const auto config = instance_with(std::string("version 3\nadvert_int ") + text);
    EXPECT_EQ(findings_of(config), rounded ? std::vector<std::string>{"3:12 warning "
                                                                      "advert-int-rounded"}
                                           : std::vector<std::string>{})
        << text;
    EXPECT_EQ(instance_of(config).advert_interval, interval) << text;
  }
  expect_rows({
      {instance_with("version 3\nadvert_int 0.009"), {"3:12 error out-of-range"}},
      {instance_with("version 3\nadvert_int 40.951"), {"3:12 error out-of-range"}},
      {instance_with("version 3\nadvert_int 255"), {"3:12 error out-of-range"}},
      {ipv6_with("advert_int 41"), {"2:12 error out-of-range"}},
  });
  EXPECT_EQ(instance_of(instance_with("version 3")).advert_interval, 1s);
}

TEST(VirtualRouters, OfBothFamiliesMayHaveOneId) {
  const auto second = ipv6_with("");
  EXPECT_THAT(findings_of(instance_with("") + "vrrp_instance VI6" + second.substr(16)), IsEmpty());
  EXPECT_THAT(findings_of(ipv6_with("") + "vrrp_instance V2" + second.substr(16)),
              testing::Contains("11:19 error duplicate-vrid"));
}

TEST(Unicast, HasPeersWithLimits) {
  const auto instance = instance_of(
      instance_with("unicast_src_ip 192.0.2.11\ntrack_src_ip\nunicast_ttl 7\nunicast_peer {\n"
                    "192.0.2.12\n192.0.2.13 min_ttl 254 max_ttl 255\n}"));
  EXPECT_EQ(instance.source, address("192.0.2.11"));
  EXPECT_TRUE(instance.track_source);
  EXPECT_EQ(instance.unicast_ttl, 7);
  ASSERT_EQ(instance.unicast_peers.size(), 2U);
  EXPECT_EQ(instance.unicast_peers[0], (Peer{address("192.0.2.12"), 0, 255, false}));
  EXPECT_EQ(instance.unicast_peers[1], (Peer{address("192.0.2.13"), 254, 255, true}));
  EXPECT_TRUE(instance.check_unicast_source) << "limits are for peers";

  const std::string plain = "unicast_peer {\n192.0.2.12\n}\n";
  EXPECT_FALSE(instance_of(instance_with(plain)).check_unicast_source);
  EXPECT_EQ(instance_of(instance_with(plain)).unicast_ttl, 255);
  EXPECT_TRUE(instance_of(instance_with(plain + "check_unicast_src")).check_unicast_source);
  const std::string globals = "global_defs {\nvrrp_check_unicast_src\n}\n";
  EXPECT_TRUE(instance_of(globals + instance_with(plain)).check_unicast_source);
  EXPECT_FALSE(
      instance_of(globals + instance_with(plain + "check_unicast_src off")).check_unicast_source);
  EXPECT_FALSE(instance_of(globals + instance_with("")).check_unicast_source);
}

TEST(Unicast, ThatCannotBeMeantIsNamed) {
  const auto peers = [](const char* lines, const char* more = "") {
    return instance_with("unicast_peer {\n" + std::string(lines) + "\n}\n" + more);
  };
  expect_rows({
      {peers("192.0.2.12\n192.0.2.12"), {"4:1 warning peer-twice"}},
      {peers("192.0.2.12 192.0.2.13"), {"3:12 error extra-words"}},
      {peers("192.0.2.12 // lb2"), {"3:12 error bad-value"}},
      {peers("192.0.2.12 min_ttl"), {"3:12 error missing-value"}},
      {peers("192.0.2.12 min_ttl 256"), {"3:20 error out-of-range"}},
      {peers("192.0.2.12 min_ttl 9 max_ttl 8"), {"3:12 error ttl-impossible"}},
      {peers("lb2"), {"3:1 error bad-address"}},
      {peers("192.0.2.12/24"), {"3:1 warning no-effect"}},
      {peers("192.0.2.12/x"), {"3:1 error bad-address"}},
      {peers("224.0.0.18"), {"3:1 error bad-address"}},
      {peers("0.0.0.0"), {"3:1 error bad-address"}},
      {peers("2001:db8::1"), {"3:1 error wrong-family"}},
      {peers("192.0.2.11\n192.0.2.12", "unicast_src_ip 192.0.2.11"), {"3:1 error own-peer"}},
      {peers("192.0.2.12", "mcast_dst_ip 224.0.0.99"), {"5:1 warning no-effect"}},
      {peers("192.0.2.12", "unicast_src_ip 2001:db8::1"), {"5:16 error wrong-family"}},
      {peers("192.0.2.12", "unicast_ttl 0"), {"5:13 error out-of-range"}},
      {peers("192.0.2.12", "old_unicast_checksum"), {"5:1 error not-supported-yet"}},
      {peers("192.0.2.12", "old_unicast_checksum never"), {}},
      {peers(""), {"2:1 warning empty-block"}},
      {instance_with("unicast_ttl 9\ncheck_unicast_src"),
       {"2:1 warning no-effect", "3:1 warning no-effect"}},
      {instance_with("track_src_ip"), {"2:1 warning no-effect"}},
      {instance_with("unicast_src_ip 192.0.2.9\nmcast_src_ip 192.0.2.8"),
       {"3:14 warning source-twice"}},
      {instance_with("mcast_src_ip x"), {"2:14 error bad-address"}},
  });
  EXPECT_EQ(instance_of(instance_with("mcast_src_ip 192.0.2.8")).source, address("192.0.2.8"));
}

TEST(Unicast, WithoutAnInterfaceTakesTheDefaultOne) {
  const std::string body =
      "virtual_router_id 1\nunicast_src_ip 192.0.2.11\nunicast_peer {\n192.0.2.12\n}\n"
      "virtual_ipaddress {\n192.0.2.1\n}\n}\n";
  expect_rows({{"vrrp_instance VI {\n" + body, {"1:15 error missing-interface"}}});
  EXPECT_EQ(
      instance_of("vrrp_instance VI {\n" + body + "global_defs {\ndefault_interface eth3\n}\n")
          .interface,
      "eth3");
}

TEST(Multicast, GroupsMayBeOthers) {
  EXPECT_TRUE(instance_of(instance_with("")).multicast_group.is_unspecified());
  EXPECT_TRUE(
      instance_of(instance_with("mcast_dst_ip 224.0.0.18")).multicast_group.is_unspecified());
  EXPECT_EQ(instance_of(instance_with("mcast_dst_ip 224.0.0.99")).multicast_group,
            address("224.0.0.99"));
  const std::string globals =
      "global_defs {\nvrrp_mcast_group4 224.0.0.77\nvrrp_mcast_group6 ff02::77\n}\n";
  EXPECT_EQ(instance_of(globals + instance_with("")).multicast_group, address("224.0.0.77"));
  EXPECT_EQ(instance_of(globals + ipv6_with("")).multicast_group, address("ff02::77"));
  EXPECT_EQ(instance_of(globals + ipv6_with("mcast_dst_ip ff02::78")).multicast_group,
            address("ff02::78"));
  EXPECT_TRUE(instance_of(globals + instance_with("mcast_dst_ip 224.0.0.18"))
                  .multicast_group.is_unspecified());
  EXPECT_TRUE(instance_of(globals + instance_with("unicast_peer {\n192.0.2.12\n}"))
                  .multicast_group.is_unspecified());
  expect_rows({
      {instance_with("mcast_dst_ip 192.0.2.1"), {"2:14 error bad-address"}},
      {instance_with("mcast_dst_ip ff02::12"), {"2:14 error wrong-family"}},
      {globals_with("vrrp_mcast_group4 ff02::12"), {"2:19 error bad-address"}},
      {globals_with("vrrp_mcast_group6 x"), {"2:19 error bad-address"}},
  });
}

TEST(VirtualMacs, HaveNamesAndMayHaveAnAddress) {
  const auto vmac = [](const char* line) {
    return instance_of(instance_with(line)).virtual_mac.value();
  };
  EXPECT_EQ(vmac("use_vmac"), (VirtualMac{"vrrp.51", {}, false}));
  EXPECT_EQ(vmac("use_vmac vip0"), (VirtualMac{"vip0", {}, false}));
  EXPECT_EQ(vmac("use_vmac name vip0\nvmac_xmit_base"), (VirtualMac{"vip0", {}, true}));
  EXPECT_EQ(vmac("use_vmac vip0 02:00:00:00:00:09"),
            (VirtualMac{"vip0", parse_mac_address("02:00:00:00:00:09"), false}));
  EXPECT_EQ(vmac("use_vmac 02:00:00:00:00").mac, parse_mac_address("02:00:00:00:00:33"))
      << "the VRID follows five bytes";
  EXPECT_EQ(instance_of(ipv6_with("use_vmac")).virtual_mac->interface, "vrrp6.51");
  EXPECT_EQ(instance_of("global_defs {\nvmac_prefix v\n}\n" + instance_with("use_vmac"))
                .virtual_mac->interface,
            "v.51");
  EXPECT_EQ(instance_of(instance_with("")).virtual_mac, std::nullopt);
  expect_rows({
      {instance_with("vmac_xmit_base"), {"2:1 warning no-effect"}},
      {instance_with("use_vmac eth0"), {"2:10 error bad-value"}},
      {instance_with("use_vmac averyverylongname"), {"2:10 error bad-value"}},
      {instance_with("use_vmac 01:00:00:00:00:09"), {"2:10 error bad-value"}},
      {instance_with("use_vmac a b"), {"2:12 error extra-words"}},
      {instance_with("use_vmac name"), {"2:10 error missing-value"}},
      {instance_with("use_vmac netlink_notify_msg"), {"2:10 warning no-effect"}},
      {instance_with("use_vmac group 7"), {"2:10 warning not-supported-yet"}},
      {instance_with("use_vmac_addr"), {"2:1 error not-supported-yet"}},
      {instance_with("use_ipvlan"), {"2:1 error not-supported-yet"}},
  });
}

TEST(VirtualMacs, HaveDifferentNames) {
  const auto instance = [](const char* name, const char* interface, const char* line) {
    return std::string("vrrp_instance ") + name + " {\ninterface " + interface +
           "\nvirtual_router_id 51\n" + line + "\nvirtual_ipaddress {\n192.0.2." + name +
           "\n}\n}\n";
  };
  const auto config =
      parse(instance("1", "eth0", "use_vmac") + instance("2", "eth1", "use_vmac") +
                instance("3", "eth2", "use_vmac vrrp.51.1") + instance("4", "eth3", "use_vmac"),
            "x");
  EXPECT_THAT(findings_of(config), IsEmpty());
  std::vector<std::string> names;
  for (const auto& made : config.config.instances) names.push_back(made.virtual_mac->interface);
  EXPECT_THAT(names, ElementsAre("vrrp.51", "vrrp.51.2", "vrrp.51.1", "vrrp.51.3"));
  EXPECT_THAT(
      findings_of(instance("1", "eth0", "use_vmac v") + instance("2", "eth1", "use_vmac v")),
      ElementsAre("12:10 error duplicate-vmac"));
}

TEST(Checksums, WithoutPseudoHeaderAreForVersionThreeOverIPv4) {
  const auto without = [](const std::string& text) {
    return instance_of(text).checksum_without_pseudo_header;
  };
  EXPECT_FALSE(without(instance_with("version 3")));
  EXPECT_TRUE(without(instance_with("version 3\nv3_checksum_as_v2")));
  const std::string globals = "global_defs {\nv3_checksum_as_v2\n}\n";
  EXPECT_TRUE(without(globals + instance_with("version 3")));
  EXPECT_FALSE(without(globals + instance_with("version 3\nv3_checksum_as_v2 off")));
  EXPECT_FALSE(without(globals + instance_with("")));
  EXPECT_FALSE(without(globals + ipv6_with("")));
  expect_rows({
      {instance_with("v3_checksum_as_v2"), {"2:1 warning no-effect"}},
      {ipv6_with("v3_checksum_as_v2"), {"2:1 warning no-effect"}},
      {globals + instance_with(""), {}},
  });
}

}  // namespace
}  // namespace understudy::config
