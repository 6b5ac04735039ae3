// A sweep for programs: schema understudy.sweep/1.
#include <array>
#include <cstdio>

#include "sim/event_text.h"
#include "sim/report/exact_json.h"
#include "sim/report/sweep_report.h"
#include "sim/sweep/statistics.h"
#include "sim/sweep/summary.h"

namespace understudy::sim {
namespace {

using Json = ExactJson;
using Unit = MeasureResult::Unit;

/// Nine places, the same on every machine.
Json share(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.9f", value);
  return exact_number(text.data());
}

Json value(std::int64_t number, Unit unit) {
  if (number == kNoValue) return nullptr;
  if (unit == Unit::nanoseconds) return exact_seconds(Duration{number});
  if (unit == Unit::boolean) return number != 0;
  return number;
}

Json value(const std::optional<std::int64_t>& number, Unit unit) {
  return number ? value(*number, unit) : Json(nullptr);
}

std::string_view unit_name(Unit unit) {
  constexpr std::string_view kNames[] = {"s", "number", "boolean"};
  return kNames[static_cast<std::uint8_t>(unit)];
}

Json params_of(const SweepResult& result, std::size_t point) {
  Json params = Json::object();
  for (std::size_t axis = 0; axis < result.grid.size(); ++axis)
    params[result.grid[axis].param] = result.points[point].values[axis];
  return params;
}

Json grid_of(const SweepResult& result) {
  Json grid = Json::object();
  for (const auto& axis : result.grid) grid[axis.param] = axis.values;
  return grid;
}

Json columns_of_point(const SweepResult& result, std::size_t point) {
  Json columns = Json::array();
  for (std::size_t i = 0; i < result.columns.size(); ++i) {
    const auto unit = result.columns[i].unit;
    const auto summary = summarize(result, point, i);
    Json quantiles = Json::array();
    for (const auto& one : summary.quantiles)
      quantiles.push_back({{"quantile", share(one.quantile)},
                           {"value", value(one.value, unit)},
                           {"low", value(one.low, unit)},
                           {"high", value(one.high, unit)}});
    columns.push_back({{"name", result.columns[i].name},
                       {"unit", unit_name(unit)},
                       {"runs", summary.runs - summary.without_value},
                       {"lowest", value(summary.lowest, unit)},
                       {"highest", value(summary.highest, unit)},
                       {"quantiles", std::move(quantiles)}});
  }
  return columns;
}

Json points_of(const SweepResult& result) {
  Json points = Json::array();
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    const auto& point = result.points[i];
    const auto runs = point.runs.size();
    points.push_back({{"params", params_of(result, i)},
                      {"runs", runs},
                      {"passed", point.passed},
                      {"failed", point.failed},
                      {"vacuous", point.vacuous},
                      {"decided_early", point.decided_early},
                      {"failure_low", share(probability_at_least(point.failed, runs, 0.975))},
                      {"failure_high", share(probability_at_most(point.failed, runs, 0.975))},
                      {"columns", columns_of_point(result, i)}});
  }
  return points;
}

Json number_of(const SweepVerdictResult& verdict, const std::optional<double>& number) {
  if (!number) return nullptr;
  if (verdict.probability) return share(*number);
  return value(static_cast<std::int64_t>(*number), verdict.unit);
}

Json verdicts_of(const SweepResult& result) {
  Json verdicts = Json::array();
  for (const auto& judged : result.verdicts)
    verdicts.push_back({{"text", result.scenario.sweep_verdicts[judged.verdict].text},
                        {"params", params_of(result, judged.point)},
                        {"outcome", to_string(judged.outcome)},
                        {"runs", judged.runs},
                        {"hits", judged.probability ? Json(judged.hits) : Json(nullptr)},
                        {"estimate", number_of(judged, judged.estimate)},
                        {"low", number_of(judged, judged.low)},
                        {"high", number_of(judged, judged.high)},
                        {"confidence", share(judged.confidence)}});
  return verdicts;
}

Json sometimes_of(const SweepResult& result) {
  Json list = Json::array();
  for (const auto& sometimes : result.sometimes)
    list.push_back({{"text", result.scenario.expectations[sometimes.expectation].text},
                    {"runs", sometimes.runs}});
  return list;
}

Json runs_of(const SweepResult& result, const std::vector<RankedRun>& places) {
  Json list = Json::array();
  for (const auto& place : places) {
    const auto& point = result.points[place.point];
    const auto& run = point.runs[place.run];
    Json values = Json::object();
    for (std::size_t i = 0; i < result.columns.size(); ++i)
      values[result.columns[i].name] =
          value(point.cells[place.run * result.columns.size() + i], result.columns[i].unit);
    const auto& expectations = result.scenario.expectations;
    list.push_back(
        {{"params", params_of(result, place.point)},
         {"seed", run.seed},
         {"verdict", to_string(run.verdict)},
         {"digest", digest_text(run.digest)},
         {"margin_s", run.margin ? exact_seconds(*run.margin) : Json(nullptr)},
         {"tightest", run.margin ? Json(expectations[run.tightest].text) : Json(nullptr)},
         {"values", std::move(values)},
         {"replay", replay_command(result, place)}});
  }
  return list;
}

Json object_of(const SweepResult& result) {
  Json object = Json::object();
  object["schema"] = "understudy.sweep/1";
  object["scenario"] = result.scenario.name;
  object["case"] = result.scenario.case_name;
  object["verdict"] = to_string(result.verdict);
  object["digest"] = digest_text(result.digest);
  object["duration_s"] = exact_seconds(result.scenario.duration);
  object["grid"] = grid_of(result);
  object["first_seed"] = result.first_seed;
  object["last_seed"] = result.last_seed;
  object["planned"] = result.planned;
  object["runs"] = result.done;
  object["stopped_early"] = result.stopped_early;
  object["cancelled"] = result.cancelled;
  object["verdicts"] = verdicts_of(result);
  object["sometimes"] = sometimes_of(result);
  object["ranked_by"] = result.columns[result.ranked_by].name;
  object["worst"] = runs_of(result, result.worst);
  object["near_misses"] = runs_of(result, result.near_misses);
  object["points"] = points_of(result);
  return object;
}

}  // namespace

std::string sweep_json(const std::vector<SweepResult>& results, bool list) {
  constexpr int kOpenLevels = 2;
  std::string out;
  if (!list) {
    write_json(object_of(results.at(0)), kOpenLevels, out);
  } else {
    Json objects = Json::array();
    for (const auto& result : results) objects.push_back(object_of(result));
    write_json(objects, kOpenLevels + 1, out);
  }
  return out + "\n";
}

}  // namespace understudy::sim
