// timeline: when each fault happens.
#include <algorithm>
#include <vector>

#include "sim/scenario/expression_parser.h"
#include "sim/scenario/load_deed.h"
#include "sim/scenario/load_parts.h"
#include "sim/scenario/names.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kMostFaults = 10'000;
constexpr std::int64_t kMostRepetitions = 1'000'000;  // of one fault

void load_id(LoadContext& context, const YamlNode& node, const Scenario& scenario, Fault& fault) {
  const YamlNode* id = node.find("id");
  if (id == nullptr) return;
  const auto name = context.string(*id);
  if (!name || !context.check_name(*name, context.place_of(*id), "fault")) return;
  if (name->find('.') != std::string::npos)
    context.error(*id, "bad-name", "an event's id has no '.': '" + *name + ".end' must be its end");
  else if (find_fault(scenario, *name))
    context.error(*id, "duplicate-id", "two faults have the id '" + *name + "'");
  fault.id = *name;
}

/// `at` of a fault, and what a seed adds to it; `after` waits until all ids are known.
std::optional<std::string> load_at(LoadContext& context, const YamlNode& node,
                                   const Scenario& scenario, Fault& fault) {
  const YamlNode* at = node.find("at");
  const YamlNode* after = node.find("after");
  if ((at == nullptr) == (after == nullptr)) {
    context.error(node, at == nullptr ? "missing-key" : "conflict",
                  at == nullptr ? "a fault needs `at` or `after`"
                                : "a fault has either `at` or `after`, not both");
    return std::nullopt;
  }
  auto text = at != nullptr ? context.string(*at) : std::nullopt;
  if (!text) return std::nullopt;
  auto draw = split_draw(*text);
  if (draw && text->empty()) return draw;  // from the start on
  const auto time = parse_duration(*text);
  if (!time) {
    context.error(*at, "bad-duration", time.error());
    return std::nullopt;
  }
  fault.at = *time;
  if (*time > scenario.duration)
    context.error(*at, "past-the-end",
                  to_text(*time) + " lies past the end of the run, " + to_text(scenario.duration),
                  "raise `duration`");
  return draw;
}

/// `every` and `until`.
void load_repetition(LoadContext& context, const YamlNode& node, const Scenario& scenario,
                     Fault& fault) {
  const YamlNode* every = node.find("every");
  const YamlNode* until = node.find("until");
  if (until != nullptr && every == nullptr)
    context.key_error(*until, "conflict", "`until` ends a repetition: it goes with `every`");
  if (every == nullptr) return;
  fault.every = context.duration(*every);
  if (until != nullptr) fault.until = context.duration(*until);
  if (!fault.every) return;
  if (*fault.every == Duration{})
    context.error(*every, "out-of-range", "`every` must be longer than 0 s");
  else if (fault.lasts && *fault.every <= *fault.lasts)
    context.error(*every, "conflict",
                  "the fault lasts " + to_text(*fault.lasts) + ": it cannot come again after " +
                      to_text(*fault.every));
  else if (scenario.duration / *fault.every > kMostRepetitions)
    context.error(*every, "out-of-range",
                  "that is more than " + std::to_string(kMostRepetitions) + " times in a run");
  if (fault.until && *fault.until > scenario.duration)
    context.error(
        *until, "past-the-end",
        to_text(*fault.until) + " lies past the end of the run, " + to_text(scenario.duration));
  else if (fault.until && node.find("at") != nullptr && *fault.until < fault.at)
    context.error(*until, "conflict",
                  "the fault first happens at " + to_text(fault.at) + ", after this");
}

/// All but its moment, which the fault has already.
void load_what_happens(LoadContext& context, const YamlNode& node, const Scenario& scenario,
                       ConfigStore& configs, Fault& fault) {
  if (const YamlNode* lasts = node.find("for")) {
    fault.lasts = context.duration(*lasts);
    if (fault.lasts == Duration{})
      context.error(*lasts, "out-of-range", "`for` must be longer than 0 s");
  }
  const bool verb = load_verb(context, node, scenario, fault, configs);
  if (verb && node.find("for") != nullptr && is_over_at_once(fault.verb))
    context.key_error(*node.find("for"), "conflict",
                      "this fault is over at once: it takes no `for`");
  load_repetition(context, node, scenario, fault);
}

void load_fault(LoadContext& context, const YamlNode& node, Scenario& scenario,
                ConfigStore& configs) {
  Fault fault;
  fault.position = node.position;
  fault.id = "#" + std::to_string(scenario.timeline.size() + 1);
  load_id(context, node, scenario, fault);
  const auto draw = load_at(context, node, scenario, fault);
  load_what_happens(context, node, scenario, configs, fault);
  scenario.timeline.push_back(std::move(fault));
  if (draw)
    load_moment_draw(context, *node.find("at"), *draw, scenario, scenario.timeline.size() - 1);
}

void load_after(LoadContext& context, const YamlNode& node, Scenario& scenario, std::size_t index) {
  const YamlNode* after = node.find("after");
  if (after == nullptr || node.find("at") != nullptr) return;
  auto text = context.string(*after);
  if (!text) return;
  const auto draw = split_draw(*text);
  const auto moment = parse_moment(*text, scenario);
  if (!moment) {
    context.report(Severity::error, context.place_in(*after, moment.error().offset),
                   moment.error().length, "bad-event", moment.error().message, moment.error().hint);
    return;
  }
  if (!moment->event || moment->offset < Duration{}) {
    context.error(*after, "bad-event",
                  moment->event ? "a fault cannot come before the event that it waits for"
                                : "`after` names an event of the timeline",
                  "write `after: drop + 2s`, or `at: 2s`");
    return;
  }
  Fault& fault = scenario.timeline[index];
  fault.after = moment->event->fault;
  fault.after_end = moment->event->end;
  fault.at = moment->offset;
  if (draw) load_moment_draw(context, *after, *draw, scenario, index);
}

