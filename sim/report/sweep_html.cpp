#include "sim/report/sweep_html.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "sim/report/embedded.h"
#include "sim/report/exact_json.h"
#include "sim/report/html_page.h"
#include "sim/scenario/units.h"
#include "sim/sweep/summary.h"
#include "sim/sweep/sweep_texts.h"

namespace understudy::sim {
namespace {

using Json = ExactJson;
using Kind = SweepColumn::Kind;
using Unit = MeasureResult::Unit;

constexpr std::size_t kCurvesMost = 12;  // more cannot be told apart
constexpr std::size_t kWorstShown = 10;

std::string name_of(const SweepResult& result) {
  const auto& scenario = result.scenario;
  return scenario.case_name.empty() ? scenario.name : scenario.case_name;
}

std::string badge(std::string_view word) {
  return "<span class=\"badge " + std::string(word == "undecided" ? "vacuous" : word) + "\">" +
         std::string(word) + "</span>";
}

std::string cell(const std::string& html) { return "<td>" + html + "</td>"; }

/// The axis along which curves run: the one with the most values, if any has several.
std::optional<std::size_t> main_axis(const SweepResult& result) {
  std::optional<std::size_t> longest;
  for (std::size_t i = 0; i < result.grid.size(); ++i)
    if (result.grid[i].values.size() > 1 &&
        (!longest || result.grid[i].values.size() > result.grid[*longest].values.size()))
      longest = i;
  return longest;
}

/// The other axes' values of a point: "jitter 1ms, fall 2".
std::string other_values(const SweepResult& result, const SweepPoint& point, std::size_t axis) {
  std::string text;
  for (std::size_t i = 0; i < result.grid.size(); ++i) {
    if (i == axis || result.grid[i].values.size() < 2) continue;
    text += (text.empty() ? "" : ", ") + result.grid[i].param + " " + point.values[i];
  }
  return text;
}

bool is_shown(const SweepResult& result, std::size_t column) {
  const auto kind = result.columns[column].kind;
  if (kind != Kind::measure && kind != Kind::blackout && kind != Kind::no_master) return false;
  for (std::size_t point = 0; point < result.points.size(); ++point) {
    const auto summary = summarize(result, point, column);
    if (summary.highest.value_or(0) != 0) return true;
  }
  return false;
}

/// As drawn: seconds or the plain number.
Json drawn(Unit unit, std::int64_t value) {
  return unit == Unit::nanoseconds ? exact_seconds(Duration{value}) : Json(value);
}
Json drawn(Unit unit, const std::optional<std::int64_t>& value) {
  return value ? drawn(unit, *value) : Json(nullptr);
}
std::string words(Unit unit, const QuantileEstimate& one, std::uint64_t runs) {
  std::string text = value_text(one.value, unit);
  if (one.low || one.high)
    text += ", 95 % bounds " + (one.low ? value_text(*one.low, unit) : std::string("none")) +
            " to " + (one.high ? value_text(*one.high, unit) : std::string("none"));
  return text + "\n" + std::to_string(runs) + " runs";
}

std::string percent(double quantile) { return "p" + std::to_string(std::lround(quantile * 100)); }

Json frame_of(const SweepResult& result, std::size_t column, const std::string& id) {
  const auto& what = result.columns[column];
  return {{"at", id},
          {"title", what.name},
          {"y_name", what.name + (what.unit == Unit::nanoseconds ? ", s" : "")},
          {"series", Json::array()}};
}

/// Quantiles over an axis, a curve for each quantile and each combination of the other axes.
Json curves(const SweepResult& result, std::size_t column, std::size_t axis,
            const std::string& id) {
  const auto unit = result.columns[column].unit;
  auto picture = frame_of(result, column, id);
  picture["ticks"] = result.grid[axis].values;
  picture["x_name"] = result.grid[axis].param;
  std::map<std::pair<std::string, double>, Json> series;
  for (std::size_t i = 0; i < result.points.size(); ++i) {
    const auto& point = result.points[i];
    const auto& values = result.grid[axis].values;
    const auto x = std::find(values.begin(), values.end(), point.values[axis]) - values.begin();
    const auto summary = summarize(result, i, column);
    const auto others = other_values(result, point, axis);
    for (const auto& one : summary.quantiles)
      series.try_emplace({others, one.quantile}, Json::array())
          .first->second.push_back(
              {{"x", x},
               {"y", drawn(unit, one.value)},
               {"low", drawn(unit, one.low)},
               {"high", drawn(unit, one.high)},
               {"text", words(unit, one, summary.runs - summary.without_value)}});
  }
  // Quantiles of one combination have one colour.
  std::map<std::string, std::size_t> hues;
  for (auto& [key, points] : series) {
    if (picture["series"].size() == kCurvesMost) break;
    const auto& [others, quantile] = key;
    const auto hue = hues.try_emplace(others, hues.size()).first->second;
    picture["series"].push_back(
        {{"hue", hue},
         {"name", percent(quantile) + (others.empty() ? "" : ", " + others)},
         {"dash", quantile < 0.6    ? ""
                  : quantile < 0.95 ? "6 3"
                                    : "2 3"},
         {"points", std::move(points)}});
  }
  picture["note"] = series.size() > kCurvesMost
                        ? "the first " + std::to_string(kCurvesMost) + " of " +
                              std::to_string(series.size()) + " curves; bands: 95 % bounds"
                        : "bands: 95 % bounds";
  return picture;
}

/// Without a grid: the values by quantile.
Json quantile_function(const SweepResult& result, std::size_t column, const std::string& id) {
  constexpr double kQuantiles[] = {0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99};
  const auto unit = result.columns[column].unit;
  auto picture = frame_of(result, column, id);
  Json ticks = Json::array(), points = Json::array();
  const auto summary = summarize(result, 0, column, {std::begin(kQuantiles), std::end(kQuantiles)});
  for (const auto& one : summary.quantiles) {
    points.push_back({{"x", ticks.size()},
                      {"y", drawn(unit, one.value)},
                      {"low", drawn(unit, one.low)},
                      {"high", drawn(unit, one.high)},
                      {"text", words(unit, one, summary.runs - summary.without_value)}});
    ticks.push_back(percent(one.quantile));
  }
  picture["ticks"] = std::move(ticks);
  picture["x_name"] = "share of runs below";
  picture["series"].push_back(
      {{"hue", 0}, {"name", "all runs"}, {"dash", ""}, {"points", std::move(points)}});
  picture["note"] = "band: 95 % bounds";
  return picture;
}

// ---- text

std::string verdicts_html(const SweepResult& result) {
  if (result.verdicts.empty()) return {};
  std::string html =
      "<h3>Verdicts</h3>\n<div class=\"scroll\"><table>\n<tr><th></th><th>verdict</th><th>at</th>"
      "<th class=\"number\">runs</th></tr>\n";
  for (const auto& one : result.verdicts) {
    html +=
        "<tr>" + cell(badge(to_string(one.outcome))) +
        cell("<code>" + html_text(result.scenario.sweep_verdicts[one.verdict].text) + "</code>") +
        cell(html_text(point_text(result, one.point))) + "<td class=\"number\">" +
        std::to_string(one.runs) + "</td></tr>\n";
  }
  return html + "</table></div>\n";
}

std::string worst_html(const SweepResult& result) {
  std::string rows;
  for (std::size_t i = 0; i < result.worst.size() && i < kWorstShown; ++i) {
    const auto& place = result.worst[i];
    const auto& run = result.points[place.point].runs[place.run];
    rows += "<tr>" + cell(badge(to_string(run.verdict))) +
            cell("<code>" + html_text(replay_command(result, place)) + "</code>") + "</tr>\n";
  }
  if (rows.empty()) return {};
  return "<h3>The worst runs</h3>\n<div class=\"scroll\"><table class=\"worst\">\n" + rows +
         "</table></div>\n";
}

std::string section_html(const SweepResult& result, std::size_t index, Json& pictures) {
  std::uint64_t failed = 0;
  for (const auto& point : result.points) failed += point.failed;
  std::string html = "<section>\n<h2>" + html_text(name_of(result)) + " " +
                     badge(to_string(result.verdict)) + "</h2>\n<p>" + std::to_string(result.done) +
                     " of " + std::to_string(result.planned) + " runs, seeds " +
                     std::to_string(result.first_seed) + " to " + std::to_string(result.last_seed) +
                     "; " + std::to_string(failed) + " fail</p>\n";
  const auto axis = main_axis(result);
  for (std::size_t column = 0; column < result.columns.size(); ++column) {
    if (result.points.empty() || !is_shown(result, column)) continue;
    const auto id = "picture-" + std::to_string(index) + "-" + std::to_string(column);
    html += "<h3>" + html_text(result.columns[column].name) +
            "</h3>\n<div class=\"picture\" id=\"" + id + "\"></div>\n";
    pictures.push_back(axis ? curves(result, column, *axis, id)
                            : quantile_function(result, column, id));
  }
  return html + verdicts_html(result) + worst_html(result) + "</section>\n";
}

}  // namespace

tl::expected<std::string, std::string> sweep_html(const std::vector<SweepResult>& results) {
  const std::string title = results.empty() ? "sweep" : results.front().scenario.name;
  std::string body = "<h1>" + html_text(title) + "</h1>\n";
  if (!results.empty() && !results.front().scenario.about.empty())
    body += "<p class=\"soft\">" + html_text(results.front().scenario.about) + "</p>\n";
  Json pictures = Json::array();
  for (std::size_t i = 0; i < results.size(); ++i) body += section_html(results[i], i, pictures);
  std::string json;
  write_json(pictures, 0, json);
  return html_page(title + " - sweep", body, std::move(json), embedded::sweep_script());
}

}  // namespace understudy::sim
