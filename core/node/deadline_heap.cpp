#include "core/node/deadline_heap.h"

#include <limits>

namespace understudy {
namespace {

constexpr auto kNowhere = std::numeric_limits<std::uint32_t>::max();

}  // namespace

DeadlineHeap::DeadlineHeap(std::size_t size) : place_(size, kNowhere) { heap_.reserve(size); }

void DeadlineHeap::rearrange(std::uint32_t key, Instant deadline) {
  const auto place = place_[key];
  if (deadline == kNever) {
    if (place == kNowhere) return;
    place_[key] = kNowhere;
    const auto last = heap_.back();
    heap_.pop_back();
    if (last.key == key) return;
    put(place, last);
    sift_up(place);
    sift_down(place_[last.key]);
    return;
  }
  if (place == kNowhere) {
    heap_.push_back({deadline, key});  // within the room reserved at birth
    place_[key] = static_cast<std::uint32_t>(heap_.size() - 1);
    sift_up(place_[key]);
    return;
  }
  const auto old = heap_[place].deadline;
  heap_[place].deadline = deadline;
  if (deadline < old)
    sift_up(place);
  else if (old < deadline)
    sift_down(place);
}

std::optional<DeadlineHeap::Entry> DeadlineHeap::earliest() const {
  if (heap_.empty()) return std::nullopt;
  return heap_.front();
}

std::optional<Instant> DeadlineHeap::deadline_of(std::uint32_t key) const {
  if (place_[key] == kNowhere) return std::nullopt;
  return heap_[place_[key]].deadline;
}

void DeadlineHeap::put(std::uint32_t place, const Entry& entry) {
  heap_[place] = entry;
  place_[entry.key] = place;
}

void DeadlineHeap::sift_up(std::uint32_t place) {
  const auto entry = heap_[place];
  while (place > 0) {
    const auto parent = (place - 1) / 2;
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
    auto child = 2 * place + 1;
    if (child >= size) break;
    if (child + 1 < size && before(heap_[child + 1], heap_[child])) ++child;
    if (!before(heap_[child], entry)) break;
    put(place, heap_[child]);
    place = child;
  }
  put(place, entry);
}

}  // namespace understudy
