// Every verb of a timeline: what it does, and what its end puts right.
#include <gtest/gtest.h>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

constexpr std::string_view kVip = "192.168.56.100";

TEST(ServiceVerb, StopsStartsHangsAndBreaks) {
  auto scenario = pair();
  add_fault(scenario, 10s, ServiceFault{kLb1, 0, ServiceVerb::stop});
  add_fault(scenario, 12s, ServiceFault{kLb1, 0, ServiceVerb::start});
  add_fault(scenario, 14s, ServiceFault{kLb1, 0, ServiceVerb::hang}, 2s);
  add_fault(scenario, 18s, ServiceFault{kLb1, 0, ServiceVerb::break_}, 2s);
  expect_at(scenario, 11s, "service(lb1, nginx) == down");
  expect_at(scenario, 13s, "service(lb1, nginx) == up");
  expect_at(scenario, 15s, "service(lb1, nginx) == hung");
  expect_at(scenario, 17s, "service(lb1, nginx) == up");
  expect_at(scenario, 19s, "service(lb1, nginx) == down");
  expect_at(scenario, 21s, "service(lb1, nginx) == up");
  const auto result = play(scenario);
  expect_all_pass(result);
  // Three outages of 2 s, none of which the protocol sees.
  ASSERT_EQ(result.probes[0].blackouts.size(), 3U);
  for (const auto& blackout : result.probes[0].blackouts) {
    EXPECT_EQ(blackout.end - blackout.start, 2s);
    EXPECT_EQ(blackout.detect, 2s);
  }
}

TEST(DaemonVerb, KillLeavesTheAddressAndItsArpAnswers) {
  auto scenario = pair();
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::kill});
  expect_at(scenario, 11s, "holders(192.168.56.100) == 1 and masters(VI_1) == 0");
  expect_at(scenario, 20s, "holders(192.168.56.100) == 2 and master(VI_1) == lb2");
  const auto result = play(scenario);
  expect_all_pass(result);
  // The last advert left at 9.609375 s.
  EXPECT_EQ(entered(result, kLb2, State::master), at(9'609'375us + 100us + 3'648'437'500ns));
  EXPECT_EQ(result.transitions.back().reason, Reason::master_silent);
  EXPECT_EQ(result.probes[0].answered, result.probes[0].sent)
      << "the dead daemon's kernel serves on, until the new master announces";
  EXPECT_EQ(oracle(result, "holder_is_master").verdict, Verdict::fail);
  EXPECT_NE(oracle(result, "holder_is_master").detail.find("lb1"), std::string::npos);
  EXPECT_EQ(result.dual_holder.at(std::string(kVip)), 60s - 13'257'912'500ns);
}

TEST(DaemonVerb, StartRemovesWhatADeadPredecessorLeft) {
  auto scenario = pair();
  waive(scenario, "holder_is_master");
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::kill});
  add_fault(scenario, 20s, DaemonFault{kLb1, DaemonVerb::start});
  expect_at(scenario, 20s, "holders(192.168.56.100) == 1");
  expect_at(scenario, 24s, "master(VI_1) == lb1 and holders(192.168.56.100) == 1");
  const auto result = play(scenario);
  expect_all_pass(result);
  EXPECT_EQ(result.verdict, Verdict::pass);
}

TEST(DaemonVerb, TheEndOfAStopStartsItAgain) {
  auto scenario = pair();
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop}, 10s);
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::master, 10s), at(20s + 3'609'375us));
}

