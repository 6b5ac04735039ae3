// Cuts and bad links between hosts, as a pair lives through them.
#include <gtest/gtest.h>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

Scenario quiet_pair(Duration duration = 60s) {
  auto scenario = pair();
  scenario.duration = duration;
  scenario.probes[0].every = 100ms;
  return scenario;
}

void waive_split(Scenario& scenario) {
  for (const char* oracle : {"one_master", "holder_is_master", "true_arp"}) waive(scenario, oracle);
}

// ---- partitions

// lb2 does not hear lb1, but lb1 hears lb2, and goes on sending what nobody gets.
TEST(Partition, OneWayMakesTwoMastersOfWhomOneKnows) {
  auto scenario = quiet_pair();
  waive_split(scenario);
  add_fault(scenario, 10s, PartitionFault{{kLb1}, {kLb2}, false, {TrafficMatch::kVrrp}}, 20s);
  const auto result = play(scenario);
  const auto split = entered(result, kLb2, State::master, 5s);
  EXPECT_GT(split, at(12s));
  EXPECT_LT(split, at(14s));
  EXPECT_EQ(entered(result, kLb1, State::backup, 10s), Instant::max()) << "its priority is higher";
  const auto healed = entered(result, kLb2, State::backup, 20s);
  EXPECT_GE(healed, at(30s));
  EXPECT_LT(healed, at(31s + 1ms));
  EXPECT_GT(result.frames.lost, 15U);
}

// The other way round nothing changes: a backup says nothing.
TEST(Partition, TowardsTheMasterAloneDoesNoHarm) {
  auto scenario = quiet_pair();
  add_fault(scenario, 10s, PartitionFault{{kLb2}, {kLb1}, false, {}}, 20s);
  const auto result = play(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_EQ(entered(result, kLb2, State::master, 5s), Instant::max());
}

TEST(Partition, BothWaysCutsWhatMatchesAndNothingElse) {
  auto scenario = quiet_pair();
  waive_split(scenario);
  // The client can reach both: split brain, and the client goes with the last that announced
  // itself.
  add_fault(scenario, 10s, PartitionFault{{kLb1}, {kLb2}, true, {TrafficMatch::kVrrp}}, 20s);
  const auto result = play(scenario);
  EXPECT_LT(entered(result, kLb2, State::master, 5s), at(14s));
  EXPECT_EQ(result.probes.at(0).sent, result.probes.at(0).answered);
}

TEST(Partition, CutsAClientOff) {
  auto scenario = quiet_pair();
  add_fault(scenario, 10s, PartitionFault{{kClient}, {kLb1, kLb2}, true, {}}, 5s);
  const auto result = play(scenario);
  EXPECT_EQ(result.probes.at(0).blackouts.size(), 1U);
  EXPECT_GE(result.probes.at(0).longest_blackout, 5s - 100ms);
  EXPECT_LE(result.probes.at(0).longest_blackout, 7s);
  EXPECT_EQ(entered(result, kLb2, State::master, 5s), Instant::max());
}

// ---- links

TEST(LinkFault, LossOfAllAdvertsOneWayAndBack) {
  auto scenario = quiet_pair();
  waive_split(scenario);
  LinkPatch patch;
  patch.loss = kAlways;
  patch.match = TrafficMatch{TrafficMatch::kVrrp};
  add_fault(scenario, 10s, LinkFault{kLb1, 0, true, false, patch}, 20s);
  const auto result = play(scenario);
  const auto split = entered(result, kLb2, State::master, 5s);
  EXPECT_GT(split, at(12s));
  EXPECT_LT(split, at(14s));
  EXPECT_LT(entered(result, kLb2, State::backup, 20s), at(31s + 1ms));
}

// Three in a row are enough (section 6 of the closed forms); two are not.
TEST(LinkFault, AMaskOfTwoIsForgivenAndOneOfThreeIsNot) {
  for (const auto& [mask, takes_over] : {std::pair{"11", false}, {"111", true}}) {
    auto scenario = quiet_pair();
    waive_split(scenario);
    LinkPatch patch;
    patch.loss_mask = mask;
    patch.match = TrafficMatch{TrafficMatch::kVrrp};
    add_fault(scenario, 20s, LinkFault{kLb2, 0, false, true, patch});
    const auto result = play(scenario);
    EXPECT_EQ(entered(result, kLb2, State::master, 5s) != Instant::max(), takes_over) << mask;
  }
}

TEST(LinkFault, RestoresADelay) {
  auto scenario = quiet_pair();
  LinkPatch patch;
  patch.delay = 100ms;
  add_fault(scenario, 10s, LinkFault{kClient, 0, true, true, patch}, 10s);
  const auto slow = play(scenario);
  EXPECT_EQ(slow.probes.at(0).sent, slow.probes.at(0).answered)
      << "100 ms there and back for the connection, and as much for the answer";
}

// ---- damage

// Whatever bit of an advert is flipped, it is refused or was of no importance: the backup neither
// believes it nor counts it as a sign of life. With every advert damaged it takes over.
TEST(Corruption, DamagedAdvertsAreNoSignOfLife) {
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    auto scenario = quiet_pair();
    scenario.seed = seed;
    waive_split(scenario);
    LinkPatch patch;
    patch.corrupt = kAlways;
    patch.match = TrafficMatch{TrafficMatch::kVrrp};
    add_fault(scenario, 10s, LinkFault{kLb2, 0, false, true, patch}, 20s);
    const auto result = play(scenario);
    EXPECT_GT(result.frames.corrupted, 15U);
    const auto split = entered(result, kLb2, State::master, 5s);
    EXPECT_GT(split, at(12s)) << seed;
    EXPECT_LT(split, at(23s)) << "a flip in the padding or the source MAC harms nobody: seed "
                              << seed;
  }
}

