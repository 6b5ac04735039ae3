// What `understudy sweep` prints.
#include <algorithm>

#include "sim/report/page.h"
#include "sim/report/sweep_report.h"
#include "sim/scenario/units.h"
#include "sim/sweep/statistics.h"
#include "sim/sweep/summary.h"
#include "sim/sweep/sweep_texts.h"

namespace understudy::sim {
namespace {

using Kind = SweepColumn::Kind;
using Unit = MeasureResult::Unit;

// More points than this are for the files.
constexpr std::size_t kPointsShown = 60;
constexpr double kConfidence = 0.95;

std::string count_text(std::uint64_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

/// What a person looks at: the measures and the blackouts; else how long there was no master.
std::vector<std::size_t> shown_columns(const SweepResult& result) {
  std::vector<std::size_t> shown, rest;
  for (std::size_t i = 0; i < result.columns.size(); ++i) {
    const auto kind = result.columns[i].kind;
    if (kind == Kind::measure || kind == Kind::blackout) shown.push_back(i);
    if (kind == Kind::no_master) rest.push_back(i);
  }
  return shown.empty() ? rest : shown;
}

/// Cells in columns as wide as their widest; the first is flush left.
class Table {
 public:
  explicit Table(std::vector<std::string> titles) : rows_{std::move(titles)} {}
  void row(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  /// As many columns as the page has room for.
  void print(Page& page) const {
    std::vector<std::size_t> widths(rows_.front().size());
    for (const auto& row : rows_)
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], columns(row[i]));
    for (const auto& row : rows_) {
      std::string line = "  " + pad(row[0], widths[0]);
      for (std::size_t i = 1; i < row.size(); ++i) {
        if (columns(line) + 2 + widths[i] > page.width()) break;
        line += "  " + pad_left(row[i], widths[i]);
      }
      page.line(&row == &rows_.front() ? page.ink(Ink::dim, line) : line);
    }
  }

 private:
  std::vector<std::vector<std::string>> rows_;
};

void heading(Page& page, const SweepResult& result) {
  const auto& scenario = result.scenario;
  page.heading(harmless(scenario.case_name.empty() ? scenario.name : scenario.case_name),
               word_of(result.verdict), ink_of(result.verdict));
  std::string text = count_text(result.done, "run");
  if (result.points.size() > 1) text += " at " + count_text(result.points.size(), "point");
  text +=
      ", seeds " + std::to_string(result.first_seed) + " to " + std::to_string(result.last_seed);
  page.entry("   ", 3, text, Ink::dim);
  if (result.cancelled)
    page.entry("   ", 3,
               "stopped by you after " + std::to_string(result.done) + " of " +
                   std::to_string(result.planned) + " runs: what follows is about those",
               Ink::yellow);
  if (result.stopped_early)
    page.entry("   ", 3,
               "stopped early, after " + std::to_string(result.done) + " of " +
                   std::to_string(result.planned) +
                   " runs: more could hardly have changed the verdicts (--full runs them all)",
               Ink::dim);
  page.line();
}

void points(Page& page, const SweepResult& result) {
  const auto shown = std::min(result.points.size(), kPointsShown);
  Table table({"point", "runs", "pass", "FAIL", "vacuous", "share that fails, 95 %"});
  for (std::size_t i = 0; i < shown; ++i) {
    const auto& point = result.points[i];
    const auto runs = point.runs.size();
    const auto name = harmless(point_text(result, i));
    table.row({name.empty() ? "all" : name, std::to_string(runs), std::to_string(point.passed),
               std::to_string(point.failed), std::to_string(point.vacuous),
               share_text(probability_at_least(point.failed, runs, (1 + kConfidence) / 2)) +
                   " to " +
                   share_text(probability_at_most(point.failed, runs, (1 + kConfidence) / 2))});
  }
  table.print(page);
  if (shown < result.points.size())
    page.line("  ... and " + count_text(result.points.size() - shown, "point") +
              " more: --json and --csv have them all");
  page.line();
}

std::vector<std::string> quantile_cells(const SweepResult& result, std::size_t point,
                                        std::size_t column) {
  const auto summary = summarize(result, point, column);
  const auto unit = result.columns[column].unit;
  std::vector<std::string> cells;
  for (const auto& quantile : summary.quantiles) cells.push_back(value_text(quantile.value, unit));
  cells.resize(3, "-");
  cells.push_back(value_text(summary.highest.value_or(kNoValue), unit));
  cells.push_back(value_text(summary.lowest.value_or(kNoValue), unit));
  if (!summary.quantiles.empty()) {
    const auto& last = summary.quantiles.back();
    cells.push_back(last.high ? "<= " + value_text(*last.high, unit) : "-");
  } else {
    cells.emplace_back("-");
  }
  return cells;
}

std::vector<std::string> quantile_titles(std::string first) {
  return {std::move(first), "median", "90 %", "99 %", "highest", "lowest", "99 %, sure to 95 %"};
}

void quantiles(Page& page, const SweepResult& result) {
  const auto shown = shown_columns(result);
  if (result.points.size() == 1) {
    Table table(quantile_titles("of each run"));
    for (const auto column : shown) {
      auto cells = quantile_cells(result, 0, column);
      cells.insert(cells.begin(), harmless(result.columns[column].name));
      table.row(std::move(cells));
    }
    table.print(page);
    page.line();
    return;
  }
  for (const auto column : shown) {
    Table table(quantile_titles(harmless(result.columns[column].name)));
    for (std::size_t point = 0; point < std::min(result.points.size(), kPointsShown); ++point) {
      auto cells = quantile_cells(result, point, column);
      cells.insert(cells.begin(), harmless(point_text(result, point)));
      table.row(std::move(cells));
    }
    table.print(page);
    page.line();
  }
}

std::string number_text(const SweepVerdictResult& verdict, const std::optional<double>& number) {
  if (!number) return "?";
  if (verdict.probability) return share_text(*number);
  return value_text(static_cast<std::int64_t>(*number), verdict.unit);
}

Ink ink_of(SweepVerdictOutcome outcome) {
  if (outcome == SweepVerdictOutcome::pass) return Ink::green;
  return outcome == SweepVerdictOutcome::fail ? Ink::red : Ink::yellow;
}

std::string what_was_seen(const SweepResult& result, const SweepVerdictResult& verdict) {
  const auto& wanted = result.scenario.sweep_verdicts[verdict.verdict];
  std::string text = number_text(verdict, verdict.estimate) + " in " +
                     count_text(verdict.runs, "run") + ", between " +
                     number_text(verdict, verdict.low) + " and " +
                     number_text(verdict, verdict.high) + " (each bound " +
                     share_text(verdict.confidence) + " sure)";
  if (verdict.outcome == SweepVerdictOutcome::undecided)
    text += wanted.quantile && !(wanted.at_most ? verdict.high : verdict.low)
                ? ": too few runs for a bound on this quantile"
                : ": the limit lies between the bounds, more seeds would tell";
  return text;
}

void verdicts(Page& page, const SweepResult& result) {
  constexpr std::size_t kColumns = 13;
  const auto& wanted = result.scenario.sweep_verdicts;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    bool any = false;
    for (const auto& judged : result.verdicts) {
      if (judged.verdict != i) continue;
      any = true;
      const std::string word = judged.outcome == SweepVerdictOutcome::fail
                                   ? "FAIL"
                                   : std::string(to_string(judged.outcome));
      const auto where = point_text(result, judged.point);
      page.entry("  " + page.ink(ink_of(judged.outcome), pad(word, kColumns - 2)), kColumns,
                 harmless(wanted[i].text + (where.empty() ? "" : "  [" + where + "]")));
      page.entry(std::string(kColumns, ' '), kColumns, what_was_seen(result, judged), Ink::dim);
    }
    if (!any)
      page.entry("  " + page.ink(Ink::yellow, pad("vacuous", kColumns - 2)), kColumns,
                 harmless(wanted[i].text) + ": no point of the grid is what it is about");
  }
  for (const auto& sometimes : result.sometimes) {
    const auto& text = result.scenario.expectations[sometimes.expectation].text;
    const bool good = sometimes.runs > 0;
    page.entry("  " + page.ink(good ? Ink::green : Ink::yellow,
                               pad(good ? "reached" : "vacuous", kColumns - 2)),
               kColumns, harmless(text) + ": in " + count_text(sometimes.runs, "run"));
  }
  if (!wanted.empty() || !result.sometimes.empty()) page.line();
}

void commands(Page& page, const SweepResult& result, const std::vector<RankedRun>& runs,
              bool misses) {
  if (runs.empty()) return;
  const auto& by = result.columns[result.ranked_by];
  page.line("  " + page.ink(Ink::bold, misses ? "near misses" : "worst runs") +
            page.ink(Ink::dim, misses ? ", by what was left to the limit"
                                      : ", by verdict and " + harmless(by.name)));
  for (const auto& place : runs) {
    const auto& point = result.points[place.point];
    const auto& run = point.runs[place.run];
    const auto cell = point.cells[place.run * result.columns.size() + result.ranked_by];
    const auto margin = run.margin.value_or(Duration{}).count();
    const auto value = misses ? value_text(margin, Unit::nanoseconds) : value_text(cell, by.unit);
    page.entry("  " + page.ink(ink_of(run.verdict), pad(word_of(run.verdict), 8)) +
                   pad_left(value, 14) + "  ",
               26, harmless(replay_command(result, place)));
    if (misses)
      page.entry(std::string(26, ' '), 26,
                 harmless(result.scenario.expectations[run.tightest].text), Ink::dim);
  }
  page.line();
}

}  // namespace

std::string sweep_report(const SweepResult& result, const TerminalStyle& style) {
  Page page(style);
  heading(page, result);
  if (result.done == 0) return page.take();
  points(page, result);
  quantiles(page, result);
  verdicts(page, result);
  commands(page, result, result.worst, false);
  commands(page, result, result.near_misses, true);
  return page.take();
}

}  // namespace understudy::sim
