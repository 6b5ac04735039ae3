#include "sim/request_log.h"

#include <algorithm>
#include <utility>

namespace understudy::sim {

std::uint64_t RequestLog::sent(Instant now) {
  ++record_.sent;
  pending_.push_back({now});
  if (kept_) [[unlikely]]
    kept_->push_back({.at = now.time_since_epoch().count(),
                      .took = RunTrace::kNever,
                      .probe = 0,
                      .by = RunTrace::kNobody,
                      .fate = Fate::unknown,
                      .unused = {}});
  return first_pending_ + pending_.size() - 1;
}

void RequestLog::answered(std::uint64_t request, Instant now, std::size_t by) {
  auto& entry = pending_[request - first_pending_];
  entry.fate = Fate::answered;
  entry.by = by;
  if (kept_) [[unlikely]] {
    auto& row = (*kept_)[request];
    row.took = (now - entry.sent_at).count();
    row.by = static_cast<std::uint32_t>(by);
    row.fate = Fate::answered;
  }
  slowest_answer_ = std::max(slowest_answer_, now - entry.sent_at);
  ++record_.answered;
  settle();
}

void RequestLog::lost(std::uint64_t request) {
  pending_[request - first_pending_].fate = Fate::lost;
  if (kept_) [[unlikely]]
    (*kept_)[request].fate = Fate::lost;
  ++lost_;
  settle();
}

void RequestLog::settle() {
  while (!pending_.empty() && pending_.front().fate != Fate::unknown) {
    const Request request = pending_.front();
    pending_.pop_front();
    ++first_pending_;
    if (request.fate == Fate::lost && !open_since_) open_since_ = request.sent_at;
    if (request.fate == Fate::answered && open_since_) close(request.sent_at, request.by, false);
  }
  if (!open_since_ && !pending_.empty()) marks_.forget_before(pending_.front().sent_at);
}

void RequestLog::close(Instant end, std::size_t by, bool open) {
  record_.blackouts.push_back(marks_.split(*open_since_, end, by, open));
  record_.longest_blackout = std::max(record_.longest_blackout, end - *open_since_);
  open_since_.reset();
}

void RequestLog::finish(Instant end, std::size_t master) {
  const auto patience = 2 * slowest_answer_;
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    auto& request = pending_[i];
    if (request.fate != Fate::unknown || end - request.sent_at <= patience) continue;
    request.fate = Fate::lost;
    if (kept_) (*kept_)[first_pending_ + i].fate = Fate::lost;
  }
  // Fates behind one that stays unknown are still in order.
  std::erase_if(pending_, [](const Request& request) { return request.fate == Fate::unknown; });
  settle();
  if (open_since_) close(end, master, true);
}

std::vector<RunTrace::RequestRow> RequestLog::take_requests() {
  return kept_ ? std::move(*kept_) : std::vector<RunTrace::RequestRow>();
}

Duration RequestLog::longest(Instant from, Instant to, Instant now) const {
  Duration longest{};
  const auto consider = [&](Instant start, Instant end) {
    longest = std::max(longest, std::min(end, to) - std::max(start, from));
  };
  for (const auto& blackout : record_.blackouts) consider(blackout.start, blackout.end);
  if (open_since_) consider(*open_since_, now);
  return longest;
}

}  // namespace understudy::sim
