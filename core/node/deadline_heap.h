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
  void set(std::uint32_t key, std::optional<Instant> deadline);

  struct Entry {
    Instant deadline;
    std::uint32_t key;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  /// The earliest, or nullopt when there is none.
  std::optional<Entry> earliest() const;
  std::optional<Instant> deadline_of(std::uint32_t key) const;

 private:
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
