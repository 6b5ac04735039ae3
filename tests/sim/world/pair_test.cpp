// The classical pair's four tests, with the figures that the arithmetic of VRRP gives.
#include "tests/sim/world/pair.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace understudy::sim::test {
namespace {

TEST(Pair, FirstMasterComesAfterItsMasterDownInterval) {
  const auto result = play(pair());
  // 3 s and (256 - 100) / 256 s after the start.
  EXPECT_EQ(entered(result, kLb1, State::master), at(3'609'375us));
  EXPECT_EQ(entered(result, kLb2, State::master), Instant::max());
  EXPECT_TRUE(all_oracles_pass(result));
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_EQ(result.no_master.at("VI_1"), Duration{});
  EXPECT_EQ(result.dual_master.at("VI_1"), Duration{});
  EXPECT_EQ(result.probes[0].sent, 5500U);
  EXPECT_EQ(result.probes[0].answered, 5500U);
  EXPECT_TRUE(result.probes[0].blackouts.empty());
  EXPECT_EQ(result.probes[0].longest_blackout, Duration{});
}

// The worked example of the project's design, to the nanosecond.
TEST(Pair, StoppedDaemonCostsTheSkewOfTheOther) {
  auto scenario = pair();
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop});
  const auto result = play(scenario);
  ASSERT_EQ(entered(result, kLb2, State::master), at(10'648'537'500ns));
  EXPECT_EQ(result.transitions.back().reason, Reason::graceful_shutdown);
  const auto& web = result.probes[0];
  EXPECT_EQ(web.sent, 5500U);
  EXPECT_EQ(web.answered, 5435U);
  EXPECT_EQ(web.longest_blackout, 650ms);
  ASSERT_EQ(web.blackouts.size(), 1U);
  const auto& blackout = web.blackouts[0];
  EXPECT_EQ(blackout.start, at(10s));
  EXPECT_EQ(blackout.end, at(10'650ms));
  EXPECT_EQ(blackout.detect, Duration{});
  EXPECT_EQ(blackout.elect, 648'537'500ns);
  EXPECT_EQ(blackout.announce, 100us);
  EXPECT_EQ(blackout.relearn, Duration{});
  EXPECT_EQ(blackout.probe, 1'362'500ns);
  EXPECT_EQ(result.dual_master.at("VI_1"), Duration{});
  EXPECT_EQ(result.dual_holder.at("192.168.56.100"), Duration{});
  EXPECT_EQ(result.no_master.at("VI_1"), 648'537'500ns);
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(Pair, DaemonThatComesBackPreemptsWithoutAnOutage) {
  auto scenario = pair();
  scenario.hosts[kLb1].daemon_started = false;
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::start});
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::master), at(3'648'437'500ns));
  EXPECT_EQ(entered(result, kLb1, State::master), at(13'609'375us));
  // The loser hears of it two cables later.
  EXPECT_EQ(entered(result, kLb2, State::backup, 13s), at(13'609'475us));
  EXPECT_EQ(result.dual_master.at("VI_1"), 100us);
  EXPECT_LE(result.probes[0].longest_blackout, 20ms);
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(Pair, DroppedAdvertsMakeTwoMastersUntilTheRuleGoes) {
  auto scenario = pair();
  FirewallRule rule;
  rule.protocol = 112;
  add_fault(scenario, 10s, FirewallFault{kLb1, rule}, 20s);
  waive(scenario, "one_master");
  const auto result = play(scenario);
  // The last advert that got out was sent at 9.609375 s.
  EXPECT_EQ(entered(result, kLb2, State::master), at(9'609'375us + 100us + 3'648'437'500ns));
  // It speaks every second from then on; lb1 hears that and answers, in vain while the rule stands.
  EXPECT_EQ(entered(result, kLb2, State::backup, 30s), at(30'257'912'500ns + 100us + 100us));
  EXPECT_EQ(oracle(result, "one_master").verdict, Verdict::waived);
  EXPECT_EQ(result.verdict, Verdict::pass);
  // ARP passed the rule, so the client was served by the one or the other throughout.
  EXPECT_LE(result.probes[0].longest_blackout, 20ms);
  const auto refusals =
      std::count_if(result.timeline.begin(), result.timeline.end(), [](const TimelineEntry& entry) {
        return entry.kind == TimelineEntry::Kind::refusal &&
               entry.text.find("EPERM") != std::string::npos;
      });
  EXPECT_EQ(refusals, 1) << "told once, not once an advert";
}

TEST(Pair, NginxThatCannotBeStartedCostsScriptPhaseAndSkew) {
  auto scenario = pair_with_checks(20ms);
  add_fault(scenario, 10s, ServiceFault{kLb1, 0, ServiceVerb::break_});
  const auto result = play(scenario);
  // Checks start at 0, 3, 6, 9, 12 s; that of 12 s gives up 20 ms later.
  EXPECT_EQ(entered(result, kLb1, State::init), at(12'020ms));
  EXPECT_EQ(entered(result, kLb2, State::master), at(12'020ms + 100us + 648'437'500ns));
  ASSERT_EQ(result.probes[0].blackouts.size(), 1U);
  const auto& blackout = result.probes[0].blackouts[0];
  EXPECT_EQ(blackout.start, at(10s));
  EXPECT_EQ(blackout.end, at(12'670ms));
  EXPECT_EQ(blackout.detect, 2'020ms);
  EXPECT_EQ(blackout.elect, 648'537'500ns);
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(Pair, NginxThatCanBeStartedIsBackAfterTheNextCheck) {
  auto scenario = pair_with_checks(20ms);
  add_fault(scenario, 10s, ServiceFault{kLb1, 0, ServiceVerb::stop});
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::master), Instant::max());
  ASSERT_EQ(result.probes[0].blackouts.size(), 1U);
  const auto& blackout = result.probes[0].blackouts[0];
  EXPECT_EQ(blackout.start, at(10s));
  // The request sent at 12.02 s arrives after the script of 12 s has ended.
  EXPECT_EQ(blackout.end, at(12'020ms));
  EXPECT_EQ(blackout.detect, 2'020ms);
  EXPECT_EQ(blackout.elect + blackout.announce + blackout.relearn + blackout.probe, Duration{});
  EXPECT_TRUE(all_oracles_pass(result));
}

// Profile rfc announces once; keepalived's bursts come twice.
TEST(Pair, ProfileRfcAnnouncesOnce) {
  const auto garps = [](Profile profile, std::string_view expected) {
    auto scenario = pair();
    scenario.hosts[kLb1].profile = scenario.hosts[kLb2].profile = profile;
    add_expectation(scenario, ExpectationForm::at, 59s, expected);
    const auto result = play(scenario);
    EXPECT_EQ(entered(result, kLb1, State::master), at(3'609'375us));
    EXPECT_TRUE(all_oracles_pass(result));
    EXPECT_EQ(result.expectations[0].verdict, Verdict::pass) << result.expectations[0].detail;
  };
  garps(Profile::keepalived, "garps(lb1, 192.168.56.100) == 10");
  garps(Profile::rfc, "garps(lb1, 192.168.56.100) == 1");
}

}  // namespace
}  // namespace understudy::sim::test
