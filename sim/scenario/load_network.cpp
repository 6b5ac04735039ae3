// segments and probes.
#include "sim/scenario/load_parts.h"
#include "sim/scenario/names.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kMostSegments = 64;
constexpr std::size_t kMostProbes = 64;
constexpr std::int64_t kMostRequests = 10'000'000;  // of one probe in one run

/// Accepts the only value of `key` that is built; the other values the format has are "not yet".
void only_value(LoadContext& context, const MapReader& map, std::string_view key,
                std::string_view built, std::initializer_list<std::string_view> known) {
  const YamlNode* node = map.get(key);
  if (node == nullptr) return;
  const auto text = context.string(*node);
  if (!text || *text == built) return;
  for (const std::string_view other : known)
    if (*text == other) {
      context.error(*node, "not-supported",
                    "`" + std::string(key) + ": " + *text + "` is not supported yet",
                    "only `" + std::string(built) + "` is");
      return;
    }
  std::vector<std::string_view> candidates(known);
  candidates.insert(candidates.begin(), built);
  context.unknown_name(*node, "value of `" + std::string(key) + "`", *text, candidates);
}

void load_segment(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  Segment segment;
  segment.name = node.key;
  if (!context.check_name(node.key, node.key_position, "segment")) return;
  const std::string what = "segment '" + node.key + "'";
  const MapReader map(context, node, what, {"kind", "mac_aging", "igmp_snooping", "stp", "link"});
  only_value(context, map, "kind", "switch", {"hub"});
  only_value(context, map, "igmp_snooping", "off", {"on", "on-no-querier"});
  if (const YamlNode* stp = map.get("stp"); stp != nullptr && stp->text != "portfast") {
    if (context.duration(*stp))
      context.error(*stp, "not-supported", "`stp: " + stp->text + "` is not supported yet",
                    "only `portfast` is");
  }
  if (const YamlNode* aging = map.get("mac_aging"))
    if (const auto value = context.duration(*aging)) {
      segment.mac_aging = *value;
      if (*value <= Duration{})
        context.error(*aging, "out-of-range", "`mac_aging` must be longer than 0 s");
    }
  if (const YamlNode* link = map.get("link")) {
    const MapReader settings(context, *link, "`link` of " + what, {"delay", "jitter"},
                             {"loss", "loss_burst", "loss_mask", "duplicate", "reorder", "corrupt",
                              "rate", "queue", "match"});
    if (const YamlNode* delay = settings.get("delay"))
      segment.link.delay = context.duration(*delay).value_or(Duration{});
    if (const YamlNode* jitter = settings.get("jitter"))
      segment.link.jitter = context.duration(*jitter).value_or(Duration{});
  }
  scenario.segments.push_back(std::move(segment));
}

/// "192.168.56.100:80", "[2001:db8::100]:80", or either without a port, into address and port.
bool load_target(LoadContext& context, const YamlNode& node, std::string_view text,
                 std::size_t offset, Probe& probe) {
  const auto fail = [&](std::size_t at, std::size_t length, std::string message, std::string hint) {
    context.report(Severity::error, context.source().position_in(node, at), length, "bad-target",
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

void load_probe_kind(LoadContext& context, const MapReader& map, Probe& probe) {
  const YamlNode* get = map.get("get");
  const YamlNode* tcp = map.get("tcp");
  if ((get == nullptr) == (tcp == nullptr)) {
    if (map.get("ping") == nullptr)
      context.error(map.node(), "missing-key",
                    get == nullptr ? "probe '" + probe.name + "' needs `get` or `tcp`"
                                   : "probe '" + probe.name + "' has both `get` and `tcp`",
                    "get: \"http://192.168.56.100/\"");
    return;
  }
  probe.kind = get != nullptr ? ProbeKind::get : ProbeKind::tcp;
  const YamlNode& node = get != nullptr ? *get : *tcp;
  const auto text = context.string(node);
  if (!text) return;
  if (tcp != nullptr) {
    load_target(context, node, *text, 0, probe);
    return;
  }
  constexpr std::string_view kScheme = "http://";
  if (!text->starts_with(kScheme)) {
    const bool tls = text->starts_with("https://");
    context.error(node, tls ? "not-supported" : "bad-target",
                  tls ? "https is not supported yet" : "`get` wants a URL",
                  "write \"http://192.168.56.100/\"");
    return;
  }
  const std::string_view rest = std::string_view(*text).substr(kScheme.size());
  load_target(context, node, rest.substr(0, rest.find('/')), kScheme.size(), probe);
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
  if (!context.check_name(node.key, node.key_position, "probe")) return;
  const std::size_t errors = context.error_count();
  MapReader map(context, node, "probe '" + node.key + "'",
                {"from", "get", "tcp", "every", "timeout", "start"}, {"ping"});
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

void load_segments(LoadContext& context, const YamlNode& node, Scenario& scenario) {
  if (!context.is_map(node, "`segments`")) return;
  for (const YamlNode& item : node.items) {
    if (scenario.segments.size() >= kMostSegments) {
      context.error(item, "out-of-range",
                    "more than " + std::to_string(kMostSegments) + " segments");
      return;
    }
    load_segment(context, item, scenario);
  }
}

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
