// Pings: answered by whoever's kernel holds the address.
#include <gtest/gtest.h>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

Scenario pinged() {
  auto scenario = pair();
  scenario.probes[0].kind = ProbeKind::ping;
  return scenario;
}

TEST(Ping, IsAnsweredWithoutServiceAndDaemon) {
  auto scenario = pinged();
  add_fault(scenario, 10s, ServiceFault{kLb1, 0, ServiceVerb::stop});
  add_fault(scenario, 20s, DaemonFault{kLb1, DaemonVerb::kill});
  waive(scenario, "holder_is_master");
  const auto result = play(scenario);
  EXPECT_EQ(result.probes[0].sent, 5'500U);
  EXPECT_EQ(result.probes[0].answered, 5'500U);
}

TEST(Ping, MissesAFrozenMachineUntilTheOtherHasTheAddress) {
  auto scenario = pinged();
  add_fault(scenario, 10s, PauseFault{kLb1, PauseWhat::vm}, 20s);
  const auto result = play(scenario);
  ASSERT_GE(result.probes[0].blackouts.size(), 1U);
  EXPECT_EQ(result.probes[0].blackouts[0].start, at(10s));
  EXPECT_EQ(result.probes[0].blackouts[0].end, at(13'260ms));
}

TEST(Ping, OfAPausedDaemonsAddressIsAnswered) {
  auto scenario = pinged();
  waive(scenario, "one_master");
  add_fault(scenario, 10s, PauseFault{kLb1, PauseWhat::daemon}, 20s);
  // Only when it goes on and the other yields, the client's ARP entry leads to nobody for a moment.
  const auto blackouts = play(scenario).probes[0].blackouts;
  ASSERT_EQ(blackouts.size(), 1U);
  EXPECT_EQ(blackouts[0].start, at(30s));
}

TEST(Ping, ReachesIpv6Too) {
  auto scenario = pair6();
  scenario.probes[0].kind = ProbeKind::ping;
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop});
  const auto result = play(scenario);
  ASSERT_EQ(result.probes[0].blackouts.size(), 1U);
  EXPECT_LT(result.probes[0].longest_blackout, 700ms);
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(Ping, AClosedAddressDoesNotAnswer) {
  auto scenario = pair();
  scenario.probes[0].kind = ProbeKind::ping;
  for (const auto host : {kLb1, kLb2})
    scenario.hosts[host].config =
        parse_config(instance_text(host == kLb1 ? 100 : 90, "  no_accept\n"));
  EXPECT_EQ(play(scenario).probes[0].answered, 0U);
  auto wide = pair6();
  wide.probes[0].kind = ProbeKind::ping;
  EXPECT_GT(play(wide).probes[0].answered, 0U);
  for (const auto host : {kLb1, kLb2})
    wide.hosts[host].config =
        parse_config(instance6_text(host == kLb1 ? 100 : 90, "  no_accept\n"));
  EXPECT_EQ(play(wide).probes[0].answered, 0U);
}

TEST(Ping, FromTheHostItselfNeedsNoNetwork) {
  auto scenario = pinged();
  scenario.probes[0].from = kLb1;
  const auto result = play(scenario);
  EXPECT_EQ(result.probes[0].answered, result.probes[0].sent);
}

}  // namespace
}  // namespace understudy::sim::test
