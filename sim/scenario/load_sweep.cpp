// measure, verdict and sweep.
#include <algorithm>
#include <limits>

#include "sim/scenario/load_expression.h"
#include "sim/scenario/load_parts.h"
#include "sim/scenario/names.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kMostMeasures = 100;
constexpr std::size_t kMostVerdicts = 100;
constexpr std::size_t kMostAxes = 16;

/// A share of one as a decimal, "0.95", or as "95%".
std::optional<double> load_part(LoadContext& context, const YamlNode& node) {
  const auto text = context.string(node);
  if (!text) return std::nullopt;
  if (text->ends_with('%')) {
    const auto share = context.share(node);
    if (!share) return std::nullopt;
    return share->per_billion / 1e9;
  }
  std::string percent = *text + "%";  // the same digits, a hundred times the value
  const auto share = parse_share(percent);
  if (text->starts_with("0.") && share) return share->per_billion / 1e7;
  if (*text == "1" || *text == "0") return *text == "1" ? 1.0 : 0.0;
  context.error(node, "bad-number",
                "'" + text->substr(0, 60) + "' is no share of one, such as 0.95 or 95%");
  return std::nullopt;
}

class VerdictReader {
 public:
  VerdictReader(LoadContext& context, const YamlNode& node, const Scenario& scenario)
      : context_(context), node_(node), scenario_(scenario) {}

  std::optional<SweepVerdict> read() {
    const std::size_t errors = context_.error_count();
    const MapReader map(
        context_, node_, "a verdict",
        {"where", "quantile", "of", "probability", "at_most", "at_least", "confidence"});
    if (node_.kind != YamlNode::Kind::map) return std::nullopt;
    verdict_.position = node_.position;
    const bool quantile = map.get("quantile") != nullptr;
    if (quantile == (map.get("probability") != nullptr)) {
      context_.error(node_, quantile ? "conflict" : "missing-key",
                     quantile ? "a verdict is about a `quantile` or a `probability`, not both"
                              : "a verdict needs `quantile` with `of`, or `probability`");
      return std::nullopt;
    }
    if (quantile)
      read_quantile(map);
    else
      read_probability(map);
    if (context_.error_count() != errors) return std::nullopt;
    read_bounds(map);
    if (const YamlNode* confidence = map.get("confidence")) {
      verdict_.confidence = load_part(context_, *confidence).value_or(0.95);
      if (verdict_.confidence <= 0 || verdict_.confidence >= 1)
        context_.error(*confidence, "out-of-range", "`confidence` lies between 0 and 1");
    }
    if (const YamlNode* where = map.get("where")) read_where(*where);
    if (context_.error_count() != errors) return std::nullopt;
    verdict_.text = text_of();
    return verdict_;
  }

