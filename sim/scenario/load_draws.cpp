// randomize, and moments that a seed draws.
#include <algorithm>

#include "sim/scenario/load_parts.h"
#include "sim/scenario/names.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

/// What the numbers of a distribution are.
enum class DrawUnit : std::uint8_t { time, drift };

struct DrawText {
  Distribution distribution = Distribution::uniform;
  DrawUnit unit = DrawUnit::time;
  std::int64_t first = 0, second = 0;
};

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

tl::expected<std::int64_t, std::string> parse_number(std::string_view text, DrawUnit& unit) {
  if (text.ends_with("ppm") || text.ends_with("ppb")) {
    unit = DrawUnit::drift;
    return parse_drift(text);
  }
  unit = DrawUnit::time;
  const auto value = parse_signed_duration(text);
  if (!value) return tl::unexpected(value.error());
  return value->count();
}

/// "uniform(0s, 1s)", "normal(0ppm, 20ppm)"
tl::expected<DrawText, std::string> parse_draw(std::string_view text) {
  DrawText draw;
  const std::size_t open = text.find('(');
  const std::size_t comma = text.find(',');
  const auto name = trim(text.substr(0, open));
  if (open == std::string_view::npos || comma == std::string_view::npos || comma < open ||
      !text.ends_with(')') || (name != "uniform" && name != "normal"))
    return tl::unexpected("'" + std::string(text.substr(0, 60)) +
                          "' is no distribution: write uniform(0s, 1s) or normal(0ppm, 20ppm)");
  draw.distribution = name == "uniform" ? Distribution::uniform : Distribution::normal;
  DrawUnit other{};
  const auto first = parse_number(trim(text.substr(open + 1, comma - open - 1)), draw.unit);
  if (!first) return tl::unexpected(first.error());
  const auto second = parse_number(trim(text.substr(comma + 1, text.size() - comma - 2)), other);
  if (!second) return tl::unexpected(second.error());
  if (draw.unit != other)
    return tl::unexpected(std::string("both numbers must be of one kind: times or drifts"));
  if (draw.distribution == Distribution::uniform && *second < *first)
    return tl::unexpected(std::string("the lower end comes first"));
  if (draw.distribution == Distribution::normal && *second < 0)
    return tl::unexpected(std::string("a deviation is not negative"));
  draw.first = *first;
  draw.second = *second;
  return draw;
}

std::optional<DrawText> load_draw(LoadContext& context, const YamlNode& node) {
  const auto text = context.string(node);
  if (!text) return std::nullopt;
  const auto draw = parse_draw(*text);
  if (draw) return *draw;
  context.error(node, "bad-draw", draw.error());
  return std::nullopt;
}

void add(Scenario& scenario, RandomDraw::Target target, std::size_t index, std::string stream,
         const DrawText& text) {
  RandomDraw draw;
  draw.stream = std::move(stream);
  draw.target = target;
  draw.index = index;
  draw.distribution = text.distribution;
  draw.first = text.first;
  draw.second = text.second;
  scenario.draws.push_back(std::move(draw));
}

void load_phase(LoadContext& context, const YamlNode& node, Scenario& scenario, std::size_t host) {
  const auto draw = load_draw(context, node);
  if (!draw) return;
  if (!scenario.hosts[host].config)
    return context.key_error(node, "no-daemon",
                             "host '" + node.key + "' has no `config`, so it runs no daemon");
  if (draw->unit != DrawUnit::time) return context.error(node, "bad-draw", "a phase is a time");
  if (draw->distribution == Distribution::uniform && draw->first < 0)
    return context.error(node, "out-of-range", "a phase is not negative");
  add(scenario, RandomDraw::Target::phase, host, "phase/" + node.key, *draw);
}

void load_clock(LoadContext& context, const YamlNode& node, Scenario& scenario, std::size_t host) {
  const auto put = [&](const YamlNode& value, std::optional<DrawUnit> wanted) {
    const auto draw = load_draw(context, value);
    if (!draw) return;
    if (wanted && draw->unit != *wanted)
      return context.error(
          value, "bad-draw",
          *wanted == DrawUnit::time ? "an offset is a time" : "a drift is in ppm or ppb");
    const bool drift = draw->unit == DrawUnit::drift;
    add(scenario, drift ? RandomDraw::Target::clock_drift : RandomDraw::Target::clock_offset, host,
        (drift ? "drift/" : "offset/") + node.key, *draw);
  };
  if (node.kind == YamlNode::Kind::scalar) return put(node, std::nullopt);
  const MapReader map(context, node, "`clock` of '" + node.key + "'", {"drift", "offset"});
  if (const YamlNode* drift = map.get("drift")) put(*drift, DrawUnit::drift);
  if (const YamlNode* offset = map.get("offset")) put(*offset, DrawUnit::time);
}

}  // namespace

void load_randomize(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  const MapReader map(context, node, "`randomize`", {"phase", "clock"});
  if (node.kind != YamlNode::Kind::map) return;
  for (const std::string_view key : {"phase", "clock"}) {
    const YamlNode* part = map.get(key);
    if (part == nullptr || !context.is_map(*part, "`" + std::string(key) + "`")) continue;
    for (const YamlNode& item : part->items) {
      const auto host = find_host(scenario, item.key);
      if (!host) {
        context.key_error(item, "unknown-name", "there is no host '" + item.key.substr(0, 80) + "'",
                          suggestion(item.key, host_names(scenario)));
        continue;
      }
      if (key == "phase")
        load_phase(context, item, scenario, *host);
      else
        load_clock(context, item, scenario, *host);
    }
  }
}

std::optional<std::string> split_draw(std::string& moment) {
  std::size_t at = std::min(moment.find("uniform("), moment.find("normal("));
  if (at == std::string::npos) return std::nullopt;
  std::string draw = moment.substr(at);
  while (at > 0 && moment[at - 1] == ' ') --at;
  if (at > 0 && moment[at - 1] == '+') --at;
  while (at > 0 && moment[at - 1] == ' ') --at;
  moment.resize(at);
  return draw;
}

bool load_moment_draw(LoadContext& context, const YamlNode& node, const std::string& text,
                      Scenario& scenario, std::size_t index) {
  const auto draw = parse_draw(text);
  if (!draw || draw->unit != DrawUnit::time) {
    context.error(node, "bad-draw", draw ? "a moment is a time" : draw.error());
    return false;
  }
  Fault& fault = scenario.timeline[index];
  if (draw->distribution == Distribution::uniform && fault.at.count() + draw->first < 0) {
    context.error(node, "out-of-range", "this may be drawn before the start of the run");
    return false;
  }
  add(scenario, RandomDraw::Target::fault_at, index, "at/" + fault.id, *draw);
  scenario.draws.back().base = fault.at.count();
  fault.at = std::max(fault.at + Duration{draw->first}, Duration{});
  return true;
}

}  // namespace understudy::sim
