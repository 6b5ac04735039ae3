// The fates of a probe's requests, and the blackouts they add up to.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "core/net/instant.h"
#include "sim/outage_marks.h"
#include "sim/run_result.h"
#include "sim/run_trace.h"

namespace understudy::sim {

/// Requests are numbered in the order they are sent, their fates become known in any order. A
/// blackout starts when its first unanswered request is sent and ends when the next answered one
/// is.
class RequestLog {
 public:
  /// Returns the request's number.
  std::uint64_t sent(Instant now);
  void answered(std::uint64_t request, Instant now, std::size_t by);
  void lost(std::uint64_t request);
  /// The run is over: what is open ends here. Requests that wait longer than twice the slowest
  /// answer so far count as unanswered, younger ones as nothing.
  void finish(Instant end, std::size_t master);

  OutageMarks& marks() { return marks_; }
  const ProbeRecord& record() const { return record_; }
  ProbeRecord& record() { return record_; }
  std::uint64_t lost_count() const { return lost_; }
  std::optional<Instant> open_since() const { return open_since_; }
  /// From now on, each request's fate for take_requests().
  void keep_requests() { kept_.emplace(); }
  std::vector<RunTrace::RequestRow> take_requests();
  /// The longest blackout, cut to [from, to]; an open one lasts until `now`.
  Duration longest(Instant from, Instant to, Instant now) const;

 private:
  using Fate = RunTrace::RequestFate;
  struct Request {
    Instant sent_at;
    Fate fate = Fate::unknown;
    std::size_t by = 0;
  };

  void settle();
  void close(Instant end, std::size_t by, bool open);

  ProbeRecord record_;
  OutageMarks marks_;
  std::deque<Request> pending_;  // from the first of unknown fate on
  std::uint64_t first_pending_ = 0;
  std::uint64_t lost_ = 0;
  Duration slowest_answer_{};
  std::optional<Instant> open_since_;
  std::optional<std::vector<RunTrace::RequestRow>> kept_;  // by number
};

}  // namespace understudy::sim
