// Routes, rules, excluded addresses, statics and no_accept of simulated hosts, as clients feel
// them.
#include <gtest/gtest.h>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

// The client is in another subnet on the same switch: hosts know no way back to it.
constexpr std::string_view kFarAddress = "10.9.0.100";

std::string far_text(int priority, std::string_view extra) {
  return "vrrp_instance VI_1 {\n  interface eth0\n  virtual_router_id 51\n  priority " +
         std::to_string(priority) + "\n  virtual_ipaddress {\n    10.9.0.100\n  }\n" +
         std::string(extra) + "}\n";
}

Scenario far_pair(const std::string& lb1, const std::string& lb2) {
  auto scenario = pair();
  scenario.duration = 30s;
  scenario.hosts[kLb1].config = parse_config(lb1);
  scenario.hosts[kLb2].config = parse_config(lb2);
  auto& client = scenario.hosts[kClient].nics[0].address;
  client.address = *parse_ip_address("10.9.0.10");
  client.prefix_length = 24;
  scenario.probes[0].target = *parse_ip_address(kFarAddress);
  return scenario;
}

Scenario far_pair(std::string_view extra) {
  return far_pair(far_text(100, extra), far_text(90, extra));
}

std::size_t lines_with(const RunResult& result, std::string_view text) {
  std::size_t count = 0;
  for (const auto& entry : result.timeline) count += entry.text.find(text) != std::string::npos;
  return count;
}

bool all_answered(const RunResult& result) {
  return result.probes[0].sent > 0 && result.probes[0].answered == result.probes[0].sent;
}

TEST(SimRoutes, WithoutAWayBackThereIsNoAnswer) {
  EXPECT_EQ(play(far_pair("")).probes[0].answered, 0U);
}

TEST(SimRoutes, AVirtualRouteIsAWayBackForTheMaster) {
  EXPECT_TRUE(all_answered(play(far_pair("virtual_routes {\n 10.9.0.0/24 dev eth0\n }\n"))));
  EXPECT_TRUE(all_answered(play(far_pair("virtual_routes {\n 10.9.0.0/24\n }\n"))))
      << "the instance's interface unless it names one";
  EXPECT_EQ(play(far_pair("virtual_routes {\n 10.9.0.0/24 table 100\n }\n")).probes[0].answered,
            0U);
}

TEST(SimRoutes, ItMovesWithTheMastership) {
  auto scenario = far_pair("virtual_routes {\n 10.9.0.0/24 dev eth0\n }\n");
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop});
  const auto result = play(scenario);
  ASSERT_EQ(result.probes[0].blackouts.size(), 1U);
  EXPECT_LT(result.probes[0].longest_blackout, 700ms);
}

TEST(SimRoutes, OnlyTheOneThatHasItCanServe) {
  auto scenario = far_pair(far_text(100, ""), far_text(90, "virtual_routes {\n 10.9.0.0/24\n }\n"));
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop});
  const auto result = play(scenario);
  ASSERT_EQ(result.probes[0].blackouts.size(), 1U);
  EXPECT_EQ(result.probes[0].blackouts[0].start, at(5s));
  EXPECT_GT(result.probes[0].blackouts[0].end, at(10s));
}

TEST(SimRoutes, ARuleLeadsToAnotherTable) {
  const std::string routes = "virtual_routes {\n 10.9.0.0/24 table 100\n }\n";
  EXPECT_TRUE(all_answered(
      play(far_pair(routes + "virtual_rules {\n from 10.9.0.100 table 100 preference 50\n }\n"))));
  EXPECT_EQ(
      play(far_pair(routes + "virtual_rules {\n from 10.9.0.99 table 100 preference 50\n }\n"))
          .probes[0]
          .answered,
      0U);
  EXPECT_EQ(play(far_pair("virtual_routes {\n 10.9.0.0/24\n }\nvirtual_rules {\n to 10.9.0.10 "
                          "prohibit preference 50\n }\n"))
                .probes[0]
                .answered,
            0U);
}

TEST(SimRoutes, OneThatTheKernelRefusesIsInTheTimeline) {
  const auto result = play(far_pair("virtual_routes {\n 10.9.0.0/24 via 10.8.0.1\n }\n"));
  EXPECT_EQ(result.probes[0].answered, 0U);
  EXPECT_EQ(lines_with(result, "cannot add the route 10.9.0.0/24 via 10.8.0.1: Network is"), 1U);
}

