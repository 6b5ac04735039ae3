// How hosts of different kinds keep their ARP entries, alone and after a silent move.
#include <gtest/gtest.h>

#include "sim/neighbours.h"
#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

constexpr Ipv4Address kPeer{0xc0a83864}, kUs{0xc0a8380a};
constexpr MacAddress kOld{{2, 0, 0, 0, 1, 0}}, kNew{{2, 0, 0, 0, 2, 0}};

class Cache : public NeighbourLink {
 public:
  explicit Cache(NeighbourPolicy policy)
      : table(*this, RandomStream(0, "arp"), RandomStream(0, "nd"), policy) {}

  void send(Duration now) { table.send(Instant{now}, 0, kPeer, kUs, packet); }
  void reply(Duration now, const MacAddress& mac) {
    table.heard(Instant{now}, 0, {ArpOperation::reply, mac, kPeer, {}, kUs}, true);
  }
  void announce(Duration now, const MacAddress& mac) {
    table.heard(Instant{now}, 0, {ArpOperation::request, mac, kPeer, kBroadcastMac, kPeer}, false);
  }
  void pass_until(Duration until) {
    for (std::size_t i = 0; i < wakes.size(); ++i)
      if (wakes[i] <= Instant{until}) table.reach_deadline(wakes[i]);
    std::erase_if(wakes, [&](Instant wake) { return wake <= Instant{until}; });
  }

  void ask(std::uint32_t, const IpAddress&, const IpAddress&,
           std::optional<MacAddress> known) override {
    ++(known ? probes : requests);
  }
  void send_packet_to(std::uint32_t, const MacAddress& mac,
                      std::span<const std::uint8_t>) override {
    last_sent_to = mac;
  }
  void neighbour_changed(const IpAddress&) override {}
  void wake_neighbours_at(Instant at) override { wakes.push_back(at); }

  NeighbourTable table;
  std::vector<std::uint8_t> packet{1, 2, 3};
  MacAddress last_sent_to;
  int requests = 0, probes = 0;
  std::vector<Instant> wakes;
};

TEST(CiscoStack, KeepsAnEntryForFourHoursWithoutAskingOnce) {
  Cache cache({StackKind::cisco});
  cache.send(0s);
  cache.reply(0s, kOld);
  for (Duration now = 1min; now < 4h; now += 1min) {
    cache.pass_until(now);
    cache.send(now);
  }
  EXPECT_EQ(cache.probes, 0);
  EXPECT_EQ(cache.requests, 1);
  EXPECT_EQ(cache.table.find(kPeer), kOld);
}

TEST(CiscoStack, AsksTheKnownMacThenEverybodyThenForgets) {
  Cache cache({StackKind::cisco});
  cache.send(0s);
  cache.reply(0s, kOld);
  cache.pass_until(4h - 1ns);
  EXPECT_EQ(cache.probes, 0);
  cache.pass_until(4h);
  EXPECT_EQ(cache.probes, 1);
  EXPECT_EQ(cache.requests, 1);
  cache.pass_until(4h + 1s);
  EXPECT_EQ(cache.probes, 1);
  EXPECT_EQ(cache.requests, 2);
  EXPECT_EQ(cache.table.find(kPeer), kOld) << "still of use";
  cache.pass_until(4h + 2s);
  EXPECT_EQ(cache.table.find(kPeer), std::nullopt);
}

TEST(CiscoStack, AnAnswerStartsTheTimeAnew) {
  Cache cache({StackKind::cisco});
  cache.send(0s);
  cache.reply(0s, kOld);
  cache.pass_until(4h);
  cache.reply(4h + 1ms, kOld);
  cache.pass_until(8h);
  EXPECT_EQ(cache.probes, 1);
  cache.pass_until(8h + 1ms);
  EXPECT_EQ(cache.probes, 2);
}

TEST(CiscoStack, BelievesGratuitousArp) {
  Cache cache({StackKind::cisco});
  cache.send(0s);
  cache.reply(0s, kOld);
  cache.announce(10s, kNew);
  EXPECT_EQ(cache.table.find(kPeer), kNew);
  EXPECT_EQ(cache.table.find(kUs), std::nullopt) << "and makes no entries of it";
}

TEST(WindowsStack, ProbesAStaleEntryAsSoonAsItIsUsed) {
  Cache cache({StackKind::windows});
  cache.send(0s);
  cache.reply(0s, kOld);
  cache.send(15s);
  EXPECT_EQ(cache.probes, 0);
  cache.send(46s);
  EXPECT_EQ(cache.probes, 1) << "at once";
  EXPECT_EQ(cache.last_sent_to, kOld) << "it is used meanwhile";
  cache.pass_until(48s);
  EXPECT_EQ(cache.probes, 3);
  cache.pass_until(49s);
  EXPECT_EQ(cache.table.find(kPeer), std::nullopt);
  cache.send(50s);
  EXPECT_EQ(cache.requests, 2) << "now everybody is asked";
}

TEST(WindowsStack, ASignOfLifeEndsTheProbing) {
  Cache cache({StackKind::windows});
  cache.send(0s);
  cache.reply(0s, kOld);
  cache.send(46s);
  cache.table.confirm(Instant{46s + 1ms}, kPeer);
  cache.pass_until(60s);
  EXPECT_EQ(cache.probes, 1);
  EXPECT_EQ(cache.table.find(kPeer), kOld);
}

