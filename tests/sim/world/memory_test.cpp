// How much memory a run takes: many of them run side by side.
#include <gtest/gtest.h>
#include <malloc.h>

#include <algorithm>

#include "tests/sim/world/pair.h"

namespace understudy::sim::test {
namespace {

std::size_t bytes_in_use() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// The classical pair: 60 s, 5,500 requests, checks, and an outage with many requests under way.
TEST(Memory, ARunOfTheClassicalPairTakesLessThanFiveMegabytes) {
  auto scenario = pair_with_checks();
  add_fault(scenario, 10s, ServiceFault{kLb1, 0, ServiceVerb::break_});
  add_fault(scenario, 40s, HostFault{kLb2, HostVerb::power_off});
  const auto before = bytes_in_use();
  if (before == 0) GTEST_SKIP() << "another allocator, which does not say";
  RunOptions options;
  options.timeline = false;
  std::size_t most = 0, events = 0;
  options.event_line = [&](const std::string&) {
    if (++events % 64 == 0) most = std::max(most, bytes_in_use());
  };
  const auto result = run(scenario, options);
  ASSERT_TRUE(result);
  EXPECT_GT(result->probes[0].sent, 5'000U);
  ASSERT_GT(most, before);
  const auto taken = most - before;
  RecordProperty("bytes", static_cast<int>(taken));
  EXPECT_LT(taken, 5'000'000U);
  EXPECT_GT(taken, 10'000U) << "that would be too good: is it measured at all?";
}

}  // namespace
}  // namespace understudy::sim::test
