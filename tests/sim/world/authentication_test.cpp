// Authenticated adverts between simulated hosts: AH, and signatures that depend on wall clocks.
#include <gtest/gtest.h>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

TEST(AuthenticatedPair, AhFailsOverAndPassesRulesForVrrp) {
  auto scenario = pair();
  for (const auto host : {kLb1, kLb2}) {
    auto text = instance_text(host == kLb1 ? 100 : 90);
    text.replace(text.find("PASS"), 4, "AH");
    scenario.hosts[host].config = parse_config(text);
  }
  FirewallRule rule;
  rule.protocol = 112;  // the packets are of protocol 51
  add_fault(scenario, 5s, FirewallFault{kLb1, rule}, 4s);
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop});
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::master), at(3'609'375us));
  EXPECT_EQ(entered(result, kLb2, State::master), at(10'648'537'500ns));
  EXPECT_TRUE(all_oracles_pass(result));
}

Scenario signing_pair() {
  auto scenario = pair6();
  const std::string signature =
      "  auth_hmac {\n    key 1 0123456789abcdef0123456789abcdef\n    active_key 1\n  }\n";
  scenario.hosts[kLb1].config = parse_config(instance6_text(100, signature));
  scenario.hosts[kLb2].config = parse_config(instance6_text(90, signature));
  return scenario;
}

TEST(AuthenticatedPair, SignedAdvertsFailOver) {
  for (const bool wide : {true, false}) {
    auto scenario = wide ? signing_pair() : pair();
    if (!wide)
      for (const auto host : {kLb1, kLb2}) {
        auto& instance = scenario.hosts[host].config->instances[0];
        instance.auth_hmac = signing_pair().hosts[host].config->instances[0].auth_hmac;
        instance.authentication = {};
      }
    scenario.hosts[kLb2].clock_offset = 2s;  // the window is 5 s
    add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop});
    const auto result = play(scenario);
    EXPECT_EQ(entered(result, kLb1, State::master), at(3'609'375us)) << wide;
    EXPECT_EQ(entered(result, kLb2, State::master), at(10'648'537'500ns)) << wide;
    EXPECT_TRUE(all_oracles_pass(result)) << wide;
  }
}

TEST(AuthenticatedPair, ClocksTooFarApartMakeTwoMastersUntilTheyAreSet) {
  auto scenario = signing_pair();
  scenario.hosts[kLb2].clock_offset = 20s;
  add_fault(scenario, 20s, ClockFault{kLb2, -20s});
  expect_at(scenario, 19s, "masters(VI_6) == 2");
  expect_at(scenario, 23s, "master(VI_6) == lb1");
  waive(scenario, "one_master");
  const auto result = play(scenario);
  expect_all_pass(result);
}

}  // namespace
}  // namespace understudy::sim::test
