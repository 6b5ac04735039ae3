// hosts: NICs, services, the daemon, checks.
#include <algorithm>

#include "sim/scenario/load_parts.h"
#include "sim/scenario/load_word.h"
#include "sim/scenario/names.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kMostHosts = 200;  // one byte of a made-up MAC is the host
constexpr std::size_t kMostNics = 16;
constexpr std::size_t kMostPorts = 64;
constexpr std::size_t kMostTracked = 256;
constexpr std::size_t kMostRules = 1'000;
constexpr std::int64_t kMostProcesses = 1'000'000;

void load_service(LoadContext& context, const YamlNode& node, Host& host) {
  Service service;
  service.name = node.key;
  if (!context.check_key(node, "service")) return;
  MapReader map(context, node, "service '" + host.name + "/" + node.key + "'", {"listen"});
  const YamlNode* listen = map.require("listen");
  if (listen != nullptr && context.is_list(*listen, "listen")) {
    if (listen->items.size() > kMostPorts)
      context.error(*listen, "out-of-range", "more than " + std::to_string(kMostPorts) + " ports");
    else
      for (const YamlNode& item : listen->items)
        if (const auto port = context.integer(item, 1, 65535))
          service.ports.push_back(static_cast<std::uint16_t>(*port));
  }
  host.services.push_back(std::move(service));
}

void load_daemon(LoadContext& context, const YamlNode& node, Host& host) {
  MapReader map(context, node, "`daemon` of host '" + host.name + "'",
                {"started", "wakeup", "phase", "profile", "restart_after"});
  if (const YamlNode* started = map.get("started"))
    host.daemon_started = context.boolean(*started).value_or(true);
  if (const YamlNode* wakeup = map.get("wakeup"))
    host.wakeup = context.duration_range(*wakeup).value_or(DurationRange{});
  if (const YamlNode* phase = map.get("phase"))
    host.phase = context.duration(*phase).value_or(Duration{});
  if (const YamlNode* restart = map.get("restart_after"))
    host.restart_after = context.duration(*restart);
  if (const YamlNode* profile = map.get("profile"))
    host.profile = load_word(context, *profile, "profile", kProfileWords).value_or(host.profile);
}

void load_files(LoadContext& context, const YamlNode& node, Host& host) {
  if (!context.is_map(node, "`files`")) return;
  if (node.items.size() > kMostTracked)
    return context.error(node, "out-of-range",
                         "more than " + std::to_string(kMostTracked) + " files");
  for (const YamlNode& item : node.items) {
    if (!item.key.starts_with('/'))
      context.key_error(item, "bad-path", "'" + item.key.substr(0, 80) + "' is no absolute path",
                        "write /run/maintenance");
    else if (const auto value = context.integer(item, std::numeric_limits<std::int64_t>::min()))
      host.files.push_back({item.key, *value});
  }
}

void load_processes(LoadContext& context, const YamlNode& node, Host& host) {
  if (!context.is_map(node, "`processes`")) return;
  if (node.items.size() > kMostTracked)
    return context.error(node, "out-of-range",
                         "more than " + std::to_string(kMostTracked) + " names");
  for (const YamlNode& item : node.items) {
    if (!context.check_key(item, "process")) continue;
    if (find_service(host, item.key))
      context.key_error(item, "conflict",
                        "'" + item.key + "' is a service of this host: it counts as a process");
    else if (const auto count = context.integer(item, 0, kMostProcesses))
      host.processes.push_back({item.key, static_cast<std::uint32_t>(*count)});
  }
}

void load_clock(LoadContext& context, const YamlNode& node, Host& host) {
  const MapReader map(context, node, "`clock` of host '" + host.name + "'", {"offset", "drift"});
  if (const YamlNode* offset = map.get("offset"))
    if (const auto text = context.string(*offset)) {
      const auto value = parse_signed_duration(*text);
      if (value)
        host.clock_offset = *value;
      else
        context.error(*offset, "bad-duration", value.error());
    }
  if (const YamlNode* drift = map.get("drift"))
    host.clock_drift = context.drift(*drift).value_or(0);
}

void load_boot(LoadContext& context, const YamlNode& node, Host& host) {
  const MapReader map(context, node, "`boot` of host '" + host.name + "'",
                      {"interfaces", "addresses", "services", "daemon"});
  const auto read = [&](std::string_view key, Duration& target) {
    if (const YamlNode* value = map.get(key)) target = context.duration(*value).value_or(target);
  };
  read("interfaces", host.boot.interfaces);
  read("addresses", host.boot.addresses);
  read("services", host.boot.services);
  read("daemon", host.boot.daemon);
}

