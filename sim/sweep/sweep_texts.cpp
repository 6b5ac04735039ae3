#include "sim/sweep/sweep_texts.h"

#include <array>
#include <cmath>
#include <cstdio>

#include "sim/scenario/units.h"

namespace understudy::sim {

std::string value_text(std::int64_t value, MeasureResult::Unit unit) {
  if (value == kNoValue) return "-";
  switch (unit) {
    case MeasureResult::Unit::boolean:
      return value != 0 ? "yes" : "no";
    case MeasureResult::Unit::number:
      return std::to_string(value);
    case MeasureResult::Unit::nanoseconds:
      break;
  }
  // Microseconds are enough for people; files have it all.
  const auto shown = std::chrono::round<std::chrono::microseconds>(Duration{value});
  return shown < Duration{} ? "-" + to_text(-shown) : to_text(shown);
}

std::string share_text(double share) {
  std::array<char, 32> text{};
  const double percent = share * 100;
  // Small shares, and those close to all, need their places.
  const double rest = std::min(percent, 100 - percent);
  const int places = rest >= 10 || rest == 0 ? 1 : rest >= 1 ? 2 : rest >= 0.01 ? 3 : 5;
  std::snprintf(text.data(), text.size(), "%.*f %%", places, percent);
  return text.data();
}

std::string point_text(const SweepResult& result, std::size_t point) {
  std::string text;
  for (std::size_t axis = 0; axis < result.grid.size(); ++axis)
    text += (text.empty() ? "" : ", ") + result.grid[axis].param + "=" +
            result.points[point].values[axis];
  return text;
}

}  // namespace understudy::sim
