// Planted mistakes become small scenarios.
#include "sim/swarm/shrink.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "sim/swarm/fault_facts.h"
#include "sim/swarm/keepsake.h"
#include "tests/sim/world/pair.h"

namespace understudy::sim::swarm::test {
namespace {

using namespace std::chrono_literals;
using sim::test::add_fault;
using sim::test::kClient;
using sim::test::kLb1;
using sim::test::kLb2;

/// The pair with a second client, and all sorts of things going on.
Scenario busy_pair(const std::string& extra = {}) {
  auto scenario = sim::test::pair();
  for (const auto& [host, priority] : {std::pair{kLb1, 100}, std::pair{kLb2, 90}}) {
    scenario.hosts[host].config_text = sim::test::instance_text(priority, extra);
    scenario.hosts[host].config = sim::test::parse_config(scenario.hosts[host].config_text);
  }
  scenario.seed = 77;
  scenario.duration = 120s;
  scenario.probes[0].every = 500ms;
  auto other = scenario.hosts[kClient];
  other.name = "client2";
  other.nics[0].address.address = Ipv4Address{0xc0a8380b};
  scenario.hosts.push_back(other);
  scenario.segments[0].link.jitter = 37us;
  scenario.hosts[kLb1].wakeup = {100us, 700us};
  scenario.hosts[kLb2].phase = 123ms;
  add_fault(scenario, 3217ms, ServiceFault{kLb2, 0, ServiceVerb::stop}, 1234ms);
  add_fault(scenario, 4111ms, NicFault{3, 0, false}, 777ms);
  add_fault(scenario, 5333ms, ServiceFault{kLb1, 0, ServiceVerb::hang}, 4321ms);
  add_fault(scenario, 6777ms, PauseFault{3, PauseWhat::vm}, 111ms);
  return scenario;
}

bool has_kind(const Scenario& scenario, const std::string& kind) {
  return std::any_of(scenario.timeline.begin(), scenario.timeline.end(),
                     [&](const Fault& fault) { return kind_of(fault.verb) == kind; });
}

TEST(Shrink, AKilledDaemonThatNobodyStartsAgainIsAllThatIsLeft) {
  auto scenario = busy_pair();
  add_fault(scenario, 20789ms, DaemonFault{kLb1, DaemonVerb::kill, {}}, std::nullopt);
  add_fault(scenario, 31415ms, NicFault{kLb2, 0, false}, 999ms);
  const auto outcome = judge(scenario);
  ASSERT_TRUE(outcome.failure);
  ASSERT_EQ(outcome.failure->oracle, "holder_is_master");

  const auto shrunk = shrink(scenario, {});
  ASSERT_TRUE(shrunk);
  EXPECT_EQ(shrunk->failure.oracle, "holder_is_master");
  EXPECT_EQ(shrunk->failure.subject, outcome.failure->subject);
  ASSERT_EQ(shrunk->scenario.timeline.size(), 1U);
  EXPECT_EQ(kind_of(shrunk->scenario.timeline[0].verb), "daemon kill");
  EXPECT_EQ(shrunk->scenario.timeline[0].at % 1s, 0s);
  EXPECT_EQ(shrunk->scenario.hosts.size(), 1U);  // the other one is not needed
  EXPECT_TRUE(shrunk->scenario.probes.empty());
  EXPECT_TRUE(shrunk->any_seed);
  EXPECT_EQ(shrunk->scenario.seed, 0U);
  EXPECT_EQ(shrunk->scenario.segments[0].link.jitter, 0s);
  EXPECT_EQ(shrunk->scenario.hosts[0].wakeup.highest, 0s);
  EXPECT_LT(shrunk->scenario.duration, 20s);
}

/// A loser that yields without a word, and a client that never probes: some phases of a deaf spell
/// leave its entry wrong. `again`: the spell is made of two short ones.
Scenario stale_arp(std::optional<Duration> again = std::nullopt) {
  FirewallRule deaf;
  deaf.chain = FirewallChain::input;
  deaf.protocol = 112;
  for (int phase = 0; phase < 20; ++phase) {
    auto scenario = busy_pair("  higher_prio_send_advert false\n");
    scenario.hosts[kClient].stack = StackKind::cisco;
    const auto cut = 20s + phase * 50ms;
    for (const auto host : {kLb1, kLb2}) {
      auto& fault =
          scenario.timeline[add_fault(scenario, cut, FirewallFault{host, deaf}, again ? 2s : 5s)];
      fault.every = again;
      if (again) fault.until = cut + 3s;
    }
    add_fault(scenario, 17s, NicFault{kLb2, 0, false}, 999ms);
    scenario.oracles_from = 40s;
    const auto outcome = judge(scenario);
    if (outcome.failure && outcome.failure->oracle == "true_arp") return scenario;
  }
  ADD_FAILURE() << "no phase leaves a stale entry";
  return busy_pair();
}

TEST(Shrink, ASilentLoserNeedsADeafSpellAndAClient) {
  const auto scenario = stale_arp();
  const auto shrunk = shrink(scenario, {});
  ASSERT_TRUE(shrunk);
  EXPECT_EQ(shrunk->failure.oracle, "true_arp");
  EXPECT_EQ(shrunk->failure.explanation, Explanation::none);
  EXPECT_TRUE(heals(shrunk->scenario));
  EXPECT_LE(shrunk->scenario.timeline.size(), 2U);
  EXPECT_TRUE(has_kind(shrunk->scenario, "firewall"));
  EXPECT_EQ(shrunk->scenario.hosts.size(), 3U);  // two speakers and the client that is wrong
  EXPECT_EQ(shrunk->scenario.probes.size(), 1U);
  EXPECT_TRUE(shrunk->any_seed);
  for (const auto& fault : shrunk->scenario.timeline)
    EXPECT_EQ(fault.lasts.value_or(0s) % 100ms, 0s);
}

TEST(Shrink, FromItsFileItFailsAgainWithoutASeed) {
  const auto scenario = stale_arp();
  auto shrunk = shrink(scenario, {});
  ASSERT_TRUE(shrunk);
  dress(shrunk->scenario, shrunk->failure, shrunk->any_seed);
  const auto text = scenario_text(shrunk->scenario);
  EXPECT_TRUE(fails_from_text(text, "shrunk.yaml", shrunk->failure)) << text;
  EXPECT_NE(text.find("true_arp"), std::string::npos);
  EXPECT_EQ(text.find("seed: 77"), std::string::npos);
  EXPECT_NE(text.find("higher_prio_send_advert false"), std::string::npos);
}

// Rounded up, a short spell would last until after it comes again, which no file can say.
TEST(Shrink, WhatComesAgainIsOverBefore) {
  const auto scenario = stale_arp(2400ms);
  auto shrunk = shrink(scenario, {});
  ASSERT_TRUE(shrunk);
  dress(shrunk->scenario, shrunk->failure, shrunk->any_seed);
  const auto text = scenario_text(shrunk->scenario);
  EXPECT_TRUE(fails_from_text(text, "shrunk.yaml", shrunk->failure)) << text;
  EXPECT_NE(text.find("every: "), std::string::npos) << text;
}

TEST(Shrink, WhatDoesNotFailIsNotShrunk) { EXPECT_FALSE(shrink(busy_pair(), {})); }

TEST(Shrink, TakesTheSmallestOneWhenItMustStop) {
  auto scenario = busy_pair();
  add_fault(scenario, 20789ms, DaemonFault{kLb1, DaemonVerb::kill, {}}, std::nullopt);
  ShrinkOptions options;
  options.runs_max = 3;
  const auto shrunk = shrink(scenario, options);
  ASSERT_TRUE(shrunk);
  EXPECT_TRUE(judge(shrunk->scenario).failure);
}

}  // namespace
}  // namespace understudy::sim::swarm::test
