// A tree of deadlines: change any one in O(log n), read the earliest in O(1).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/net/instant.h"

namespace understudy {

/// Keys are 0 to size - 1, each with at most one deadline. Equal deadlines come out in the order of
/// their keys.
///
/// Each level holds the earliest of every eight of the level below, which lie on one cache line: a
/// change climbs four levels for 4,000 keys, without a guess which of two comes first.
class DeadlineTree {
 public:
  explicit DeadlineTree(std::size_t size);

  /// Sets, moves, or (nullopt) removes the deadline of a key. Does not allocate.
  void set(std::uint32_t key, std::optional<Instant> deadline) {
    set(key, deadline.value_or(kNever));
  }
  /// The same; kNever removes it.
  void set(std::uint32_t key, Instant deadline) {
    const auto former = deadlines_[key];
    if (former == deadline) return;
    deadlines_[key] = deadline;
    armed_ += static_cast<std::uint32_t>(former == kNever);
    armed_ -= static_cast<std::uint32_t>(deadline == kNever);
    // A lone one among few, the common case, needs no look at the others.
    if (armed_ == 1 && level_count_ == 1 && deadline != kNever)
      earliest_ = deadline;
    else
      climb(key);
  }

  struct Entry {
    Instant deadline;
    std::uint32_t key;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  /// The earliest, or nullopt when there is none.
  std::optional<Entry> earliest() const;
  /// When the earliest is due, or kNever.
  Instant earliest_deadline() const { return earliest_; }
  /// Whose it is; only while there is one.
  std::uint32_t earliest_key() const;
  std::optional<Instant> deadline_of(std::uint32_t key) const;
  /// A hint that this key will be set soon.
  void prefetch(std::uint32_t key) const { __builtin_prefetch(&deadlines_[key], 1); }

  /// Stands for no deadline where an optional would cost more than the deadline itself.
  static constexpr Instant kNever = Instant::max();

 private:
  static constexpr std::size_t kFanOut = 8;
  static constexpr std::size_t kLevelsMax = 8;  // 16 million keys

  static Instant earliest_of(const Instant* eight);
  void climb(std::size_t place);

  // What a tree of one level needs comes first.
  Instant earliest_ = kNever;
  std::uint32_t level_count_ = 0;
  std::uint32_t armed_ = 0;  // keys that have a deadline
  // The levels, from the keys up, one behind the other, each filled up with kNever to a multiple of
  // eight; the last has eight, of which earliest_ is the earliest.
  std::vector<Instant> deadlines_;
  std::array<std::uint32_t, kLevelsMax> level_at_{};  // where each level begins
};

}  // namespace understudy
