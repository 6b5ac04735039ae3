#include "core/node/deadline_tree.h"

#include <algorithm>

#include "core/net/contract.h"

namespace understudy {

DeadlineTree::DeadlineTree(std::size_t size) {
  do {
    ensure(level_count_ < kLevelsMax);
    const auto groups = std::max<std::size_t>((size + kFanOut - 1) / kFanOut, 1);
    level_at_[level_count_++] = static_cast<std::uint32_t>(deadlines_.size());
    deadlines_.resize(deadlines_.size() + groups * kFanOut, kNever);
    size = groups;
  } while (size > 1);
}

// Not inlined: else the compiler makes one chain of comparisons of all levels.
[[gnu::noinline]] Instant DeadlineTree::earliest_of(const Instant* eight) {
  const auto least = [](std::int64_t left, std::int64_t right) {
    return right ^ ((left ^ right) & -static_cast<std::int64_t>(left < right));
  };
  const auto number = [eight](int place) { return eight[place].time_since_epoch().count(); };
  const auto first = least(least(number(0), number(1)), least(number(2), number(3)));
  const auto second = least(least(number(4), number(5)), least(number(6), number(7)));
  return Instant{Duration{least(first, second)}};
}

void DeadlineTree::climb(std::size_t place) {
  auto* slot = &deadlines_[place];
  auto value = *slot;
  for (std::uint32_t level = 0;; ++level) {
    const auto group = place / kFanOut;
    // Without the one that came up from below: so no level waits for the one before it.
    *slot = kNever;
    const auto others = earliest_of(slot - place % kFanOut);
    *slot = value;
    value = others < value ? others : value;
    if (level + 1 == level_count_) {
      earliest_ = value;
      return;
    }
    slot = &deadlines_[level_at_[level + 1] + group];
    if (*slot == value) return;
    place = group;
  }
}

std::uint32_t DeadlineTree::earliest_key() const {
  std::size_t place = 0;
  for (auto level = level_count_; level-- > 0;) {
    const auto* eight = &deadlines_[level_at_[level] + place * kFanOut];
    place = place * kFanOut +
            static_cast<std::size_t>(std::find(eight, eight + kFanOut, earliest_) - eight);
  }
  return static_cast<std::uint32_t>(place);
}

std::optional<DeadlineTree::Entry> DeadlineTree::earliest() const {
  if (earliest_ == kNever) return std::nullopt;
  return Entry{earliest_, earliest_key()};
}

std::optional<Instant> DeadlineTree::deadline_of(std::uint32_t key) const {
  if (deadlines_[key] == kNever) return std::nullopt;
  return deadlines_[key];
}

}  // namespace understudy
