// What a written scenario expects of a run, and of a sweep.
#include <cmath>

#include "sim/scenario/scenario_writer.h"
#include "sim/scenario/units.h"

namespace understudy::sim {

std::string ScenarioWriter::time_text(const std::optional<EventReference>& event,
                                      Duration time) const {
  return event ? "\"" + event_text(*event) + "\"" : quantity_text(time);
}

std::string ScenarioWriter::expectation_text(const Expectation& expectation) const {
  using Form = ExpectationForm;
  constexpr std::string_view kForms[] = {"at",         "within", "always", "never",
                                         "eventually", "count",  "that",   "sometimes"};
  const auto name = kForms[static_cast<std::uint8_t>(expectation.form)];
  FlowMap map;
  if (expectation.form == Form::at)
    map.add(name, time_text(expectation.at_event, expectation.at));
  else if (expectation.form == Form::within)
    map.add(name, quantity_text(expectation.within));
  else if (expectation.form != Form::that)
    map.add_string(name, expectation.condition.text());
  if (expectation.stays) map.add("stays", quantity_text(*expectation.stays));
  if (expectation.after) map.add("after", "\"" + event_text(*expectation.after) + "\"");
  if (expectation.during) map.add_string("during", scenario_.timeline[*expectation.during].id);
  if (expectation.from) map.add("from", time_text(expectation.from_event, *expectation.from));
  if (expectation.before)
    map.add("before", time_text(expectation.before_event, *expectation.before));
  if (expectation.longer_than) map.add("longer_than", quantity_text(*expectation.longer_than));
  if (expectation.equals) map.add("equals", std::to_string(*expectation.equals));
  if (expectation.at_least) map.add("at_least", std::to_string(*expectation.at_least));
  if (expectation.at_most) map.add("at_most", std::to_string(*expectation.at_most));
  if (expectation.form == Form::at || expectation.form == Form::within ||
      expectation.form == Form::that)
    map.add_string("that", expectation.condition.text());
  return map.text();
}

void ScenarioWriter::expectations() {
  if (!scenario_.expectations.empty()) line(0, "expect:");
  for (const Expectation& expectation : scenario_.expectations)
    line(2, "- " + expectation_text(expectation));
  if (!scenario_.waivers.empty()) line(0, "waive:");
  for (const Waiver& waiver : scenario_.waivers)
    line(2, waiver.oracle + ": " + yaml_string(waiver.reason));
}

namespace {

/// A share of one as "95%", exact to a billionth.
std::string part_text(double part) {
  return quantity_text(Share{static_cast<std::uint32_t>(std::llround(part * 1e9))});
}

}  // namespace

void ScenarioWriter::sweep() {
  if (!scenario_.params.empty()) {
    line(0, "params:");
    for (const auto& [name, value] : scenario_.params) line(2, name + ": " + yaml_string(value));
  }
  if (!scenario_.measures.empty()) line(0, "measure:");
  for (const Measure& measure : scenario_.measures)
    line(2, measure.name + ": " + yaml_string(measure.value.text()));
  if (scenario_.sweep) {
    line(0, "sweep:");
    line(2, "seeds: " + std::to_string(scenario_.sweep->first_seed) + ".." +
                std::to_string(scenario_.sweep->last_seed));
    if (!scenario_.sweep->grid.empty()) line(2, "grid:");
    for (const auto& axis : scenario_.sweep->grid) {
      std::vector<std::string> values;
      for (const std::string& value : axis.values) values.push_back(yaml_string(value));
      line(4, axis.param + ": " + flow_list(values));
    }
  }
  if (!scenario_.sweep_verdicts.empty()) line(0, "verdict:");
  for (const SweepVerdict& verdict : scenario_.sweep_verdicts) {
    FlowMap map, where;
    for (const auto& [param, value] : verdict.where) where.add_string(param, value);
    if (!where.empty()) map.add("where", where.text());
    const auto bound = [&](std::string_view key, const std::optional<double>& value) {
      if (!value) return;
      if (verdict.condition)
        map.add(key, part_text(*value));
      else if (scenario_.measures[verdict.measure].value.kind() == ExpressionKind::number)
        map.add(key, std::to_string(std::llround(*value)));
      else
        map.add(key, quantity_text(Duration{std::llround(*value)}));
    };
    if (verdict.quantile) {
      map.add("quantile", part_text(*verdict.quantile));
      map.add_string("of", scenario_.measures[verdict.measure].name);
    }
    if (verdict.condition) map.add_string("probability", verdict.condition->text());
    bound("at_most", verdict.at_most);
    bound("at_least", verdict.at_least);
    map.add("confidence", part_text(verdict.confidence));
    line(2, "- " + map.text());
  }
}

}  // namespace understudy::sim
