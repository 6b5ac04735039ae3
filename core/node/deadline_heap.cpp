#include "core/node/deadline_heap.h"

#include <algorithm>
#include <limits>

namespace understudy {
namespace {

constexpr auto kNowhere = std::numeric_limits<std::uint32_t>::max();
// Four children lie on one cache line or two, and the tree is half as deep as with two.
constexpr std::uint32_t kChildren = 4;

}  // namespace

DeadlineHeap::DeadlineHeap(std::size_t size) : deadlines_(size, kNever), place_(size, kNowhere) {
  heap_.reserve(size);
}

// The deadline comes, goes, or moves forward: the entry must be right at once.
void DeadlineHeap::rearrange(std::uint32_t key, Instant deadline) {
  const auto place = place_[key];
  deadlines_[key] = deadline;
  if (deadline == kNever) {
    if (place == kNowhere) return;
    place_[key] = kNowhere;
    const auto last = heap_.back();
    heap_.pop_back();
    if (last.key != key) {
      put(place, last);
      sift_up(place);
      sift_down(place_[last.key]);
    }
  } else if (place == kNowhere) {
    heap_.push_back({deadline, key});  // within the room reserved at birth
    sift_up(static_cast<std::uint32_t>(heap_.size() - 1));
  } else {
    // Earlier than before, but perhaps later than what the entry still has.
    const auto old = heap_[place].deadline;
    if (deadline < old) {
      heap_[place].deadline = deadline;
      sift_up(place);
    }
  }
  refresh_top();
}

void DeadlineHeap::refresh_top() {
  while (!heap_.empty()) {
    auto& top = heap_.front();
    const auto deadline = deadlines_[top.key];
    if (deadline == top.deadline) return;
    top.deadline = deadline;
    sift_down(0);
  }
}

std::optional<DeadlineHeap::Entry> DeadlineHeap::earliest() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front();
}

std::optional<Instant> DeadlineHeap::deadline_of(std::uint32_t key) const {
  if (deadlines_[key] == kNever) return std::nullopt;
  return deadlines_[key];
}

void DeadlineHeap::put(std::uint32_t place, const Entry& entry) {
  heap_[place] = entry;
  place_[entry.key] = place;
}

void DeadlineHeap::sift_up(std::uint32_t place) {
  const auto entry = heap_[place];
  while (place > 0) {
    const auto parent = (place - 1) / kChildren;
    if (!before(entry, heap_[parent])) break;
    put(place, heap_[parent]);
    place = parent;
  }
  put(place, entry);
}

void DeadlineHeap::sift_down(std::uint32_t place) {
  const auto entry = heap_[place];
  const auto size = static_cast<std::uint32_t>(heap_.size());
  for (;;) {
    const auto first = kChildren * place + 1;
    if (first >= size) break;
    const auto last = std::min(first + kChildren, size);
    auto least = first;
    for (auto child = first + 1; child < last; ++child)
      if (before(heap_[child], heap_[least])) least = child;
    if (!before(heap_[least], entry)) break;
    put(place, heap_[least]);
    place = least;
  }
  put(place, entry);
}

}  // namespace understudy
