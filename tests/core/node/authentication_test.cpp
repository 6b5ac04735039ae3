// Authenticated adverts through a node: what is sent, whose numbers count, what survives a change
// of configuration.
#include <functional>

#include "core/net/byte_order.h"
#include "tests/core/node/one_router.h"

namespace understudy {
namespace {

using namespace std::chrono_literals;

class Authenticated : public OneRouter {
 protected:
  Authenticated() { profile_ = Profile::keepalived; }

  void use_ah() {
    instance_.authentication.type = config::Authentication::Type::ah;
    instance_.authentication.key = {'s', 'e', 'c', 'r', 'e', 't', '1', '2'};
  }
  void use_hmac(config::AuthHmac::Mode mode = config::AuthHmac::Mode::enforce) {
    config::AuthHmac hmac;
    hmac.keys = {{1, std::vector<std::uint8_t>(32, 'a')}};
    hmac.active_key = 1;
    hmac.mode = mode;
    instance_.auth_hmac = hmac;
  }
  std::uint32_t last_ah_sequence() const { return load_be32(&sent_.back().packet[28]); }
  // Seconds since 1970 in the trailer, which ends the packet.
  std::uint32_t last_hmac_seconds() const {
    const auto& packet = sent_.back().packet;
    return load_be32(&packet[packet.size() - 24]);
  }
  static constexpr std::uint64_t kNoon = 1'795'354'903;
  static std::uint64_t stamp(Duration since_start) {
    return (kNoon + static_cast<std::uint64_t>(since_start / 1s)) << 32;
  }
};

// ---- AH

TEST_F(Authenticated, AhPacketsEqualTheGoldenOne) {
  RecordProperty("covers", "AUTH-AH-01 AUTH-AH-05 AUTH-AH-09");
  use_ah();
  become_master();
  const auto& packet = sent_.back().packet;
  ASSERT_EQ(packet.size(), 20U + 24 + 20);
  EXPECT_EQ(packet[9], 51);
  EXPECT_EQ(packet[20], 112) << "next header";
  EXPECT_EQ(packet[21], 4) << "payload length";
  EXPECT_EQ(load_be32(&packet[24]), 0xc0000202) << "the SPI is the source";
  EXPECT_EQ(last_ah_sequence(), 1U) << "the first advert carries 1";
  EXPECT_EQ(packet[48], 2) << "auth type";
  for (std::size_t i = 56; i < 64; ++i) EXPECT_EQ(packet[i], 0) << "authentication data";
  auto rules = router().config().rules;
  EXPECT_TRUE(receive(packet, rules));
  rules.auth_data[0] ^= 1;
  EXPECT_FALSE(receive(packet, rules));
}

TEST_F(Authenticated, AhOfUnicastClearsTheTtlForItsCode) {
  RecordProperty("covers", "AUTH-AH-06");
  use_ah();
  instance_.unicast_peers = {{address("192.0.2.3")}};
  become_master();
  auto packet = sent_.back().packet;
  packet[8] = 17;
  EXPECT_TRUE(receive(packet, router().config().rules));
}

TEST_F(Authenticated, ABackupGoesOnFromTheLastNumberItAccepted) {
  RecordProperty("covers", "AUTH-AH-08 AUTH-AH-09");
  use_ah();
  start();
  EXPECT_EQ(hear(1s, {.priority = 200, .ah_sequence = 41}), "");
  EXPECT_EQ(hear(2s, {.priority = 200, .ah_sequence = 41}), "refused(ah_replay)");
  EXPECT_EQ(hear(2s, {.priority = 200, .ah_sequence = 40}), "refused(ah_replay)");
  EXPECT_EQ(due(), 1s + 3609375us) << "replays move no timer";
  deadline(1s + 3609375us);
  ASSERT_EQ(state(), State::master);
  EXPECT_EQ(last_ah_sequence(), 42U);
}

TEST_F(Authenticated, AMasterGoesBeyondTheNumberOfALosingAdvert) {
  RecordProperty("covers", "AUTH-AH-10");
  use_ah();
  become_master();
  hear(4s, {.priority = 50, .ah_sequence = 1000});
  EXPECT_EQ(last_ah_sequence(), 1002U);
}

TEST_F(Authenticated, NearItsEndTheCounterStopsUntilTheNextElection) {
  RecordProperty("covers", "AUTH-AH-11");
  use_ah();
  start();
  hear(1s, {.priority = 200, .ah_sequence = 0xfffffffc});
  deadline(1s + 3609375us);
  ASSERT_EQ(state(), State::master);
  EXPECT_EQ(last_ah_sequence(), 0xfffffffdU);
  run_until(8s);
  EXPECT_EQ(last_ah_sequence(), 0xfffffffeU) << "no wrap to 0 while master";
  hear(9s, {.priority = 200, .ah_sequence = 0xffffffff});
  ASSERT_EQ(state(), State::backup);
  run_until(13s);
  ASSERT_EQ(state(), State::master);
  EXPECT_LE(last_ah_sequence(), 1U) << "a new election starts over";
}

// ---- auth_hmac

TEST_F(Authenticated, SignedAdvertsCarryTheWallClock) {
  use_hmac();
  become_master();
  EXPECT_EQ(last_hmac_seconds(), kNoon + 3);
  EXPECT_EQ(sent_.back().packet.size(), 20U + 20 + 28);
  give(4s, WallClockChanged{wall_offset_ - 3600s});
  deadline(4609375us);
  EXPECT_EQ(last_hmac_seconds(), kNoon + 4 - 3600) << "the clock was set back";
}

TEST_F(Authenticated, ResignationsAreSignedToo) {
  use_hmac();
  become_master();
  give(4s, Shutdown{});
  HmacMarks marks(4);
  const auto result = receive(sent_.back().packet, router().config().rules,
                              {.wall_time = 4s + wall_offset_, .hmac_marks = &marks});
  ASSERT_TRUE(result);
  EXPECT_TRUE(result->has_hmac);
  EXPECT_EQ(result->advert.priority, 0);
}

TEST_F(Authenticated, TwoAdvertsOfOneInstantDifferInTheirCounter) {
  use_hmac();
  become_master();
  hear(kMasterAt, {.priority = 0, .hmac_sequence = stamp(3s)});
  ASSERT_EQ(sent_.size(), 2U);
  EXPECT_TRUE(receive(sent_[1].packet, router().config().rules,
                      {.wall_time = kMasterAt + wall_offset_, .hmac_marks = [] {
                         static const HmacMarks none(4);
                         return &none;
                       }()}));
  const auto sequence = [](const std::vector<std::uint8_t>& packet) {
    return std::uint64_t{load_be32(&packet[packet.size() - 24])} << 32 |
           load_be32(&packet[packet.size() - 20]);
  };
  EXPECT_EQ(sequence(sent_[1].packet), sequence(sent_[0].packet) + 1);
}

TEST_F(Authenticated, UnicastCopiesOfOneAdvertHaveOneTrailer) {
  use_hmac();
  instance_.unicast_peers = {{address("192.0.2.3")}, {address("192.0.2.4")}};
  become_master();
  ASSERT_EQ(sent_.size(), 2U);
  const auto trailer = [](const std::vector<std::uint8_t>& packet) {
    return std::vector(packet.end() - 28, packet.end());
  };
  EXPECT_EQ(trailer(sent_[0].packet), trailer(sent_[1].packet));
}

TEST_F(Authenticated, WhatIsRefusedReachesNoElection) {
  RecordProperty("covers", "AUTH-ORD-02");
  use_hmac();
  start();
  EXPECT_EQ(hear(1s, {.priority = 200, .hmac_sequence = stamp(1s)}), "");
  EXPECT_EQ(due(), 1s + 3609375us);
  const auto before = node_->digest();
  EXPECT_EQ(hear(2s, {.priority = 200, .hmac_sequence = stamp(1s)}), "refused(hmac_replay)");
  EXPECT_EQ(hear(3s, {.priority = 200, .hmac_sequence = stamp(-60s)}), "refused(hmac_stale)");
  auto forged = advert_of({.priority = 200, .hmac_sequence = stamp(3s)});
  forged.back() ^= 1;
  EXPECT_EQ(hear_packet(3s, forged), "refused(hmac_invalid)");
  forged.resize(forged.size() - 28);
  forged[3] = static_cast<std::uint8_t>(forged.size());
  EXPECT_EQ(hear_packet(3s, forged), "refused(hmac_missing)");
  EXPECT_EQ(node_->digest(), before);
  EXPECT_EQ(due(), 1s + 3609375us);
}

// It is the time of arrival that counts, not the time of handling.
TEST_F(Authenticated, FreshnessIsJudgedByTheTimeOfArrival) {
  use_hmac();
  start();
  const auto packet = advert_of({.priority = 200, .hmac_sequence = stamp(1s)});
  EXPECT_EQ(give(3600ms, PacketReceived{0, at(1s), packet}), "");
  EXPECT_EQ(due(), 1s + 3609375us);
}

TEST_F(Authenticated, ASenderWhoseClockDriftsIsToldOf) {
  use_hmac();
  start();
  hear(10ms, {.priority = 200, .hmac_sequence = stamp(2s)});
  EXPECT_EQ(count_reports<ClockSkewHeard>(), 0) << "half of 5 is 2";
  hear(20ms, {.priority = 200, .hmac_sequence = stamp(3s)});
  EXPECT_EQ(count_reports<ClockSkewHeard>(), 1);
}

// Reloads: with keepalived the last advert is accepted once more; not here.
TEST_F(Authenticated, MarksSurviveAChangeOfConfiguration) {
  use_hmac();
  start();
  hear(1s, {.priority = 200, .hmac_sequence = stamp(1s)});
  const auto replayed = advert_of({.priority = 200, .hmac_sequence = stamp(1s)});
  config::Config changed;
  instance_.auth_hmac->keys.push_back({2, std::vector<std::uint8_t>(32, 'b')});
  changed.instances = {instance_};
  Node next(make_node_config(changed, profile_));
  effects_.clear();
  node_->retire(at(2s), next.config(), effects_);
  next.adopt(at(2s), *node_, effects_);
  node_.emplace(next);
  EXPECT_EQ(state(), State::backup);
  EXPECT_EQ(hear_packet(2s, replayed), "refused(hmac_replay)");
  EXPECT_EQ(hear(2s, {.priority = 200, .hmac_sequence = stamp(2s)}), "");
}

// The six reloads of a change of keys, on a pair: no refusal, no transition.
TEST_F(Authenticated, KeysAreChangedUnderARunningPair) {
  const std::vector<std::uint8_t> old_key(32, 'a');
  const std::vector<std::uint8_t> new_key(32, 'b');
  const auto settings = [&](bool has_old, bool has_new, std::uint8_t active,
                            std::uint8_t priority) {
    auto instance = instance_;
    instance.priority = priority;
    config::AuthHmac hmac;
    if (has_old) hmac.keys.push_back({1, old_key});
    if (has_new) hmac.keys.push_back({2, new_key});
    hmac.active_key = active;
    instance.auth_hmac = hmac;
    config::Config config;
    config.instances = {instance};
    return make_node_config(config, profile_);
  };
  Node master(settings(true, false, 1, 200));
  Node backup(settings(true, false, 1, 100));
  Effects effects;
  for (auto* node : {&master, &backup}) {
    node->handle(at(0s), LinkChanged{0, true}, effects);
    node->handle(at(0s),
                 AddressesChanged{0, address(node == &master ? "192.0.2.3" : "192.0.2.2"), {}, {}},
                 effects);
    node->handle(at(0s), WallClockChanged{wall_offset_}, effects);
    node->handle(at(0s), Startup{}, effects);
  }
  // Runs both until then; what the master sends, the backup hears at once.
  Duration now{};
  const auto deliver = [&] {
    for (const auto& effect : effects.list())
      if (const auto* send = std::get_if<SendAdvert>(&effect)) {
        const auto bytes = effects.packet(*send);
        const std::vector<std::uint8_t> packet(bytes.begin(), bytes.end());
        Effects heard;
        backup.handle(at(now), PacketReceived{0, at(now), packet}, heard);
      }
    effects.clear();
  };
  const auto run = [&](Duration end) {
    effects.clear();
    while (*master.next_deadline() <= at(end)) {
      now = master.next_deadline()->time_since_epoch();
      master.handle(at(now), DeadlineReached{}, effects);
      deliver();
    }
    now = end;
  };
  const auto reload = [&](Node& node, const std::shared_ptr<const NodeConfig>& config) {
    effects.clear();
    Node next(config);
    node.retire(at(now), *config, effects);
    next.adopt(at(now), node, effects);
    const bool is_master = &node == &master;
    node = next;
    if (is_master) deliver();
  };
  run(5s);
  ASSERT_EQ(master.virtual_routers()[0].state(), State::master);
  const std::vector<std::function<void()>> steps = {
      [&] { reload(master, settings(true, true, 1, 200)); },
      [&] { reload(backup, settings(true, true, 1, 100)); },
      [&] { reload(master, settings(true, true, 2, 200)); },
      [&] { reload(backup, settings(true, true, 2, 100)); },
      [&] { reload(master, settings(false, true, 2, 200)); },
      [&] { reload(backup, settings(false, true, 2, 100)); },
  };
  for (const auto& step : steps) {
    step();
    run(now + 2500ms);
  }
  EXPECT_EQ(master.virtual_routers()[0].state(), State::master);
  EXPECT_EQ(backup.virtual_routers()[0].state(), State::backup);
  EXPECT_EQ(master.virtual_routers()[0].counters().became_master, 1U);
  EXPECT_EQ(backup.virtual_routers()[0].counters().became_master, 0U);
  EXPECT_EQ(backup.virtual_routers()[0].counters().refused_total, 0U);
  EXPECT_GT(backup.virtual_routers()[0].counters().adverts_received, 15U);
}

}  // namespace
}  // namespace understudy