TEST(HostVerb, PowerOffIsSilent) {
  auto scenario = pair();
  add_fault(scenario, 10s, HostFault{kLb1, HostVerb::power_off});
  expect_at(scenario, 10s, "holders(192.168.56.100) == 0 and service(lb1, nginx) == down");
  const auto result = play(scenario);
  expect_all_pass(result);
  EXPECT_TRUE(all_oracles_pass(result));
  EXPECT_EQ(entered(result, kLb2, State::master), at(9'609'375us + 100us + 3'648'437'500ns));
  ASSERT_EQ(result.probes[0].blackouts.size(), 1U);
  const auto& blackout = result.probes[0].blackouts[0];
  // Silence looks normal until the next advert would have come.
  EXPECT_EQ(blackout.start + blackout.detect, at(10'609'375us + 100us));
  EXPECT_EQ(blackout.elect, 2'648'437'500ns);
  EXPECT_EQ(blackout.announce, 100us);
}

TEST(HostVerb, TheEndOfAPowerCutBootsIt) {
  auto scenario = pair();
  add_fault(scenario, 10s, HostFault{kLb1, HostVerb::power_off}, 10s);
  expect_at(scenario, 21s, "service(lb1, nginx) == up and master(VI_1) == lb2");
  expect_at(scenario, 24s, "master(VI_1) == lb1");
  const auto result = play(scenario);
  expect_all_pass(result);
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(HostVerb, RebootStopsTheDaemonInGoodOrder) {
  auto scenario = pair();
  add_fault(scenario, 10s, HostFault{kLb1, HostVerb::reboot}, 20s);
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::master), at(10'648'537'500ns));
  EXPECT_EQ(entered(result, kLb1, State::master, 10s), at(30s + 3'609'375us));
}

TEST(PauseVerb, AStoppedDaemonsKernelAnswersOn) {
  auto scenario = pair();
  waive(scenario, "one_master");
  add_fault(scenario, 10s, PauseFault{kLb1, PauseWhat::daemon}, 20s);
  expect_at(scenario, 20s, "masters(VI_1) == 2 and holders(192.168.56.100) == 2");
  const auto result = play(scenario);
  expect_all_pass(result);
  EXPECT_EQ(entered(result, kLb2, State::master), at(9'609'375us + 100us + 3'648'437'500ns));
  // At 30 s the socket is drained first: lb2's adverts are lower, so lb1 stays and lb2 yields.
  EXPECT_EQ(entered(result, kLb1, State::backup, 30s), Instant::max());
  EXPECT_EQ(entered(result, kLb2, State::backup, 30s), at(30s + 100us));
  EXPECT_EQ(result.verdict, Verdict::pass);
}

TEST(PauseVerb, AStoppedBackupTakesWhatPiledUpBeforeItsDeadline) {
  auto scenario = pair();
  add_fault(scenario, 10s, PauseFault{kLb2, PauseWhat::daemon}, 20s);
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::master), Instant::max())
      << "its deadline passed, but the master's adverts had come";
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(PauseVerb, SigtermWaitsForAStoppedDaemon) {
  auto scenario = pair();
  waive(scenario, "one_master");
  add_fault(scenario, 10s, PauseFault{kLb1, PauseWhat::daemon}, 20s);
  add_fault(scenario, 15s, DaemonFault{kLb1, DaemonVerb::stop});
  expect_at(scenario, 16s, "holders(192.168.56.100) == 2");
  expect_at(scenario, 30s, "holders(192.168.56.100) == 1");
  const auto result = play(scenario);
  expect_all_pass(result);
  EXPECT_EQ(entered(result, kLb1, State::init, 10s), at(30s));
}

TEST(PauseVerb, AFrozenMachineAnswersNothing) {
  auto scenario = pair();
  add_fault(scenario, 10s, PauseFault{kLb1, PauseWhat::vm}, 20s);
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::master), at(9'609'375us + 100us + 3'648'437'500ns));
  ASSERT_GE(result.probes[0].blackouts.size(), 1U);
  EXPECT_EQ(result.probes[0].blackouts[0].start, at(10s));
  EXPECT_EQ(result.probes[0].blackouts[0].end, at(13'260ms));
  // It wakes as MASTER, its advert overdue; lb2 hears the higher one and yields.
  EXPECT_EQ(entered(result, kLb2, State::backup, 30s), at(30s + 100us));
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(PauseVerb, AShortFreezeCostsNoElection) {
  auto scenario = pair();
  add_fault(scenario, 10s, PauseFault{kLb1, PauseWhat::vm}, 2s);
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::master), Instant::max());
  ASSERT_EQ(result.probes[0].blackouts.size(), 1U);
  EXPECT_EQ(result.probes[0].blackouts[0].detect, 2s);
}

TEST(PauseVerb, AScriptStandsStillWithItsMachine) {
  auto scenario = pair_with_checks(100ms);
  // The check that starts at 9 s is frozen 50 ms later, for 2 s.
  add_fault(scenario, 9'050ms, PauseFault{kLb1, PauseWhat::vm}, 2s);
  add_fault(scenario, 9'040ms, ServiceFault{kLb1, 0, ServiceVerb::stop});
  expect_at(scenario, 11'099ms, "service(lb1, nginx) == down");
  expect_at(scenario, 11'101ms, "service(lb1, nginx) == up");
  expect_all_pass(play(scenario));
}

TEST(PauseVerb, AMachineThatLosesItsPowerFrozenBootsWell) {
  auto scenario = pair();
  add_fault(scenario, 10s, PauseFault{kLb1, PauseWhat::vm});
  add_fault(scenario, 15s, HostFault{kLb1, HostVerb::power_off}, 5s);
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::master, 10s), at(20s + 3'609'375us));
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(PauseVerb, AFrozenMachineStartsItsDaemonWhenItGoesOn) {
  auto scenario = pair();
  scenario.hosts[kLb1].phase = 1s;
  add_fault(scenario, 500ms, PauseFault{kLb1, PauseWhat::vm}, 1s);
  EXPECT_EQ(entered(play(scenario), kLb1, State::master), at(1500ms + 3'609'375us));
}

TEST(NicVerb, DownIsAFaultAtOnceAndTheAddressStaysUntilThen) {
  auto scenario = pair();
  add_fault(scenario, 10s, NicFault{kLb1, 0, false}, 10s);
  expect_at(scenario, 10s, "state(lb1, VI_1) == FAULT and holders(192.168.56.100) == 0");
  expect_at(scenario, 20s, "state(lb1, VI_1) == BACKUP");
  const auto result = play(scenario);
  expect_all_pass(result);
  EXPECT_TRUE(all_oracles_pass(result));
  // Its resignation could not leave, so lb2 waits for the silence.
  EXPECT_EQ(entered(result, kLb2, State::master), at(9'609'375us + 100us + 3'648'437'500ns));
  EXPECT_EQ(entered(result, kLb1, State::master, 20s), at(20s + 3'609'375us));
}

TEST(FirewallVerb, InputDropsMakeTwoMastersToo) {
  auto scenario = pair();
  waive(scenario, "one_master");
  FirewallRule rule;
  rule.chain = FirewallChain::input;
  rule.protocol = 112;
  add_fault(scenario, 10s, FirewallFault{kLb2, rule}, 20s);
  expect_at(scenario, 20s, "masters(VI_1) == 2");
  // lb1 hears lb2's adverts and answers; once lb2's rule goes it hears the answer.
  expect_at(scenario, 31'100ms, "master(VI_1) == lb1");
  expect_all_pass(play(scenario));
}

TEST(FirewallVerb, DroppingTheServiceIsTheClientsOutageAlone) {
  auto scenario = pair();
  FirewallRule rule;
  rule.chain = FirewallChain::input;
  rule.protocol = 6;
  add_fault(scenario, 10s, FirewallFault{kLb1, rule}, 3s);
  const auto result = play(scenario);
  ASSERT_EQ(result.probes[0].blackouts.size(), 1U);
  EXPECT_EQ(result.probes[0].longest_blackout, 3s);
  EXPECT_EQ(result.probes[0].blackouts[0].detect, 3s);
  EXPECT_EQ(entered(result, kLb2, State::master), Instant::max());
}

TEST(NoteVerb, IsALineOfTheTimelineAndNoMore) {
  auto scenario = pair();
  const auto quiet = play(scenario);
  add_fault(scenario, 10s, NoteFault{"look here"});
  const auto result = play(scenario);
  EXPECT_EQ(result.timeline.size(), quiet.timeline.size() + 1);
  EXPECT_EQ(result.frames.delivered, quiet.frames.delivered);
}

TEST(Timeline, FaultsHangOnFaultsAndTheirEnds) {
  auto scenario = pair();
  const auto first = add_fault(scenario, 10s, ServiceFault{kLb1, 0, ServiceVerb::stop}, 2s);
  const auto second = add_fault(scenario, 1s, DaemonFault{kLb2, DaemonVerb::stop});
  scenario.timeline[second].after = first;
  const auto third = add_fault(scenario, 5s, DaemonFault{kLb1, DaemonVerb::stop});
  scenario.timeline[third].after = first;
  scenario.timeline[third].after_end = true;
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::init, 1s), at(11s));
  EXPECT_EQ(entered(result, kLb1, State::init, 1s), at(17s));
}

TEST(Timeline, FaultsThatWaitForEachOtherNeverHappen) {
  auto scenario = pair();
  const auto one = add_fault(scenario, 0s, DaemonFault{kLb1, DaemonVerb::stop});
  const auto other = add_fault(scenario, 0s, DaemonFault{kLb2, DaemonVerb::stop});
  scenario.timeline[one].after = other;
  scenario.timeline[other].after = one;
  EXPECT_TRUE(all_oracles_pass(play(scenario)));
}

TEST(Verbs, OnWhatIsNotThereDoNothing) {
  auto scenario = pair();
  Duration time = 10s;
  for (const auto host : {kLb1, kClient}) {
    add_fault(scenario, time += 100ms, HostFault{host, HostVerb::power_off});
    add_fault(scenario, time += 100ms, HostFault{host, HostVerb::power_off}, 1ms);
    for (const auto verb : {DaemonVerb::stop, DaemonVerb::kill, DaemonVerb::start})
      add_fault(scenario, time += 100ms, DaemonFault{host, verb}, 1ms);
    for (const auto what : {PauseWhat::daemon, PauseWhat::vm})
      add_fault(scenario, time += 100ms, PauseFault{host, what}, 1ms);
    add_fault(scenario, time += 100ms, NicFault{host, 0, false}, 1ms);
    add_fault(scenario, time += 100ms, FirewallFault{host, {}}, 1ms);
  }
  add_fault(scenario, time += 100ms, ServiceFault{kLb1, 0, ServiceVerb::start}, 1ms);
  const auto result = play(scenario);
  EXPECT_EQ(result.duration, 60s);
}

}  // namespace
}  // namespace understudy::sim::test
