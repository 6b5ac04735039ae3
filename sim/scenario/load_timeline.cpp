// timeline: when each fault happens.
#include <algorithm>
#include <vector>

#include "sim/scenario/expression_parser.h"
#include "sim/scenario/load_parts.h"
#include "sim/scenario/names.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kMostFaults = 10'000;

void load_id(LoadContext& context, const YamlNode& node, const Scenario& scenario, Fault& fault) {
  const YamlNode* id = node.find("id");
  if (id == nullptr) return;
  const auto name = context.string(*id);
  if (!name || !context.check_name(*name, id->position, "fault")) return;
  if (name->find('.') != std::string::npos)
    context.error(*id, "bad-name", "an event's id has no '.': '" + *name + ".end' must be its end");
  else if (find_fault(scenario, *name))
    context.error(*id, "duplicate-id", "two faults have the id '" + *name + "'");
  fault.id = *name;
}

/// `at` of a fault; `after` waits until all ids are known.
void load_at(LoadContext& context, const YamlNode& node, const Scenario& scenario, Fault& fault) {
  const YamlNode* at = node.find("at");
  const YamlNode* after = node.find("after");
  if ((at == nullptr) == (after == nullptr)) {
    context.error(node, at == nullptr ? "missing-key" : "conflict",
                  at == nullptr ? "a fault needs `at` or `after`"
                                : "a fault has either `at` or `after`, not both");
    return;
  }
  if (at == nullptr) return;
  if (const auto time = context.duration(*at)) {
    fault.at = *time;
    if (*time > scenario.duration)
      context.error(*at, "past-the-end",
                    to_text(*time) + " lies past the end of the run, " + to_text(scenario.duration),
                    "raise `duration`");
  }
}

void load_fault(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  Fault fault;
  fault.position = node.position;
  fault.id = "#" + std::to_string(scenario.timeline.size() + 1);
  load_id(context, node, scenario, fault);
  load_at(context, node, scenario, fault);
  const bool verb = load_verb(context, node, scenario, fault);
  if (const YamlNode* lasts = node.find("for")) {
    fault.lasts = context.duration(*lasts);
    if (fault.lasts == Duration{})
      context.error(*lasts, "out-of-range", "`for` must be longer than 0 s");
    if (verb && std::holds_alternative<NoteFault>(fault.verb))
      context.key_error(*lasts, "conflict", "this fault is over at once: it takes no `for`");
  }
  scenario.timeline.push_back(std::move(fault));
}

void load_after(LoadContext& context, const YamlNode& node, Scenario& scenario, std::size_t index) {
  const YamlNode* after = node.find("after");
  if (after == nullptr || node.find("at") != nullptr) return;
  const auto text = context.string(*after);
  if (!text) return;
  const auto moment = parse_moment(*text, scenario);
  if (!moment) {
    context.report(Severity::error, context.source().position_in(*after, moment.error().offset),
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
}

/// Reports circles (and cuts them, each once) and what happens after the end.
void check_chains(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  for (std::size_t i = 0; i < scenario.timeline.size(); ++i) {
    Fault& fault = scenario.timeline[i];
    if (!fault.after) continue;
    Duration time = fault.at;
    EventReference event{*fault.after, fault.after_end};
    for (std::size_t hops = 0;; ++hops) {
      const Fault& earlier = scenario.timeline[event.fault];
      time += earlier.at + (event.end ? earlier.lasts.value_or(Duration{}) : Duration{});
      if (time > scenario.duration) {
        context.error(*node.items[i].find("after"), "past-the-end",
                      "this happens " + to_text(time - scenario.duration) +
                          " or more past the end of the run, " + to_text(scenario.duration),
                      "raise `duration`");
        break;
      }
      if (hops > scenario.timeline.size() || event.fault == i) {
        context.error(*node.items[i].find("after"), "circle",
                      "the fault waits for itself: `after` goes round in a circle");
        fault.after.reset();
        break;
      }
      if (!earlier.after) break;
      event = {*earlier.after, earlier.after_end};
    }
  }
}

}  // namespace

void load_timeline(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  if (node.kind == YamlNode::Kind::null || !context.is_list(node, "timeline")) return;
  if (node.items.size() > kMostFaults) {
    context.error(node, "out-of-range", "more than " + std::to_string(kMostFaults) + " faults");
    return;
  }
  const std::size_t errors = context.error_count();
  for (const YamlNode& item : node.items) load_fault(context, item, scenario);
  for (std::size_t i = 0; i < node.items.size(); ++i)
    if (node.items[i].kind == YamlNode::Kind::map) load_after(context, node.items[i], scenario, i);
  if (context.error_count() == errors) check_chains(context, node, scenario);
}

void load_waivers(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  if (node.kind == YamlNode::Kind::null) return;
  MapReader map(context, node, "`waive`",
                {"one_master", "some_master", "holder_is_master", "true_arp", "valid_adverts"},
                {"no_stuck_timer"});
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
