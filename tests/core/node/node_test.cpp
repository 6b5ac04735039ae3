// One host as a whole: dispatch, trackers, one next deadline, snapshots.
#include "core/node/node.h"

#include <gtest/gtest.h>

#include "tests/core/effects_text.h"

namespace understudy {
namespace {

constexpr Ipv4Address kSelf{0xc0a83882};
constexpr Ipv4Address kPeer{0xc0a83884};

Instant at(std::int64_t milliseconds) { return Instant{std::chrono::milliseconds{milliseconds}}; }

config::VrrpInstance instance(const std::string& name, std::uint8_t vrid,
                              const std::string& interface = "eth0") {
  config::VrrpInstance made;
  made.name = name;
  made.interface = interface;
  made.vrid = vrid;
  made.priority = 100;
  config::VirtualAddress line;
  line.address.address = *parse_ip_address("192.168.56.100");
  made.addresses.push_back(line);
  return made;
}

config::Script script(const std::string& name, int weight) {
  config::Script made;
  made.name = name;
  made.interval = made.timeout = std::chrono::seconds{3};
  made.weight = weight;
  return made;
}

config::TrackedScript track(const std::string& name) {
  config::TrackedScript made;
  made.name = name;
  return made;
}

std::vector<std::uint8_t> advert(std::uint8_t vrid, std::uint8_t priority) {
  const std::vector<std::uint8_t> addresses = {192, 168, 56, 100};
  Advert made;
  made.vrid = vrid;
  made.priority = priority;
  made.advert_interval = std::chrono::seconds{1};
  made.addresses = addresses;
  std::vector<std::uint8_t> packet(64);
  packet.resize(*encode_packet(made, kPeer, kVrrpGroup4, ChecksumForm::pseudo_header, {}, packet));
  return packet;
}

class NodeTest : public testing::Test {
 protected:
  void start() {
    node_.emplace(make_node_config(config_));
    const auto interfaces = static_cast<std::uint16_t>(node_->config().interfaces.size());
    for (std::uint16_t i = 0; i < interfaces; ++i) {
      give(0, LinkChanged{i, true});
      give(0, AddressesChanged{i, IpAddress{kSelf}});
    }
    give(0, Startup{});
  }
  std::string give(std::int64_t now, const Input& input) {
    effects_.clear();
    node_->handle(at(now), input, effects_);
    return text_of(effects_);
  }
  std::string hear(std::int64_t now, const std::vector<std::uint8_t>& packet,
                   std::uint16_t interface = 0) {
    return give(now, PacketReceived{interface, at(now), packet});
  }
  State state(std::size_t router = 0) const { return node_->virtual_routers()[router].state(); }

