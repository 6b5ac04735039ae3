#include "sim/event_queue.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "sim/random_stream.h"

namespace understudy::sim {
namespace {

using namespace std::chrono_literals;

std::vector<std::uint32_t> drain(EventQueue& queue) {
  std::vector<std::uint32_t> targets;
  for (; !queue.empty(); queue.pop()) targets.push_back(queue.top().target);
  return targets;
}

TEST(EventQueue, TimeGoesFirst) {
  EventQueue queue;
  queue.push(Instant{3s}, EventKind::fault, 3);
  queue.push(Instant{1s}, EventKind::probe_send, 1);
  queue.push(Instant{2s}, EventKind::fault, 2);
  EXPECT_EQ(drain(queue), (std::vector<std::uint32_t>{1, 2, 3}));
}

TEST(EventQueue, AtOneInstantClassesComeInTheirOrder) {
  EventQueue queue;
  queue.push(Instant{1s}, EventKind::probe_send, 5);
  queue.push(Instant{1s}, EventKind::daemon_due, 4);
  queue.push(Instant{1s}, EventKind::script_exit, 3);
  queue.push(Instant{1s}, EventKind::nic_arrival, 2);
  queue.push(Instant{1s}, EventKind::fault, 1);
  EXPECT_EQ(drain(queue), (std::vector<std::uint32_t>{1, 2, 3, 4, 5}));
}

TEST(EventQueue, WithinAClassTheFirstScheduledIsFirst) {
  EventQueue queue;
  for (std::uint32_t i = 0; i < 100; ++i)
    queue.push(Instant{1s}, i % 2 == 0 ? EventKind::nic_arrival : EventKind::switch_arrival, i);
  std::vector<std::uint32_t> expected;
  for (std::uint32_t i = 0; i < 100; ++i) expected.push_back(i);
  EXPECT_EQ(drain(queue), expected);
}

TEST(EventQueue, AnOrderTakenEarlyCountsWhenPushedLate) {
  EventQueue queue;
  const auto early = queue.take_order(EventKind::daemon_due);
  queue.push(Instant{1s}, EventKind::daemon_due, 2);
  queue.push(Event{Instant{1s}, early, 1, 0});
  EXPECT_EQ(drain(queue), (std::vector<std::uint32_t>{1, 2}));
}

TEST(EventQueue, TenThousandEventsComeOutSorted) {
  EventQueue queue;
  RandomStream draws(1, "queue");
  for (std::uint32_t i = 0; i < 10000; ++i)
    queue.push(Instant{Duration{static_cast<std::int64_t>(draws.below(1000))}}, EventKind::fault,
               i);
  Instant last{};
  std::uint64_t order = 0;
  std::size_t count = 0;
  for (; !queue.empty(); queue.pop(), ++count) {
    ASSERT_GE(queue.top().at, last);
    ASSERT_TRUE(queue.top().at > last || queue.top().order > order);
    last = queue.top().at;
    order = queue.top().order;
  }
  EXPECT_EQ(count, 10000U);
}

}  // namespace
}  // namespace understudy::sim