TEST(SimRoutes, ALinkThatComesBackHasItsStaticRoutes) {
  const std::string statics = "static_routes {\n 10.9.0.0/24 dev eth0\n}\n";
  auto scenario = far_pair(statics + far_text(100, ""), statics + far_text(90, ""));
  add_fault(scenario, 10s, NicFault{kLb1, 0, false}, 10s);
  const auto result = play(scenario);
  EXPECT_EQ(result.probes[0].blackouts.size(), 1U);
  EXPECT_EQ(entered(result, kLb1, State::master, 20s) < at(24s), true);
}

TEST(SimStatics, AreThereFromStartToEndAndSurviveAKill) {
  const auto with = [](DaemonVerb verb) {
    const std::string statics = "static_ipaddress {\n 10.9.0.1/24 dev eth0\n}\n";
    auto scenario = far_pair(statics + far_text(100, ""), far_text(90, ""));
    scenario.probes[0].target = *parse_ip_address("10.9.0.1");
    add_fault(scenario, 10s, DaemonFault{kLb1, verb});
    waive(scenario, "holder_is_master");
    return play(scenario);
  };
  EXPECT_TRUE(all_answered(with(DaemonVerb::kill)));
  const auto stopped = with(DaemonVerb::stop);
  ASSERT_EQ(stopped.probes[0].blackouts.size(), 1U);
  EXPECT_EQ(stopped.probes[0].blackouts[0].start, at(10s));
  EXPECT_EQ(stopped.probes[0].blackouts[0].end, at(30s));
}

TEST(SimExcludedAddresses, MoveLikeTheOthersAndAreInNoAdvert) {
  auto scenario = pair();
  for (const auto host : {kLb1, kLb2})
    scenario.hosts[host].config = parse_config(instance_text(
        host == kLb1 ? 100 : 90, "virtual_ipaddress_excluded {\n 192.168.56.101\n }\n"));
  scenario.probes[0].target = *parse_ip_address("192.168.56.101");
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop});
  const auto result = play(scenario);
  EXPECT_TRUE(all_oracles_pass(result));
  ASSERT_EQ(result.probes[0].blackouts.size(), 1U);
  EXPECT_LT(result.probes[0].longest_blackout, 700ms);
}

TEST(SimNoAccept, TheAddressIsOnTheLinkAndSilent) {
  auto scenario = pair();
  scenario.hosts[kLb1].config = parse_config(instance_text(100, "no_accept\n"));
  add_expectation(scenario, ExpectationForm::at, 9s, "arp(client, 192.168.56.100) == mac(lb1)");
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop});
  const auto result = play(scenario);
  EXPECT_EQ(result.expectations.at(0).verdict, Verdict::pass) << "ARP is answered";
  ASSERT_EQ(result.probes[0].blackouts.size(), 1U);
  EXPECT_EQ(result.probes[0].blackouts[0].start, at(5s));
  EXPECT_GT(result.probes[0].blackouts[0].end, at(10s)) << "lb2 accepts";
  EXPECT_EQ(lines_with(result, "drops packets to 192.168.56.100 (no_accept)"), 1U);
}

TEST(SimNoAccept, TheHostsOwnAddressAnswers) {
  auto scenario = pair();
  scenario.hosts[kLb1].config = parse_config(instance_text(100, "no_accept\n"));
  scenario.probes[0].target = *parse_ip_address("192.168.56.130");
  const auto result = play(scenario);
  EXPECT_TRUE(all_answered(result));
  EXPECT_EQ(lines_with(result, "no_accept"), 0U);
}

TEST(SimNoAccept, AKilledDaemonLeavesItAndTheNextOneClearsIt) {
  auto scenario = pair();
  scenario.hosts[kLb1].config = parse_config(instance_text(100, "no_accept\n"));
  scenario.hosts[kLb2].config.reset();
  scenario.hosts[kLb2].services.clear();
  waive(scenario, "holder_is_master");
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::kill}, 10s);
  const auto result = play(scenario);
  EXPECT_EQ(result.probes[0].answered, 0U);
  EXPECT_EQ(lines_with(result, "drops packets to 192.168.56.100 (no_accept)"), 2U)
      << "of either mastership";
}

TEST(SimNoAccept, Ipv6TooAndDiscoveryIsAnswered) {
  auto scenario =
      dual_stack_pair(instance6_text(100, "no_accept\n"), instance6_text(90), "2001:db8::100");
  add_expectation(scenario, ExpectationForm::at, 9s, "arp(client, 2001:db8::100) == mac(lb1)");
  const auto result = play(scenario);
  EXPECT_EQ(result.expectations.at(0).verdict, Verdict::pass);
  EXPECT_EQ(result.probes[0].answered, 0U);
}

}  // namespace
}  // namespace understudy::sim::test