 private:
  void read_quantile(const MapReader& map) {
    verdict_.quantile = load_part(context_, *map.get("quantile"));
    if (verdict_.quantile && (*verdict_.quantile <= 0 || *verdict_.quantile > 1))
      context_.error(*map.get("quantile"), "out-of-range", "a quantile lies between 0 and 1");
    const YamlNode* of = map.get("of");
    if (of == nullptr)
      return context_.error(node_, "missing-key", "`quantile` needs `of`, a measure's name");
    const auto name = context_.string(*of);
    if (!name) return;
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < scenario_.measures.size(); ++i) {
      names.push_back(scenario_.measures[i].name);
      if (scenario_.measures[i].name != *name) continue;
      verdict_.measure = i;
      if (scenario_.measures[i].value.kind() == ExpressionKind::condition)
        context_.error(*of, "conflict", "a condition has no quantiles", "judge its `probability`");
      return;
    }
    context_.unknown_name(*of, "measure", *name, names);
  }

  void read_probability(const MapReader& map) {
    if (const YamlNode* of = map.get("of"))
      context_.key_error(*of, "conflict", "`of` goes with `quantile`");
    verdict_.condition =
        load_expression(context_, *map.get("probability"), scenario_, parse_verdict_condition);
  }

  std::optional<double> bound(const YamlNode& node) {
    if (verdict_.condition) {
      const auto part = load_part(context_, node);
      if (part && *part > 1) context_.error(node, "out-of-range", "a probability is 1 at most");
      return part;
    }
    if (scenario_.measures[verdict_.measure].value.kind() == ExpressionKind::number) {
      const auto number = context_.integer(node, std::numeric_limits<std::int64_t>::min());
      if (!number) return std::nullopt;
      return static_cast<double>(*number);
    }
    const auto duration = context_.duration(node);
    if (!duration) return std::nullopt;
    return static_cast<double>(duration->count());
  }

  void read_bounds(const MapReader& map) {
    if (const YamlNode* most = map.get("at_most")) verdict_.at_most = bound(*most);
    if (const YamlNode* least = map.get("at_least")) verdict_.at_least = bound(*least);
    if (map.get("at_most") == nullptr && map.get("at_least") == nullptr)
      context_.error(node_, "missing-key", "a verdict needs `at_most` or `at_least`");
    else if (verdict_.at_most && verdict_.at_least && *verdict_.at_most < *verdict_.at_least)
      context_.error(*map.get("at_most"), "out-of-range",
                     "`at_most` is smaller than `at_least`: nothing fits");
  }

  void read_where(const YamlNode& where) {
    if (!context_.is_map(where, "`where`")) return;
    for (const YamlNode& item : where.items) {
      const auto value = context_.string(item);
      if (!value) continue;
      const SweepPlan::Axis* axis = nullptr;
      std::vector<std::string_view> names;
      if (scenario_.sweep)
        for (const auto& known : scenario_.sweep->grid) {
          names.push_back(known.param);
          if (known.param == item.key) axis = &known;
        }
      if (axis == nullptr) {
        context_.key_error(item, "unknown-name",
                           "the sweep's grid has no '" + item.key.substr(0, 80) + "'",
                           suggestion(item.key, names));
        continue;
      }
      if (std::find(axis->values.begin(), axis->values.end(), *value) == axis->values.end())
        context_.unknown_name(item, "value of `" + item.key + "` in the grid", *value,
                              {axis->values.begin(), axis->values.end()});
      verdict_.where.emplace_back(item.key, *value);
    }
  }

  std::string text_of() const {
    std::string text;
    for (const std::string_view key :
         {"quantile", "of", "probability", "at_most", "at_least", "confidence"}) {
      const YamlNode* value = node_.find(key);
      if (value == nullptr) continue;
      std::string word(key);
      std::replace(word.begin(), word.end(), '_', ' ');
      text += (text.empty() ? "" : " ") + word + " " + value->text;
    }
    for (const auto& [param, value] : verdict_.where) {
      text += ", ";
      text += param;
      text += " = ";
      text += value;
    }
    return text;
  }

  LoadContext& context_;
  const YamlNode& node_;
  const Scenario& scenario_;
  SweepVerdict verdict_;
};

/// "1..1000"
bool load_seeds(LoadContext& context, const YamlNode& node, SweepPlan& plan) {
  const auto text = context.string(node);
  if (!text) return false;
  const std::size_t dots = text->find("..");
  constexpr auto kHighest = std::numeric_limits<std::int64_t>::max();
  const auto first = parse_integer(std::string_view(*text).substr(0, dots), kHighest);
  const auto last = dots == std::string::npos
                        ? first
                        : parse_integer(std::string_view(*text).substr(dots + 2), kHighest);
  if (!first || !last || *last < *first) {
    context.error(node, "bad-range",
                  "'" + text->substr(0, 60) + "' is no range of seeds, such as 1..1000");
    return false;
  }
  plan.first_seed = static_cast<std::uint64_t>(*first);
  plan.last_seed = static_cast<std::uint64_t>(*last);
  return true;
}

