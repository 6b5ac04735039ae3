// Each oracle finds what it is there for, and nothing in a world that is well.
#include "sim/oracles.h"

#include <gtest/gtest.h>

#include <utility>

#include "core/net/ethernet.h"
#include "sim/advert_inspector.h"
#include "tests/sim/fake_world.h"
#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

void expect_only_breach(const RunResult& result, std::string_view name) {
  for (const auto& one : result.oracles)
    EXPECT_EQ(one.verdict, one.name == name ? Verdict::fail : Verdict::pass)
        << one.name << ": " << one.detail;
  EXPECT_EQ(result.verdict, Verdict::fail);
}

TEST(Oracles, ReportTheirNamesInOrder) {
  const auto result = play(pair());
  ASSERT_EQ(result.oracles.size(), 6U);
  const char* names[] = {"one_master", "some_master",   "holder_is_master",
                         "true_arp",   "valid_adverts", "no_stuck_timer"};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(result.oracles[i].name, names[i]);
}

// Different passwords: neither hears the other, both are master. The settling time is
// 3 s + (256 - 90) / 256 s + 2 x 2 x 50 us.
TEST(Oracles, OneMasterFindsASplitBrainOnceSettled) {
  auto scenario = pair();
  scenario.hosts[kLb2].config->instances[0].authentication.key[0] ^= 1;
  const auto result = play(scenario);
  EXPECT_EQ(oracle(result, "one_master").verdict, Verdict::fail);
  EXPECT_EQ(oracle(result, "one_master").at, at(3'648'437'500ns + 200us));
  EXPECT_NE(oracle(result, "one_master").detail.find("lb1 and lb2"), std::string::npos);
}

TEST(Oracles, SomeMasterWantsOneWhereAHostIsFit) {
  auto scenario = pair();
  scenario.hosts[kLb2].config.reset();
  scenario.hosts[kLb2].services.clear();
  // Nobody speaks, but lb1 is in FAULT: nobody is fit.
  add_fault(scenario, 1s, NicFault{kLb1, 0, false});
  EXPECT_EQ(oracle(play(scenario), "some_master").verdict, Verdict::pass);
}

TEST(Oracles, HolderIsMasterFindsAnOrphanedAddress) {
  auto scenario = pair();
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::kill});
  expect_only_breach(play(scenario), "holder_is_master");
}

TEST(Oracles, AWaiverKeepsTheVerdictAndTellsItsReason) {
  auto scenario = pair();
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::kill});
  waive(scenario, "holder_is_master");
  const auto result = play(scenario);
  EXPECT_EQ(result.verdict, Verdict::pass);
  EXPECT_EQ(oracle(result, "holder_is_master").verdict, Verdict::waived);
  EXPECT_EQ(oracle(result, "holder_is_master").detail, "the test is about it");
}

TEST(Oracles, WeightedScriptsWidenTheSettlingTimeAndDisturbIt) {
  auto scenario = pair_with_checks(20ms);
  for (const auto host : {kLb1, kLb2}) {
    scenario.hosts[host].config = parse_config(
        "vrrp_script chk_nginx {\n  script \"/bin/check\"\n  interval 1\n  weight -20\n}\n" +
        instance_text(host == kLb1 ? 100 : 90, "  track_script {\n    chk_nginx\n  }\n"));
    auto& check = scenario.hosts[host].checks[0];
    check.restarts.reset();
    check.passes_when = std::exchange(check.stops_daemon_when, std::nullopt);
  }
  // passes_when is now "nginx != up": it fails while nginx is up, on both.
  add_expectation(scenario, ExpectationForm::at, 59s, "priority(lb1, VI_1) == 80");
  const auto result = play(scenario);
  EXPECT_EQ(result.expectations[0].verdict, Verdict::pass) << result.expectations[0].detail;
  EXPECT_TRUE(all_oracles_pass(result));
}

/// Whoever looks on, and does nothing.
struct Nobody : NetworkListener, KernelListener, DaemonListener, ScriptListener {
  void frame_sent(std::uint32_t, const Frame&) override {}
  bool frame_arrived(std::uint32_t, const Frame&) override { return true; }
  void switch_changed(std::uint32_t) override {}
  void vrrp_received(std::size_t, std::uint32_t, std::span<const std::uint8_t>) override {}
  void frame_freed(std::size_t, std::uint32_t, const Frame&) override {}
  bool client_segment(std::size_t, const TcpSegment&) override { return false; }
  void client_echo(std::size_t, const EchoReply&) override {}
  void client_refused(std::size_t, const Refusal&) override {}
  void neighbour_changed(std::size_t, const IpAddress&) override {}
  void addresses_changed(std::size_t, const IpAddress&, bool) override {}
  void announcement_heard(std::size_t, std::uint32_t, const IpAddress&) override {}
  void state_changed(std::size_t, const StateChanged&, Duration) override {}
  void daemon_changed(std::size_t, bool) override {}
  void announced(std::size_t, const IpAddress&) override {}
  void advert_asked(std::size_t, std::size_t, std::span<const std::uint8_t>) override {}
  void configuration_changed(std::size_t) override {}
  void tracked_changed(std::size_t, bool) override {}
  void script_starts_service(std::size_t, std::size_t) override {}
  void script_stops_daemon(std::size_t) override {}
  void script_ended(std::size_t, std::uint32_t, std::uint16_t, std::uint32_t, int) override {}
};