void load_firewall(LoadContext& context, const YamlNode& node, Host& host) {
  if (!context.is_list(node, "firewall")) return;
  if (node.items.size() > kMostRules)
    return context.error(node, "out-of-range",
                         "more than " + std::to_string(kMostRules) + " rules");
  for (const YamlNode& item : node.items)
    if (auto rule = load_rule(context, item, host)) host.firewall.push_back(std::move(*rule));
}

void load_host(LoadContext& context, const YamlNode& node, Scenario& scenario,
               ConfigStore& configs) {
  Host host;
  host.name = node.key;
  if (!context.check_key(node, "host")) return;
  MapReader map(context, node, "host '" + node.key + "'",
                {"config", "daemon", "nics", "services", "checks", "stack", "ignores_garp", "files",
                 "processes", "clock", "boot", "firewall"});
  if (node.kind != YamlNode::Kind::map) return;
  const std::size_t errors = context.error_count();
  const YamlNode* nics = map.require("nics");
  if (nics != nullptr && context.is_map(*nics, "`nics`")) {
    if (nics->items.empty())
      context.error(*nics, "missing-key", "host '" + host.name + "' needs a NIC");
    if (nics->items.size() > kMostNics)
      context.error(*nics, "out-of-range", "more than " + std::to_string(kMostNics) + " NICs");
    else
      for (const YamlNode& item : nics->items) load_nic(context, item, scenario, host);
  }
  if (const YamlNode* services = map.get("services"))
    if (context.is_map(*services, "`services`"))
      for (const YamlNode& item : services->items) load_service(context, item, host);
  if (const YamlNode* stack = map.get("stack"))
    host.stack = load_word(context, *stack, "stack", kStackWords).value_or(host.stack);
  if (const YamlNode* deaf = map.get("ignores_garp"))
    host.ignores_garp = context.boolean(*deaf).value_or(false);
  if (const YamlNode* boot = map.get("boot")) load_boot(context, *boot, host);
  if (const YamlNode* firewall = map.get("firewall")) load_firewall(context, *firewall, host);
  if (const YamlNode* files = map.get("files")) load_files(context, *files, host);
  if (const YamlNode* processes = map.get("processes")) load_processes(context, *processes, host);
  if (const YamlNode* clock = map.get("clock")) load_clock(context, *clock, host);
  const YamlNode* config = map.get("config");  // it is checked against the NICs
  if (config != nullptr && context.error_count() == errors)
    if (const auto source = load_config(context, *config, host, configs)) {
      host.config = source->config;
      host.config_path = source->path;
      host.config_text = source->text;
    }
  for (const std::string_view key : {"daemon", "checks"})
    if (map.get(key) != nullptr && config == nullptr)
      context.key_error(*map.get(key), "missing-key",
                        "host '" + host.name + "' has `" + std::string(key) + "` but no `config`",
                        "without a configuration it runs no daemon");
  if (const YamlNode* daemon = map.get("daemon")) load_daemon(context, *daemon, host);
  scenario.hosts.push_back(std::move(host));
}

std::vector<IpAddress> addresses_of(const Nic& nic) {
  std::vector<IpAddress> addresses;
  if (!nic.address.address.is_unspecified()) addresses.push_back(nic.address.address);
  for (const auto& more : nic.more_addresses) addresses.push_back(more.address);
  return addresses;
}

void warn_of_duplicates(LoadContext& context, const YamlNode& hosts, const Scenario& scenario) {
  std::vector<const Nic*> seen;
  for (const Host& host : scenario.hosts)
    for (const Nic& nic : host.nics) {
      const YamlNode* nics = hosts.find(host.name)->find("nics");
      for (const Nic* other : seen) {
        if (other->segment != nic.segment) continue;
        const auto theirs = addresses_of(*other);
        for (const auto& own : addresses_of(nic))
          if (std::find(theirs.begin(), theirs.end(), own) != theirs.end())
            context.warning(*nics->find(nic.name), "duplicate-address",
                            "another NIC has " + to_string(own) + " too");
        if (nic.mac && other->mac == nic.mac)
          context.warning(*nics->find(nic.name), "duplicate-mac",
                          "another NIC has " + to_string(*nic.mac) + " too");
      }
      seen.push_back(&nic);
    }
}

}  // namespace

void load_hosts(LoadContext& context, const YamlNode& node, Scenario& scenario,
                ConfigStore& configs) {
  if (!context.is_map(node, "`hosts`")) return;
  if (node.items.empty()) context.error(node, "missing-key", "a scenario needs a host");
  for (const YamlNode& item : node.items) {
    if (scenario.hosts.size() >= kMostHosts) {
      context.error(item, "out-of-range", "more than " + std::to_string(kMostHosts) + " hosts");
      return;
    }
    load_host(context, item, scenario, configs);
  }
  warn_of_duplicates(context, node, scenario);
}

}  // namespace understudy::sim
