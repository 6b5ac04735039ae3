// Packet filters that refuse: what the sender sees.
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/scenario/firewall_rule.h"
#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

FirewallRule rule_of(const Scenario& scenario, std::size_t host, std::string_view text) {
  const auto rule = parse_firewall_rule(text, scenario.hosts[host]);
  EXPECT_TRUE(rule.has_value()) << text << ": " << rule.error().message;
  return rule.value_or(FirewallRule{});
}

/// From 10 to 11 s a rule stands at `host`. The first request's fate is looked at 500 us after it.
RunResult play_rule(Scenario scenario, std::size_t host, std::string_view text,
                    std::string_view lost_at_once) {
  add_fault(scenario, 10s, FirewallFault{host, rule_of(scenario, host, text)}, 1s);
  add_expectation(scenario, ExpectationForm::at, 10s + 500us, lost_at_once);
  const auto result = play(scenario);
  EXPECT_EQ(result.expectations[0].verdict, Verdict::pass)
      << text << ": " << result.expectations[0].detail;
  EXPECT_EQ(result.probes[0].longest_blackout, 1s) << text;
  EXPECT_EQ(result.probes[0].sent - result.probes[0].answered, 100U) << text;
  EXPECT_TRUE(all_oracles_pass(result)) << text;
  return result;
}

TEST(Refusal, AConnectionThatIsDroppedWaitsOneThatIsRejectedDoesNot) {
  play_rule(pair(), kLb1, "INPUT -p tcp --dport 80 -j DROP", "lost(web) == 0");
  play_rule(pair(), kLb1, "iptables INPUT -p tcp --dport 80 -j REJECT", "lost(web) == 1");
  play_rule(pair(), kLb1, "iptables -I INPUT -p tcp --dport 80 -j REJECT --reject-with tcp-reset",
            "lost(web) == 1");
  play_rule(pair(), kClient, "iptables OUTPUT -p tcp -j REJECT", "lost(web) == 1");
  play_rule(pair(), kClient, "OUTPUT -p tcp -j DROP", "lost(web) == 0");
}

TEST(Refusal, OverIpv6Too) {
  play_rule(pair6(), kLb1, "ip6tables INPUT -p tcp --dport 80 -j REJECT", "lost(web) == 1");
  play_rule(pair6(), kLb1, "ip6tables INPUT -p tcp -j REJECT --reject-with tcp-reset",
            "lost(web) == 1");
}

TEST(Refusal, OfPings) {
  auto scenario = pair();
  scenario.probes[0].kind = ProbeKind::ping;
  play_rule(scenario, kLb1, "INPUT -p icmp --icmp-type echo-request -j DROP", "lost(web) == 0");
  play_rule(scenario, kLb1, "iptables INPUT -p icmp -j REJECT", "lost(web) == 1");
  play_rule(scenario, kClient, "OUTPUT -p icmp -j DROP", "lost(web) == 1");
}

TEST(Refusal, ADaemonSeesEpermWhetherItsAdvertsAreDroppedOrRejected) {
  for (const auto* text : {"OUTPUT -p vrrp -j DROP", "iptables OUTPUT -p vrrp -j REJECT"}) {
    auto scenario = pair();
    waive(scenario, "one_master");
    add_fault(scenario, 10s, FirewallFault{kLb1, rule_of(scenario, kLb1, text)}, 20s);
    const auto result = play(scenario);
    EXPECT_EQ(entered(result, kLb2, State::master), at(9'609'475us + 3'648'437'500ns)) << text;
    const bool told = std::any_of(
        result.timeline.begin(), result.timeline.end(),
        [](const auto& entry) { return entry.text.find("EPERM") != std::string::npos; });
    EXPECT_TRUE(told) << text;
  }
}

TEST(Refusal, AnAdvertToTheGroupIsToldNothing) {
  auto scenario = pair();
  waive(scenario, "one_master");
  const auto before = play(scenario).frames.sent;
  auto other = scenario;
  other.hosts[kLb2].firewall.push_back(rule_of(scenario, kLb2, "iptables INPUT -p vrrp -j REJECT"));
  other.hosts[kLb2].config.reset();
  scenario.hosts[kLb2].config.reset();
  EXPECT_EQ(play(other).frames.sent, play(scenario).frames.sent);
  EXPECT_NE(before, 0U);
}

TEST(Refusal, ConfiguredRulesStandInOrderAndComeBackWithAPowerCut) {
  auto scenario = pair();
  waive(scenario, "one_master");
  auto& rules = scenario.hosts[kLb2].firewall;
  rules.push_back(rule_of(scenario, kLb2, "INPUT -s 192.168.56.10 -j ACCEPT"));
  rules.push_back(rule_of(scenario, kLb2, "INPUT ! -p tcp -j DROP"));
  add_fault(scenario, 20s, HostFault{kLb2, HostVerb::reboot}, 1s);
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::master), at(3'648'437'500ns)) << "it hears nobody";
  EXPECT_EQ(entered(result, kLb2, State::master, 20s), at(21s + 3'648'437'500ns));
}

TEST(Refusal, ARuleWithoutAPlaceInItsChainIsNotInserted) {
  auto scenario = pair();
  add_fault(scenario, 10s,
            FirewallFault{kLb1, rule_of(scenario, kLb1, "-I OUTPUT 2 -p vrrp -j DROP")}, 20s);
  EXPECT_EQ(entered(play(scenario), kLb2, State::master), Instant::max());
  scenario.hosts[kLb1].firewall.push_back(rule_of(scenario, kLb1, "OUTPUT -p tcp -j ACCEPT"));
  waive(scenario, "one_master");
  EXPECT_NE(entered(play(scenario), kLb2, State::master), Instant::max());
}

}  // namespace
}  // namespace understudy::sim::test
