// Switches that look closer, and hubs: what each port may have, and when.
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/net/ethernet.h"
#include "sim/group_message.h"
#include "sim/network.h"

namespace understudy::sim {
namespace {

using namespace std::chrono_literals;
using Nics = std::vector<std::uint32_t>;

constexpr MacAddress kGroupMac = multicast_mac(kVrrpGroup4);

struct Loss {
  std::uint32_t nic;
  LossCause cause;
  friend bool operator==(const Loss&, const Loss&) = default;
};

/// Four NICs on one segment, and what became of the frames.
class Lan : public NetworkListener {
 public:
  explicit Lan(const Segment& segment) : scenario_(make(segment)), stage_(scenario_, false) {
    network_.emplace(stage_, *this);
  }

  void send(std::uint32_t from, const MacAddress& to) {
    std::vector<std::uint8_t> bytes(60);
    encode_ethernet({to, mac(from), 0x88b5}, bytes);
    network_->send_crafted(from, bytes);
  }
  void send_packet(std::uint32_t from, const std::vector<std::uint8_t>& packet) {
    std::vector<std::uint8_t> bytes(kEthernetHeaderSize);
    const bool wide = packet[0] >> 4 == 6;
    IpAddress to;
    to.assign(packet.data() + (wide ? 24 : 16), wide ? Family::ipv6 : Family::ipv4);
    encode_ethernet({multicast_mac(to), mac(from), wide ? kEtherTypeIpv6 : kEtherTypeIpv4}, bytes);
    bytes.insert(bytes.end(), packet.begin(), packet.end());
    network_->send_crafted(from, bytes);
  }
  void report(std::uint32_t from, GroupRecordType type = GroupRecordType::becomes_exclude) {
    const GroupRecord record{type, kVrrpGroup4};
    send_packet(from, make_group_report(Ipv4Address{0xc0a83801 + from}, std::span{&record, 1}));
  }
  /// Everything up to an instant, and the time is then.
  void run(Duration until) {
    while (!stage_.queue.empty() && stage_.queue.top().at <= Instant{until}) {
      const Event event = stage_.queue.top();
      stage_.queue.pop();
      stage_.now = event.at;
      network_->handle(event);
    }
    stage_.now = Instant{until};
  }
  /// Who got what was sent now.
  Nics receivers_of(std::uint32_t from, const MacAddress& to) {
    arrivals_.clear();
    losses_.clear();
    send(from, to);
    run(stage_.now.time_since_epoch() + 1ms);
    return arrivals_;
  }
  const MacAddress& mac(std::uint32_t nic) const { return stage_.nics[nic].mac; }

  void frame_sent(std::uint32_t, const Frame&) override {}
  bool frame_arrived(std::uint32_t nic, const Frame& frame) override {
    if (frame.source_nic == kNoNic) queries_.push_back(stage_.now);
    arrivals_.push_back(nic);
    return true;
  }
  void switch_changed(std::uint32_t) override {}
  void frame_lost(std::uint32_t nic, const Frame&, LossCause cause) override {
    losses_.push_back({nic, cause});
  }

  Nics arrivals_;
  std::vector<Loss> losses_;
  std::vector<Instant> queries_;

 private:
  static Scenario make(const Segment& segment) {
    Scenario scenario;
    scenario.segments.push_back(segment);
    scenario.segments[0].name = "lan";
    scenario.segments[0].link.delay = 50us;
    for (const char* name : {"a", "b", "c", "d"}) {
      Host host;
      host.name = name;
      host.nics.emplace_back().name = "eth0";
      scenario.hosts.push_back(host);
    }
    return scenario;
  }

  Scenario scenario_;

