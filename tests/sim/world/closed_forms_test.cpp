// The simulator against arithmetic: VRRP version 2, adverts every second, priorities 100 and 90.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

Duration outage(const RunResult& result) { return result.no_master.at("VI_1"); }

TEST(ClosedForms, AStoppedDaemonLeavesTheSkewWhateverThePhase) {
  for (const auto phase : {0ms, 137ms, 500ms, 990ms}) {
    auto scenario = pair();
    scenario.hosts[kLb1].phase = phase;
    add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop});
    // (256 - 90) / 256 s, and two cables of 50 us.
    EXPECT_EQ(outage(play(scenario)), 648'437'500ns + 100us);
  }
}

TEST(ClosedForms, APowerCutLeavesBetween2648And3648Milliseconds) {
  Duration lowest = 1h, highest{};
  for (int step = 0; step < 20; ++step) {
    auto scenario = pair();
    add_fault(scenario, 10s + step * 50ms, HostFault{kLb1, HostVerb::power_off});
    const auto gap = outage(play(scenario));
    EXPECT_GT(gap, 2'648'437'500ns);
    EXPECT_LE(gap, 3'648'437'500ns + 100us);
    lowest = std::min(lowest, gap);
    highest = std::max(highest, gap);
  }
  EXPECT_LT(lowest, 2'710ms);
  EXPECT_GT(highest, 3'590ms);
}

TEST(ClosedForms, AMasterThatNobodyHeardComesAfter3609Milliseconds) {
  auto scenario = pair();
  scenario.hosts[kLb1].phase = 250ms;
  EXPECT_EQ(entered(play(scenario), kLb1, State::master), at(250ms + 3'609'375us));
}

// Without a gratuitous ARP the client keeps the old MAC; Linux repairs that by its own probing
// once the entry is stale, 15 to 45 s after the last answer, and 5 + 3 s after that.
TEST(ClosedForms, WithoutAnnouncementsArpStaysStaleUntilLinuxProbes) {
  auto scenario = pair();
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
  EXPECT_GT(blackout.relearn, 15s) << "that is where the time went";
  EXPECT_EQ(oracle(result, "true_arp").verdict, Verdict::fail);
}

// A cut that heals after the backup took over: ARP stays stale exactly if the old master's tick
// comes first. The ticks differ by 166/256 s, so that is 90/256 of all moments of healing, given a
// loser that yields silently, as keepalived's does.
TEST(ClosedForms, ArpStaysStaleAfterACutThatHealsInNinetyOf256Moments) {
  FirewallRule deaf;
  deaf.chain = FirewallChain::input;
  deaf.protocol = 112;
  int stale = 0;
  for (int step = 0; step < 64; ++step) {
    auto scenario = pair();
    scenario.duration = 33s;
    for (const auto host : {kLb1, kLb2}) {
      scenario.hosts[host].config->instances[0].higher_prio_send_advert = false;
      add_fault(scenario, 10s, FirewallFault{host, deaf}, 18s + step * 15'625us);
    }
    add_expectation(scenario, ExpectationForm::at, 31s, "arp(client, 192.168.56.100) == mac(lb1)");
    add_expectation(scenario, ExpectationForm::at, 31s, "master(VI_1) == lb1");
    const auto result = play(scenario);
    stale += result.expectations[0].verdict == Verdict::fail ? 1 : 0;
    EXPECT_EQ(result.expectations[1].verdict, Verdict::pass);
  }
  EXPECT_GE(stale, 22);  // 22.5 of 64
  EXPECT_LE(stale, 23);
}

// With our last word of a master that yields, the winner learns of the contest and announces.
TEST(ClosedForms, ALastWordOfTheLoserLeavesNoStaleArp) {
  FirewallRule deaf;
  deaf.chain = FirewallChain::input;
  deaf.protocol = 112;
  for (int step = 0; step < 16; ++step) {
    auto scenario = pair();
    scenario.duration = 33s;
    for (const auto host : {kLb1, kLb2})
      add_fault(scenario, 10s, FirewallFault{host, deaf}, 18s + step * 62'500us);
    add_expectation(scenario, ExpectationForm::at, 31s, "arp(client, 192.168.56.100) == mac(lb1)");
    EXPECT_EQ(play(scenario).expectations[0].verdict, Verdict::pass) << step;
  }
}

// The rest of the wakeup range shows as lateness of the takeover, never as earliness.
TEST(ClosedForms, AWakeupLatencyDelaysTheTakeoverByNoMore) {
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    auto scenario = pair();
    scenario.seed = seed;
    for (const auto host : {kLb1, kLb2}) scenario.hosts[host].wakeup = {1ms, 5ms};
    const auto first = entered(play(scenario), kLb1, State::master);
    EXPECT_GE(first, at(3'609'375us + 1ms));
    EXPECT_LE(first, at(3'609'375us + 5ms));
  }
}

}  // namespace
}  // namespace understudy::sim::test