  config::Config config_;
  std::optional<Node> node_;
  Effects effects_;
};

TEST_F(NodeTest, DispatchesByInterfaceAndVrid) {
  config_.instances = {instance("A", 51), instance("B", 52), instance("C", 51, "eth1")};
  start();
  EXPECT_EQ(node_->next_deadline(), at(3609) + std::chrono::microseconds{375});
  EXPECT_EQ(hear(1000, advert(51, 200), 0), "");
  EXPECT_EQ(node_->virtual_routers()[0].counters().adverts_received, 1U);
  EXPECT_EQ(node_->virtual_routers()[1].counters().adverts_received, 0U);
  EXPECT_EQ(node_->virtual_routers()[2].counters().adverts_received, 0U);
  hear(1000, advert(52, 200), 0);
  hear(1000, advert(51, 200), 1);
  EXPECT_EQ(node_->next_deadline(), at(4609) + std::chrono::microseconds{375});
}

TEST_F(NodeTest, UnknownVridsAreCountedAndChangeNothing) {
  config_.instances = {instance("A", 51)};
  start();
  const auto before = node_->digest();
  EXPECT_EQ(hear(1000, advert(99, 200)), "refused(unknown_vrid)");
  EXPECT_EQ(hear(1000, {}), "refused(length_short)");
  auto broken = advert(99, 200);
  broken[27] ^= 1;
  EXPECT_EQ(hear(1000, broken), "refused(bad_checksum)") << "an earlier check names the error";
  EXPECT_EQ(node_->digest(), before);
  EXPECT_EQ(node_->refused_elsewhere()[static_cast<std::size_t>(DecodeError::unknown_vrid)], 1U);
}

TEST_F(NodeTest, ExpectingAnyPacketChangesNothing) {
  config_.instances = {instance("A", 51), instance("B", 52)};
  start();
  const auto copy = *node_;
  const auto packet = advert(51, 200);
  for (std::size_t size = 0; size <= packet.size(); ++size)
    node_->expect({0, at(1000), std::span{packet}.first(size)});
  node_->expect({9, at(1000), packet});
  node_->expect({0, at(1000), advert(99, 200)});
  EXPECT_EQ(copy, *node_);
  EXPECT_EQ(copy.digest(), node_->digest());
}

TEST_F(NodeTest, RefusedAdvertLeavesStateAndTimers) {
  config_.instances = {instance("A", 51)};
  start();
  const auto before = node_->digest();
  auto packet = advert(51, 200);
  packet[8] = 254;
  EXPECT_EQ(hear(1000, packet), "refused(bad_ttl)");
  EXPECT_EQ(node_->digest(), before);
}

TEST_F(NodeTest, WaitsInInitForADecisiveScript) {
  config_.scripts = {script("chk", 0)};
  config_.instances = {instance("A", 51)};
  config_.instances[0].track_scripts = {track("chk")};
  start();
  EXPECT_EQ(text_of(effects_), "run(1)");
  EXPECT_EQ(state(), State::init);
  EXPECT_EQ(give(20, ScriptExited{0, 1, 0}),
            "exit(0) script_up INIT->BACKUP(startup) notify(BACKUP)");
  EXPECT_EQ(node_->next_deadline(), at(3000)) << "the script's next run";
}

TEST_F(NodeTest, ScriptOfWeightZeroMeansFault) {
  config_.scripts = {script("chk", 0)};
  config_.instances = {instance("A", 51)};
  config_.instances[0].track_scripts = {track("chk")};
  start();
  EXPECT_EQ(give(20, ScriptExited{0, 1, 1}),
            "exit(1) script_down INIT->FAULT(fault) notify(FAULT)");
  give(3000, DeadlineReached{});
  EXPECT_EQ(give(3020, ScriptExited{0, 2, 0}),
            "exit(0) script_up FAULT->BACKUP(recovered) notify(BACKUP)");
}

TEST_F(NodeTest, PositiveWeightIsABonusNegativeAPenalty) {
  config_.scripts = {script("plus", 20), script("minus", -30)};
  config_.instances = {instance("A", 51)};
  config_.instances[0].track_scripts = {track("plus"), track("minus")};
  start();
  const auto& router = node_->virtual_routers()[0];
  EXPECT_EQ(router.effective_priority(), 100) << "unknown adds nothing";
  give(10, ScriptExited{0, 1, 0});
  EXPECT_EQ(router.effective_priority(), 120);
  give(10, ScriptExited{1, 1, 0});
  EXPECT_EQ(router.effective_priority(), 120);
  give(3000, DeadlineReached{});
  give(3010, ScriptExited{1, 2, 1});
  EXPECT_EQ(router.effective_priority(), 90);
  give(3010, ScriptExited{0, 2, 1});
  EXPECT_EQ(router.effective_priority(), 70);
}

TEST_F(NodeTest, ReverseNegatesAndTheSumIsClamped) {
  config_.scripts = {script("chk", 253)};
  config_.instances = {instance("A", 51), instance("B", 52)};
  config_.instances[0].track_scripts = {track("chk")};
  config_.instances[0].track_scripts[0].weight_reverse = true;
  config_.instances[1].track_scripts = {track("chk")};
  start();
  give(10, ScriptExited{0, 1, 0});
  EXPECT_EQ(node_->virtual_routers()[0].effective_priority(), 1);
  EXPECT_EQ(node_->virtual_routers()[1].effective_priority(), 254);
}

TEST_F(NodeTest, LinkLossIsAFaultAndItsReturnRecovers) {
  config_.instances = {instance("A", 51)};
  start();
  EXPECT_EQ(give(1000, LinkChanged{0, false}), "link_down BACKUP->FAULT(fault) notify(FAULT)");
  EXPECT_EQ(give(1500, LinkChanged{0, false}), "");
  EXPECT_EQ(give(2000, LinkChanged{0, true}), "link_up FAULT->BACKUP(recovered) notify(BACKUP)");
  EXPECT_EQ(give(2500, AddressesChanged{0, IpAddress{}}), "BACKUP->FAULT(fault) notify(FAULT)");
}

TEST_F(NodeTest, ShutdownResignsAndEndsScripts) {
  config_.scripts = {script("chk", 0)};
  config_.instances = {instance("A", 51)};
  config_.instances[0].track_scripts = {track("chk")};
  start();
  give(20, ScriptExited{0, 1, 0});
  give(3000, DeadlineReached{});
  EXPECT_EQ(give(3630, DeadlineReached{}),
            "advert(100) add announce(5) BACKUP->MASTER(startup) notify(MASTER)");
  EXPECT_EQ(give(3700, Shutdown{}), "advert(0) remove MASTER->INIT(shutdown) notify(INIT) kill");
  EXPECT_EQ(node_->next_deadline(), std::nullopt);
  EXPECT_EQ(hear(3800, advert(51, 200)), "");
}

TEST_F(NodeTest, EarlyDeadlinesDoNothing) {
  config_.instances = {instance("A", 51)};
  start();
  const auto copy = *node_;
  EXPECT_EQ(give(3609, DeadlineReached{}), "");
  EXPECT_EQ(copy, *node_);
}

// "What if this frame had been lost" is a loop over copies.
TEST_F(NodeTest, CopiesAreSnapshotsThatBehaveAlike) {
  config_.instances = {instance("A", 51), instance("B", 52)};
  start();
  auto copy = *node_;
  EXPECT_EQ(copy, *node_);
  EXPECT_EQ(copy.digest(), node_->digest());
  hear(1000, advert(51, 200));
  EXPECT_FALSE(copy == *node_);
  Effects effects;
  const auto packet = advert(51, 200);
  copy.handle(at(1000), PacketReceived{0, at(1000), packet}, effects);
  EXPECT_EQ(copy, *node_);
  EXPECT_EQ(copy.digest(), node_->digest());
}

TEST_F(NodeTest, EqualityIsByContentNotByAddressOrHistoryOfTheHeap) {
  config_.instances = {instance("A", 51), instance("B", 52)};
  start();
  Node first = *node_;
  start();
  EXPECT_EQ(first, *node_);
  hear(1000, advert(51, 200));
  hear(1000, advert(52, 200));
  Effects effects;
  const auto a = advert(51, 200);
  const auto b = advert(52, 200);
  first.handle(at(1000), PacketReceived{0, at(1000), b}, effects);
  first.handle(at(1000), PacketReceived{0, at(1000), a}, effects);
  EXPECT_EQ(first, *node_);
}

TEST_F(NodeTest, InputsForThingsThatAreNotThereAreHarmless) {
  config_.instances = {instance("A", 51)};
  start();
  EXPECT_EQ(give(1, ScriptExited{7, 1, 0}), "");
  EXPECT_EQ(give(1, LinkChanged{9, false}), "");
  EXPECT_EQ(give(1, AddressesChanged{9, IpAddress{}}), "");
  EXPECT_EQ(give(1, AdvertSendFailed{9, 1}), "");
  EXPECT_EQ(hear(1, advert(51, 200), 9), "");
}

}  // namespace
}  // namespace understudy