 public:
  Stage stage_;
  std::optional<Network> network_;
};

template <typename Member, typename T>
LinkPatch patch(Member LinkPatch::*member, T value) {
  LinkPatch patch;
  patch.*member = value;
  return patch;
}

Segment with_snooping(IgmpSnooping snooping) {
  Segment segment;
  segment.igmp_snooping = snooping;
  return segment;
}

Segment with_stp(Duration delay) {
  Segment segment;
  segment.stp_delay = delay;
  return segment;
}

// ---- hubs

TEST(Hub, SendsEverythingToEverybody) {
  Segment segment;
  segment.kind = SegmentKind::hub;
  Lan lan(segment);
  lan.receivers_of(1, kBroadcastMac);
  EXPECT_EQ(lan.receivers_of(0, lan.mac(1)), (Nics{1, 2, 3}));
  EXPECT_EQ(lan.network_->place_of(0, lan.mac(1)), std::nullopt);
}

// ---- spanning tree

TEST(SpanningTree, PortsForwardFromTheStart) {
  Lan lan(with_stp(30s));
  EXPECT_EQ(lan.receivers_of(0, kBroadcastMac), (Nics{1, 2, 3}));
}

TEST(SpanningTree, APortThatComesUpForwardsNothingForAWhile) {
  Lan lan(with_stp(30s));
  lan.network_->set_carrier(1, false);
  lan.run(10s);
  lan.network_->set_carrier(1, true);
  EXPECT_EQ(lan.receivers_of(0, kBroadcastMac), (Nics{2, 3}));
  EXPECT_EQ(lan.losses_, (std::vector<Loss>{{1, LossCause::stp}}));
  EXPECT_EQ(lan.receivers_of(1, kBroadcastMac), Nics{});
  EXPECT_EQ(lan.losses_, (std::vector<Loss>{{kNoNic, LossCause::stp}}));
  EXPECT_TRUE(lan.network_->carrier(1));
  lan.run(39'999ms);
  EXPECT_EQ(lan.receivers_of(0, kBroadcastMac), (Nics{2, 3}));
  lan.run(40s);
  EXPECT_EQ(lan.receivers_of(0, kBroadcastMac), (Nics{1, 2, 3}));
}

TEST(SpanningTree, TheSecondHalfOfItIsLearning) {
  Lan lan(with_stp(30s));
  lan.network_->set_carrier(1, false);
  lan.network_->set_carrier(1, true);
  lan.receivers_of(1, kBroadcastMac);
  EXPECT_EQ(lan.network_->place_of(0, lan.mac(1)), std::nullopt);
  lan.run(15s);
  lan.receivers_of(1, kBroadcastMac);
  EXPECT_EQ(lan.network_->place_of(0, lan.mac(1)), 1U);
  EXPECT_EQ(lan.receivers_of(0, lan.mac(1)), Nics{}) << "known, but not forwarding yet";
}

// ---- reboots

TEST(SwitchReboot, ForwardsNothingAndForgetsAll) {
  Lan lan(Segment{});
  lan.receivers_of(1, kBroadcastMac);
  lan.network_->begin_reboot(0);
  EXPECT_EQ(lan.network_->place_of(0, lan.mac(1)), std::nullopt);
  EXPECT_EQ(lan.receivers_of(0, kBroadcastMac), Nics{});
  EXPECT_EQ(lan.losses_, (std::vector<Loss>{{kNoNic, LossCause::switch_down}}));
  lan.network_->end_reboot(0);
  EXPECT_EQ(lan.receivers_of(0, lan.mac(1)), (Nics{1, 2, 3}));
}

TEST(SwitchReboot, ItsPortsComeUpAfterIt) {
  Lan lan(with_stp(30s));
  lan.network_->begin_reboot(0);
  lan.run(5s);
  lan.network_->end_reboot(0);
  lan.run(34'999ms);
  EXPECT_EQ(lan.receivers_of(0, kBroadcastMac), Nics{});
  lan.run(35s + 1ms);
  EXPECT_EQ(lan.receivers_of(0, kBroadcastMac), (Nics{1, 2, 3}));
}

TEST(SwitchFlush, FloodsAgain) {
  Lan lan(Segment{});
  lan.receivers_of(1, kBroadcastMac);
  EXPECT_EQ(lan.receivers_of(0, lan.mac(1)), (Nics{1}));
  lan.network_->flush(0);
  EXPECT_EQ(lan.receivers_of(0, lan.mac(1)), (Nics{1, 2, 3}));
}

// ---- IGMP snooping

TEST(Snooping, GroupsThatNobodyAskedForGoEverywhere) {
  Lan lan(with_snooping(IgmpSnooping::on));
  lan.run(1ms);
  EXPECT_EQ(lan.receivers_of(0, kGroupMac), (Nics{1, 2, 3}));
}

TEST(Snooping, ForwardsToMembersAlone) {
  Lan lan(with_snooping(IgmpSnooping::on));
  lan.report(0);
  lan.report(1);
  lan.run(1ms);
  EXPECT_EQ(lan.receivers_of(0, kGroupMac), (Nics{1}));
  EXPECT_EQ(lan.receivers_of(2, kGroupMac), (Nics{0, 1})) << "a stranger may send";
  EXPECT_EQ(lan.receivers_of(2, kBroadcastMac), (Nics{0, 1, 3}));
  EXPECT_TRUE(lan.losses_.empty()) << "a stranger loses nothing";
}

TEST(Snooping, ReportsGoToNobody) {
  Lan lan(with_snooping(IgmpSnooping::on_no_querier));
  lan.report(0);
  lan.run(1ms);
  EXPECT_EQ(lan.arrivals_, Nics{});
}

TEST(Snooping, AsksEvery125Seconds) {
  Lan lan(with_snooping(IgmpSnooping::on));
  lan.run(300s);
  ASSERT_EQ(lan.queries_.size(), 24U) << "IGMP and MLD, thrice, to four";
  EXPECT_EQ(lan.queries_.front(), Instant{50us});
  EXPECT_EQ(lan.queries_.back(), Instant{250s + 50us});
}

TEST(Snooping, MembershipsEndAfter260Seconds) {
  Lan lan(with_snooping(IgmpSnooping::on_no_querier));
  lan.report(1);
  lan.run(1ms);
  EXPECT_TRUE(lan.queries_.empty());
  lan.run(259'999ms);
  EXPECT_EQ(lan.receivers_of(0, kGroupMac), (Nics{1}));
  lan.run(260s + 1ms);
  EXPECT_EQ(lan.receivers_of(0, kGroupMac), Nics{});
  EXPECT_EQ(lan.losses_, (std::vector<Loss>{{1, LossCause::snooping}}));
  lan.report(1);
  lan.run(261s);
  EXPECT_EQ(lan.receivers_of(0, kGroupMac), (Nics{1}));
}

TEST(Snooping, ALeaveTakesTwoSecondsWithAQuerierOnly) {
  for (const auto snooping : {IgmpSnooping::on, IgmpSnooping::on_no_querier}) {
    Lan lan(with_snooping(snooping));
    lan.report(1);
    lan.report(2);
    lan.run(10s);
    lan.report(1, GroupRecordType::becomes_include);
    lan.run(11s);
    EXPECT_EQ(lan.receivers_of(0, kGroupMac), (Nics{1, 2}));
    lan.run(13s);
    const Nics after = snooping == IgmpSnooping::on ? Nics{2} : Nics{1, 2};
    EXPECT_EQ(lan.receivers_of(0, kGroupMac), after);
  }
}

TEST(Snooping, ADarkPortAndARebootForgetMembers) {
  Lan lan(with_snooping(IgmpSnooping::on_no_querier));
  lan.report(1);
  lan.report(2);
  lan.run(1ms);
  lan.network_->set_carrier(1, false);
  lan.network_->set_carrier(1, true);
  EXPECT_EQ(lan.receivers_of(0, kGroupMac), (Nics{2}));
  lan.network_->begin_reboot(0);
  lan.network_->end_reboot(0);
  EXPECT_EQ(lan.receivers_of(0, kGroupMac), (Nics{1, 2, 3})) << "unknown again";
}

TEST(Snooping, ALostQuerierIsSilentAndAsksWhenItIsBack) {
  Lan lan(with_snooping(IgmpSnooping::on));
  lan.run(10s);
  lan.network_->begin_querier_outage(0);
  lan.run(200s);
  EXPECT_EQ(lan.queries_.size(), 8U);
  lan.network_->end_querier_outage(0);
  lan.run(201s);
  EXPECT_EQ(lan.queries_.size(), 16U);
  EXPECT_EQ(lan.queries_.back(), Instant{200s + 50us});
}

// ---- cables between the short way and the long one

TEST(ShortWay, KeepsTheOrderWhenACablesDelayChanges) {
  Lan lan(Segment{});
  const auto slow = patch(&LinkPatch::delay, 5ms);
  const int key = 0;
  lan.network_->patch_link(&key, 1, false, slow);
  lan.send(0, kBroadcastMac);
  lan.run(1ms);
  EXPECT_EQ(lan.arrivals_, (Nics{2, 3}));
  lan.network_->unpatch_link(&key);
  lan.send(2, kBroadcastMac);
  lan.run(5ms);
  EXPECT_EQ(lan.arrivals_, (Nics{2, 3, 0, 3})) << "not before the one that is still on its way";
  lan.run(6ms);
  EXPECT_EQ(lan.arrivals_, (Nics{2, 3, 0, 3, 1, 1}));
  EXPECT_EQ(lan.receivers_of(0, kBroadcastMac), (Nics{1, 2, 3}));
  EXPECT_EQ(lan.stage_.frames.in_flight(), 0U);
}

TEST(ShortWay, WhatWasFloodedIsNotOvertaken) {
  Lan lan(Segment{});
  lan.send(0, kBroadcastMac);
  lan.run(60us);  // flooded at 50 us, to arrive at 100 us
  const auto quick = patch(&LinkPatch::delay, Duration{});
  const int key = 0;
  lan.network_->patch_link(&key, 1, false, quick);
  lan.network_->patch_link(&key, 2, true, quick);
  lan.send(2, kBroadcastMac);
  lan.run(99us);
  EXPECT_EQ(lan.arrivals_, Nics{});
  lan.run(100us);
  EXPECT_EQ(lan.arrivals_, (Nics{1, 2, 3, 1}));
}

TEST(Corruption, DamagesACopyAndNotWhatOthersGet) {
  Segment segment;
  Lan lan(segment);
  const auto damage = patch(&LinkPatch::corrupt, kAlways);
  const int key = 0;
  lan.network_->patch_link(&key, 1, false, damage);
  lan.receivers_of(0, kBroadcastMac);
  EXPECT_EQ(lan.stage_.counts.corrupted, 1U);
  EXPECT_EQ(lan.stage_.counts.delivered, 3U);
  EXPECT_EQ(lan.stage_.frames.in_flight(), 0U);
}

TEST(Duplication, DeliversTwice) {
  Lan lan(Segment{});
  const auto twice = patch(&LinkPatch::duplicate, kAlways);
  const int key = 0;
  lan.network_->patch_link(&key, 1, false, twice);
  EXPECT_EQ(lan.receivers_of(0, kBroadcastMac), (Nics{1, 1, 2, 3}));
  EXPECT_EQ(lan.stage_.counts.duplicated, 1U);
  lan.network_->patch_link(&key, 0, true, twice);
  EXPECT_EQ(lan.receivers_of(0, kBroadcastMac), (Nics{1, 1, 2, 3, 1, 1, 2, 3}));
  EXPECT_EQ(lan.stage_.frames.in_flight(), 0U);
}

TEST(LinkPatches, LieOnTopOfEachOther) {
  Lan lan(Segment{});
  const auto lossy = patch(&LinkPatch::loss, kAlways), slow = patch(&LinkPatch::delay, 5ms);
  const int first = 0, second = 0;
  lan.network_->patch_link(&first, 1, false, lossy);
  lan.network_->patch_link(&second, 1, false, slow);
  EXPECT_EQ(lan.receivers_of(0, kBroadcastMac), (Nics{2, 3}));
  EXPECT_EQ(lan.losses_, (std::vector<Loss>{{1, LossCause::random_loss}}));
  lan.network_->unpatch_link(&first);
  EXPECT_EQ(lan.receivers_of(0, kBroadcastMac), (Nics{2, 3})) << "the delay stays";
  lan.run(1s);
  EXPECT_EQ(lan.arrivals_, (Nics{2, 3, 1}));
  lan.network_->unpatch_link(&second);
  EXPECT_EQ(lan.receivers_of(0, kBroadcastMac), (Nics{1, 2, 3}));
}

}  // namespace
}  // namespace understudy::sim