void load_axis(LoadContext& context, const YamlNode& node, const Scenario& scenario,
               SweepPlan& plan) {
  std::vector<std::string_view> names;
  for (const auto& [name, value] : scenario.params) names.push_back(name);
  if (std::find(names.begin(), names.end(), node.key) == names.end())
    context.key_error(
        node, "unknown-param",
        "the grid changes parameters, and there is no parameter '" + node.key.substr(0, 80) + "'",
        names.empty() ? "give it a value under `params` and write ${" + node.key.substr(0, 40) +
                            "} where it is used"
                      : suggestion(node.key, names));
  if (!context.is_list(node, node.key)) return;
  SweepPlan::Axis axis;
  axis.param = node.key;
  for (const YamlNode& item : node.items) {
    const auto value = context.string(item);
    if (!value) continue;
    if (std::find(axis.values.begin(), axis.values.end(), *value) != axis.values.end())
      context.error(item, "conflict", "'" + value->substr(0, 60) + "' stands here twice");
    axis.values.push_back(*value);
  }
  if (node.items.empty())
    context.error(node, "missing-key", "`" + node.key + "` has no values in the grid");
  plan.grid.push_back(std::move(axis));
}

/// Runs of a plan, or more than any number that is allowed.
std::uint64_t runs_of(const SweepPlan& plan, std::uint64_t& points) {
  points = 1;
  for (const SweepPlan::Axis& axis : plan.grid)
    points = std::min(points * std::max<std::uint64_t>(axis.values.size(), 1), kSweepRunsMax + 1);
  const std::uint64_t seeds = plan.last_seed - plan.first_seed + 1;
  return seeds > kSweepRunsMax ? kSweepRunsMax + 1 : points * seeds;
}

}  // namespace

void load_sweep(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  const MapReader map(context, node, "`sweep`", {"grid", "seeds"});
  if (node.kind != YamlNode::Kind::map) return;
  SweepPlan plan;
  if (const YamlNode* seeds = map.get("seeds"))
    if (!load_seeds(context, *seeds, plan)) return;
  const YamlNode* grid = map.get("grid");
  if (grid != nullptr && context.is_map(*grid, "`grid`")) {
    if (grid->items.size() > kMostAxes)
      return context.error(*grid, "out-of-range",
                           "more than " + std::to_string(kMostAxes) + " parameters in a grid");
    for (const YamlNode& item : grid->items) load_axis(context, item, scenario, plan);
  }
  std::uint64_t points = 1;
  if (runs_of(plan, points) > kSweepRunsMax) {
    const std::uint64_t fitting = std::max<std::uint64_t>(kSweepRunsMax / points, 1);
    const YamlNode* seeds = map.get("seeds");
    const bool by_seeds = points <= kSweepRunsMax / 100 && seeds != nullptr;
    context.error(by_seeds ? *seeds : *grid, "too-large",
                  "this sweep has more than " + std::to_string(kSweepRunsMax) + " runs",
                  by_seeds ? "write seeds: " + std::to_string(plan.first_seed) + ".." +
                                 std::to_string(plan.first_seed + fitting - 1) + ", or fewer"
                           : "give the grid fewer values: it has more than " +
                                 std::to_string(std::min(points, kSweepRunsMax)) + " points");
    return;
  }
  scenario.sweep = std::move(plan);
}

void load_measures(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  if (node.kind == YamlNode::Kind::null || !context.is_map(node, "`measure`")) return;
  if (node.items.size() > kMostMeasures)
    return context.error(node, "out-of-range",
                         "more than " + std::to_string(kMostMeasures) + " measures");
  for (const YamlNode& item : node.items) {
    if (!context.check_key(item, "measure")) continue;
    auto value = load_expression(context, item, scenario, parse_measure);
    if (value) scenario.measures.push_back({item.key, std::move(*value), item.key_position});
  }
}

void load_verdicts(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  if (node.kind == YamlNode::Kind::null || !context.is_list(node, "verdict")) return;
  if (node.items.size() > kMostVerdicts)
    return context.error(node, "out-of-range",
                         "more than " + std::to_string(kMostVerdicts) + " verdicts");
  for (const YamlNode& item : node.items)
    if (auto verdict = VerdictReader(context, item, scenario).read())
      scenario.sweep_verdicts.push_back(std::move(*verdict));
}

}  // namespace understudy::sim
