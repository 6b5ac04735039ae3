// Draws of one aspect of one run of a swarm, from a stream of its own.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/random_stream.h"

namespace understudy::sim::swarm {

class Dice {
 public:
  Dice(std::uint64_t seed, std::uint64_t run, std::string_view aspect)
      : stream_(seed, "swarm/" + std::to_string(run) + "/" + std::string(aspect)) {}

  bool chance(unsigned percent) { return stream_.below(100) < percent; }
  /// 0 to bound - 1; bound at least 1.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(stream_.below(bound)); }
  std::uint64_t number() { return stream_.next(); }
  template <typename Value>
  const Value& pick(const std::vector<Value>& values) {
    return values[below(values.size())];
  }
  /// In whole microseconds.
  Duration uniform(Duration lowest, Duration highest) {
    return in_microseconds(stream_.uniform(lowest, highest));
  }
  /// Every octave between the two is as likely as any other; in whole microseconds.
  Duration spread(Duration lowest, Duration highest) {
    const auto octaves =
        static_cast<std::uint64_t>(std::bit_width(static_cast<std::uint64_t>(highest / lowest)));
    const auto low = lowest * (std::int64_t{1} << stream_.below(octaves));
    return std::min(highest, in_microseconds(stream_.uniform(low, 2 * low)));
  }

 private:
  static Duration in_microseconds(Duration duration) {
    return duration - duration % std::chrono::microseconds{1};
  }

  RandomStream stream_;
};

}  // namespace understudy::sim::swarm
