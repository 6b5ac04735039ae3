// Linux's ARP cache: what fills an entry, what changes it, what repairs it.
#include "sim/neighbours.h"

#include <gtest/gtest.h>

namespace understudy::sim {
namespace {

using namespace std::chrono_literals;

constexpr Ipv4Address kPeer{0xc0a83864}, kUs{0xc0a8380a};
constexpr MacAddress kOld{{2, 0, 0, 0, 1, 0}}, kNew{{2, 0, 0, 0, 2, 0}};

class Neighbours : public testing::Test, public NeighbourLink {
 protected:
  Neighbours()
      : table(*this, RandomStream(0, "neighbours/test"), RandomStream(0, "neighbours6/test")) {}

  void send(Duration now) { table.send(Instant{now}, 0, kPeer, kUs, packet); }
  void hear(Duration now, const MacAddress& mac, ArpOperation operation, Ipv4Address target,
            bool for_us) {
    table.heard(Instant{now}, 0, {operation, mac, kPeer, {}, target}, for_us);
  }
  void reply(Duration now, const MacAddress& mac) {
    hear(now, mac, ArpOperation::reply, kUs, true);
  }
  void announce(Duration now, const MacAddress& mac) {
    hear(now, mac, ArpOperation::request, kPeer, false);
  }
  void pass_until(Duration until) {
    while (wake && *wake <= Instant{until}) {
      const auto now = *wake;
      wake.reset();
      table.reach_deadline(now);
    }
  }

  void ask(std::uint32_t, const IpAddress&, const IpAddress&,
           std::optional<MacAddress> known) override {
    ++(known ? probes : requests);
  }
  void send_packet_to(std::uint32_t, const MacAddress& mac,
                      std::span<const std::uint8_t>) override {
    sent_to.push_back(mac);
  }
  void neighbour_changed(const IpAddress&) override { ++changes; }
  void wake_neighbours_at(Instant at) override { wake = at; }

  NeighbourTable table;
  std::vector<std::uint8_t> packet{1, 2, 3};
  std::vector<MacAddress> sent_to;
  int requests = 0, probes = 0, changes = 0;
  std::optional<Instant> wake;
};

TEST_F(Neighbours, PacketsWaitForTheReply) {
  send(0s);
  send(1ms);
  EXPECT_EQ(requests, 1);
  EXPECT_TRUE(sent_to.empty());
  EXPECT_EQ(table.find(kPeer), std::nullopt);
  reply(2ms, kOld);
  EXPECT_EQ(sent_to, (std::vector{kOld, kOld}));
  EXPECT_EQ(table.find(kPeer), kOld);
  EXPECT_EQ(changes, 1);
}

TEST_F(Neighbours, AsksThreeTimesASecondApartThenGivesUp) {
  send(0s);
  pass_until(10s);
  EXPECT_EQ(requests, 3);
  reply(11s, kOld);
  EXPECT_EQ(table.find(kPeer), std::nullopt) << "a reply that nobody waits for makes no entry";
  EXPECT_TRUE(sent_to.empty());
}

TEST_F(Neighbours, GratuitousArpChangesAnEntryAndMakesNone) {
  announce(0s, kOld);
  EXPECT_EQ(table.find(kPeer), std::nullopt);
  send(1s);
  reply(1s, kOld);
  announce(1100ms, kNew);
  EXPECT_EQ(table.find(kPeer), kNew) << "even within locktime";
}

TEST_F(Neighbours, OfTwoQuickRepliesTheFirstStays) {
  send(0s);
  reply(1ms, kOld);
  reply(2ms, kNew);
  EXPECT_EQ(table.find(kPeer), kOld);
  reply(1100ms, kNew);
  EXPECT_EQ(table.find(kPeer), kNew);
}

TEST_F(Neighbours, WhoeverAsksForUsIsRemembered) {
  hear(0s, kOld, ArpOperation::request, kUs, true);
  EXPECT_EQ(table.find(kPeer), kOld);
  send(1s);
  EXPECT_EQ(requests, 0);
  EXPECT_EQ(sent_to.size(), 1U);
}

TEST_F(Neighbours, AStaleEntryIsUsedThenProbedThenDropped) {
  hear(0s, kOld, ArpOperation::request, kUs, true);  // stale from the start
  send(1s);
  pass_until(5900ms);
  EXPECT_EQ(probes, 0) << "5 s of hope for a sign of life";
  pass_until(8900ms);
  EXPECT_EQ(probes, 3) << "at 6, 7 and 8 s";
  EXPECT_EQ(table.find(kPeer), kOld);
  pass_until(9s);
  EXPECT_EQ(table.find(kPeer), std::nullopt);
  send(10s);
  EXPECT_EQ(requests, 1) << "from here on it asks everybody";
}

TEST_F(Neighbours, SignsOfLifeKeepAnEntry) {
  hear(0s, kOld, ArpOperation::request, kUs, true);
  send(1s);
  table.confirm(Instant{3s}, kPeer);
  pass_until(20s);
  EXPECT_EQ(probes, 0);
  EXPECT_EQ(table.find(kPeer), kOld);
}

TEST_F(Neighbours, ReachableTimeLiesBetween15And45Seconds) {
  send(0s);
  reply(0s, kOld);
  wake.reset();
  send(15s);
  EXPECT_FALSE(wake) << "still reachable";
  send(45s + 1ms);
  EXPECT_TRUE(wake) << "stale by now, so the first probe is planned";
}

TEST_F(Neighbours, AnInterfaceThatGoesDownTakesItsEntriesAlong) {
  send(0s);
  reply(0s, kOld);
  table.forget_nic(1);
  EXPECT_EQ(table.find(kPeer), kOld);
  table.forget_nic(0);
  EXPECT_EQ(table.find(kPeer), std::nullopt);
}

// ---- Neighbour Discovery

class Discovery : public Neighbours {
 protected:
  void send6(Duration now) { table.send(Instant{now}, 0, peer, us, packet); }
  void advertise(Duration now, const std::optional<MacAddress>& mac, bool solicited,
                 bool overrides) {
    NeighbourMessage message;
    message.solicited = solicited;
    message.override = overrides;
    message.target = peer;
    message.link_layer = mac;
    table.advertised(Instant{now}, 0, message);
  }
  void solicit(Duration now, const MacAddress& mac) {
    NeighbourMessage message;
    message.solicitation = true;
    message.target = us;
    message.link_layer = mac;
    table.solicited(Instant{now}, 0, peer, message);
  }

