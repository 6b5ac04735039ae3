// When each speaker advertised, thinned to what a picture can show.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "core/vrrp/observation.h"

namespace understudy::capture {

/// One advert, or a run of them that lie too close together to be kept one by one.
struct AdvertMark {
  Instant at, until;         // of the first and the last
  std::uint64_t packet = 0;  // the first one's number
  std::uint32_t count = 1;
  std::uint8_t priority = 0;  // of a run the lowest, so that resignations stay visible
};

/// However many adverts there are, kMost marks at the most are kept: when there are more, marks of
/// equal priority that lie close together become one, and what is close grows until half of the
/// room is free. Resignations and changes of priority are the last to be put together.
class AdvertMarks {
 public:
  static constexpr std::size_t kMost = 20'000;
  static constexpr std::size_t kMostSpeakers = 4096;  // of more nothing is kept
  using Key = std::pair<RouterKey, IpAddress>;

  void add(const RouterKey& key, const IpAddress& source, std::uint8_t priority, Instant at,
           PacketPlace place);

  /// In the order of their times; none of a speaker that is not known.
  const std::vector<AdvertMark>& of(const RouterKey& key, const IpAddress& source) const;
  std::size_t size() const { return size_; }
  /// Marks of equal priority stand further apart than this; 0: each advert has its own.
  Duration gap() const { return gap_; }

 private:
  using Marks = std::vector<AdvertMark>;
  bool belongs_to(const AdvertMark& run, std::uint8_t priority, Instant at) const;
  void thin();

  std::map<Key, Marks> marks_;
  std::size_t size_ = 0;
  Duration gap_{};
};

}  // namespace understudy::capture
