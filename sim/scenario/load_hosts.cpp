// hosts: NICs, services, the daemon, checks.
#include <algorithm>

#include "sim/scenario/load_parts.h"
#include "sim/scenario/names.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kMostHosts = 200;  // one byte of a made-up MAC is the host
constexpr std::size_t kMostNics = 16;
constexpr std::size_t kMostPorts = 64;
constexpr std::size_t kMostAddresses = 64;
constexpr std::size_t kMostTracked = 256;
constexpr std::int64_t kMostProcesses = 1'000'000;

/// Why no NIC can have this address; empty: it can.
std::string unfit(const InterfaceAddress& address) {
  const IpAddress& ip = address.address;
  const bool odd = ip.is_ipv4() ? ip.ipv4().value >> 24 == 0 || ip.ipv4().value >> 24 == 127 ||
                                      ip.ipv4().value >> 28 == 0xf
                                : ip.is_unspecified() || ip == *parse_ip_address("::1");
  if (odd || ip.is_multicast()) return to_string(ip) + " cannot be a host's address";
  if (address.prefix_length == 0) return "a prefix length of 0 would make everything a neighbour";
  return {};
}

void load_address(LoadContext& context, const YamlNode& node, Nic& nic) {
  const auto text = context.string(node);
  if (!text) return;
  const auto address = parse_interface_address(*text, false);
  if (!address) {
    context.error(node, "bad-address", address.error());
    return;
  }
  if (auto problem = unfit(*address); !problem.empty())
    context.error(node, "bad-address", std::move(problem));
  const auto same = [&](const InterfaceAddress& other) {
    return other.address == address->address;
  };
  if (same(nic.address) || std::any_of(nic.more_addresses.begin(), nic.more_addresses.end(), same))
    context.error(node, "duplicate-address", to_string(address->address) + " stands here twice");
  if (nic.address.address.is_unspecified())
    nic.address = *address;
  else
    nic.more_addresses.push_back(*address);
}

/// `ip`, one address, and `addresses`, a list.
void load_addresses(LoadContext& context, MapReader& map, Nic& nic) {
  const YamlNode* list = map.get("addresses");
  if (list == nullptr) {
    if (const YamlNode* ip = map.require("ip")) load_address(context, *ip, nic);
    return;
  }
  if (const YamlNode* ip = map.get("ip")) load_address(context, *ip, nic);
  if (!context.is_list(*list, "addresses")) return;
  if (list->items.size() > kMostAddresses)
    context.error(*list, "out-of-range",
                  "more than " + std::to_string(kMostAddresses) + " addresses");
  else
    for (const YamlNode& item : list->items) load_address(context, item, nic);
}

void load_mac(LoadContext& context, const YamlNode& node, Nic& nic) {
  const auto text = context.string(node);
  if (!text) return;
  nic.mac = parse_mac_address(*text);
  if (!nic.mac)
    context.error(node, "bad-mac", "'" + text->substr(0, 60) + "' is not a MAC address",
                  "write 02:00:00:00:00:01");
  else if (nic.mac->is_group())
    context.error(node, "bad-mac", *text + " is a group address, no NIC's");
  else if (*nic.mac == MacAddress{})
    context.error(node, "bad-mac", *text + " is no NIC's address");
}

void load_nic(LoadContext& context, const YamlNode& node, const Scenario& scenario, Host& host) {
  Nic nic;
  nic.name = node.key;
  if (!context.check_name(node.key, node.key_position, "NIC")) return;
  MapReader map(context, node, "NIC '" + host.name + "." + node.key + "'",
                {"segment", "ip", "addresses", "mac"});
  if (const YamlNode* segment = map.require("segment"))
    if (const auto name = context.string(*segment)) {
      if (const auto found = find_segment(scenario, *name))
        nic.segment = *found;
      else
        context.unknown_name(*segment, "segment", *name, segment_names(scenario));
    }
  load_addresses(context, map, nic);
  if (const YamlNode* mac = map.get("mac")) load_mac(context, *mac, nic);
  host.nics.push_back(std::move(nic));
}