  const IpAddress peer = *parse_ip_address("2001:db8::100"), us = *parse_ip_address("2001:db8::10");
};

TEST_F(Discovery, PacketsWaitForTheAdvertisement) {
  send6(0s);
  EXPECT_EQ(requests, 1);
  advertise(1ms, kOld, true, true);
  EXPECT_EQ(sent_to, std::vector{kOld});
  EXPECT_EQ(table.find(peer), kOld);
}

TEST_F(Discovery, AnUnsolicitedAdvertisementMakesNoEntry) {
  advertise(0s, kOld, false, true);
  EXPECT_EQ(table.find(peer), std::nullopt);
}

TEST_F(Discovery, OverrideChangesTheMacAtOnce) {
  send6(0s);
  advertise(1ms, kOld, true, true);
  advertise(2ms, kNew, false, true);
  EXPECT_EQ(table.find(peer), kNew) << "there is no locktime";
  EXPECT_EQ(changes, 2);
}

TEST_F(Discovery, WithoutOverrideAReachableEntryOnlyBecomesDoubtful) {
  send6(0s);
  advertise(1ms, kOld, true, true);
  wake.reset();
  advertise(1s, kNew, false, false);
  EXPECT_EQ(table.find(peer), kOld);
  send6(2s);
  EXPECT_EQ(sent_to.back(), kOld);
  EXPECT_EQ(wake, Instant{7s}) << "used while stale: to be probed after 5 s";
}

TEST_F(Discovery, AnAnswerToAProbeNeedsNoMac) {
  solicit(0s, kOld);
  send6(1s);
  pass_until(6s);
  EXPECT_EQ(probes, 1);
  advertise(6100ms, std::nullopt, true, false);
  pass_until(10s);
  EXPECT_EQ(probes, 1);
  EXPECT_EQ(table.find(peer), kOld);
}

TEST_F(Discovery, WhoeverSolicitsUsIsRemembered) {
  solicit(0s, kOld);
  send6(1s);
  EXPECT_EQ(requests, 0);
  EXPECT_EQ(sent_to, std::vector{kOld});
}

TEST_F(Discovery, EntriesBelongToAnInterface) {
  send6(0s);
  advertise(1ms, kOld, true, true);
  table.send(Instant{1s}, 1, peer, us, packet);
  EXPECT_EQ(requests, 2) << "fe80::1 of one link is not that of another";
}

}  // namespace
}  // namespace understudy::sim