TEST(WindowsStack, GratuitousArpMakesNoEntry) {
  Cache cache({StackKind::windows});
  cache.announce(0s, kOld);
  EXPECT_EQ(cache.table.find(kPeer), std::nullopt);
}

TEST(IgnoringStack, GratuitousArpChangesNothing) {
  Cache cache({StackKind::linux_, true});
  cache.send(0s);
  cache.reply(0s, kOld);
  cache.announce(10s, kNew);
  EXPECT_EQ(cache.table.find(kPeer), kOld);
  cache.reply(11s, kNew);
  EXPECT_EQ(cache.table.find(kPeer), kNew) << "answers do";
}

TEST(IgnoringStack, UnsolicitedAdvertisementsChangeNothing) {
  Cache cache({StackKind::linux_, true});
  const auto peer = *parse_ip_address("2001:db8::100"), us = *parse_ip_address("2001:db8::10");
  cache.table.send(Instant{}, 0, peer, us, cache.packet);
  NeighbourMessage message{.solicited = true, .override = true, .target = peer, .link_layer = kOld};
  cache.table.advertised(Instant{}, 0, message);
  message.solicited = false;
  message.link_layer = kNew;
  cache.table.advertised(Instant{1s}, 0, message);
  EXPECT_EQ(cache.table.find(peer), kOld);
}

TEST(PinnedEntries, ChangeNoMoreAndLast) {
  Cache cache({});
  cache.send(0s);
  cache.reply(0s, kOld);
  cache.table.pin();
  cache.announce(10s, kNew);
  cache.send(100s);
  cache.pass_until(200s);
  EXPECT_EQ(cache.probes, 0);
  cache.table.flush();
  cache.table.forget_nic(0);
  EXPECT_EQ(cache.table.find(kPeer), kOld);
  cache.table.unpin();
  cache.announce(201s, kNew);
  EXPECT_EQ(cache.table.find(kPeer), kNew);
  cache.table.flush();
  EXPECT_EQ(cache.table.find(kPeer), std::nullopt);
}

// ---- stories

/// A two-way cut for so long that the backup takes over; the loser of the contest afterwards yields
/// silently, and the winner says nothing: what the client knows stays.
Scenario client_of(StackKind stack, bool ignores_garp, Duration duration) {
  auto scenario = pair();
  scenario.duration = duration;
  scenario.hosts[kClient].stack = stack;
  scenario.hosts[kClient].ignores_garp = ignores_garp;
  scenario.probes[0].every = 100ms;
  waive(scenario, "true_arp");
  return scenario;
}

Duration longest_outage(const Scenario& scenario) {
  return play(scenario).probes.at(0).longest_blackout;
}

// The master dies; its successor's gratuitous ARP is ignored.
TEST(DeafClient, LinuxFindsTheNewMasterByProbing) {
  auto scenario = client_of(StackKind::linux_, true, 3min);
  add_fault(scenario, 60s, HostFault{kLb1, HostVerb::power_off});
  const auto outage = longest_outage(scenario);
  EXPECT_GT(outage, 3s + 8s)
      << "3 s of silence, then 15 to 45 s since the last answer, 8 s of probing";
  EXPECT_LT(outage, 3s + 45s + 8s + 2s);
}

TEST(DeafClient, WindowsIsQuickerByTheDelay) {
  auto scenario = client_of(StackKind::windows, true, 3min);
  add_fault(scenario, 60s, HostFault{kLb1, HostVerb::power_off});
  auto linux_client = client_of(StackKind::linux_, true, 3min);
  add_fault(linux_client, 60s, HostFault{kLb1, HostVerb::power_off});
  const auto gain = longest_outage(linux_client) - longest_outage(scenario);
  EXPECT_GE(gain, 4s);
  EXPECT_LE(gain, 6s);
}

TEST(DeafClient, CiscoStaysDeafForHours) {
  auto scenario = client_of(StackKind::cisco, true, 30min);
  scenario.probes[0].every = 1s;
  add_fault(scenario, 60s, HostFault{kLb1, HostVerb::power_off});
  EXPECT_EQ(longest_outage(scenario), 29min);
}

TEST(HearingClient, CiscoFollowsTheAnnouncement) {
  auto scenario = client_of(StackKind::cisco, false, 3min);
  add_fault(scenario, 60s, HostFault{kLb1, HostVerb::power_off});
  EXPECT_LT(longest_outage(scenario), 3700ms);
}

TEST(PinnedClient, IsStaleUntilThePinEnds) {
  auto scenario = client_of(StackKind::linux_, false, 3min);
  add_fault(scenario, 10s, ArpFault{kClient, ArpVerb::pin}, 60s);
  add_fault(scenario, 20s, HostFault{kLb1, HostVerb::power_off});
  const auto outage = longest_outage(scenario);
  EXPECT_GT(outage, 50s);
  EXPECT_LT(outage, 50s + 10s) << "then it is stale, and probed";
}

TEST(FlushedClient, AsksAgainAndLosesNothing) {
  auto scenario = client_of(StackKind::linux_, false, 60s);
  add_fault(scenario, 10s, ArpFault{kClient, ArpVerb::flush});
  const auto result = play(scenario);
  EXPECT_EQ(result.probes.at(0).sent, result.probes.at(0).answered);
  EXPECT_EQ(result.verdict, Verdict::pass);
}

}  // namespace
}  // namespace understudy::sim::test
