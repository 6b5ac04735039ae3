// hosts.X.checks: how check scripts turn out.
#include <algorithm>

#include "sim/scenario/load_parts.h"
#include "sim/scenario/names.h"

namespace understudy::sim {
namespace {

void load_check(LoadContext& context, const YamlNode& node, const Scenario& scenario, Host& host) {
  Check check;
  check.script = node.key;
  MapReader map(context, node, "check '" + host.name + "/" + node.key + "'",
                {"passes_when", "exit", "runtime", "hangs_when", "restarts", "stops_daemon_when",
                 "prints_instead"});
  std::vector<std::string_view> scripts;
  if (host.config)
    for (const config::Script& script : host.config->scripts) scripts.push_back(script.name);
  if (host.config && std::find(scripts.begin(), scripts.end(), node.key) == scripts.end())
    context.key_error(node, "unknown-name",
                      "the configuration of host '" + host.name + "' has no vrrp_script '" +
                          node.key.substr(0, 80) + "'",
                      suggestion(node.key, scripts));
  if (const YamlNode* runtime = map.get("runtime"))
    check.runtime = context.duration_range(*runtime).value_or(check.runtime);
  if (const YamlNode* status = map.get("exit"))
    check.exit_status = static_cast<int>(context.integer(*status, 0, 255).value_or(0));
  if (map.get("exit") != nullptr && map.get("passes_when") != nullptr)
    context.key_error(*map.get("exit"), "conflict",
                      "`exit` and `passes_when` both say how the check ends", "keep one of them");
  if (const YamlNode* service = map.get("restarts"))
    if (const auto name = context.string(*service)) {
      check.restarts = find_service(host, *name);
      if (!check.restarts) context.unknown_name(*service, "service", *name, service_names(host));
    }
  if (const YamlNode* prints = map.get("prints_instead"))
    check.prints_instead = context.boolean(*prints).value_or(false);
  const auto condition = [&](std::string_view key, std::optional<Expression>& target) {
    if (const YamlNode* text = map.get(key)) target = load_condition(context, *text, scenario);
  };
  condition("passes_when", check.passes_when);
  condition("hangs_when", check.hangs_when);
  condition("stops_daemon_when", check.stops_daemon_when);
  host.checks.push_back(std::move(check));
}

}  // namespace

void load_checks(LoadContext& context, const YamlNode& hosts, Scenario& scenario) {
  for (std::size_t i = 0; i < scenario.hosts.size(); ++i) {
    const YamlNode* host = hosts.find(scenario.hosts[i].name);
    const YamlNode* checks = host != nullptr ? host->find("checks") : nullptr;
    if (checks == nullptr || !context.is_map(*checks, "`checks`")) continue;
    for (const YamlNode& item : checks->items)
      load_check(context, item, scenario, scenario.hosts[i]);
  }
}

}  // namespace understudy::sim
