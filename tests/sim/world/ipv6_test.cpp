// The pair over IPv6, version 3: the same four faults, the same arithmetic, Neighbour Discovery in
// the place of ARP.
#include <gtest/gtest.h>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

TEST(PairOverIpv6, StoppedDaemonCostsTheSkewOfTheOther) {
  auto scenario = pair6();
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop});
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::master), at(3'609'375us));
  // Skew of version 3: (256 - 90) / 256 of the interval, which is a second.
  ASSERT_EQ(entered(result, kLb2, State::master), at(10'648'537'500ns));
  EXPECT_EQ(result.transitions.back().reason, Reason::graceful_shutdown);
  const auto& web = result.probes[0];
  EXPECT_EQ(web.sent, 5500U);
  EXPECT_EQ(web.answered, 5435U);
  ASSERT_EQ(web.blackouts.size(), 1U);
  const auto& blackout = web.blackouts[0];
  EXPECT_EQ(blackout.start, at(10s));
  EXPECT_EQ(blackout.end, at(10'650ms));
  EXPECT_EQ(blackout.elect, 648'537'500ns);
  EXPECT_EQ(blackout.announce, 100us) << "the unsolicited advertisement changes the client's entry";
  EXPECT_EQ(blackout.relearn, Duration{});
  EXPECT_EQ(result.dual_holder.at("2001:db8::100"), Duration{});
  EXPECT_EQ(result.no_master.at("VI_6"), 648'537'500ns);
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(PairOverIpv6, DaemonThatComesBackPreemptsWithoutAnOutage) {
  auto scenario = pair6();
  scenario.hosts[kLb1].daemon_started = false;
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::start});
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::master), at(3'648'437'500ns));
  EXPECT_EQ(entered(result, kLb1, State::master), at(13'609'375us));
  EXPECT_EQ(entered(result, kLb2, State::backup, 13s), at(13'609'475us));
  EXPECT_EQ(result.dual_master.at("VI_6"), 100us);
  EXPECT_LE(result.probes[0].longest_blackout, 20ms);
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(PairOverIpv6, DroppedAdvertsMakeTwoMastersUntilTheRuleGoes) {
  auto scenario = pair6();
  FirewallRule rule;
  rule.protocol = 112;
  rule.family = Family::ipv6;
  add_fault(scenario, 10s, FirewallFault{kLb1, rule}, 20s);
  waive(scenario, "one_master");
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::master), at(9'609'375us + 100us + 3'648'437'500ns));
  EXPECT_EQ(entered(result, kLb2, State::backup, 30s), at(30'257'912'500ns + 100us + 100us));
  EXPECT_EQ(oracle(result, "one_master").verdict, Verdict::waived);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_LE(result.probes[0].longest_blackout, 20ms);
}

TEST(PairOverIpv6, ARuleOfIptablesDoesNotTouchIt) {
  auto scenario = pair6();
  FirewallRule rule;
  rule.protocol = 112;
  rule.family = Family::ipv4;
  add_fault(scenario, 10s, FirewallFault{kLb1, rule});
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::master), Instant::max());
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(PairOverIpv6, NginxThatCannotBeStartedCostsScriptPhaseAndSkew) {
  auto scenario = pair_with_checks(20ms);
  const auto wide = pair6();
  scenario.probes[0].target = wide.probes[0].target;
  for (const auto host : {kLb1, kLb2, kClient}) scenario.hosts[host].nics = wide.hosts[host].nics;
  for (const auto host : {kLb1, kLb2})
    scenario.hosts[host].config = parse_config(
        "vrrp_script chk_nginx {\n  script \"/bin/check\"\n  interval 3\n}\n" +
        instance6_text(host == kLb1 ? 100 : 90, "  track_script {\n    chk_nginx\n  }\n"));
  add_fault(scenario, 10s, ServiceFault{kLb1, 0, ServiceVerb::break_});
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::init), at(12'020ms));
  EXPECT_EQ(entered(result, kLb2, State::master), at(12'020ms + 100us + 648'437'500ns));
  ASSERT_EQ(result.probes[0].blackouts.size(), 1U);
  EXPECT_EQ(result.probes[0].blackouts[0].detect, 2'020ms);
  EXPECT_EQ(result.probes[0].blackouts[0].elect, 648'537'500ns);
  EXPECT_TRUE(all_oracles_pass(result));
}

// Without an advertisement the client keeps the old MAC until Neighbour Unreachability Detection.
TEST(PairOverIpv6, WithoutAnnouncementsTheClientProbesByItself) {
  auto scenario = pair6();
  scenario.duration = 120s;
  for (const auto host : {kLb1, kLb2}) {
    scenario.hosts[host].config->instances[0].garp_master_repeat = 0;
    scenario.hosts[host].config->instances[0].garp_lower_prio_repeat = 0;
  }
  add_fault(scenario, 30s, HostFault{kLb1, HostVerb::power_off});
  const auto result = play(scenario);
  ASSERT_EQ(result.probes[0].blackouts.size(), 1U);
  const auto& blackout = result.probes[0].blackouts[0];
  EXPECT_GE(blackout.end - blackout.start, 15s + 8s);
  EXPECT_LE(blackout.end - blackout.start, 45s + 8s + 10ms);
  EXPECT_EQ(oracle(result, "true_arp").verdict, Verdict::fail);
}

TEST(Version3, ThirtyMillisecondsAndTheSkewOf254) {
  auto scenario = pair();
  scenario.duration = 20s;
  scenario.probes[0].start = 1s;
  scenario.probes[0].every = 1ms;
  const std::string instance =
      "vrrp_instance VI_1 {\n  interface eth0\n  version 3\n  virtual_router_id 51\n"
      "  priority 254\n  advert_int 0.01\n  virtual_ipaddress {\n    192.168.56.100\n  }\n}\n";
  for (const auto host : {kLb1, kLb2}) scenario.hosts[host].config = parse_config(instance);
  scenario.hosts[kLb1].phase = 1s;  // lb2 is master by then, and its equal does not preempt
  add_fault(scenario, 10s, HostFault{kLb2, HostVerb::power_off});
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::master), at(30'078'125ns));
  // Its last advert left at 30.078125 ms + 996 x 10 ms = 9990.078125 ms; 0.1 ms on the way, then
  // 30 ms and 2 / 256 of 10 ms.
  EXPECT_EQ(entered(result, kLb1, State::master), at(10'020'256'250ns));
  EXPECT_EQ(result.no_master.at("VI_1"), 20'256'250ns);
  ASSERT_EQ(result.probes[0].blackouts.size(), 1U);
  EXPECT_EQ(result.probes[0].longest_blackout, 21ms);
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(Version3, ABackupObeysTheIntervalOfItsMaster) {
  auto scenario = pair6();
  for (auto& instance : scenario.hosts[kLb1].config->instances) instance.advert_interval = 2s;
  add_fault(scenario, 20s, HostFault{kLb1, HostVerb::power_off});
  const auto result = play(scenario);
  // lb2 knows of its own second alone and is first: 3 s + 166/256 s.
  EXPECT_EQ(entered(result, kLb2, State::master), at(3'648'437'500ns));
  // lb1 heeds no lower priority: 3 x 2 s + 156/256 x 2 s.
  EXPECT_EQ(entered(result, kLb1, State::master), at(7'218'750us));
  // lb2's last word came 0.2 ms later and was answered: from then on an advert every 2 s, the last
  // at 19.21895 s. 3 x 2 s + 166/256 x 2 s after that has come:
  EXPECT_EQ(entered(result, kLb2, State::master, 10s), at(19'219'050us + 7'296'875us));
  const auto& blackout = result.probes[0].blackouts.back();
  // The silence looked normal until the next advert would have come, at 21.21905 s.
  EXPECT_EQ(blackout.start + blackout.detect, at(21'219'050us));
  EXPECT_TRUE(all_oracles_pass(result));
}

std::string dual_stack_text(int priority, std::string_view extra6 = {}) {
  return instance_text(priority) + instance6_text(priority, extra6) +
         "vrrp_sync_group BOTH {\n  group {\n    VI_1\n    VI_6\n  }\n}\n";
}

TEST(DualStack, ASyncGroupMovesBothFamiliesTogether) {
  const std::string_view track = "  track_interface {\n    eth1\n  }\n";
  auto scenario =
      dual_stack_pair(dual_stack_text(100, track), dual_stack_text(90, track), "2001:db8::100");
  Segment upstream;
  upstream.name = "upstream";
  scenario.segments.push_back(upstream);
  for (const auto host : {kLb1, kLb2}) {
    Nic nic;
    nic.name = "eth1";
    nic.segment = 1;
    scenario.hosts[host].nics.push_back(nic);
  }
  // Only VI_6 tracks eth1, but VI_1 goes with it.
  add_fault(scenario, 10s, NicFault{kLb1, 1, false}, 20s);
  expect_at(scenario, 9s, "master(VI_1) == lb1 and master(VI_6) == lb1");
  expect_at(scenario, 11s, "master(VI_1) == lb2 and master(VI_6) == lb2");
  expect_at(scenario, 11s, "state(lb1, VI_1) == FAULT and state(lb1, VI_6) == FAULT");
  expect_at(scenario, 40s, "master(VI_1) == lb1 and master(VI_6) == lb1");
  const auto result = play(scenario);
  expect_all_pass(result);
  EXPECT_TRUE(all_oracles_pass(result));
}

// Two families of one VRID on one segment are two virtual routers.
TEST(DualStack, FamiliesOfOneVridDoNotMeet) {
  auto scenario = dual_stack_pair(instance_text(100) + instance6_text(90),
                                  instance_text(90) + instance6_text(100), "192.168.56.100");
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::master), at(3'609'375us));
  EXPECT_EQ(entered(result, kLb2, State::master), at(3'609'375us));
  EXPECT_EQ(result.dual_master.at("VI_1"), Duration{});
  EXPECT_EQ(result.dual_master.at("VI_6"), Duration{});
  EXPECT_TRUE(all_oracles_pass(result));
}

}  // namespace
}  // namespace understudy::sim::test
