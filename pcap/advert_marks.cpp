#include "pcap/advert_marks.h"

#include <algorithm>

namespace understudy::capture {

namespace {

constexpr Duration kFirstGap = std::chrono::milliseconds{1};
/// From here on a change of priority is no longer kept for its own sake.
constexpr Duration kWideGap = std::chrono::hours{1};

}  // namespace

bool AdvertMarks::belongs_to(const AdvertMark& run, std::uint8_t priority, Instant at) const {
  if (at - run.at >= gap_) return false;
  return (run.priority == priority && priority != 0) || gap_ >= kWideGap;
}

void AdvertMarks::add(const RouterKey& key, const IpAddress& source, std::uint8_t priority,
                      Instant at, PacketPlace place) {
  auto found = marks_.find({key, source});
  if (found == marks_.end()) {
    if (marks_.size() == kMostSpeakers) return;
    found = marks_.try_emplace({key, source}).first;
  }
  Marks& marks = found->second;
  if (!marks.empty() && belongs_to(marks.back(), priority, at)) {
    AdvertMark& run = marks.back();
    ++run.count;
    run.until = at;
    run.priority = std::min(run.priority, priority);
    return;
  }
  marks.push_back({at, at, place.number, 1, priority});
  if (++size_ > kMost) thin();
}

void AdvertMarks::thin() {
  while (size_ > kMost / 2) {
    gap_ = gap_ == Duration{} ? kFirstGap : 2 * gap_;
    size_ = 0;
    for (auto& [key, marks] : marks_) {
      std::size_t kept = 0;
      for (std::size_t i = 1; i < marks.size(); ++i) {
        AdvertMark& run = marks[kept];
        if (!belongs_to(run, marks[i].priority, marks[i].at)) {
          marks[++kept] = marks[i];
          continue;
        }
        run.count += marks[i].count;
        run.until = marks[i].until;
        run.priority = std::min(run.priority, marks[i].priority);
      }
      marks.resize(kept + 1);
      size_ += marks.size();
    }
  }
}

const std::vector<AdvertMark>& AdvertMarks::of(const RouterKey& key,
                                               const IpAddress& source) const {
  static const Marks none;
  const auto found = marks_.find({key, source});
  return found == marks_.end() ? none : found->second;
}

}  // namespace understudy::capture
