// A sweep as a table for notebooks.
#include <algorithm>

#include "sim/event_text.h"
#include "sim/report/sweep_report.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

/// RFC 4180, section 2.
std::string field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

std::string title(const SweepColumn& column) {
  return column.unit == MeasureResult::Unit::nanoseconds ? column.name + "_s" : column.name;
}

std::string cell(std::int64_t value, MeasureResult::Unit unit) {
  if (value == kNoValue) return {};
  return unit == MeasureResult::Unit::nanoseconds ? seconds_text(Duration{value})
                                                  : std::to_string(value);
}

/// The names that any of the results has, each once, in the order in which they come.
template <typename Names>
std::vector<std::string> all_names(const std::vector<SweepResult>& results, Names names) {
  std::vector<std::string> all;
  for (const auto& result : results)
    for (auto& name : names(result))
      if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(std::move(name));
  return all;
}

std::vector<std::string> params(const SweepResult& result) {
  std::vector<std::string> names;
  for (const auto& axis : result.grid) names.push_back(axis.param);
  return names;
}

std::vector<std::string> titles(const SweepResult& result) {
  std::vector<std::string> names;
  for (const auto& column : result.columns) names.push_back(title(column));
  return names;
}

/// Where each name stands among a result's own; nullopt: it has none.
std::vector<std::optional<std::size_t>> places(const std::vector<std::string>& names,
                                               const std::vector<std::string>& own) {
  std::vector<std::optional<std::size_t>> found;
  for (const auto& name : names) {
    const auto place = std::find(own.begin(), own.end(), name);
    found.push_back(place == own.end()
                        ? std::nullopt
                        : std::optional(static_cast<std::size_t>(place - own.begin())));
  }
  return found;
}

class Table {
 public:
  explicit Table(const std::vector<SweepResult>& results)
      : params_(all_names(results, params)), titles_(all_names(results, titles)) {
    out_ = "case";
    for (const auto& param : params_) out_ += "," + field(param);
    out_ += ",seed,verdict,digest,margin_s";
    for (const auto& name : titles_) out_ += "," + field(name);
    out_ += "\n";
  }

  void add(const SweepResult& result) {
    const auto param_places = places(params_, params(result));
    const auto column_places = places(titles_, titles(result));
    for (const auto& point : result.points) {
      std::string start = field(result.scenario.case_name);
      for (const auto place : param_places)
        start += "," + (place ? field(point.values[*place]) : std::string());
      for (std::size_t i = 0; i < point.runs.size(); ++i) {
        out_ += start;
        add_run(point.runs[i]);
        for (const auto place : column_places)
          out_ += "," + (place ? cell(point.cells[i * result.columns.size() + *place],
                                      result.columns[*place].unit)
                               : std::string());
        out_ += "\n";
      }
    }
  }
  std::string take() { return std::move(out_); }

 private:
  void add_run(const SweepRun& run) {
    out_ += "," + std::to_string(run.seed) + "," + std::string(to_string(run.verdict)) + "," +
            digest_text(run.digest) + "," + (run.margin ? seconds_text(*run.margin) : "");
  }

  std::vector<std::string> params_, titles_;
  std::string out_;
};

}  // namespace

std::string sweep_csv(const std::vector<SweepResult>& results) {
  Table table(results);
  for (const auto& result : results) table.add(result);
  return table.take();
}

}  // namespace understudy::sim
