#include "sim/sweep/summary.h"

#include <algorithm>

#include "sim/replay_command.h"
#include "sim/sweep/statistics.h"

namespace understudy::sim {
namespace {

constexpr double kConfidence = 0.95;

std::vector<std::int64_t> sorted_column(const SweepPoint& point, std::size_t columns,
                                        std::size_t column) {
  std::vector<std::int64_t> values;
  for (std::size_t run = 0; run < point.runs.size(); ++run)
    if (const auto value = point.cells[run * columns + column]; value != kNoValue)
      values.push_back(value);
  std::sort(values.begin(), values.end());
  return values;
}

/// The first verdict on a quantile says what is bad; else the first measure or blackout does.
std::size_t ranking_column(const SweepResult& result) {
  for (const auto& verdict : result.scenario.sweep_verdicts)
    if (verdict.quantile) return verdict.measure;
  const auto found =
      std::find_if(result.columns.begin(), result.columns.end(), [](const SweepColumn& column) {
        return column.kind == SweepColumn::Kind::measure ||
               column.kind == SweepColumn::Kind::blackout;
      });
  return found == result.columns.end() ? 0
                                       : static_cast<std::size_t>(found - result.columns.begin());
}

/// Whether less of the column is worse.
bool wants_more(const SweepResult& result) {
  for (const auto& verdict : result.scenario.sweep_verdicts)
    if (verdict.quantile) return verdict.at_least && !verdict.at_most;
  return false;
}

int badness(Verdict verdict) {
  if (verdict == Verdict::fail) return 2;
  return verdict == Verdict::vacuous ? 1 : 0;
}

template <typename Wanted, typename Before>
std::vector<RankedRun> first_runs(const SweepResult& result, std::size_t count, Wanted wanted,
                                  Before before) {
  std::vector<RankedRun> all;
  for (std::size_t point = 0; point < result.points.size(); ++point)
    for (std::size_t run = 0; run < result.points[point].runs.size(); ++run)
      if (wanted(result.points[point].runs[run])) all.push_back({point, run});
  count = std::min(count, all.size());
  const auto end = all.begin() + static_cast<std::ptrdiff_t>(count);
  std::partial_sort(all.begin(), end, all.end(), before);
  all.erase(end, all.end());
  return all;
}

}  // namespace

ColumnSummary summarize(const SweepResult& result, std::size_t point, std::size_t column,
                        const std::vector<double>& quantiles) {
  const auto& runs = result.points[point];
  const auto values = sorted_column(runs, result.columns.size(), column);
  ColumnSummary summary;
  summary.runs = runs.runs.size();
  summary.without_value = summary.runs - values.size();
  if (values.empty()) return summary;
  summary.lowest = values.front();
  summary.highest = values.back();
  const auto value_at = [&](std::optional<std::uint64_t> place) {
    return place ? std::optional(values[*place - 1]) : std::nullopt;
  };
  for (const auto quantile : quantiles)
    summary.quantiles.push_back(
        {quantile, values[rank_of_quantile(values.size(), quantile) - 1],
         value_at(rank_below_quantile(values.size(), quantile, kConfidence)),
         value_at(rank_above_quantile(values.size(), quantile, kConfidence))});
  return summary;
}

std::vector<DistributionStep> distribution(const SweepResult& result, std::size_t point,
                                           std::size_t column, std::size_t steps) {
  const auto values = sorted_column(result.points[point], result.columns.size(), column);
  std::vector<DistributionStep> curve;
  const auto count = std::min(std::max<std::size_t>(steps, 1), values.size());
  for (std::size_t step = 1; step <= count; ++step) {
    const auto upto = step * values.size() / count;
    curve.push_back(
        {values[upto - 1], static_cast<double>(upto) / static_cast<double>(values.size())});
  }
  return curve;
}

void rank(SweepResult& result, std::size_t count) {
  result.ranked_by = ranking_column(result);
  const bool less_is_worse = wants_more(result);
  const auto run_of = [&](const RankedRun& place) -> const SweepRun& {
    return result.points[place.point].runs[place.run];
  };
  const auto value_of = [&](const RankedRun& place) {
    const auto value =
        result.points[place.point].cells[place.run * result.columns.size() + result.ranked_by];
    if (value == kNoValue) return std::numeric_limits<std::int64_t>::max();
    return less_is_worse ? -value : value;
  };
  const auto tightness = [](const SweepRun& run) { return run.margin.value_or(Duration::max()); };
  const auto by_place = [](const RankedRun& left, const RankedRun& right) {
    return left.point != right.point ? left.point < right.point : left.run < right.run;
  };
  result.worst = first_runs(
      result, count, [](const SweepRun&) { return true; },
      [&](const RankedRun& left, const RankedRun& right) {
        const auto &one = run_of(left), &other = run_of(right);
        if (one.verdict != other.verdict) return badness(one.verdict) > badness(other.verdict);
        if (value_of(left) != value_of(right)) return value_of(left) > value_of(right);
        if (tightness(one) != tightness(other)) return tightness(one) < tightness(other);
        return by_place(left, right);
      });
  result.near_misses = first_runs(
      result, count,
      [](const SweepRun& run) { return run.verdict == Verdict::pass && run.margin.has_value(); },
      [&](const RankedRun& left, const RankedRun& right) {
        const auto one = tightness(run_of(left)), other = tightness(run_of(right));
        return one != other ? one < other : by_place(left, right);
      });
}

std::string replay_command(const SweepResult& result, const RankedRun& run) {
  const auto& point = result.points[run.point];
  std::vector<std::string> params;
  for (std::size_t axis = 0; axis < result.grid.size(); ++axis)
    params.push_back(result.grid[axis].param + "=" + point.values[axis]);
  return replay_command(result.scenario.file, result.scenario.case_name, point.runs[run.run].seed,
                        params);
}

}  // namespace understudy::sim
