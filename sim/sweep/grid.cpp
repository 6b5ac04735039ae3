#include "sim/sweep/grid.h"

#include <algorithm>

#include "sim/scenario/names.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

using Params = std::vector<std::pair<std::string, std::string>>;

/// Every combination, the last axis fastest.
std::vector<std::vector<std::string>> combinations(const std::vector<SweepPlan::Axis>& grid) {
  std::vector<std::vector<std::string>> all{{}};
  for (const auto& axis : grid) {
    std::vector<std::vector<std::string>> longer;
    for (const auto& start : all)
      for (const auto& value : axis.values) {
        longer.push_back(start);
        longer.back().push_back(value);
      }
    all = std::move(longer);
  }
  return all;
}

std::vector<SweepPlan::Axis> merge(std::vector<SweepPlan::Axis> grid,
                                   const std::vector<SweepPlan::Axis>& wanted) {
  for (const auto& axis : wanted) {
    const auto same = std::find_if(grid.begin(), grid.end(),
                                   [&](const auto& other) { return other.param == axis.param; });
    if (same == grid.end())
      grid.push_back(axis);
    else
      *same = axis;
  }
  return grid;
}

Params params_of(const std::vector<SweepPlan::Axis>& grid, const std::vector<std::string>& values) {
  Params params;
  for (std::size_t axis = 0; axis < grid.size(); ++axis)
    params.emplace_back(grid[axis].param, values[axis]);
  return params;
}

std::string text_of(const Params& params) {
  std::string text;
  for (const auto& [name, value] : params) {
    if (!text.empty()) text += ", ";
    text += name;
    text += "=";
    text += value;
  }
  return text;
}

class Loader {
 public:
  Loader(const ScenarioSource& source, const SweepRequest& request)
      : source_(source), request_(request) {}

  SweepLoad load() {
    auto base = load_cases(first_values(request_.grid));
    if (!base) return std::move(result_);
    if (!request_.case_name.empty()) {
      result_.error = keep_case(*base, request_.case_name);
      if (!result_.error.empty()) return std::move(result_);
    }
    for (const auto& scenario : *base)
      if (!add_job(scenario)) {
        result_.jobs.clear();
        break;
      }
    return std::move(result_);
  }

 private:
  static Params first_values(const std::vector<SweepPlan::Axis>& grid) {
    Params params;
    for (const auto& axis : grid)
      if (!axis.values.empty()) params.emplace_back(axis.param, axis.values.front());
    return params;
  }

  std::optional<std::vector<Scenario>> load_cases(const Params& params) {
    LoadOptions options;
    options.params = params;
    auto loaded = source_(options);
    const bool bad = has_errors(loaded.diagnostics) || loaded.cases.empty();
    // Warnings are the same at every point: once is enough.
    if (bad || !warned_) result_.diagnostics = std::move(loaded.diagnostics);
    warned_ = true;
    if (!bad) return std::move(loaded.cases);
    if (!params.empty()) result_.error = "so it is with " + text_of(params);
    return std::nullopt;
  }

  bool add_job(const Scenario& scenario) {
    const SweepPlan plan = scenario.sweep.value_or(SweepPlan{});
    SweepJob job;
    job.grid = merge(plan.grid, request_.grid);
    job.first_seed = request_.first_seed.value_or(plan.first_seed);
    job.last_seed = request_.last_seed.value_or(plan.last_seed);
    result_.error = refusal(job.grid, job.first_seed, job.last_seed);
    if (!result_.error.empty()) return false;
    for (auto& values : combinations(job.grid)) {
      auto cases = load_cases(params_of(job.grid, values));
      if (!cases) return false;
      const auto same = std::find_if(cases->begin(), cases->end(), [&](const Scenario& other) {
        return other.case_name == scenario.case_name;
      });
      if (same == cases->end()) {
        result_.error = "case '" + scenario.case_name + "' is not there with " +
                        text_of(params_of(job.grid, values));
        return false;
      }
      job.points.push_back({std::move(values), std::move(*same)});
    }
    result_.jobs.push_back(std::move(job));
    return true;
  }

  const ScenarioSource& source_;
  const SweepRequest& request_;
  SweepLoad result_;
  bool warned_ = false;
};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

SweepLoad load_sweep(const std::string& path, const SweepRequest& request) {
  return load_sweep([&](const LoadOptions& options) { return load_file(path, options); }, request);
}

SweepLoad load_sweep(const ScenarioSource& source, const SweepRequest& request) {
  return Loader(source, request).load();
}

tl::expected<SweepPlan::Axis, std::string> parse_axis(std::string_view text) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0)
    return tl::unexpected("'" + std::string(text) + "' is no NAME=VALUE");
  SweepPlan::Axis axis;
  axis.param = trimmed(text.substr(0, equals));
  int depth = 0;
  std::size_t start = equals + 1;
  for (std::size_t i = start; i <= text.size(); ++i) {
    if (i < text.size()) {
      if (text[i] == '(') ++depth;
      if (text[i] == ')') --depth;
      if (text[i] != ',' || depth > 0) continue;
    }
    const auto value = trimmed(text.substr(start, i - start));
    if (value.empty()) return tl::unexpected("'" + std::string(text) + "' has an empty value");
    axis.values.emplace_back(value);
    start = i + 1;
  }
  return axis;
}

tl::expected<std::pair<std::uint64_t, std::uint64_t>, std::string> parse_seeds(
    std::string_view text) {
  const auto wrong = [&] {
    return tl::unexpected("'" + std::string(text) +
                          "' are no seeds: FIRST:LAST, or one number, 0 to 18446744073709551615");
  };
  auto middle = text.find(':');
  std::size_t width = 1;
  if (middle == std::string_view::npos) {
    middle = text.find("..");
    width = 2;
  }
  const auto first = parse_unsigned(text.substr(0, middle));
  if (!first) return wrong();
  if (middle == std::string_view::npos) return std::pair{*first, *first};
  const auto last = parse_unsigned(text.substr(middle + width));
  if (!last || *last < *first) return wrong();
  return std::pair{*first, *last};
}

}  // namespace understudy::sim
