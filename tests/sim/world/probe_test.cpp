// Probes: what they put on the wire, and what counts as an answer.
#include <gtest/gtest.h>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

/// One request at 5 s, to lb1 by its own address, caches empty.
Scenario one_request(ProbeKind kind) {
  auto scenario = pair();
  scenario.hosts[kLb1].config.reset();
  scenario.hosts[kLb2].config.reset();
  auto& web = scenario.probes[0];
  web.kind = kind;
  web.target = Ipv4Address{0xc0a83882};
  web.every = 60s;
  return scenario;
}

TEST(Probe, AGetIsElevenFrames) {
  const auto result = play(one_request(ProbeKind::get));
  // ARP request and reply; SYN, SYN-ACK, ACK, request, answer, its ACK, FIN, FIN, ACK.
  EXPECT_EQ(result.frames.sent, 11U);
  EXPECT_EQ(result.frames.delivered, 12U) << "the ARP request goes to two";
  EXPECT_EQ(result.probes[0].sent, 1U);
  EXPECT_EQ(result.probes[0].answered, 1U);
}

TEST(Probe, ATcpConnectIsEightFrames) {
  const auto result = play(one_request(ProbeKind::tcp));
  // ARP request and reply; SYN, SYN-ACK, ACK, FIN, FIN, ACK.
  EXPECT_EQ(result.frames.sent, 8U);
  EXPECT_EQ(result.probes[0].answered, 1U);
}

TEST(Probe, AClosedPortIsNoAnswer) {
  auto scenario = one_request(ProbeKind::tcp);
  scenario.probes[0].port = 81;
  scenario.duration = 9s;  // before the server probes its unconfirmed entry for the client
  const auto result = play(scenario);
  EXPECT_EQ(result.frames.sent, 4U) << "ARP, ARP, SYN, RST";
  EXPECT_EQ(result.probes[0].answered, 0U);
  EXPECT_EQ(result.probes[0].blackouts.size(), 1U);
}

TEST(Probe, AHungServiceConnectsAndDoesNotAnswer) {
  for (const auto kind : {ProbeKind::get, ProbeKind::tcp}) {
    auto scenario = one_request(kind);
    add_fault(scenario, 1s, ServiceFault{kLb1, 0, ServiceVerb::hang});
    EXPECT_EQ(play(scenario).probes[0].answered, kind == ProbeKind::tcp ? 1U : 0U);
  }
}

TEST(Probe, AnAnswerAfterTheTimeoutIsLate) {
  auto scenario = one_request(ProbeKind::tcp);
  scenario.probes[0].timeout = 400us;  // ARP there and back, SYN there and back: 4 x 100 us
  EXPECT_EQ(play(scenario).probes[0].answered, 1U) << "what arrives at that instant is in time";
  scenario.probes[0].timeout = 399us;
  EXPECT_EQ(play(scenario).probes[0].answered, 0U);
}

TEST(Probe, AnAddressOutsideEverySubnetHasNoRoute) {
  auto scenario = one_request(ProbeKind::get);
  scenario.probes[0].target = Ipv4Address{0xc0a8bc64};
  const auto result = play(scenario);
  EXPECT_EQ(result.frames.sent, 0U);
  EXPECT_EQ(result.probes[0].answered, 0U);
}

TEST(Probe, AHostMayAskItself) {
  auto scenario = one_request(ProbeKind::get);
  scenario.probes[0].from = kLb1;
  const auto result = play(scenario);
  EXPECT_EQ(result.frames.sent, 0U);
  EXPECT_EQ(result.probes[0].answered, 1U);
}

TEST(Probe, SeveralProbesOfOneHostKeepApart) {
  auto scenario = pair();
  for (int i = 0; i < 3; ++i) {
    scenario.probes.push_back(scenario.probes[0]);
    scenario.probes.back().name = "web" + std::to_string(i);
    scenario.probes.back().every = (7 + i) * 1ms;
  }
  const auto result = play(scenario);
  for (const auto& probe : result.probes) EXPECT_EQ(probe.answered, probe.sent) << probe.name;
}

TEST(Probe, WhatStandsStillAsksNothing) {
  auto scenario = pair();
  add_fault(scenario, 10s, PauseFault{kClient, PauseWhat::vm}, 10s);
  const auto result = play(scenario);
  EXPECT_EQ(result.probes[0].sent, 4500U);
}

}  // namespace
}  // namespace understudy::sim::test
