#include "sim/draws.h"

#include <algorithm>
#include <bit>

#include "sim/normal_table.h"

namespace understudy::sim {
namespace {

constexpr std::int64_t kBillion = 1'000'000'000;

/// |z| in billionths; `place`: of 2^63 equally likely ones, counted from the farthest out.
std::int64_t half_normal(std::uint64_t place) {
  // In octave n lie the shares from 2^-n down to 2^-n-1.
  const auto octave = static_cast<unsigned>(std::countl_zero(place)) - 1;
  if (octave >= 32) return kHalfNormal.back();
  const auto inwards = (std::uint64_t{1} << 63 >> octave) - 1 - place;
  const auto steps = inwards >> (34 - octave);  // a sixteenth of the octave has 2^24 of them
  const auto entry = 16 * octave + static_cast<unsigned>(steps >> 24);
  const auto rest = static_cast<std::int64_t>(steps & 0xffffff);
  const auto here = kHalfNormal[entry], next = kHalfNormal[entry + 1];
  return here + ((next - here) * rest >> 24);
}

std::int64_t draw(const RandomDraw& what, std::uint64_t seed) {
  RandomStream stream(seed, what.stream);
  if (what.distribution == Distribution::normal)
    return what.base + draw_normal(stream, what.first, what.second);
  return what.base + stream.uniform(Duration{what.first}, Duration{what.second}).count();
}

}  // namespace

std::int64_t draw_normal(RandomStream& stream, std::int64_t mean, std::int64_t deviation) {
  const auto bits = stream.next();
  const auto z = half_normal(bits >> 1);
  const auto distance = deviation / kBillion * z + deviation % kBillion * z / kBillion;
  return (bits & 1) != 0 ? mean + distance : mean - distance;
}

void apply_draws(Scenario& scenario) {
  for (const auto& what : scenario.draws) {
    const auto value = draw(what, scenario.seed);
    const Duration time{std::max<std::int64_t>(value, 0)};
    switch (what.target) {
      case RandomDraw::Target::phase:
        scenario.hosts[what.index].phase = time;
        break;
      case RandomDraw::Target::clock_drift:
        scenario.hosts[what.index].clock_drift = value;
        break;
      case RandomDraw::Target::clock_offset:
        scenario.hosts[what.index].clock_offset = Duration{value};
        break;
      case RandomDraw::Target::fault_at:
        scenario.timeline[what.index].at = time;
        break;
    }
  }
}

}  // namespace understudy::sim
