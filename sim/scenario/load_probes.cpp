// probes.
#include "sim/scenario/load_parts.h"
#include "sim/scenario/names.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kMostProbes = 64;
constexpr std::int64_t kMostRequests = 10'000'000;  // of one probe in one run

/// "192.168.56.100:80", "[2001:db8::100]:80", or either without a port, into address and port.
bool load_target(LoadContext& context, const YamlNode& node, std::string_view text,
                 std::size_t offset, Probe& probe) {
  const auto fail = [&](std::size_t at, std::size_t length, std::string message, std::string hint) {
    context.report(Severity::error, context.place_in(node, at), length, "bad-target",
                   std::move(message), std::move(hint));
    return false;
  };
  const bool wide = text.starts_with('[');
  const std::size_t end = wide ? text.find(']') : text.find(':');
  if (wide && end == std::string_view::npos)
    return fail(offset, text.size(), "the bracket is never closed", "write [2001:db8::100]:80");
  const auto name = text.substr(wide ? 1 : 0, wide ? end - 1 : end);
  const auto address = parse_ip_address(name);
  if (!address || address->is_ipv4() == wide) {
    if (!wide && parse_ip_address(text))
      return fail(offset, text.size(), "an IPv6 address stands in brackets",
                  "write [" + std::string(text) + "]:80");
    return fail(
        offset, text.size(),
        "'" + std::string(name.substr(0, 60)) + "' is not an IPv" + (wide ? "6" : "4") + " address",
        "names are not looked up: write 192.168.56.100, or [2001:db8::100]");
  }
  probe.target = *address;
  const auto rest = wide                            ? text.substr(end + 1)
                    : end == std::string_view::npos ? std::string_view{}
                                                    : text.substr(end);
  if (rest.empty()) return true;
  const std::size_t at = offset + text.size() - rest.size() + 1;
  if (!rest.starts_with(':'))
    return fail(at - 1, rest.size(), "after the bracket only a port can come", "");
  const auto port = parse_integer(rest.substr(1), 65535);
  if (!port || *port == 0)
    return fail(at, rest.size() - 1, port ? "port 0 cannot be reached" : "port " + port.error(),
                "");
  probe.port = static_cast<std::uint16_t>(*port);
  return true;
}

void load_ping(LoadContext& context, const YamlNode& node, const std::string& text, Probe& probe) {
  probe.kind = ProbeKind::ping;
  const auto address = parse_ip_address(text);
  if (address)
    probe.target = *address;
  else
    context.error(node, "bad-target", "'" + text.substr(0, 60) + "' is not an IP address",
                  "names are not looked up: write 192.168.56.100, or \"2001:db8::100\"");
}

void load_probe_kind(LoadContext& context, const MapReader& map, Probe& probe) {
  const YamlNode* kind = nullptr;
  for (const std::string_view key : {"get", "tcp", "ping"}) {
    const YamlNode* found = map.get(key);
    if (found == nullptr) continue;
    if (kind != nullptr) {
      context.error(
          map.node(), "conflict",
          "probe '" + probe.name + "' has both `" + kind->key + "` and `" + found->key + "`");
      return;
    }
    kind = found;
  }
  if (kind == nullptr) {
    context.error(map.node(), "missing-key",
                  "probe '" + probe.name + "' needs `get`, `tcp` or `ping`",
                  "get: \"http://192.168.56.100/\"");
    return;
  }
  const auto text = context.string(*kind);
  if (!text) return;
  if (kind->key == "ping") return load_ping(context, *kind, *text, probe);
  probe.kind = kind->key == "get" ? ProbeKind::get : ProbeKind::tcp;
  if (probe.kind == ProbeKind::tcp) {
    load_target(context, *kind, *text, 0, probe);
    return;
  }
  constexpr std::string_view kScheme = "http://";
  if (!text->starts_with(kScheme)) {
    const bool tls = text->starts_with("https://");
    context.error(*kind, tls ? "not-supported" : "bad-target",
                  tls ? "https is not supported yet" : "`get` wants a URL",
                  "write \"http://192.168.56.100/\"");
    return;
  }
  const std::string_view rest = std::string_view(*text).substr(kScheme.size());
  load_target(context, *kind, rest.substr(0, rest.find('/')), kScheme.size(), probe);
}

void load_probe_times(LoadContext& context, const MapReader& map, const Scenario& scenario,
                      Probe& probe) {
  if (const YamlNode* start = map.get("start"))
    if (const auto value = context.duration(*start)) {
      probe.start = *value;
      if (*value >= scenario.duration)
        context.error(*start, "out-of-range",
                      "the probe starts at " + to_text(*value) + ", but the run ends at " +
                          to_text(scenario.duration));
    }
  if (const YamlNode* timeout = map.get("timeout"))
    if (const auto value = context.duration(*timeout)) {
      probe.timeout = *value;
      if (*value == Duration{})
        context.error(*timeout, "out-of-range", "`timeout` must be longer than 0 s");
    }
  if (const YamlNode* every = map.get("every"))
    if (const auto value = context.duration(*every)) {
      probe.every = *value;
      if (*value == Duration{}) {
        context.error(*every, "out-of-range", "`every` must be longer than 0 s");
        return;
      }
    }
  if (scenario.duration / probe.every > kMostRequests)
    context.error(map.get("every") != nullptr ? *map.get("every") : map.node(), "out-of-range",
                  "that makes more than " + std::to_string(kMostRequests) +
                      " requests in a run: ask less often");
}

bool reachable(const Host& host, const IpAddress& target) {
  if (!target.is_ipv4() && target.is_link_local()) return true;  // every NIC has such an address
  for (const Nic& nic : host.nics) {
    if (contains(nic.address, target)) return true;
    for (const auto& address : nic.more_addresses)
      if (contains(address, target)) return true;
  }
  return false;
}

void load_probe(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  Probe probe;
  probe.name = node.key;
  if (!context.check_key(node, "probe")) return;
  const std::size_t errors = context.error_count();
  MapReader map(context, node, "probe '" + node.key + "'",
                {"from", "get", "tcp", "ping", "every", "timeout", "start"});
  if (node.kind != YamlNode::Kind::map) return;
  load_probe_kind(context, map, probe);
  if (const YamlNode* from = map.require("from"))
    if (const auto name = context.string(*from)) {
      if (const auto host = find_host(scenario, *name))
        probe.from = *host;
      else
        context.unknown_name(*from, "host", *name, host_names(scenario));
    }
  if (context.error_count() == errors && !reachable(scenario.hosts[probe.from], probe.target))
    context.warning(node, "unreachable-target",
                    to_string(probe.target) + " lies outside every subnet of host '" +
                        scenario.hosts[probe.from].name +
                        "', and there is no router: the probe will never be answered");
  load_probe_times(context, map, scenario, probe);
  scenario.probes.push_back(std::move(probe));
}

}  // namespace

void load_probes(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  if (!context.is_map(node, "`probes`")) return;
  for (const YamlNode& item : node.items) {
    if (scenario.probes.size() >= kMostProbes) {
      context.error(item, "out-of-range", "more than " + std::to_string(kMostProbes) + " probes");
      return;
    }
    load_probe(context, item, scenario);
  }
}

}  // namespace understudy::sim
