// What the engine tracks besides scripts: files, processes, interfaces, in a simulated host.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

Scenario tracking_pair(const std::string& objects, const std::string& tracked) {
  auto scenario = pair();
  for (const auto host : {kLb1, kLb2})
    scenario.hosts[host].config =
        parse_config(objects + instance_text(host == kLb1 ? 100 : 90, tracked));
  return scenario;
}

bool tells(const RunResult& result, std::string_view text) {
  return std::any_of(
      result.timeline.begin(), result.timeline.end(),
      [&](const TimelineEntry& entry) { return entry.text.find(text) != std::string::npos; });
}

void expect_all_well(const RunResult& result) {
  expect_all_pass(result);
  EXPECT_TRUE(all_oracles_pass(result));
}

Scenario draining_pair() {
  return tracking_pair("vrrp_track_file drain {\n  file \"/run/drain\"\n  weight -1\n}\n",
                       "  track_file {\n    drain\n  }\n");
}

TEST(TrackedFile, ItsValueMovesThePriority) {
  auto scenario = draining_pair();
  add_fault(scenario, 10s, FileFault{kLb1, "/run/drain", 20}, 20s);
  expect_at(scenario, 9s, "priority(lb1, VI_1) == 100 and master(VI_1) == lb1");
  expect_at(scenario, 15s, "priority(lb1, VI_1) == 80 and master(VI_1) == lb2");
  expect_at(scenario, 40s, "priority(lb1, VI_1) == 100 and master(VI_1) == lb1");
  const auto result = play(scenario);
  expect_all_well(result);
  EXPECT_TRUE(tells(result, "file drain: 0 -> 20"));
}

TEST(TrackedFile, WhatItHoldsAtTheStartCounts) {
  auto scenario = draining_pair();
  scenario.hosts[kLb1].files.push_back({"/run/drain", 20});
  expect_at(scenario, 9s, "priority(lb1, VI_1) == 80 and master(VI_1) == lb2");
  expect_all_well(play(scenario));
}

TEST(TrackedFile, OneWithoutWeightMeansFault) {
  auto scenario = tracking_pair("vrrp_track_file off {\n  file \"/run/off\"\n  weight 0\n}\n",
                                "  track_file {\n    off\n  }\n");
  add_fault(scenario, 10s, FileFault{kLb1, "/run/off", 1});
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::fault, 1s), at(10s));
  EXPECT_EQ(entered(result, kLb2, State::master), at(10'648'537'500ns));
  expect_all_well(result);
}

Scenario balancing_pair(const std::string& program) {
  return tracking_pair("vrrp_track_process balancer {\n  process " + program + "\n}\n",
                       "  track_process {\n    balancer\n  }\n");
}

TEST(TrackedProcess, ItsDeathMeansFaultAtOnce) {
  auto scenario = balancing_pair("haproxy");
  for (const auto host : {kLb1, kLb2}) scenario.hosts[host].processes.push_back({"haproxy", 2});
  add_fault(scenario, 10s, ProcessFault{kLb1, "haproxy", 1});
  add_fault(scenario, 12s, ProcessFault{kLb1, "haproxy", 0}, 20s);
  expect_at(scenario, 11s, "master(VI_1) == lb1");
  expect_at(scenario, 40s, "master(VI_1) == lb1");
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::fault, 1s), at(12s));
  EXPECT_EQ(entered(result, kLb2, State::master), at(12'648'537'500ns));
  expect_all_well(result);
  EXPECT_TRUE(tells(result, "process balancer lost its quorum (0 running)"));
}

TEST(TrackedProcess, AServiceIsAProcessOfItsName) {
  auto scenario = balancing_pair("/usr/sbin/nginx");
  add_fault(scenario, 10s, ServiceFault{kLb1, 0, ServiceVerb::stop});
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::fault, 1s), at(10s));
  EXPECT_EQ(entered(result, kLb2, State::master), at(10'648'537'500ns));
  expect_all_well(result);
}

TEST(TrackedInterface, ANicThatOnlyIsTrackedMeansFault) {
  auto scenario = tracking_pair("", "  track_interface {\n    eth1\n  }\n");
  Segment upstream;
  upstream.name = "upstream";
  scenario.segments.push_back(upstream);
  for (const auto host : {kLb1, kLb2}) {
    Nic nic;
    nic.name = "eth1";
    nic.segment = 1;
    scenario.hosts[host].nics.push_back(nic);
  }
  add_fault(scenario, 10s, NicFault{kLb1, 1, false}, 20s);
  expect_at(scenario, 40s, "master(VI_1) == lb1");
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb1, State::fault, 1s), at(10s));
  EXPECT_EQ(entered(result, kLb2, State::master), at(10'648'537'500ns));
  expect_all_well(result);
}

// A daemon that stood still reads everything again when it goes on.
TEST(TrackedFile, IsReadAgainAfterAPause) {
  auto scenario = draining_pair();
  add_fault(scenario, 10s, PauseFault{kLb2, PauseWhat::daemon}, 5s);
  add_fault(scenario, 12s, FileFault{kLb2, "/run/drain", 30});
  expect_at(scenario, 14s, "priority(lb2, VI_1) == 90");
  expect_at(scenario, 16s, "priority(lb2, VI_1) == 60");
  expect_all_well(play(scenario));
}

}  // namespace
}  // namespace understudy::sim::test
