// What can be judged only once all blocks are read: names across blocks, duplicates.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config/block_handlers.h"
#include "core/config/instance_rules.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

constexpr std::size_t kMostSuggestions = 500;

using ScriptsByName = std::map<std::string_view, std::size_t>;

bool same_check(Script left, const Script& right) {
  left.at = right.at;
  return left == right;
}

ScriptsByName name_scripts(const Draft& draft) {
  ScriptsByName by_name;
  for (std::size_t i = 0; i < draft.scripts.size(); ++i) {
    const auto& [script, at] = draft.scripts[i];
    const auto [first, is_new] = by_name.emplace(script.name, i);
    if (is_new) continue;
    const auto& other = draft.scripts[first->second];
    const auto message = "vrrp_script " + in_quotes(script.name) + " is defined already, on line " +
                         std::to_string(other.name_at.line.number);
    if (same_check(script, other.script))
      draft.findings.warning("duplicate-script", at, message + ", in the same way");
    else
      draft.findings.error("duplicate-script", at, message + ", in another way");
  }
  return by_name;
}

void report_unknown_script(const Draft& draft, std::string_view name, const Place& place) {
  std::string hint;
  if (draft.findings.wants(Severity::error)) {
    std::vector<std::string_view> names;
    for (const auto& script : draft.scripts)
      if (names.size() < kMostSuggestions) names.push_back(script.script.name);
    const auto match = closest_match(name, names);
    if (!match.empty()) hint = "did you mean " + in_quotes(match) + "?";
  }
  draft.findings.error("unknown-script", place, "There is no vrrp_script " + in_quotes(name),
                       std::move(hint));
}

// Drops what keepalived would not track either, and says so.
void check_track_scripts(Draft& draft, InstanceDraft& instance, const ScriptsByName& scripts,
                         std::set<std::string_view>& used) {
  std::vector<TrackedScript> kept;
  auto& tracked_scripts = instance.instance.track_scripts;
  for (std::size_t i = 0; i < tracked_scripts.size(); ++i) {
    auto& tracked = tracked_scripts[i];
    const auto& place = instance.track_scripts_at[i];
    const auto found = scripts.find(tracked.name);
    if (found == scripts.end()) {
      report_unknown_script(draft, tracked.name, place);
      continue;
    }
    used.insert(found->first);
    const auto& script = draft.scripts[found->second];
    if (script.name_at.line.order > place.line.order)
      draft.findings.warning("script-defined-later", place,
                             "vrrp_script " + in_quotes(tracked.name) +
                                 " is defined further down; keepalived would not track it",
                             "put the vrrp_script before the vrrp_instance");
    if (instance.instance.priority == 255 && tracked.weight.value_or(script.script.weight) != 0) {
      draft.findings.warning("owner-weight", place,
                             "At priority 255 a script with a weight is not tracked");
      continue;
    }
    kept.push_back(std::move(tracked));
  }
  tracked_scripts = std::move(kept);
}

void report_unused_scripts(const Draft& draft, const std::set<std::string_view>& used) {
  std::set<std::string_view> said;
  for (const auto& [script, at] : draft.scripts)
    if (!used.contains(script.name) && said.insert(script.name).second)
      draft.findings.warning(
          "unused-script", at,
          "No instance tracks vrrp_script " + in_quotes(script.name) + ", so it is not run");
}

void report_version(const Draft& draft) {
  if (draft.defaults.version == 2) return;
  const bool relied_on =
      std::any_of(draft.instances.begin(), draft.instances.end(),
                  [](const InstanceDraft& instance) { return !instance.version; });
  if (relied_on)
    draft.findings.error("not-supported-yet", draft.defaults.version_at,
                         "VRRP version 3 is not supported yet");
}

class Duplicates {
 public:
  explicit Duplicates(Findings& findings) : findings_(findings) {}

  // False when an instance of this name, or of this VRID on this interface, was seen before.
  bool admit(const InstanceDraft& draft) {
    const auto& instance = draft.instance;
    const auto [named, is_new_name] = names_.emplace(instance.name, &draft);
    if (!is_new_name) {
      findings_.error("duplicate-instance", draft.name_at,
                      "vrrp_instance " + in_quotes(instance.name) +
                          " is defined already, on line " + line_of(*named->second));
      return false;
    }
    check_addresses(draft);
    if (instance.vrid == 0 || instance.interface.empty()) return true;
    const auto [found, is_new] =
        routers_.emplace(std::pair(instance.interface, instance.vrid), &draft);
    if (!is_new)
      findings_.error("duplicate-vrid", draft.vrid_at,
                      "On " + instance.interface + " the virtual_router_id " +
                          std::to_string(instance.vrid) + " is taken by " +
                          in_quotes(found->second->instance.name) + " of line " +
                          line_of(*found->second));
    return is_new;
  }

 private:
  static std::string line_of(const InstanceDraft& draft) {
    return std::to_string(draft.name_at.line.number);
  }

  void check_addresses(const InstanceDraft& draft) {
    for (std::size_t i = 0; i < draft.instance.addresses.size(); ++i) {
      const auto& address = draft.instance.addresses[i].address.address;
      const auto [found, is_new] = addresses_.emplace(address, &draft);
      if (!is_new)
        findings_.warning("duplicate-address", draft.addresses_at[i],
                          in_quotes(to_string(address)) + " is an address of " +
                              in_quotes(found->second->instance.name) + " too");
    }
  }

  Findings& findings_;
  std::map<std::string_view, const InstanceDraft*> names_;
  std::map<std::pair<std::string, std::uint8_t>, const InstanceDraft*> routers_;
  std::map<IpAddress, const InstanceDraft*> addresses_;
};

}  // namespace

Config finish(Draft& draft, std::string_view file, bool whole) {
  Config config;
  config.file = file;
  config.global = draft.global;
  const auto scripts = name_scripts(draft);
  std::set<std::string_view> used;
  Duplicates duplicates(draft.findings);
  report_version(draft);
  for (auto& instance : draft.instances) {
    complete_instance(instance, draft.defaults, draft.findings);
    check_track_scripts(draft, instance, scripts, used);
    if (duplicates.admit(instance)) config.instances.push_back(instance.instance);
  }
  report_unused_scripts(draft, used);
  for (std::size_t i = 0; i < draft.scripts.size(); ++i) {
    const auto& script = draft.scripts[i].script;
    if (!script.name.empty() && scripts.at(script.name) == i) config.scripts.push_back(script);
  }
  if (draft.instances.empty() && whole)
    draft.findings.error("no-instance", Place{}, "There is no vrrp_instance: nothing to run",
                         "write 'vrrp_instance NAME { ... }'");
  return config;
}

}  // namespace understudy::config
