// An indexed binary heap of deadlines: change any one in O(log n), read the earliest in O(1).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/net/instant.h"

namespace understudy {

/// Keys are 0 to size - 1, each with at most one deadline. Equal deadlines come out in the order of
/// their keys, so that the heap's layout never shows.
class DeadlineHeap {
 public:
  explicit DeadlineHeap(std::size_t size);

  /// Sets, moves, or (nullopt) removes the deadline of a key. Does not allocate.
  void set(std::uint32_t key, std::optional<Instant> deadline) {
    set(key, deadline.value_or(kNever));
  }
  /// The same; kNever removes it. A lone key, the common case, only takes the new deadline.
  void set(std::uint32_t key, Instant deadline) {
    if (heap_.size() == 1 && heap_.front().key == key && deadline != kNever)
      heap_.front().deadline = deadline;
    else
      rearrange(key, deadline);
  }

  struct Entry {
    Instant deadline;
    std::uint32_t key;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  /// The earliest, or nullopt when there is none.
  std::optional<Entry> earliest() const;
  /// When the earliest is due, or kNever.
  Instant earliest_deadline() const { return heap_.empty() ? kNever : heap_.front().deadline; }
  std::optional<Instant> deadline_of(std::uint32_t key) const;

  /// Stands for no deadline where an optional would cost more than the deadline itself.
  static constexpr Instant kNever = Instant::max();

 private:
  void rearrange(std::uint32_t key, Instant deadline);
  bool before(const Entry& left, const Entry& right) const {
    return left.deadline != right.deadline ? left.deadline < right.deadline : left.key < right.key;
  }
  void sift_up(std::uint32_t place);
  void sift_down(std::uint32_t place);
  void put(std::uint32_t place, const Entry& entry);

  std::vector<Entry> heap_;
  std::vector<std::uint32_t> place_;  // by key; kNowhere when it has no deadline
};

}  // namespace understudy
