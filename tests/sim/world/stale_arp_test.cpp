// The most reported outage of all: a silent cut heals, and the client goes on talking to the loser.
#include <gtest/gtest.h>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

constexpr int kPhases = 40;
constexpr Duration kInterval = 1s;

/// Of all phases of a 5 s cut in both directions, how many leave the client's entry wrong a second
/// after it has healed.
int stale_phases(bool last_word, bool wide) {
  FirewallRule deaf;
  deaf.chain = FirewallChain::input;
  deaf.protocol = 112;
  int stale = 0;
  for (int phase = 0; phase < kPhases; ++phase) {
    auto scenario = wide ? pair6() : pair();
    const Duration cut = 10s + phase * kInterval / kPhases;
    const Duration look = cut + 5s + 1s;
    scenario.duration = 18s;
    scenario.probes[0].every = 100ms;
    for (const auto host : {kLb1, kLb2}) {
      scenario.hosts[host].config->instances[0].higher_prio_send_advert = last_word;
      add_fault(scenario, cut, FirewallFault{host, deaf}, 5s);
    }
    const std::string address = wide ? "'2001:db8::100'" : "192.168.56.100";
    const std::string instance = wide ? "VI_6" : "VI_1";
    add_expectation(scenario, ExpectationForm::at, cut + 4900ms, "masters(" + instance + ") == 2");
    add_expectation(scenario, ExpectationForm::at, look, "master(" + instance + ") == lb1");
    add_expectation(scenario, ExpectationForm::at, look,
                    "arp(client, " + address + ") == mac(lb1)");
    const auto result = run(scenario, {.pcap_directory = "", .timeline = false});
    if (!result) return -1;
    EXPECT_EQ(result->expectations[0].verdict, Verdict::pass) << phase;
    EXPECT_EQ(result->expectations[1].verdict, Verdict::pass) << phase;
    stale += result->expectations[2].verdict == Verdict::fail ? 1 : 0;
  }
  return stale;
}

TEST(StaleArp, NoPhaseOfASilentCutLeavesOneBehind) {
  EXPECT_EQ(stale_phases(true, false), 0);
  EXPECT_EQ(stale_phases(true, true), 0);
}

// The old master's tick comes first in 90/256 of all moments: 14 of 40 phases.
TEST(StaleArp, ALoserWithoutALastWordLeavesItInSomePhases) {
  const int stale = stale_phases(false, false);
  EXPECT_GE(stale, 13);
  EXPECT_LE(stale, 15);
  EXPECT_EQ(stale_phases(false, true), stale);
}

}  // namespace
}  // namespace understudy::sim::test
