// What is going to happen, in the one order there is: time, then class, then sequence.
#pragma once

#include <cstdint>
#include <vector>

#include "core/net/instant.h"

namespace understudy::sim {

/// At the same instant an earlier class goes first: what breaks, what arrives, what ends, what is
/// due, what is asked. Observers look after all of them.
enum class EventClass : std::uint8_t { fault, delivery, script_exit, deadline, probe };

enum class EventKind : std::uint8_t {
  fault,           // target: index into the timeline
  fault_end,       // the same
  daemon_start,    // target: host; data: which order to start it this is
  boot_step,       // target: host; data: which part of which boot
  injection,       // target: which of the faults' injections
  switch_arrival,  // target: NIC it came from; data: frame
  nic_arrival,     // target: NIC; data: frame
  flood_arrival,   // target: segment; data: frame; at every NIC of the segment but its source
  script_exit,     // target: host; data: slot of the run
  daemon_due,      // target: host
  daemon_wake,     // target: host
  querier_due,     // target: segment; its switch asks for group memberships
  report_due,      // target: host; it reports its group memberships
  neighbour_due,   // target: host
  probe_send,      // target: probe
  probe_timeout,   // target: probe
};

constexpr EventClass class_of(EventKind kind) {
  if (kind <= EventKind::injection) return EventClass::fault;
  if (kind <= EventKind::flood_arrival) return EventClass::delivery;
  if (kind == EventKind::script_exit) return EventClass::script_exit;
  if (kind <= EventKind::neighbour_due) return EventClass::deadline;
  return EventClass::probe;
}

struct Event {
  Instant at;
  std::uint64_t order;  // class, sequence, kind: from the highest bits down
  std::uint32_t target;
  std::uint32_t data;

  EventKind kind() const { return static_cast<EventKind>(order & 0xff); }
  bool before(const Event& other) const {
    return at != other.at ? at < other.at : order < other.order;
  }
};

/// Events that are in order as they come. A ring: its places are reused. Allocates only while it
/// grows.
class EventLine {
 public:
  bool empty() const { return head_ == end_; }
  const Event& front() const { return ring_[head_ & mask_]; }
  const Event& back() const { return ring_[(end_ - 1) & mask_]; }
  void push(const Event& event) {
    if (end_ - head_ > mask_) [[unlikely]]
      grow();
    ring_[end_++ & mask_] = event;
  }
  void pop() { ++head_; }

 private:
  void grow() {
    std::vector<Event> wider(ring_.size() * 2);
    const std::size_t count = end_ - head_;
    for (std::size_t i = 0; i < count; ++i) wider[i] = ring_[(head_ + i) & mask_];
    ring_.swap(wider);
    mask_ = ring_.size() - 1;
    head_ = 0;
    end_ = count;
  }

  std::vector<Event> ring_ = std::vector<Event>(64);
  std::size_t mask_ = 63;
  std::size_t head_ = 0, end_ = 0;  // grow for ever, and are masked
};

/// A 4-ary heap, and beside it a line of deliveries: with cables of one length each frame arrives
/// after the one before it, and joins at the end for nothing. Allocates only while it grows.
class EventQueue {
 public:
  bool empty() const { return heap_.empty() && line_.empty(); }
  const Event& top() const { return line_is_first() ? line_.front() : heap_.front(); }

  /// The next place in the sequence, for an event that may be pushed later.
  std::uint64_t take_order(EventKind kind) {
    return static_cast<std::uint64_t>(class_of(kind)) << 60 | sequence_++ << 8 |
           static_cast<std::uint64_t>(kind);
  }
  void push(Instant at, EventKind kind, std::uint32_t target, std::uint32_t data = 0) {
    push(Event{at, take_order(kind), target, data});
  }
  void push(const Event& event) {
    if (class_of(event.kind()) == EventClass::delivery &&
        (line_.empty() || !event.before(line_.back()))) {
      line_.push(event);
      return;
    }
    heap_.push_back(event);
    sift_up(heap_.size() - 1, event);
  }

  void pop() {
    if (line_is_first()) return line_.pop();
    const Event last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sift_down(last);
  }

 private:
  bool line_is_first() const {
    return !line_.empty() && (heap_.empty() || line_.front().before(heap_.front()));
  }
  void sift_up(std::size_t place, const Event& event) {
    while (place > 0) {
      const std::size_t parent = (place - 1) / 4;
      if (!event.before(heap_[parent])) break;
      heap_[place] = heap_[parent];
      place = parent;
    }
    heap_[place] = event;
  }
  void sift_down(const Event& event) {
    const std::size_t size = heap_.size();
    std::size_t place = 0;
    for (std::size_t child = 1; child < size; child = place * 4 + 1) {
      const std::size_t end = child + 4 < size ? child + 4 : size;
      std::size_t first = child;
      for (std::size_t other = child + 1; other < end; ++other)
        if (heap_[other].before(heap_[first])) first = other;
      if (!heap_[first].before(event)) break;
      heap_[place] = heap_[first];
      place = first;
    }
    heap_[place] = event;
  }

  std::vector<Event> heap_;
  EventLine line_;
  std::uint64_t sequence_ = 0;
};

}  // namespace understudy::sim
