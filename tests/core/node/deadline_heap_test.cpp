#include "core/node/deadline_heap.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace understudy {
namespace {

Instant at(std::int64_t nanoseconds) { return Instant{Duration{nanoseconds}}; }

TEST(DeadlineHeap, EmptyHasNoEarliest) {
  DeadlineHeap heap(3);
  EXPECT_EQ(heap.earliest(), std::nullopt);
  heap.set(1, std::nullopt);
  EXPECT_EQ(heap.earliest(), std::nullopt);
}

TEST(DeadlineHeap, EqualDeadlinesComeInTheOrderOfKeys) {
  DeadlineHeap heap(4);
  for (const auto key : {3U, 1U, 2U, 0U}) heap.set(key, at(7));
  for (std::uint32_t key = 0; key < 4; ++key) {
    EXPECT_EQ(heap.earliest()->key, key);
    heap.set(key, std::nullopt);
  }
}

// Against the plainest model there is: a vector searched from end to end.
TEST(DeadlineHeap, AgreesWithASearchedVector) {
  constexpr std::uint32_t kSize = 50;
  DeadlineHeap heap(kSize);
  std::vector<std::optional<Instant>> model(kSize);
  std::uint32_t random = 1;
  const auto next = [&random] { return random = random * 1664525 + 1013904223; };
  for (int step = 0; step < 20'000; ++step) {
    const auto key = (next() >> 8) % kSize;
    const auto value = (next() >> 8) % 100;
    const auto deadline = value < 20 ? std::nullopt : std::optional{at(value)};
    heap.set(key, deadline);
    model[key] = deadline;
    std::optional<DeadlineHeap::Entry> expected;
    for (std::uint32_t i = 0; i < kSize; ++i)
      if (model[i] && (!expected || *model[i] < expected->deadline)) expected = {*model[i], i};
    ASSERT_EQ(heap.earliest(), expected) << step;
    ASSERT_EQ(heap.deadline_of(key), deadline);
  }
}

}  // namespace
}  // namespace understudy
