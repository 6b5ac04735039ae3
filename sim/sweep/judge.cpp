#include "sim/sweep/judge.h"

#include <algorithm>

#include "sim/scenario/measure_view.h"
#include "sim/sweep/statistics.h"

namespace understudy::sim {
namespace {

using Outcome = SweepVerdictOutcome;

constexpr auto kAboveAll = std::numeric_limits<std::int64_t>::max();
constexpr auto kBelowAll = std::numeric_limits<std::int64_t>::min();

/// Of a number that lies between `low` and `high`, as sure as those are.
Outcome compare(const SweepVerdict& verdict, std::optional<double> low,
                std::optional<double> high) {
  Outcome outcome = Outcome::pass;
  const auto take = [&](bool pass, bool fail) {
    if (fail)
      outcome = Outcome::fail;
    else if (!pass && outcome == Outcome::pass)
      outcome = Outcome::undecided;
  };
  if (verdict.at_most) take(high && *high <= *verdict.at_most, low && *low > *verdict.at_most);
  if (verdict.at_least) take(low && *low >= *verdict.at_least, high && *high < *verdict.at_least);
  return outcome;
}

std::uint64_t count_hits(const Expression& condition, const JudgedRuns& runs, std::size_t count) {
  std::vector<MeasureResult> measures;
  for (const auto& column : runs.columns)
    if (column.kind == SweepColumn::Kind::measure)
      measures.push_back({column.name, column.unit, std::nullopt});
  const MeasureView view(measures);
  std::uint64_t hits = 0;
  for (std::size_t run = 0; run < count; ++run) {
    const auto row = runs.cells.subspan(run * runs.columns.size(), measures.size());
    for (std::size_t i = 0; i < measures.size(); ++i)
      measures[i].value = row[i] == kNoValue ? std::nullopt : std::optional(row[i]);
    hits += condition.holds(view) ? 1 : 0;
  }
  return hits;
}

void judge_probability(const SweepVerdict& verdict, const JudgedRuns& runs,
                       SweepVerdictResult& result) {
  result.probability = true;
  result.hits = count_hits(*verdict.condition, runs, result.runs);
  result.low = probability_at_least(result.hits, result.runs, result.confidence);
  result.high = probability_at_most(result.hits, result.runs, result.confidence);
  result.estimate = static_cast<double>(result.hits) / static_cast<double>(result.runs);
  result.outcome = compare(verdict, result.low, result.high);
}

std::vector<std::int64_t> sorted_values(const JudgedRuns& runs, std::size_t column,
                                        std::size_t count, std::int64_t missing) {
  std::vector<std::int64_t> values;
  values.reserve(count);
  for (std::size_t run = 0; run < count; ++run) {
    const auto value = runs.cells[run * runs.columns.size() + column];
    values.push_back(value == kNoValue ? missing : value);
  }
  std::sort(values.begin(), values.end());
  return values;
}

/// nullopt for the values of runs that have none, too.
std::optional<double> value_at(const std::vector<std::int64_t>& sorted,
                               std::optional<std::uint64_t> rank) {
  if (!rank) return std::nullopt;
  const auto value = sorted[*rank - 1];
  if (value == kAboveAll || value == kBelowAll) return std::nullopt;
  return static_cast<double>(value);
}

void judge_quantile(const SweepVerdict& verdict, const JudgedRuns& runs,
                    SweepVerdictResult& result) {
  const auto count = result.runs;
  const auto quantile = verdict.quantile.value_or(0.5);
  result.unit = runs.columns[verdict.measure].unit;
  const auto above = rank_above_quantile(count, quantile, result.confidence);
  const auto below = rank_below_quantile(count, quantile, result.confidence);
  const auto missing = verdict.at_most ? kAboveAll : kBelowAll;
  const auto sorted = sorted_values(runs, verdict.measure, count, missing);
  result.low = value_at(sorted, below);
  result.high = value_at(sorted, above);
  result.estimate = value_at(sorted, rank_of_quantile(count, quantile));
  result.outcome = compare(verdict, result.low, result.high);
  // So many runs have no value that the quantile itself has none.
  const auto sure = verdict.at_most ? below : above;
  if (sure && sorted[*sure - 1] == missing) result.outcome = Outcome::fail;
}

}  // namespace

SweepVerdictResult judge(const SweepVerdict& verdict, const JudgedRuns& runs, double confidence) {
  SweepVerdictResult result;
  result.confidence = confidence;
  result.runs = runs.columns.empty() ? 0 : runs.cells.size() / runs.columns.size();
  result.probability = verdict.condition.has_value();
  if (result.runs == 0) return result;
  if (verdict.condition)
    judge_probability(verdict, runs, result);
  else
    judge_quantile(verdict, runs, result);
  return result;
}

bool is_about(const SweepVerdict& verdict,
              std::span<const std::pair<std::string, std::string>> params) {
  return std::all_of(verdict.where.begin(), verdict.where.end(), [&](const auto& wanted) {
    return std::find(params.begin(), params.end(), wanted) != params.end();
  });
}

}  // namespace understudy::sim
