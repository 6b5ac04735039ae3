// Configurations become hosts.
#include "core/config/cluster.h"

#include <gtest/gtest.h>

#include "tests/sim/swarm/clusters.h"

namespace understudy::sim::swarm::test {
namespace {

std::string address_of(const Scenario& scenario, std::size_t host, std::size_t nic = 0) {
  return to_string(scenario.hosts[host].nics[nic].address);
}

TEST(SwarmCluster, TwoFilesAreTwoHostsInTheSubnetOfTheirAddress) {
  const auto scenario = pair();
  ASSERT_EQ(scenario.hosts.size(), 2U);
  EXPECT_EQ(scenario.hosts[0].name, "lb1");
  EXPECT_EQ(scenario.hosts[1].name, "lb2");
  EXPECT_EQ(address_of(scenario, 0), "192.168.56.220/24");
  EXPECT_EQ(address_of(scenario, 1), "192.168.56.219/24");
  ASSERT_EQ(scenario.segments.size(), 1U);
}

TEST(SwarmCluster, FoldersNameHostsWhoseFilesAreAllCalledKeepalived) {
  const auto scenario = make_cluster({file("a/lb1/keepalived.conf", instance(100)),
                                      file("a/lb2/keepalived.conf", instance(90)),
                                      file("x/lb2/keepalived.conf", instance(80))});
  ASSERT_TRUE(scenario);
  EXPECT_EQ(scenario->hosts[0].name, "lb1");
  EXPECT_EQ(scenario->hosts[1].name, "lb2");
  EXPECT_EQ(scenario->hosts[2].name, "host3");
}

TEST(SwarmCluster, SourcesAndPeersAreTheAddresses) {
  const std::string left = "  unicast_src_ip 10.9.0.1\n  unicast_peer {\n    10.9.0.2\n  }\n";
  const std::string right = "  unicast_peer {\n    10.9.0.1\n  }\n";
  const auto scenario =
      make_cluster({file("lb1.conf", instance(100, left)), file("lb2.conf", instance(90, right))});
  ASSERT_TRUE(scenario);
  EXPECT_EQ(address_of(*scenario, 0), "10.9.0.1/24");
  EXPECT_EQ(address_of(*scenario, 1), "10.9.0.2/24");  // what lb1 calls its peer
  ASSERT_EQ(scenario->hosts[0].nics[0].more_addresses.size(), 1U);
  EXPECT_EQ(to_string(scenario->hosts[0].nics[0].more_addresses[0]), "192.168.56.220/24");
}

TEST(SwarmCluster, ABareVipIsTakenForOneOfASlash24OrASlash64) {
  const auto scenario =
      make_cluster({file("a.conf",
                         "vrrp_instance A {\n interface ens3\n virtual_router_id 7\n "
                         "virtual_ipaddress {\n 10.1.2.3\n }\n virtual_ipaddress_excluded {\n "
                         "2001:db8::5\n }\n}\n")});
  ASSERT_TRUE(scenario);
  EXPECT_EQ(address_of(*scenario, 0), "10.1.2.220/24");
  ASSERT_EQ(scenario->hosts[0].nics[0].more_addresses.size(), 1U);
  EXPECT_EQ(to_string(scenario->hosts[0].nics[0].more_addresses[0]), "2001:db8::200/64");
}

TEST(SwarmCluster, TheSameVirtualRouterOnDifferentInterfacesIsOneSegment) {
  auto other = instance(90);
  other.replace(other.find("eth0"), 4, "ens192");
  const auto scenario = make_cluster({file("lb1.conf", instance(100)), file("lb2.conf", other)});
  ASSERT_TRUE(scenario);
  EXPECT_EQ(scenario->hosts[0].nics[0].segment, scenario->hosts[1].nics[0].segment);
}

TEST(SwarmCluster, ATrackedInterfaceLiesInASegmentOfItsOwn) {
  const auto scenario = pair("  track_interface {\n    eth1\n  }\n");
  ASSERT_EQ(scenario.hosts[0].nics.size(), 2U);
  EXPECT_EQ(scenario.hosts[0].nics[1].name, "eth1");
  EXPECT_EQ(scenario.segments.size(), 2U);
  EXPECT_EQ(scenario.hosts[0].nics[1].segment, scenario.hosts[1].nics[1].segment);
  EXPECT_NE(scenario.hosts[0].nics[0].segment, scenario.hosts[0].nics[1].segment);
}

TEST(SwarmCluster, AnOwnerHasTheAddressAsItsOwn) {
  const auto scenario =
      make_cluster({file("lb1.conf", instance(255)), file("lb2.conf", instance(90))});
  ASSERT_TRUE(scenario);
  EXPECT_EQ(address_of(*scenario, 0), "192.168.56.100/24");
  EXPECT_EQ(address_of(*scenario, 1), "192.168.56.220/24");
}

TEST(SwarmCluster, AScriptPassesWhileAServiceOfItsNameIsUp) {
  const std::string script = "vrrp_script chk-web {\n  script \"/bin/true\"\n  interval 2\n}\n";
  const auto scenario = make_cluster(
      {file("lb1.conf", script + instance(100, "  track_script {\n    chk-web\n  }\n"))});
  ASSERT_TRUE(scenario);
  const auto& host = scenario->hosts[0];
  ASSERT_EQ(host.services.size(), 1U);
  EXPECT_EQ(host.services[0].name, "chk_web");
  ASSERT_EQ(host.checks.size(), 1U);
  ASSERT_TRUE(host.checks[0].passes_when);
  EXPECT_EQ(host.checks[0].passes_when->text(), "service(lb1, chk_web) == up");
}

TEST(SwarmTwin, IsABackupTenLowerThatTheClusterCheckTakes) {
  const std::string extra =
      "  mcast_src_ip 192.168.56.130\n  unicast_src_ip 10.9.0.1\n  unicast_peer {\n    10.9.0.2\n"
      "  }\n";
  auto text = "global_defs {\n  router_id A\n}\n" + instance(100, extra);
  text.replace(text.find("BACKUP"), 6, "MASTER");
  const auto first = file("lb1.conf", text);
  const auto second = file("lb1-twin.conf", twin_text(first));
  const auto& twin = second.config.instances.at(0);
  EXPECT_EQ(twin.priority, 90);
  EXPECT_FALSE(twin.starts_as_master);
  EXPECT_EQ(second.config.global.router_id, "A-twin");
  EXPECT_EQ(to_string(twin.source), "10.9.0.2");
  ASSERT_EQ(twin.unicast_peers.size(), 1U);
  EXPECT_EQ(to_string(twin.unicast_peers[0].address), "10.9.0.1");
  const auto findings = config::check_cluster(
      {{&first.config, first.text, false}, {&second.config, second.text, false}});
  EXPECT_FALSE(has_errors(findings));
}

TEST(SwarmCluster, WithoutAnInstanceThereIsNothingToRehearse) {
  const auto scenario = make_cluster({ConfigFile{"lb1.conf", "", {}}});
  ASSERT_FALSE(scenario);
  EXPECT_EQ(scenario.error(), "lb1.conf: there is no vrrp_instance to rehearse");
}

}  // namespace
}  // namespace understudy::sim::swarm::test
