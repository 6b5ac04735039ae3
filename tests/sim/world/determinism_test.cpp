// The same scenario and seed: the same run. Anything else: another digest.
#include <gtest/gtest.h>

#include <set>

#include "sim/lan_scenario.h"
#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

Scenario jittery() {
  auto scenario = pair_with_checks();
  scenario.segments[0].link.jitter = 20us;
  scenario.hosts[kLb1].checks[0].runtime = {15ms, 40ms};
  scenario.hosts[kLb2].checks[0].runtime = {15ms, 40ms};
  add_fault(scenario, 10s, ServiceFault{kLb1, 0, ServiceVerb::break_});
  return scenario;
}

TEST(Determinism, EverythingAgreesBetweenTwoRuns) {
  const auto scenario = jittery();
  const auto one = play(scenario), other = play(scenario);
  EXPECT_EQ(one.digest, other.digest);
  EXPECT_EQ(one.events, other.events);
  EXPECT_EQ(one.frames.delivered, other.frames.delivered);
  ASSERT_EQ(one.timeline.size(), other.timeline.size());
  for (std::size_t i = 0; i < one.timeline.size(); ++i) {
    EXPECT_EQ(one.timeline[i].at, other.timeline[i].at);
    EXPECT_EQ(one.timeline[i].text, other.timeline[i].text);
  }
}

TEST(Determinism, SeedsAndFaultsChangeTheDigest) {
  std::set<std::uint64_t> digests;
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    auto scenario = jittery();
    scenario.seed = seed;
    digests.insert(play(scenario).digest);
  }
  auto later = jittery();
  later.timeline[0].at += 1ns;
  digests.insert(play(later).digest);
  EXPECT_EQ(digests.size(), 21U);
}

TEST(Determinism, NeitherTimelineNorCapturesChangeTheDigest) {
  const auto scenario = jittery();
  RunOptions options;
  const auto with = run(scenario, options);
  options.timeline = false;
  const auto without = run(scenario, options);
  ASSERT_TRUE(with && without);
  EXPECT_EQ(with->digest, without->digest);
  EXPECT_FALSE(with->timeline.empty());
  EXPECT_TRUE(without->timeline.empty());
}

TEST(Lan, AdvertsGoToAllOthersOnceASecond) {
  for (const unsigned hosts : {2U, 10U, 250U}) {
    const auto result = run(lan_scenario({.hosts = hosts, .duration = 1000s}), {});
    ASSERT_TRUE(result);
    // From 3.0234375 s on (priority 250): 997 adverts, and ten gratuitous ARPs.
    EXPECT_EQ(result->frames.sent, 997U + 10U) << hosts;
    EXPECT_EQ(result->frames.delivered, (997U + 10U) * (hosts - 1)) << hosts;
    EXPECT_EQ(result->verdict, Verdict::pass);
  }
}

}  // namespace
}  // namespace understudy::sim::test
