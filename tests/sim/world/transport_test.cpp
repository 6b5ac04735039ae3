// Where adverts go and what MAC answers: unicast peers, virtual MACs.
#include <gtest/gtest.h>

#include "sim/world.h"
#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

constexpr Ipv4Address kVip{0xc0a83864};
constexpr MacAddress kVirtualMac{{0x00, 0x00, 0x5e, 0x00, 0x01, 51}};

Scenario vmac_pair(std::string_view how) {
  auto scenario = pair();
  for (const auto host : {kLb1, kLb2})
    scenario.hosts[host].config =
        parse_config(instance_text(host == kLb1 ? 100 : 90, "  " + std::string(how) + "\n"));
  return scenario;
}

TEST(VirtualMac, ClientsNeverChangeTheirEntry) {
  RecordProperty("covers", "V3-6.4.3-01 V3-8.1.2-01 V2-6.4.3-01 V2-8.2-01");
  for (const char* how : {"use_vmac", "use_vmac\n  vmac_xmit_base"}) {
    auto scenario = vmac_pair(how);
    add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop}, 20s);
    for (const char* real : {"lb1", "lb2"})
      add_expectation(scenario, ExpectationForm::never, {},
                      "arp(client, 192.168.56.100) == mac(" + std::string(real) + ")");
    World world(scenario, {});
    const auto result = world.run();
    ASSERT_TRUE(result);
    EXPECT_EQ(world.arp(kClient, kVip), kVirtualMac) << how;
    for (const auto& expectation : result->expectations)
      EXPECT_EQ(expectation.verdict, Verdict::pass) << how << expectation.detail;
    EXPECT_TRUE(all_oracles_pass(*result)) << how;
  }
}

// The advert of the new master moves the MAC in the switch, 50 us after the election: no client
// waits for an announcement, which would take 100 us.
TEST(VirtualMac, AnOutageIsDetectionAndElectionAlone) {
  auto scenario = vmac_pair("use_vmac");
  scenario.duration = 12s;
  scenario.probes[0].start = 9900ms;
  scenario.probes[0].every = 50us;
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop});
  const auto result = play(scenario);
  EXPECT_EQ(result.no_master.at("VI_1"), 648'537'500ns);
  ASSERT_EQ(result.probes[0].blackouts.size(), 1U);
  const auto& blackout = result.probes[0].blackouts[0];
  // Requests that were on their way at 10 s are lost, too: their segments go to and fro twice.
  EXPECT_EQ(blackout.start, at(9'999'700us));
  EXPECT_EQ(blackout.start + blackout.detect, at(10s));
  EXPECT_EQ(blackout.elect, 648'537'500ns);
  EXPECT_EQ(blackout.announce, Duration{});
  // The request of 10.64855 s is at the switch 12.5 us after the advert.
  EXPECT_EQ(blackout.end, at(10'648'550us));
  EXPECT_TRUE(all_oracles_pass(result));
}

// kill -9 leaves interface and addresses; the daemon that comes back clears them away.
TEST(VirtualMac, SurvivesItsDaemon) {
  auto scenario = vmac_pair("use_vmac");
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::kill});
  add_fault(scenario, 30s, DaemonFault{kLb1, DaemonVerb::start});
  waive(scenario, "holder_is_master");
  expect_at(scenario, 20s, "holders(192.168.56.100) == 2");
  expect_at(scenario, 31s, "holders(192.168.56.100) == 1");
  expect_at(scenario, 59s, "master(VI_1) == lb1");
  const auto result = play(scenario);
  expect_all_pass(result);
}

TEST(VirtualMac, OverIpv6IsTheOtherOne) {
  RecordProperty("covers", "V3-6.4.3-03 V3-8.2.2-01");
  auto scenario = dual_stack_pair(instance6_text(100, "  use_vmac\n"),
                                  instance6_text(90, "  use_vmac\n"), "2001:db8::100");
  add_fault(scenario, 10s, HostFault{kLb1, HostVerb::power_off}, 20s);
  World world(scenario, {});
  const auto result = world.run();
  ASSERT_TRUE(result);
  EXPECT_EQ(world.arp(kClient, scenario.probes[0].target),
            (MacAddress{{0x00, 0x00, 0x5e, 0x00, 0x02, 51}}));
  EXPECT_TRUE(all_oracles_pass(*result));
}

TEST(VirtualMac, TheRfcProfileHasItAlways) {
  RecordProperty("covers", "V3-7.2-02");
  auto scenario = pair();
  for (const auto host : {kLb1, kLb2}) scenario.hosts[host].profile = Profile::rfc;
  World world(scenario, {});
  const auto result = world.run();
  ASSERT_TRUE(result);
  EXPECT_EQ(world.arp(kClient, kVip), kVirtualMac);
  EXPECT_TRUE(all_oracles_pass(*result));
}

Scenario unicast_pair() {
  auto scenario = pair();
  const auto text = [](int priority, unsigned own, unsigned peer) {
    const std::string network = "192.168.56.";
    return instance_text(priority, "  unicast_src_ip " + network + std::to_string(own) +
                                       "\n  unicast_peer {\n    " + network + std::to_string(peer) +
                                       "\n  }\n");
  };
  scenario.hosts[kLb1].config = parse_config(text(100, 130, 132));
  scenario.hosts[kLb2].config = parse_config(text(90, 132, 130));
  return scenario;
}

TEST(Unicast, FailsOverLikeMulticast) {
  auto scenario = unicast_pair();
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop});
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::master), at(3'609'375us));
  EXPECT_EQ(entered(result, kLb2, State::master), at(10'648'537'500ns));
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(Unicast, ADroppedDirectionMakesTwoMasters) {
  auto scenario = unicast_pair();
  FirewallRule deaf;
  deaf.chain = FirewallChain::input;
  deaf.protocol = 112;
  deaf.source.emplace();
  deaf.source->address = Ipv4Address{0xc0a83882};
  add_fault(scenario, 10s, FirewallFault{kLb2, deaf}, 20s);
  waive(scenario, "one_master");
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::master), at(9'609'375us + 100us + 3'648'437'500ns));
  EXPECT_EQ(entered(result, kLb1, State::backup, 10s), Instant::max());
  // lb2's advert of 30.2579125 s; lb1's answer 0.1 ms later is heard again.
  EXPECT_EQ(entered(result, kLb2, State::backup, 30s), at(30'257'912'500ns + 100us + 100us));
  EXPECT_EQ(result.verdict, Verdict::pass);
}

TEST(Unicast, ToAPeerThatIsNotThereOnlyArpLeaves) {
  auto scenario = unicast_pair();
  scenario.hosts.erase(scenario.hosts.begin() + kLb2, scenario.hosts.end());
  scenario.probes.clear();
  World world(scenario, {});
  const auto result = world.run();
  ASSERT_TRUE(result);
  EXPECT_EQ(world.adverts(kLb1), 57U) << "from 3.609375 s on, one a second";
  // Ten gratuitous ARPs; requests a second apart, three a turn, and none before the next advert.
  EXPECT_GE(result->frames.sent, 10U + 42U);
  EXPECT_LE(result->frames.sent, 10U + 57U);
}

}  // namespace
}  // namespace understudy::sim::test