void load_service(LoadContext& context, const YamlNode& node, Host& host) {
  Service service;
  service.name = node.key;
  if (!context.check_name(node.key, node.key_position, "service")) return;
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

void load_profile(LoadContext& context, const YamlNode& node, Host& host) {
  const auto text = context.string(node);
  if (!text) return;
  for (const Profile profile : {Profile::keepalived, Profile::rfc}) {
    if (*text != to_string(profile)) continue;
    host.profile = profile;
    return;
  }
  context.unknown_name(node, "profile", *text, {"keepalived", "rfc"});
}

void load_daemon(LoadContext& context, const YamlNode& node, Host& host) {
  MapReader map(context, node, "`daemon` of host '" + host.name + "'",
                {"started", "wakeup", "phase", "profile"});
  if (const YamlNode* started = map.get("started"))
    host.daemon_started = context.boolean(*started).value_or(true);
  if (const YamlNode* wakeup = map.get("wakeup"))
    host.wakeup = context.duration_range(*wakeup).value_or(DurationRange{});
  if (const YamlNode* phase = map.get("phase"))
    host.phase = context.duration(*phase).value_or(Duration{});
  if (const YamlNode* profile = map.get("profile")) load_profile(context, *profile, host);
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
    if (!context.check_name(item.key, item.key_position, "process")) continue;
    if (find_service(host, item.key))
      context.key_error(item, "conflict",
                        "'" + item.key + "' is a service of this host: it counts as a process");
    else if (const auto count = context.integer(item, 0, kMostProcesses))
      host.processes.push_back({item.key, static_cast<std::uint32_t>(*count)});
  }
}

void load_clock(LoadContext& context, const YamlNode& node, Host& host) {
  MapReader map(context, node, "`clock` of host '" + host.name + "'", {"offset"}, {"drift"});
  const YamlNode* offset = map.get("offset");
  const auto text = offset != nullptr ? context.string(*offset) : std::nullopt;
  if (!text) return;
  if (const auto value = parse_signed_duration(*text))
    host.clock_offset = *value;
  else
    context.error(*offset, "bad-duration", value.error());
}

void load_stack(LoadContext& context, const YamlNode& node) {
  const auto text = context.string(node);
  if (!text || *text == "linux") return;
  if (*text == "cisco" || *text == "windows")
    context.error(node, "not-supported", "`stack: " + *text + "` is not supported yet",
                  "only `linux` is");
  else
    context.unknown_name(node, "stack", *text, {"linux", "cisco", "windows"});
}

void load_host(LoadContext& context, const YamlNode& node, Scenario& scenario,
               ConfigStore& configs) {
  Host host;
  host.name = node.key;
  if (!context.check_name(node.key, node.key_position, "host")) return;
  MapReader map(
      context, node, "host '" + node.key + "'",
      {"config", "daemon", "nics", "services", "checks", "stack", "files", "processes", "clock"},
      {"firewall"});
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
  if (const YamlNode* stack = map.get("stack")) load_stack(context, *stack);
  if (const YamlNode* files = map.get("files")) load_files(context, *files, host);
  if (const YamlNode* processes = map.get("processes")) load_processes(context, *processes, host);
  if (const YamlNode* clock = map.get("clock")) load_clock(context, *clock, host);
  const YamlNode* config = map.get("config");  // it is checked against the NICs
  if (config != nullptr && context.error_count() == errors)
    load_config(context, *config, host, configs);
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

void load_check(LoadContext& context, const YamlNode& node, const Scenario& scenario, Host& host) {
  Check check;
  check.script = node.key;
  MapReader map(context, node, "check '" + host.name + "/" + node.key + "'",
                {"passes_when", "exit", "runtime", "hangs_when", "restarts", "stops_daemon_when"});
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
  const auto condition = [&](std::string_view key, std::optional<Expression>& target) {
    if (const YamlNode* text = map.get(key)) target = load_condition(context, *text, scenario);
  };
  condition("passes_when", check.passes_when);
  condition("hangs_when", check.hangs_when);
  condition("stops_daemon_when", check.stops_daemon_when);
  host.checks.push_back(std::move(check));
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