// lb1 without the events that would wake its daemon: three silent intervals and the skew end at
// 3.609375 s. One that is stopped meanwhile and goes on at 5 s is MASTER then, and has an advert to
// send at 6 s.
TEST(Oracles, NoStuckTimerFindsADaemonThatNothingWakes) {
  const auto scenario = pair();
  Stage stage(scenario, false);
  Nobody nobody;
  const FakeWorld world;
  Network network(stage, nobody);
  SimHosts hosts;
  auto& lb1 = hosts.emplace_back(stage, network, nobody, world, nobody, kLb1);
  lb1.daemon.emplace(stage, lb1.kernel, lb1.scripts, nobody, kLb1,
                     make_node_config(*scenario.hosts[kLb1].config));
  Oracles oracles(stage, hosts);
  lb1.daemon->start();
  const auto judged_at = [&](Instant now) {
    stage.now = now;
    oracles.judge();
    return oracles.results().back();
  };
  EXPECT_EQ(judged_at(at(3'609'375us)).verdict, Verdict::pass) << "it is due, and not late yet";
  lb1.daemon->pause();
  EXPECT_EQ(judged_at(at(5s)).verdict, Verdict::pass) << "it cannot";
  lb1.daemon->resume();
  EXPECT_EQ(judged_at(at(6s)).verdict, Verdict::pass);
  const auto stuck = judged_at(at(6s + 1ns));
  EXPECT_EQ(stuck.name, "no_stuck_timer");
  EXPECT_EQ(stuck.verdict, Verdict::fail);
  EXPECT_EQ(stuck.at, at(6s + 1ns));
  EXPECT_EQ(stuck.detail, "lb1 sleeps past its deadline of 6000000000 ns by its clock");
}

TEST(AdvertInspector, JudgesWhatTheOraclePromises) {
  auto scenario = pair();
  Stage stage(scenario, false);
  Nobody nobody;
  Network network(stage, nobody);
  HostKernel kernel(stage, network, nobody, kLb1);
  const auto config = make_node_config(*scenario.hosts[kLb1].config);
  const FakeWorld world;
  ScriptRunner scripts(stage, world, nobody, kLb1);
  DaemonProcess daemon(stage, kernel, scripts, nobody, kLb1, config);

  const auto frame_of = [&](std::uint8_t vrid, std::uint8_t ttl, std::uint32_t address) {
    Advert advert;
    advert.vrid = vrid;
    advert.priority = 100;
    advert.advert_interval = 1s;
    const auto bytes = Ipv4Address{address}.bytes();
    advert.addresses = bytes;
    Frame frame;
    encode_ethernet({multicast_mac(kVrrpGroup4), stage.nics[0].mac, kEtherTypeIpv4}, frame.bytes);
    PacketOptions options;
    options.ttl = ttl;
    const auto size =
        encode_packet(advert, Ipv4Address{0xc0a83882}, kVrrpGroup4, ChecksumForm::message, options,
                      std::span{frame.bytes}.subspan(kEthernetHeaderSize));
    frame.size = static_cast<std::uint16_t>(kEthernetHeaderSize + size.value());
    return frame;
  };
  AdvertInspector inspector(stage);
  const auto good = frame_of(51, 255, 0xc0a83864);
  EXPECT_FALSE(inspector.known_good(0, good));
  EXPECT_EQ(inspector.inspect(0, good, &daemon), "");
  EXPECT_TRUE(inspector.known_good(0, good));

  EXPECT_EQ(inspector.inspect(0, frame_of(51, 254, 0xc0a83864), &daemon), "TTL 254");
  EXPECT_NE(inspector.inspect(0, frame_of(52, 255, 0xc0a83864), &daemon), "");
  EXPECT_NE(inspector.inspect(0, frame_of(51, 255, 0xc0a83865), &daemon), "");
  // Any other bit but those of the IP identification and header checksum.
  for (std::size_t bit = (kEthernetHeaderSize + kIpv4HeaderSize) * 8; bit < good.size * 8U; ++bit) {
    Frame bad = good;
    bad.bytes[bit / 8] = static_cast<std::uint8_t>(bad.bytes[bit / 8] ^ 1U << bit % 8);
    EXPECT_FALSE(inspector.known_good(0, bad)) << bit;
    EXPECT_NE(inspector.inspect(0, bad, &daemon), "") << bit;
  }
}

}  // namespace
}  // namespace understudy::sim::test
