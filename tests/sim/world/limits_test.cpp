// What would never end does; what is strange is survived.
#include <gtest/gtest.h>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

TEST(Limits, ManyRequestsAtManyInstantsAreNoStorm) {
  auto scenario = pair();
  scenario.segments[0].link.delay = {};
  scenario.probes[0].every = 1ns;
  scenario.probes[0].timeout = 1ns;
  scenario.probes[0].start = {};
  scenario.duration = 1us;
  EXPECT_TRUE(run(scenario, {}));
}

TEST(Limits, TooManyEventsAtOneInstantAreAnError) {
  RunOptions options;
  options.events_per_instant_max = 5;  // the first master: its advert and five gratuitous ARPs
  const auto result = run(pair(), options);
  ASSERT_FALSE(result);
  EXPECT_NE(result.error().find("more than 5 events at 3.609425000 s"), std::string::npos)
      << result.error();
}

TEST(Limits, AnEmptyWorldRuns) {
  Scenario scenario;
  scenario.duration = 10s;
  const auto result = play(scenario);
  EXPECT_EQ(result.frames.sent, 0U);
  EXPECT_EQ(result.verdict, Verdict::pass);
}

TEST(Limits, ANetworkWithoutDelayWorks) {
  auto scenario = pair();
  scenario.segments[0].link.delay = {};
  add_fault(scenario, 10s, DaemonFault{kLb1, DaemonVerb::stop});
  const auto result = play(scenario);
  EXPECT_EQ(entered(result, kLb2, State::master), at(10'648'437'500ns));
  EXPECT_TRUE(all_oracles_pass(result));
}

TEST(Limits, RequestsBeyondThePortsAreLostAtOnce) {
  auto scenario = pair();
  scenario.duration = 6s;
  scenario.probes[0].every = 10us;  // 100000 requests, 28232 ports
  scenario.probes[0].timeout = 10s;
  scenario.probes[0].target = Ipv4Address{0xc0a838c8};  // nobody
  const auto result = play(scenario);
  EXPECT_EQ(result.probes[0].sent, 100000U);
  EXPECT_EQ(result.probes[0].answered, 0U);
}

TEST(Limits, ATimelineOfFlappingIsSurvived) {
  auto scenario = pair_with_checks();
  for (int i = 0; i < 200; ++i) {
    const auto host = i % 2 == 0 ? kLb1 : kLb2;
    const auto time = 5s + i * 37ms;
    add_fault(scenario, time, NicFault{host, 0, i % 4 < 2});
    add_fault(scenario, time, HostFault{host, i % 3 == 0 ? HostVerb::reboot : HostVerb::boot});
    add_fault(scenario, time, PauseFault{host, i % 5 == 0 ? PauseWhat::vm : PauseWhat::daemon},
              i * 3ms);
    add_fault(scenario, time, DaemonFault{host, static_cast<DaemonVerb>(i % 3)}, 11ms);
    add_fault(scenario, time, ServiceFault{host, 0, static_cast<ServiceVerb>(i % 4)}, 5ms);
  }
  const auto result = play(scenario);
  EXPECT_EQ(result.duration, 60s);
}

}  // namespace
}  // namespace understudy::sim::test
