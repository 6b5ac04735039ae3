#include "sim/swarm/scenario_edits.h"

#include <algorithm>
#include <functional>

#include "core/node/node_config.h"
#include "sim/scenario/expression_parser.h"

namespace understudy::sim::swarm {
namespace {

/// Hosts a fault is about, as pointers into it. A partition's are kept apart.
template <typename Function>
void for_each_host_of(Verb& verb, const Function& function) {
  std::visit(
      [&](auto& fault) {
        if constexpr (requires { fault.host; }) function(fault.host);
      },
      verb);
}

bool concerns(const Verb& verb, std::size_t host) {
  if (const auto* partition = std::get_if<PartitionFault>(&verb)) {
    const auto only = [host](const std::vector<std::size_t>& side) {
      return side.size() == 1 && side.front() == host;
    };
    return only(partition->from) || only(partition->to);
  }
  return std::visit(
      [&](const auto& fault) {
        if constexpr (requires { fault.host; })
          return fault.host == host;
        else
          return false;
      },
      verb);
}

bool concerns_segment(const Verb& verb, std::size_t segment) {
  const auto* fault = std::get_if<SwitchFault>(&verb);
  return fault != nullptr && fault->segment == segment;
}

void move_up(std::size_t& index, std::size_t gone) {
  if (index > gone) --index;
}

void forget_host(Verb& verb, std::size_t host) {
  for_each_host_of(verb, [host](std::size_t& index) { move_up(index, host); });
  if (auto* partition = std::get_if<PartitionFault>(&verb))
    for (auto* side : {&partition->from, &partition->to}) {
      std::erase(*side, host);
      for (auto& index : *side) move_up(index, host);
    }
}

/// Conditions know hosts by number: they are read anew. False: one speaks of a host that is gone.
bool read_conditions_anew(Scenario& scenario) {
  const auto read = [&](std::optional<Expression>& condition) {
    if (!condition) return true;
    const auto parsed = parse_condition(condition->text(), scenario);
    if (parsed) condition = *parsed;
    return parsed.has_value();
  };
  return std::all_of(scenario.hosts.begin(), scenario.hosts.end(), [&](Host& host) {
    return std::all_of(host.checks.begin(), host.checks.end(), [&](Check& check) {
      return read(check.passes_when) && read(check.hangs_when) && read(check.stops_daemon_when);
    });
  });
}

}  // namespace

Scenario without_questions(const Scenario& scenario) {
  auto result = scenario;
  result.expectations.clear();
  result.measures.clear();
  result.sweep_verdicts.clear();
  result.sweep.reset();
  result.params.clear();
  return result;
}

std::optional<Scenario> with_faults(const Scenario& scenario, const std::vector<bool>& keep) {
  auto result = scenario;
  result.timeline.clear();
  std::vector<std::size_t> place(scenario.timeline.size());
  for (std::size_t i = 0; i < scenario.timeline.size(); ++i) {
    place[i] = result.timeline.size();
    if (keep[i]) result.timeline.push_back(scenario.timeline[i]);
  }
  for (auto& fault : result.timeline) {
    if (!fault.after) continue;
    if (!keep[*fault.after]) return std::nullopt;
    fault.after = place[*fault.after];
  }
  return result;
}

namespace {

std::optional<Scenario> without_faults(const Scenario& scenario,
                                       const std::function<bool(const Verb&)>& gone) {
  std::vector<bool> keep;
  keep.reserve(scenario.timeline.size());
  for (const auto& fault : scenario.timeline) keep.push_back(!gone(fault.verb));
  return with_faults(scenario, keep);
}

}  // namespace

std::optional<Scenario> without_host(const Scenario& scenario, std::size_t host) {
  auto result = without_faults(scenario, [&](const Verb& verb) { return concerns(verb, host); });
  if (!result || !result->draws.empty()) return std::nullopt;
  result->hosts.erase(result->hosts.begin() + static_cast<std::ptrdiff_t>(host));
  std::erase_if(result->probes, [&](const Probe& probe) { return probe.from == host; });
  for (auto& probe : result->probes) move_up(probe.from, host);
  for (auto& fault : result->timeline) forget_host(fault.verb, host);
  if (!read_conditions_anew(*result)) return std::nullopt;
  return result;
}

std::optional<Scenario> without_segment(const Scenario& scenario, std::size_t segment) {
  for (const auto& host : scenario.hosts)
    for (const auto& nic : host.nics)
      if (nic.segment == segment) return std::nullopt;
  auto result =
      without_faults(scenario, [&](const Verb& verb) { return concerns_segment(verb, segment); });
  if (!result) return std::nullopt;
  result->segments.erase(result->segments.begin() + static_cast<std::ptrdiff_t>(segment));
  for (auto& host : result->hosts)
    for (auto& nic : host.nics) move_up(nic.segment, segment);
  for (auto& fault : result->timeline)
    if (auto* of_switch = std::get_if<SwitchFault>(&fault.verb))
      move_up(of_switch->segment, segment);
  return result;
}

std::optional<Scenario> without_nic(const Scenario& scenario, std::size_t host, std::size_t nic) {
  const auto& owner = scenario.hosts[host];
  if (owner.nics.size() < 2) return std::nullopt;
  if (owner.config) {
    const auto& name = owner.nics[nic].name;
    if (make_node_config(*owner.config)->find_interface(name) >= 0) return std::nullopt;
    for (const auto& instance : owner.config->instances)
      for (const auto* list : {&instance.addresses, &instance.excluded_addresses})
        for (const auto& address : *list)
          if (address.address.device == name) return std::nullopt;
  }
  const auto of_nic = [&](const auto& fault) {
    if constexpr (requires { fault.nic; })
      return fault.host == host && fault.nic == nic;
    else
      return false;
  };
  auto result =
      without_faults(scenario, [&](const Verb& verb) { return std::visit(of_nic, verb); });
  if (!result) return std::nullopt;
  auto& nics = result->hosts[host].nics;
  nics.erase(nics.begin() + static_cast<std::ptrdiff_t>(nic));
  for (auto& fault : result->timeline)
    std::visit(
        [&](auto& verb) {
          if constexpr (requires { verb.nic; })
            if (verb.host == host) move_up(verb.nic, nic);
        },
        fault.verb);
  return result;
}

}  // namespace understudy::sim::swarm
