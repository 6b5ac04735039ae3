#include "sim/scenario/names.h"

#include <algorithm>

#include "core/config/diagnostic.h"

namespace understudy::sim {
namespace {

template <typename Items>
std::optional<std::size_t> find_by_name(const Items& items, std::string_view name) {
  for (std::size_t i = 0; i < items.size(); ++i)
    if (items[i].name == name) return i;
  return std::nullopt;
}

template <typename Items>
std::vector<std::string_view> names_of(const Items& items) {
  std::vector<std::string_view> names;
  names.reserve(items.size());
  for (const auto& item : items) names.push_back(item.name);
  return names;
}

}  // namespace

std::optional<std::size_t> find_segment(const Scenario& scenario, std::string_view name) {
  return find_by_name(scenario.segments, name);
}
std::optional<std::size_t> find_host(const Scenario& scenario, std::string_view name) {
  return find_by_name(scenario.hosts, name);
}
std::optional<std::size_t> find_probe(const Scenario& scenario, std::string_view name) {
  return find_by_name(scenario.probes, name);
}
std::optional<std::size_t> find_service(const Host& host, std::string_view name) {
  return find_by_name(host.services, name);
}
std::optional<std::size_t> find_nic(const Host& host, std::string_view name) {
  return find_by_name(host.nics, name);
}
std::optional<std::size_t> find_fault(const Scenario& scenario, std::string_view id) {
  for (std::size_t i = 0; i < scenario.timeline.size(); ++i)
    if (scenario.timeline[i].id == id) return i;
  return std::nullopt;
}
std::optional<State> find_state(std::string_view name) {
  for (const State state : {State::init, State::backup, State::master, State::fault})
    if (to_string(state) == name) return state;
  return std::nullopt;
}

std::vector<std::string_view> segment_names(const Scenario& scenario) {
  return names_of(scenario.segments);
}
std::vector<std::string_view> host_names(const Scenario& scenario) {
  return names_of(scenario.hosts);
}
std::vector<std::string_view> probe_names(const Scenario& scenario) {
  return names_of(scenario.probes);
}
std::vector<std::string_view> service_names(const Host& host) { return names_of(host.services); }
std::vector<std::string_view> nic_names(const Host& host) { return names_of(host.nics); }
std::vector<std::string_view> fault_names(const Scenario& scenario) {
  std::vector<std::string_view> names;
  for (const Fault& fault : scenario.timeline)
    if (!fault.id.starts_with('#')) names.push_back(fault.id);
  return names;
}
std::vector<std::string_view> state_names() { return {"INIT", "BACKUP", "MASTER", "FAULT"}; }

std::vector<std::string_view> instance_names(const Scenario& scenario,
                                             std::optional<std::size_t> host) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < scenario.hosts.size(); ++i) {
    if ((host && *host != i) || !scenario.hosts[i].config) continue;
    for (const auto& instance : scenario.hosts[i].config->instances)
      if (std::find(names.begin(), names.end(), instance.name) == names.end())
        names.push_back(instance.name);
  }
  return names;
}

std::string keep_case(std::vector<Scenario>& cases, std::string_view name) {
  std::vector<std::string_view> names;
  for (const Scenario& scenario : cases)
    if (!scenario.case_name.empty()) names.push_back(scenario.case_name);
  if (std::find(names.begin(), names.end(), name) == names.end())
    return "there is no case '" + std::string(name) +
           "': " + (names.empty() ? "the file has no cases" : suggestion(name, names));
  std::erase_if(cases, [&](const Scenario& scenario) { return scenario.case_name != name; });
  return {};
}

std::string suggestion(std::string_view word, const std::vector<std::string_view>& candidates) {
  const std::string_view closest = closest_match(word, candidates);
  if (!closest.empty()) return "did you mean '" + std::string(closest) + "'?";
  if (candidates.empty()) return {};
  constexpr std::size_t kMostShown = 12;
  std::string text = "there are: ";
  for (std::size_t i = 0; i < candidates.size() && i < kMostShown; ++i)
    text += (i == 0 ? "" : ", ") + std::string(candidates[i]);
  return candidates.size() > kMostShown ? text + ", ..." : text;
}

}  // namespace understudy::sim