/// "a -> b -> a": who waits for whom, from `first` on; empty when the chain ends.
std::string circle_from(const Scenario& scenario, std::size_t first) {
  constexpr std::size_t kMostShown = 8;
  std::string text;
  std::size_t fault = first;
  for (std::size_t hops = 0; hops <= scenario.timeline.size(); ++hops) {
    if (hops < kMostShown) text += scenario.timeline[fault].id + " -> ";
    if (hops == kMostShown) text += "... -> ";
    if (!scenario.timeline[fault].after) return {};
    fault = *scenario.timeline[fault].after;
    if (fault == first) return text + scenario.timeline[first].id;
  }
  return {};  // it leads into a circle, and is no part of it
}

/// Reports circles, each once; then there is no more to say.
bool check_circles(LoadContext& context, const YamlNode& node, const Scenario& scenario) {
  std::vector<bool> known(scenario.timeline.size(), false);
  bool good = true;
  for (std::size_t i = 0; i < scenario.timeline.size(); ++i) {
    if (known[i]) continue;
    std::vector<bool> on_way(scenario.timeline.size(), false);
    std::size_t fault = i;
    while (!known[fault] && scenario.timeline[fault].after) {
      if (on_way[fault]) {
        context.error(*node.items[fault].find("after"), "circle",
                      "faults wait for each other: " + circle_from(scenario, fault));
        good = false;
        break;
      }
      on_way[fault] = true;
      fault = *scenario.timeline[fault].after;
    }
    for (std::size_t j = 0; j < on_way.size(); ++j) known[j] = known[j] || on_way[j];
    known[i] = true;
  }
  return good;
}

/// The latest moment that a fault's draw allows for it alone, after its `at`.
Duration drawn_later(const Scenario& scenario, std::size_t fault) {
  for (const RandomDraw& draw : scenario.draws)
    if (draw.target == RandomDraw::Target::fault_at && draw.index == fault &&
        draw.distribution == Distribution::uniform)
      return Duration{draw.second - draw.first};
  return {};
}

/// What happens after the end.
void check_times(LoadContext& context, const YamlNode& node, const Scenario& scenario) {
  for (std::size_t i = 0; i < scenario.timeline.size(); ++i) {
    const Fault& fault = scenario.timeline[i];
    const Duration later = drawn_later(scenario, i);
    if (!fault.after && later == Duration{}) continue;
    const Duration time = event_time(scenario, {i, false, {}}) + later;
    if (time > scenario.duration)
      context.error(*node.items[i].find(fault.after ? "after" : "at"), "past-the-end",
                    "this happens " + to_text(time - scenario.duration) +
                        " past the end of the run, " + to_text(scenario.duration),
                    "raise `duration`");
  }
}

}  // namespace

bool is_over_at_once(const Verb& verb) {
  if (const auto* arp = std::get_if<ArpFault>(&verb)) return arp->verb == ArpVerb::flush;
  if (const auto* lan = std::get_if<SwitchFault>(&verb)) return lan->verb == SwitchVerb::flush;
  return std::holds_alternative<NoteFault>(verb);
}

std::optional<Fault> load_deed(LoadContext& context, const YamlNode& node, const Scenario& scenario,
                               Instant now, ConfigStore& configs) {
  const std::size_t errors = context.error_count();
  Fault fault;
  fault.id = "#" + std::to_string(scenario.timeline.size() + 1);
  fault.at = now.time_since_epoch();
  for (const std::string_view key : {"at", "after"})
    if (const YamlNode* moment = node.find(key))
      context.key_error(*moment, "conflict",
                        "this happens now: it takes no `" + std::string(key) + "`");
  if (context.error_count() != errors) return std::nullopt;
  load_id(context, node, scenario, fault);
  load_what_happens(context, node, scenario, configs, fault);
  if (fault.until && Instant{*fault.until} < now)
    context.error(*node.find("until"), "conflict", "it is later than that already");
  if (context.error_count() != errors) return std::nullopt;
  return fault;
}

void load_timeline(LoadContext& context, const YamlNode& node, Scenario& scenario,
                   ConfigStore& configs) {
  if (node.kind == YamlNode::Kind::null || !context.is_list(node, "timeline")) return;
  if (node.items.size() > kMostFaults) {
    context.error(node, "out-of-range", "more than " + std::to_string(kMostFaults) + " faults");
    return;
  }
  const std::size_t errors = context.error_count();
  for (const YamlNode& item : node.items) load_fault(context, item, scenario, configs);
  for (std::size_t i = 0; i < node.items.size(); ++i)
    if (node.items[i].kind == YamlNode::Kind::map) load_after(context, node.items[i], scenario, i);
  if (context.error_count() == errors && check_circles(context, node, scenario))
    check_times(context, node, scenario);
}

void load_waivers(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  if (node.kind == YamlNode::Kind::null) return;
  MapReader map(context, node, "`waive`",
                {"one_master", "some_master", "holder_is_master", "true_arp", "valid_adverts",
                 "no_stuck_timer"});
  if (node.kind != YamlNode::Kind::map) return;
  for (const YamlNode& item : node.items) {
    if (item.kind != YamlNode::Kind::scalar ||
        item.text.find_first_not_of(" \t\n") == std::string::npos) {
      context.key_error(item, "missing-reason", "a waiver carries its reason",
                        item.key + ": \"two masters are what this case shows\"");
      continue;
    }
    scenario.waivers.push_back({item.key, item.text});
  }
}

}  // namespace understudy::sim
