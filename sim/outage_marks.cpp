#include "sim/outage_marks.h"

#include <algorithm>

#include "sim/stage.h"

namespace understudy::sim {

void OutageMarks::add(OutageMark mark, Instant at, std::size_t host) {
  // A silence is dated back to when it began to look wrong, so entries are nearly in order.
  auto place = entries_.end();
  while (place != entries_.begin() && std::prev(place)->at > at) --place;
  entries_.insert(place, {at, mark, host});
}

void OutageMarks::forget_before(Instant at) {
  while (!entries_.empty() && entries_.front().at < at) entries_.pop_front();
}

std::optional<Instant> OutageMarks::last(OutageMark mark, std::size_t host, Instant from,
                                         Instant to) const {
  for (std::size_t i = entries_.size(); i-- > 0;) {
    const auto& entry = entries_[i];
    if (entry.mark == mark && entry.host == host && entry.at >= from && entry.at <= to)
      return entry.at;
  }
  return std::nullopt;
}

std::optional<Instant> OutageMarks::first(OutageMark mark, std::size_t host, Instant from,
                                          Instant to) const {
  for (const auto& entry : entries_)
    if (entry.mark == mark && entry.host == host && entry.at >= from && entry.at <= to)
      return entry.at;
  return std::nullopt;
}

std::optional<Instant> OutageMarks::first_noticed(Instant from, Instant to) const {
  for (const auto& entry : entries_)
    if (entry.mark == OutageMark::noticed && entry.at >= from && entry.at <= to) return entry.at;
  return std::nullopt;
}

Instant OutageMarks::reached_by(std::size_t host, Instant from, Instant to) const {
  for (std::size_t i = entries_.size(); i-- > 0;) {
    const auto& entry = entries_[i];
    if (entry.mark != OutageMark::reached || entry.at > to) continue;
    return entry.host == host ? std::max(entry.at, from) : to;
  }
  return from;  // the tables did not change: they led there all along
}

BlackoutRecord OutageMarks::split(Instant start, Instant end, std::size_t by, bool open) const {
  const auto elected = last(OutageMark::elected, by, start, end);
  const auto repaired = last(OutageMark::repaired, by, start, end);
  const auto noticed = first_noticed(start, end);
  Instant detected_at = start, elected_at = start;
  if (by == kNoHost) {
    // Nobody is master yet, or the target was never shared: all that is known is when it showed.
    detected_at = noticed.value_or(end);
    elected_at = end;
  } else if (elected && (!repaired || *repaired <= *elected)) {
    detected_at = noticed && *noticed <= *elected ? *noticed : start;
    elected_at = *elected;
  } else if (repaired) {
    detected_at = elected_at = *repaired;
  } else if (open) {
    detected_at = elected_at = end;
  } else if (first(OutageMark::elected, by, end, Instant::max())) {
    // The request that ended it waited in the ARP queue for the master to be elected.
    detected_at = noticed.value_or(start);
    elected_at = end;
  }
  const auto announced_at = first(OutageMark::announced, by, elected_at, end).value_or(elected_at);
  // An announcement counts when the tables wait for it.
  const auto reached_at = reached_by(by, elected_at, end);
  const auto announcement = elected || reached_at > elected_at ? announced_at : elected_at;
  const auto relearnt_at = by == kNoHost ? end : std::max(reached_at, announcement);

  BlackoutRecord record;
  record.start = start;
  record.end = end;
  record.detect = detected_at - start;
  record.elect = elected_at - detected_at;
  record.announce = announcement - elected_at;
  record.relearn = relearnt_at - announcement;
  record.probe = end - relearnt_at;
  return record;
}

}  // namespace understudy::sim
