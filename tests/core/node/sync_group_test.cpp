// Sync groups: all members are master, or none is. Priority 100 and 1 s: down interval 3.609375 s;
// priority 90: 3.6484375 s.
#include <gtest/gtest.h>

#include "tests/core/node/one_router.h"

namespace understudy {
namespace {

using namespace std::chrono_literals;

class SyncGroups : public testing::Test {
 protected:
  SyncGroups() {
    for (const auto* name : {"A", "B"}) {
      config::VrrpInstance instance;
      instance.name = name;
      instance.interface = name == std::string{"A"} ? "eth0" : "eth1";
      instance.vrid = 10;
      instance.garp_master_delay = 0s;
      config::VirtualAddress line;
      line.address.address = address("192.0.2.100");
      instance.addresses = {line};
      config_.instances.push_back(instance);
    }
    config::SyncGroup group;
    group.name = "G";
    for (const auto* name : {"A", "B"}) {
      config::Tracked member;
      member.name = name;
      group.members.push_back(member);
    }
    config_.sync_groups = {group};
  }
  void start() {
    node_.emplace(make_node_config(config_, Profile::keepalived));
    for (std::uint16_t i = 0; i < 2; ++i) {
      give(0s, LinkChanged{i, true});
      give(0s, AddressesChanged{i, address("192.0.2.2"), {}, {}});
    }
    give(0s, Startup{});
  }
  std::string give(Duration now, const Input& input) {
    effects_.clear();
    node_->handle(at(now), input, effects_);
    return text_of(effects_);
  }
  std::string hear(Duration now, std::uint16_t member, std::uint8_t priority) {
    const auto& config = node_->virtual_routers()[member].config();
    std::vector<std::uint8_t> packet(advert_packet_size(config));
    write_advert(config, {.priority = priority}, address("192.0.2.3"), kVrrpGroup4, packet);
    return give(now, PacketReceived{member, at(now), packet});
  }
  void run_until(Duration end) {
    while (node_->next_deadline() && *node_->next_deadline() <= at(end))
      give(node_->next_deadline()->time_since_epoch(), DeadlineReached{});
  }
  State state(std::size_t member) const { return node_->virtual_routers()[member].state(); }

  config::Config config_;
  std::optional<Node> node_;
  Effects effects_;
};

TEST_F(SyncGroups, MembersBecomeMasterTogetherWhenTheLastIsReady) {
  config_.instances[1].priority = 90;
  start();
  run_until(3609375us);
  EXPECT_EQ(state(0), State::backup) << "B is not ready yet";
  EXPECT_EQ(node_->group_state(0), State::backup);
  run_until(3648437500ns);
  EXPECT_EQ(state(0), State::master);
  EXPECT_EQ(state(1), State::master);
  EXPECT_EQ(node_->group_state(0), State::master);
}

TEST_F(SyncGroups, AMemberThatHearsAMasterKeepsTheGroupBack) {
  start();
  for (int i = 1; i <= 20; ++i) {
    run_until(i * 500ms);
    hear(i * 500ms, 1, 200);
  }
  EXPECT_EQ(state(0), State::backup);
  EXPECT_EQ(state(1), State::backup);
}

TEST_F(SyncGroups, WhoYieldsTakesTheOthersAlong) {
  start();
  run_until(4s);
  ASSERT_EQ(node_->group_state(0), State::master);
  const auto text = hear(4s, 0, 200);
  EXPECT_EQ(state(0), State::backup);
  EXPECT_EQ(state(1), State::backup);
  const auto group = text.find("notify_group(BACKUP)");
  ASSERT_NE(group, std::string::npos);
  EXPECT_EQ(text.find("notify(BACKUP)", group), std::string::npos) << "the members' come first";
}

TEST_F(SyncGroups, AFaultIsEverybodysAndTheyReturnTogether) {
  start();
  run_until(4s);
  give(4s, LinkChanged{1, false});
  EXPECT_EQ(state(0), State::fault);
  EXPECT_EQ(state(1), State::fault);
  EXPECT_EQ(node_->group_state(0), State::fault);
  give(5s, LinkChanged{1, true});
  EXPECT_EQ(state(0), State::backup);
  EXPECT_EQ(state(1), State::backup);
  run_until(5s + 3609375us);
  EXPECT_EQ(node_->group_state(0), State::master);
}

// One interval and 1/256 of a second.
TEST_F(SyncGroups, StateMasterGivesAHeadStartInsideAGroup) {
  RecordProperty("covers", "KA-ST-07");
  for (auto& instance : config_.instances) instance.starts_as_master = true;
  start();
  run_until(1003906249ns);
  EXPECT_EQ(state(0), State::backup);
  run_until(1003906250ns);
  EXPECT_EQ(state(0), State::master);
  EXPECT_EQ(state(1), State::master);
}

TEST_F(SyncGroups, OwnersBecomeMasterAtOnceWhenAllAre) {
  for (auto& instance : config_.instances) instance.priority = 255;
  start();
  EXPECT_EQ(node_->group_state(0), State::master);
  config_.instances[1].priority = 100;
  start();
  EXPECT_EQ(node_->group_state(0), State::backup);
  run_until(3609375us);
  EXPECT_EQ(node_->group_state(0), State::master);
}

// The clients of every member may have been misled by the rival of one.
TEST_F(SyncGroups, ARivalOfOneMemberMakesAllAnnounceAgain) {
  RecordProperty("covers", "KA-ST-02");
  start();
  run_until(4s);
  hear(4s, 0, 50);
  int announced = 0;
  for (const auto& effect : effects_.list())
    announced += std::holds_alternative<AnnounceAddresses>(effect);
  EXPECT_EQ(announced, 2);
}

TEST_F(SyncGroups, ShutdownResignsEveryMemberOnce) {
  start();
  run_until(4s);
  give(4s, Shutdown{});
  int sent = 0;
  for (const auto& effect : effects_.list()) sent += std::holds_alternative<SendAdvert>(effect);
  EXPECT_EQ(sent, 2);
  EXPECT_EQ(node_->next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace understudy
