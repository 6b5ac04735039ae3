// Daemons that read another configuration: reload, restart, crash and come again.
#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

std::shared_ptr<const ConfigSource> source(const std::string& text) {
  return std::make_shared<const ConfigSource>(ConfigSource{"new.conf", text, parse_config(text)});
}

DaemonFault with(DaemonVerb verb, const std::string& text, std::size_t host = kLb1) {
  return DaemonFault{host, verb, source(text)};
}

std::string with_address(std::string text, const std::string& address) {
  return text.replace(text.find("192.168.56.100"), 14, address);
}

TEST(Reload, OfAMasterCostsNothingAndAdvertisesAtOnce) {
  auto scenario = pair();
  add_fault(scenario, 10'200ms, DaemonFault{kLb1, DaemonVerb::reload});
  expect_at(scenario, 10'199ms, "adverts(lb1) == 7");
  expect_at(scenario, 10'200ms, "adverts(lb1) == 8 and master(VI_1) == lb1");
  expect_at(scenario, 11'200ms, "adverts(lb1) == 9");
  const auto result = play(scenario);
  expect_all_pass(result);
  EXPECT_EQ(result.transitions.back().at, at(3'609'375us));
  EXPECT_EQ(result.probes[0].answered, result.probes[0].sent);
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(Reload, TakesAndGivesAddressesWithoutAnElection) {
  auto scenario = pair();
  const auto added = with_address(instance_text(100), "192.168.56.100\n    192.168.56.101");
  add_fault(scenario, 10s, with(DaemonVerb::reload, added));
  add_fault(scenario, 20s,
            with(DaemonVerb::reload, with_address(instance_text(100), "192.168.56.101")));
  for (const auto host : {kLb2})
    for (const auto time : {10s, 20s})
      scenario.timeline.push_back(scenario.timeline[time == 10s ? 0 : 1]),
          std::get<DaemonFault>(scenario.timeline.back().verb).host = host,
          std::get<DaemonFault>(scenario.timeline.back().verb).config = source(
              time == 10s ? with_address(instance_text(90), "192.168.56.100\n    192.168.56.101")
                          : with_address(instance_text(90), "192.168.56.101"));
  expect_at(scenario, 10s, "holders(192.168.56.100) == 1 and holders(192.168.56.101) == 1");
  expect_at(scenario, 15s, "masters(VI_1) == 1 and garps(lb1, 192.168.56.101) >= 1");
  expect_at(scenario, 20s, "holders(192.168.56.100) == 0 and holders(192.168.56.101) == 1");
  const auto result = play(scenario);
  expect_all_pass(result);
  EXPECT_EQ(entered(result, kLb2, State::master), Instant::max());
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(Reload, AVirtualRouterThatIsGoneResigns) {
  auto scenario = pair();
  auto other = instance_text(100);
  other.replace(other.find("id 51"), 5, "id 52");
  add_fault(scenario, 10s, with(DaemonVerb::reload, other));
  waive(scenario, "one_master");  // VRID 51 and 52 both have the address
  const auto result = play(scenario);
  // Its last words have priority 0: lb2 waits for its skew alone.
  EXPECT_EQ(entered(result, kLb2, State::master), at(10s + 100us + 648'437'500ns));
  EXPECT_EQ(entered(result, kLb1, State::backup, 10s), at(10s));
  EXPECT_EQ(entered(result, kLb1, State::master, 10s), at(10s + 3'609'375us));
}

TEST(Reload, InEitherOrderAPairChangesItsPriorities) {
  for (const auto& [first, second] : {std::pair{kLb1, kLb2}, std::pair{kLb2, kLb1}}) {
    auto scenario = pair();
    const auto config = [](std::size_t host) { return instance_text(host == kLb1 ? 90 : 100); };
    add_fault(scenario, 10s, with(DaemonVerb::reload, config(first), first));
    add_fault(scenario, 20s, with(DaemonVerb::reload, config(second), second));
    expect_at(scenario, 30s, "master(VI_1) == lb2 and masters(VI_1) == 1");
    const auto result = play(scenario);
    expect_all_pass(result);
    EXPECT_TRUE(all_oracles_pass(result)) << first;
  }
}

TEST(Reload, TheEndPutsTheFormerFileBack) {
  auto scenario = pair();
  add_fault(scenario, 10s, with(DaemonVerb::reload, instance_text(80)), 20s);
  expect_at(scenario, 25s, "master(VI_1) == lb2 and priority(lb1, VI_1) == 80");
  expect_at(scenario, 40s, "master(VI_1) == lb1 and priority(lb1, VI_1) == 100");
  const auto result = play(scenario);
  expect_all_pass(result);
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(Reload, WaitsForADaemonOrAMachineThatStandsStill) {
  for (const auto what : {PauseWhat::daemon, PauseWhat::vm}) {
    auto scenario = pair();
    add_fault(scenario, 10s, PauseFault{kLb2, what}, 2s);
    add_fault(scenario, 11s, with(DaemonVerb::reload, instance_text(110), kLb2));
    expect_at(scenario, 11'999ms, "priority(lb2, VI_1) == 90");
    expect_at(scenario, 12s, "priority(lb2, VI_1) == 110");
    expect_all_pass(play(scenario));
  }
}

TEST(Reload, OfADaemonThatDoesNotRunLeavesTheFileForItsStart) {
  auto scenario = pair();
  add_fault(scenario, 10s, DaemonFault{kLb2, DaemonVerb::stop});
  add_fault(scenario, 11s, with(DaemonVerb::reload, instance_text(110), kLb2));
  add_fault(scenario, 20s, DaemonFault{kLb2, DaemonVerb::start});
  expect_at(scenario, 19s, "master(VI_1) == lb1");
  expect_at(scenario, 24s, "master(VI_1) == lb2 and priority(lb2, VI_1) == 110");
  expect_all_pass(play(scenario));
}

TEST(Reload, TracksOtherScriptsAndKeepsTheVerdictOfTheSame) {
  auto scenario = pair_with_checks();
  scenario.hosts[kLb1].checks[0].restarts.reset();
  scenario.hosts[kLb1].checks[0].stops_daemon_when.reset();
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::reload});
  add_fault(scenario, 20s, with(DaemonVerb::reload, instance_text(100)));
  const auto result = play(scenario);
  EXPECT_EQ(result.transitions.back().at, at(3'624'375us)) << "15 ms of its first check later";
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(Reload, KeepsAVirtualInterfaceThatBothConfigurationsHave) {
  auto scenario = pair();
  for (const auto host : {kLb1, kLb2})
    scenario.hosts[host].config =
        parse_config(instance_text(host == kLb1 ? 100 : 90, "  use_vmac\n"));
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::reload});
  add_fault(scenario, 20s, with(DaemonVerb::reload, instance_text(100)));
  expect_at(scenario, 30s, "master(VI_1) == lb1 and holders(192.168.56.100) == 1");
  const auto result = play(scenario);
  expect_all_pass(result);
  // With another kind of MAC it is another virtual router: the one that is gone resigns.
  EXPECT_EQ(entered(result, kLb2, State::master), at(20s + 100us + 648'437'500ns));
  for (const auto& blackout : result.probes[0].blackouts) EXPECT_GE(blackout.start, at(20s));
}

TEST(Restart, StopsInGoodOrderAndStartsWithTheNewFile) {
  auto scenario = pair();
  add_fault(scenario, 10s, with(DaemonVerb::restart, instance_text(80)));
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::init, 10s), at(10s));
  EXPECT_EQ(entered(result, kLb1, State::backup, 10s), at(10s));
  EXPECT_EQ(entered(result, kLb2, State::master), at(10s + 100us + 648'437'500ns));
  EXPECT_EQ(entered(result, kLb1, State::master, 10s), Instant::max());
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(Restart, OfAPausedDaemonWaitsForItsEnd) {
  auto scenario = pair();
  waive(scenario, "one_master");
  add_fault(scenario, 10s, PauseFault{kLb1, PauseWhat::daemon}, 10s);
  add_fault(scenario, 15s, DaemonFault{kLb1, DaemonVerb::restart});
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::init, 10s), at(20s));
  EXPECT_EQ(entered(result, kLb1, State::backup, 10s), at(20s));
}

TEST(CrashLoop, AServiceManagerStartsAKilledDaemonAgain) {
  auto scenario = pair();
  waive(scenario, "holder_is_master");
  scenario.hosts[kLb1].restart_after = 500ms;
  const auto loop = add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::kill});
  scenario.timeline[loop].every = 1s;
  scenario.timeline[loop].until = 20s;
  expect_at(scenario, 10'499ms, "holders(192.168.56.100) == 1");
  expect_at(scenario, 10'500ms, "holders(192.168.56.100) == 0 and state(lb1, VI_1) == BACKUP");
  expect_at(scenario, 21s, "transitions(VI_1, lb1, BACKUP) == 12 and master(VI_1) == lb2");
  const auto result = play(scenario);
  expect_all_pass(result);
  // It never lives long enough to advertise: lb2 waits from the last advert, at 9.609375 s.
  EXPECT_EQ(entered(result, kLb2, State::master), at(9'609'375us + 100us + 3'648'437'500ns));
  EXPECT_EQ(entered(result, kLb1, State::master, 10s), at(20'500ms + 3'609'375us));
}

TEST(CrashLoop, WhoeverStopsItMeansIt) {
  auto scenario = pair();
  scenario.hosts[kLb1].restart_after = 5s;
  waive(scenario, "holder_is_master");
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::kill});
  add_fault(scenario, 12s, DaemonFault{kLb1, DaemonVerb::stop});
  EXPECT_EQ(entered(play(scenario), kLb1, State::backup, 10s), Instant::max());
}

}  // namespace
}  // namespace understudy::sim::test
