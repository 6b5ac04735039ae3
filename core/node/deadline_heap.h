// An indexed heap of deadlines: change any one in O(log n) at most, read the earliest in O(1).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/net/instant.h"

namespace understudy {

/// Keys are 0 to size - 1, each with at most one deadline. Equal deadlines come out in the order of
/// their keys, so that the heap's layout never shows.
///
/// A deadline that moves back, as those of virtual routers do with each advert, is only noted: its
/// entry keeps the former one and is moved when it comes to the top.
class DeadlineHeap {
 public:
  explicit DeadlineHeap(std::size_t size);

  /// Sets, moves, or (nullopt) removes the deadline of a key. Does not allocate.
  void set(std::uint32_t key, std::optional<Instant> deadline) {
    set(key, deadline.value_or(kNever));
  }
  /// The same; kNever removes it.
  void set(std::uint32_t key, Instant deadline) {
    const auto former = deadlines_[key];
    if (deadline < former || deadline == kNever || former == kNever)
      return rearrange(key, deadline);
    deadlines_[key] = deadline;
    auto& top = heap_.front();
    if (top.key != key) return;
    if (heap_.size() == 1)
      top.deadline = deadline;
    else
      refresh_top();
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
  /// Whose it is; only while there is one.
  std::uint32_t earliest_key() const { return heap_.front().key; }
  std::optional<Instant> deadline_of(std::uint32_t key) const;
  /// A hint that this key will be set soon.
  void prefetch(std::uint32_t key) const { __builtin_prefetch(&deadlines_[key], 1); }

  /// Stands for no deadline where an optional would cost more than the deadline itself.
  static constexpr Instant kNever = Instant::max();

 private:
  void rearrange(std::uint32_t key, Instant deadline);
  void refresh_top();
  bool before(const Entry& left, const Entry& right) const {
    return left.deadline != right.deadline ? left.deadline < right.deadline : left.key < right.key;
  }
  void sift_up(std::uint32_t place);
  void sift_down(std::uint32_t place);
  void put(std::uint32_t place, const Entry& entry);

  std::vector<Instant> deadlines_;    // by key; kNever when it has none
  std::vector<Entry> heap_;           // by deadlines that may be former ones, but at the top
  std::vector<std::uint32_t> place_;  // by key; kNowhere when it has no deadline
};

}  // namespace understudy
