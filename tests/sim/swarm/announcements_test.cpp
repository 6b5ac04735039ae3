// A client that talks to the wrong host is excused by what was lost, never by what was not said.
#include "sim/swarm/announcements.h"

#include <gtest/gtest.h>

#include "sim/swarm/judge.h"
#include "tests/sim/world/pair.h"

namespace understudy::sim::swarm::test {
namespace {

using namespace std::chrono_literals;
using sim::test::add_fault;
using sim::test::kClient;
using sim::test::kLb1;
using sim::test::kLb2;

/// lb1 and lb2 do not hear each other from 20 to 25 s; the client, which never probes, then takes
/// the address to be lb2's.
Scenario deaf_pair() {
  auto scenario = sim::test::pair();
  scenario.duration = 60s;
  scenario.oracles_from = 50s;
  scenario.hosts[kClient].stack = StackKind::cisco;
  FirewallRule deaf;
  deaf.chain = FirewallChain::input;
  deaf.protocol = 112;
  for (const auto host : {kLb1, kLb2}) add_fault(scenario, 20s, FirewallFault{host, deaf}, 5s);
  return scenario;
}

TEST(Announcements, ThoseOfTheWinnerPutTheClientRight) { EXPECT_FALSE(judge(deaf_pair()).failure); }

TEST(Announcements, AWinnerThatHearsTheOtherAndDoesNotAnnounceHasNoExcuse) {
  auto scenario = deaf_pair();
  scenario.hosts[kLb1].config->instances[0].garp_lower_prio_repeat = 0;
  const auto outcome = judge(scenario);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->oracle, "true_arp");
  EXPECT_EQ(outcome.failure->explanation, Explanation::none);
}

TEST(Announcements, ThoseThatAreLostOnTheWayAreAnExcuse) {
  auto scenario = deaf_pair();
  LinkFault deaf_client{kClient, 0, false, true, {}};
  deaf_client.set.loss = kAlways;
  deaf_client.set.match = TrafficMatch{TrafficMatch::kArp};
  add_fault(scenario, 24'900ms, deaf_client, 15s);
  const auto outcome = judge(scenario);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->oracle, "true_arp");
  EXPECT_EQ(outcome.failure->explanation, Explanation::lost_announcement);
}

/// From 20 s on one host's own packet filter lets no advert in for so long, and none out.
Scenario deaf_and_mute(std::size_t host, Duration deaf, Duration mute) {
  auto scenario = deaf_pair();
  scenario.timeline.clear();
  FirewallRule rule;
  rule.chain = FirewallChain::input;
  rule.protocol = 112;
  add_fault(scenario, 20s, FirewallFault{host, rule}, deaf);
  rule.chain = FirewallChain::output;
  add_fault(scenario, 20s, FirewallFault{host, rule}, mute);
  return scenario;
}

/// lb2 becomes master and yields again at 25 s without having been heard.
Scenario mute_rival() { return deaf_and_mute(kLb2, 5s, 15s); }

/// lb1 is master, and its own packet filter drops what a NIC that stands still now and then lets go
/// on.
TEST(Announcements, WhatAFilterDropsAfterAPauseIsNotHeard) {
  auto scenario = deaf_and_mute(kLb1, 10s, 5s);
  EXPECT_EQ(judge(scenario).failure.value_or(Failure{}).explanation,
            Explanation::lost_announcement);
  auto& pause =
      scenario.timeline[add_fault(scenario, 24s, PauseFault{kLb1, PauseWhat::nic}, 100ms)];
  pause.every = 130ms;
  pause.until = 28s;
  const auto outcome = judge(scenario);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->oracle, "true_arp");
  EXPECT_EQ(outcome.failure->explanation, Explanation::lost_announcement);
}

TEST(Announcements, ALastWordThatCouldNotBeSaidIsSaidLater) {
  EXPECT_FALSE(judge(mute_rival()).failure);
}

TEST(Announcements, AMuteRivalThatIsKilledIsAnExcuse) {
  auto scenario = mute_rival();
  add_fault(scenario, 30s, DaemonFault{kLb2, DaemonVerb::kill});
  const auto outcome = judge(scenario);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->oracle, "true_arp");
  EXPECT_EQ(outcome.failure->explanation, Explanation::lost_announcement);
}

TEST(Announcements, ARivalThatResignsMakesTheMasterAnnounce) {
  auto scenario = deaf_pair();
  add_fault(scenario, 25'001ms, DaemonFault{kLb2, DaemonVerb::stop});
  EXPECT_FALSE(judge(scenario).failure);
  scenario.hosts[kLb1].config->instances[0].garp_lower_prio_repeat = 0;
  const auto outcome = judge(scenario);
  ASSERT_TRUE(outcome.failure);
  EXPECT_EQ(outcome.failure->oracle, "true_arp");
}

}  // namespace
}  // namespace understudy::sim::swarm::test
