// A host's own engine on a capture: what it must have done, where the wire disagrees, what another
// configuration would have changed.
#include "pcap/host_replay.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/config/parser.h"
#include "pcap/capture_writer.h"
#include "pcap/explanation.h"
#include "tests/pcap/crafted.h"
#include "tests/pcap/temporary_directory.h"

namespace understudy::capture {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kLb1 = "192.0.2.1";
constexpr auto kLb2 = "192.0.2.2";

class HostReplayed : public testing::Test {
 protected:
  HostReplayed() : writer_(*CaptureWriter::create(directory_.file("wire.pcap"))) {}

  void put(Duration at, const char* source, std::uint8_t priority) {
    writer_.write(Instant{at}, crafted_frame(source, priority));
  }
  void put_every_second(Duration from, Duration to, const char* source, std::uint8_t priority) {
    for (Duration at = from; at <= to; at += seconds{1}) put(at, source, priority);
  }

  static HostConfig host(const char* address, int priority, const std::string& more = {}) {
    const std::string text =
        "vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n"
        " priority " +
        std::to_string(priority) + "\n advert_int 1\n" + more +
        " virtual_ipaddress {\n 192.0.2.100/24\n }\n}\n";
    const auto parsed = config::parse(text, "host.conf");
    EXPECT_TRUE(parsed.diagnostics.empty());
    return {{*parse_ip_address(address)}, "host.conf", make_node_config(parsed.config)};
  }

  Explanation explained(std::vector<HostConfig> configs, std::vector<HostConfig> what_ifs = {}) {
    ExplainOptions options;
    options.configs = std::move(configs);
    options.what_ifs = std::move(what_ifs);
    EXPECT_TRUE(writer_.close());
    const std::vector<std::string> paths{directory_.file("wire.pcap")};
    return explain(paths, options);
  }

  static std::vector<std::string> states(const std::vector<ReplayedChange>& changes) {
    std::vector<std::string> lines;
    for (const ReplayedChange& change : changes)
      lines.push_back(std::string(to_string(change.to)) + " " +
                      std::string(to_string(change.reason)));
    return lines;
  }
  using Lines = std::vector<std::string>;

  /// lb1 until 10 s, resigned at 10.5 s; lb2 one skew later.
  void put_stopped_daemon() {
    put_every_second(seconds{5}, seconds{10}, kLb1, 100);
    put(milliseconds{10500}, kLb1, 0);
    put_every_second(milliseconds{11149}, milliseconds{20149}, kLb2, 90);
  }

  TemporaryDirectory directory_;
  CaptureWriter writer_;
};

TEST_F(HostReplayed, TheWireAgreesWithTheRightConfigurations) {
  put_stopped_daemon();
  const auto seen = explained({host(kLb1, 100), host(kLb2, 90)});
  ASSERT_EQ(seen.hosts.size(), 2U);
  EXPECT_EQ(states(seen.hosts[0].changes),
            (Lines{"BACKUP startup", "MASTER startup", "INIT shutdown"}));
  EXPECT_EQ(states(seen.hosts[1].changes), (Lines{"BACKUP startup", "MASTER graceful_shutdown"}));
  EXPECT_EQ(seen.hosts[1].changes[1].at, Instant{Duration{11'148'437'500}});
  for (const HostReplay& replayed : seen.hosts) {
    EXPECT_TRUE(replayed.disagreements.empty()) << replayed.disagreements[0].text;
    EXPECT_TRUE(replayed.refusals.empty());
  }
}

TEST_F(HostReplayed, AMasterThatFallsSilentIsNamed) {
  put_every_second(seconds{5}, seconds{10}, kLb1, 100);
  put_every_second(milliseconds{13649}, milliseconds{20649}, kLb2, 90);
  const auto seen = explained({host(kLb1, 100)});
  const auto& disagreements = seen.hosts.at(0).disagreements;
  ASSERT_EQ(disagreements.size(), 1U);
  EXPECT_EQ(disagreements[0].kind, Disagreement::Kind::silent);
  EXPECT_EQ(disagreements[0].at, Instant{seconds{11}});
}

TEST_F(HostReplayed, OneThatDoesNotYieldIsNamed) {
  put_every_second(seconds{5}, seconds{8}, kLb2, 90);
  for (int i = 9; i < 15; ++i) {
    put(seconds{i}, kLb2, 90);
    put(seconds{i} + milliseconds{500}, kLb1, 100);
  }
  const auto seen = explained({host(kLb2, 90)});
  const auto& disagreements = seen.hosts.at(0).disagreements;
  ASSERT_EQ(disagreements.size(), 1U);
  EXPECT_EQ(disagreements[0].kind, Disagreement::Kind::not_yielded);
  EXPECT_EQ(disagreements[0].at, Instant{seconds{10}});
  EXPECT_EQ(disagreements[0].until, Instant{seconds{14}});
}

TEST_F(HostReplayed, WhatTheEngineRefusesIsToldWithItsReason) {
  put_every_second(seconds{5}, seconds{10}, kLb1, 100);
  const auto seen =
      explained({host(kLb2, 90, " authentication {\n auth_type PASS\n auth_pass secret\n }\n")});
  const auto& refusals = seen.hosts.at(0).refusals;
  ASSERT_EQ(refusals.size(), 1U);
  EXPECT_EQ(refusals[0].error, "auth_mismatch");
  EXPECT_EQ(refusals[0].count, 6U);
  EXPECT_EQ(to_string(refusals[0].source), kLb1);
  EXPECT_TRUE(std::any_of(
      seen.hosts[0].disagreements.begin(), seen.hosts[0].disagreements.end(),
      [](const Disagreement& one) { return one.kind == Disagreement::Kind::never_heard; }));
}

TEST_F(HostReplayed, APriorityThatIsNotTheConfiguredOneIsNamed) {
  put_every_second(seconds{5}, seconds{8}, kLb1, 100);
  put_every_second(seconds{9}, seconds{12}, kLb1, 80);
  const auto seen = explained({host(kLb1, 100)});
  const auto& disagreements = seen.hosts.at(0).disagreements;
  ASSERT_EQ(disagreements.size(), 1U);
  EXPECT_EQ(disagreements[0].kind, Disagreement::Kind::priority);
  EXPECT_EQ(disagreements[0].packet.number, 5U);
}

TEST_F(HostReplayed, AnotherConfigurationWouldHaveChangedThis) {
  put_stopped_daemon();
  const auto seen = explained({host(kLb2, 90)}, {host(kLb2, 110)});
  ASSERT_EQ(seen.what_ifs.size(), 1U);
  // With 110 it would not have waited for the resignation: the lower adverts do not hold it back.
  EXPECT_EQ(states(seen.what_ifs[0].gone), (Lines{"MASTER graceful_shutdown"}));
  EXPECT_EQ(states(seen.what_ifs[0].added), (Lines{"MASTER preempted"}));
  EXPECT_LT(seen.what_ifs[0].added[0].at, Instant{milliseconds{10500}});
  EXPECT_NE(text(seen).find("Limits: the others' adverts are taken as captured"),
            std::string::npos);
}

}  // namespace
}  // namespace understudy::capture