TEST(Corruption, ASeldomFlipChangesNoState) {
  auto scenario = quiet_pair(2min);
  LinkPatch patch;
  patch.corrupt = Share{20'000'000};
  patch.match = TrafficMatch{TrafficMatch::kVrrp};
  add_fault(scenario, 10s, LinkFault{kLb2, 0, false, true, patch}, 80s);
  const auto result = play(scenario);
  EXPECT_GT(result.frames.corrupted, 0U);
  EXPECT_EQ(entered(result, kLb2, State::master, 5s), Instant::max());
  EXPECT_EQ(result.verdict, Verdict::pass);
}

// Damaged ARP, TCP and all the rest: nothing breaks, requests are lost at most.
TEST(Corruption, OfEverythingLosesRequestsAtMost) {
  auto scenario = quiet_pair();
  waive_split(scenario);
  LinkPatch patch;
  patch.corrupt = Share{50'000'000};
  for (const auto host : {kLb1, kLb2, kClient})
    add_fault(scenario, 10s, LinkFault{host, 0, true, true, patch}, 20s);
  const auto result = play(scenario);
  EXPECT_GT(result.frames.corrupted, 50U);
  EXPECT_LT(result.probes.at(0).answered, result.probes.at(0).sent);
  EXPECT_GT(result.probes.at(0).answered, result.probes.at(0).sent / 2);
}

TEST(Duplicates, HarmNobody) {
  auto scenario = quiet_pair();
  scenario.segments[0].link.duplicate = Share{500'000'000};
  scenario.segments[0].link.reorder = Share{100'000'000};
  const auto result = play(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_GT(result.frames.duplicated, 1000U);
  EXPECT_GT(result.frames.reordered, 1000U);
  EXPECT_EQ(result.probes.at(0).sent, result.probes.at(0).answered);
}

// ---- one impairment more changes no other draw

TEST(Draws, AnUnusedImpairmentChangesNothing) {
  auto scenario = quiet_pair();
  scenario.segments[0].link.jitter = 20us;
  const auto plain = play(scenario).digest;
  scenario.segments[0].link.queue = 5;
  scenario.segments[0].link.reorder_delay = 7ms;
  scenario.segments[0].link.loss_burst = 5000;
  scenario.segments[0].link.match = {TrafficMatch::kArp};
  EXPECT_EQ(play(scenario).digest, plain);
  // Nor one that is on and never strikes.
  scenario.segments[0].link.loss_mask = "0";
  EXPECT_EQ(play(scenario).digest, plain);
}

// ---- a hub, links of one NIC

TEST(PairOnAHub, WorksAsOnASwitch) {
  auto scenario = quiet_pair();
  scenario.segments[0].kind = SegmentKind::hub;
  add_fault(scenario, 10s, HostFault{kLb1, HostVerb::power_off});
  const auto result = play(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_LT(result.probes.at(0).longest_blackout, 3800ms);
}

TEST(LinkOfANic, HasItsOwnSettings) {
  auto scenario = quiet_pair();
  LinkSettings dead;
  dead.loss = kAlways;
  scenario.hosts[kLb1].nics[0].to_segment = dead;
  waive_split(scenario);
  const auto result = play(scenario);
  EXPECT_NE(entered(result, kLb1, State::master), Instant::max());
  EXPECT_NE(entered(result, kLb2, State::master), Instant::max());
}

// ---- spanning tree

// A machine that boots behind a port without portfast hears nothing for 30 s, makes itself master
// and stays so until the port forwards.
TEST(SpanningTreePair, ABootedMasterIsASecondOneUntilItsPortForwards) {
  auto scenario = quiet_pair(2min);
  scenario.segments[0].stp_delay = 30s;
  waive_split(scenario);
  add_fault(scenario, 10s, HostFault{kLb1, HostVerb::power_off});
  add_fault(scenario, 30s, HostFault{kLb1, HostVerb::boot});
  const auto result = play(scenario);
  const auto alone = entered(result, kLb1, State::master, 30s);
  EXPECT_LT(alone, at(34s));
  const auto yields = entered(result, kLb2, State::backup, 30s);
  EXPECT_GE(yields, at(60s));
  EXPECT_LE(yields, at(61s + 1ms));
  EXPECT_GT(result.dual_master.at("VI_1"), 26s);
}

TEST(SpanningTreePair, PortfastHasNoSuchGap) {
  auto scenario = quiet_pair(2min);
  add_fault(scenario, 10s, HostFault{kLb1, HostVerb::power_off});
  add_fault(scenario, 30s, HostFault{kLb1, HostVerb::boot});
  const auto result = play(scenario);
  EXPECT_LT(entered(result, kLb2, State::backup, 30s), at(34s));
}

TEST(SwitchFaults, AFlushAndARebootArePassedOver) {
  auto scenario = quiet_pair();
  add_fault(scenario, 10s, SwitchFault{0, SwitchVerb::flush});
  add_fault(scenario, 20s, SwitchFault{0, SwitchVerb::reboot});
  add_fault(scenario, 30s, SwitchFault{0, SwitchVerb::reboot}, 1s);
  const auto result = play(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_EQ(entered(result, kLb2, State::master, 5s), Instant::max());
  ASSERT_EQ(result.probes.at(0).blackouts.size(), 1U);
  EXPECT_NEAR(static_cast<double>(result.probes.at(0).longest_blackout.count()), 1e9, 200e6);
}

}  // namespace
}  // namespace understudy::sim::test
