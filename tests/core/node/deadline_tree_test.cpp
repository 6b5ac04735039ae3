#include "core/node/deadline_tree.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace understudy {
namespace {

Instant at(std::int64_t nanoseconds) { return Instant{Duration{nanoseconds}}; }

TEST(DeadlineTree, EmptyHasNoEarliest) {
  DeadlineTree tree(3);
  EXPECT_EQ(tree.earliest(), std::nullopt);
  tree.set(1, std::nullopt);
  EXPECT_EQ(tree.earliest(), std::nullopt);
}

TEST(DeadlineTree, EqualDeadlinesComeInTheOrderOfKeys) {
  DeadlineTree tree(4);
  for (const auto key : {3U, 1U, 2U, 0U}) tree.set(key, at(7));
  for (std::uint32_t key = 0; key < 4; ++key) {
    EXPECT_EQ(tree.earliest()->key, key);
    tree.set(key, std::nullopt);
  }
}

// Against the plainest model there is: a vector searched from end to end.
void agrees_with_a_searched_vector(std::uint32_t size) {
  DeadlineTree tree(size);
  std::vector<std::optional<Instant>> model(size);
  std::uint32_t random = 1;
  const auto next = [&random] { return random = random * 1664525 + 1013904223; };
  for (int step = 0; step < 20'000; ++step) {
    const auto key = (next() >> 8) % size;
    const auto value = (next() >> 8) % 100;
    const auto deadline = value < 20 ? std::nullopt : std::optional{at(value)};
    tree.set(key, deadline);
    model[key] = deadline;
    std::optional<DeadlineTree::Entry> expected;
    for (std::uint32_t i = 0; i < size; ++i)
      if (model[i] && (!expected || *model[i] < expected->deadline)) expected = {*model[i], i};
    ASSERT_EQ(tree.earliest(), expected) << step;
    ASSERT_EQ(tree.deadline_of(key), deadline);
  }
}

TEST(DeadlineTree, AgreesWithASearchedVector) {
  for (const auto size : {1U, 7U, 8U, 50U, 600U}) agrees_with_a_searched_vector(size);
}

}  // namespace
}  // namespace understudy
