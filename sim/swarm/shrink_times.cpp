#include <algorithm>
#include <array>

#include "sim/swarm/shrinker.h"

namespace understudy::sim::swarm {
namespace {

using namespace std::chrono_literals;

constexpr std::array<Duration, 8> kGrains{10s, 5s, 1s, 500ms, 100ms, 10ms, 1ms, 100us};

/// The coarsest grain that the time is a multiple of already; 0: none.
Duration grain_of(Duration time) {
  for (const auto grain : kGrains)
    if (time % grain == Duration{}) return grain;
  return {};
}

}  // namespace

void Shrinker::round_times() {
  // `time_in` gives the time's place in a fault; null when it has none.
  const auto round = [this](std::size_t index, Duration shortest, auto time_in) {
    const auto* place = time_in(best_.timeline[index]);
    if (place == nullptr) return;
    const auto before = *place;
    for (const auto grain : kGrains) {
      if (grain <= grain_of(before) || tired()) return;
      for (const auto rounded : {before / grain * grain, (before / grain + 1) * grain})
        if (rounded >= shortest && change([&](Scenario& candidate) {
              *time_in(candidate.timeline[index]) = rounded;
              return true;
            }))
          return;
    }
  };
  const auto value_of = [](std::optional<Duration>& time) { return time ? &*time : nullptr; };
  for (std::size_t i = 0; i < best_.timeline.size() && !tired(); ++i) {
    round(i, 0s, [](Fault& fault) { return &fault.at; });
    round(i, 1us, [&](Fault& fault) { return value_of(fault.lasts); });
    round(i, 1us, [&](Fault& fault) { return value_of(fault.every); });
    round(i, 0s, [&](Fault& fault) { return value_of(fault.until); });
  }
}

void Shrinker::begin_earlier() {
  if (best_.timeline.empty()) return;
  Duration first = best_.duration;
  for (const auto& fault : best_.timeline)
    if (!fault.after) first = std::min(first, fault.at);
  for (const auto start : {Duration{1s}, Duration{5s}, Duration{10s}}) {
    if (first <= start || tired()) return;
    if (change([&](Scenario& candidate) {
          for (auto& fault : candidate.timeline) {
            if (!fault.after) fault.at -= first - start;
            if (fault.until) *fault.until -= first - start;
          }
          return true;
        }))
      return;
  }
}

}  // namespace understudy::sim::swarm
