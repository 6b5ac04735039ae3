#include "daemon/repeat_limiter.h"

#include <algorithm>

namespace understudy::daemon {
namespace {

constexpr Duration kFirstWait = std::chrono::minutes{1};
constexpr Duration kLongestWait = std::chrono::hours{1};

}  // namespace

RepeatLimiter::Verdict RepeatLimiter::count(const Key& key, Instant now, Duration over_after) {
  if (const auto found = entries_.find(key); found != entries_.end()) {
    auto& entry = found->second;
    const bool over = now - entry.last > over_after;
    entry.last = now;
    if (over) return Verdict::log;
    ++entry.more;
    return Verdict::quiet;
  }
  if (entries_.size() < capacity_) {
    entries_.emplace(key, Entry{0, kFirstWait, now + kFirstWait, now});
    return Verdict::log;
  }
  ++elsewhere_;
  if (elsewhere_due_) return Verdict::quiet;
  elsewhere_due_ = now + kFirstWait;
  return Verdict::overflowed;
}

std::uint64_t RepeatLimiter::forget(std::uint8_t kind, std::uint16_t subject) {
  std::uint64_t more = 0;
  const auto first = entries_.lower_bound(Key{kind, subject, 0, {}});
  auto last = first;
  for (; last != entries_.end() && last->first.kind == kind && last->first.subject == subject;
       ++last)
    more += last->second.more;
  entries_.erase(first, last);
  return more;
}

RepeatLimiter::Summaries RepeatLimiter::take_due(Instant now) {
  Summaries due;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    auto& [key, value] = *entry;
    if (value.due > now) {
      ++entry;
    } else if (value.more == 0) {
      entry = entries_.erase(entry);
    } else {
      due.list.push_back({key, value.more});
      value.more = 0;
      value.wait = std::min(value.wait * 2, kLongestWait);
      value.due = now + value.wait;
      ++entry;
    }
  }
  if (elsewhere_due_ && *elsewhere_due_ <= now) {
    due.elsewhere = elsewhere_;
    elsewhere_ = 0;
    elsewhere_due_.reset();
  }
  return due;
}

RepeatLimiter::Summaries RepeatLimiter::take_all() {
  Summaries all;
  for (auto& [key, value] : entries_) {
    if (value.more > 0) all.list.push_back({key, value.more});
    value.more = 0;
  }
  all.elsewhere = elsewhere_;
  elsewhere_ = 0;
  return all;
}

std::optional<Instant> RepeatLimiter::next_due() const {
  auto next = elsewhere_due_.value_or(Instant::max());
  for (const auto& [key, value] : entries_) next = std::min(next, value.due);
  if (next == Instant::max()) return std::nullopt;
  return next;
}

}  // namespace understudy::daemon
