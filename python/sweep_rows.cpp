#include "python/sweep_rows.h"

#include <cstring>

namespace understudy::python {

std::string rows_of(const sim::SweepPoint& point, std::size_t columns) {
  std::vector<std::int64_t> numbers;
  numbers.reserve(point.runs.size() * (kRowNumbers + columns));
  for (std::size_t i = 0; i < point.runs.size(); ++i) {
    const auto& run = point.runs[i];
    numbers.insert(numbers.end(),
                   {static_cast<std::int64_t>(run.seed), static_cast<std::int64_t>(run.digest),
                    static_cast<std::int64_t>(run.verdict), run.margin ? 1 : 0,
                    run.margin.value_or(Duration{}).count(), run.tightest});
    const auto cells = point.cells.begin() + static_cast<std::ptrdiff_t>(i * columns);
    numbers.insert(numbers.end(), cells, cells + static_cast<std::ptrdiff_t>(columns));
  }
  std::string bytes(numbers.size() * sizeof(std::int64_t), '\0');
  if (!bytes.empty()) std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return bytes;
}

bool add_rows(sim::SweepPart& part, std::string_view rows, std::size_t columns,
              std::size_t expectations) {
  const auto width = kRowNumbers + columns;
  if (rows.size() % (width * sizeof(std::int64_t)) != 0) return false;
  std::vector<std::int64_t> numbers(rows.size() / sizeof(std::int64_t));
  if (!rows.empty()) std::memcpy(numbers.data(), rows.data(), rows.size());
  for (std::size_t i = 0; i < numbers.size(); i += width) {
    const std::int64_t* row = numbers.data() + i;
    if (row[2] < 0 || row[2] > 3) return false;
    if (row[5] < 0 || (row[3] != 0 && static_cast<std::size_t>(row[5]) >= expectations))
      return false;
    sim::SweepRun run;
    run.seed = static_cast<std::uint64_t>(row[0]);
    run.digest = static_cast<std::uint64_t>(row[1]);
    run.verdict = static_cast<sim::Verdict>(row[2]);
    if (row[3] != 0) run.margin = Duration{row[4]};
    run.tightest = static_cast<std::uint32_t>(row[5]);
    part.runs.push_back(run);
    part.cells.insert(part.cells.end(), row + kRowNumbers, row + width);
  }
  return true;
}

}  // namespace understudy::python
