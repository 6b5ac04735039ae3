#include "sim/scenario/write_scenario.h"

#include "sim/scenario/scenario_writer.h"
#include "sim/scenario/units.h"
#include "sim/scenario/words.h"

namespace understudy::sim {
namespace {

std::string boolean(bool value) { return value ? "true" : "false"; }

std::string range_text(const DurationRange& range) {
  const std::string lowest = quantity_text(range.lowest);
  return range.lowest == range.highest ? lowest : lowest + ".." + quantity_text(range.highest);
}

std::string nic_text(const Scenario& scenario, const Nic& nic) {
  FlowMap map;
  map.add_string("segment", scenario.segments[nic.segment].name);
  if (!nic.address.address.is_unspecified()) map.add_string("ip", to_string(nic.address));
  if (!nic.more_addresses.empty() || nic.address.address.is_unspecified()) {
    std::vector<std::string> more;
    for (const auto& address : nic.more_addresses) more.push_back(yaml_string(to_string(address)));
    map.add("addresses", flow_list(more));
  }
  if (nic.mac) map.add_string("mac", to_string(*nic.mac));
  return map.text();
}

std::string check_text(const Host& host, const Check& check) {
  FlowMap map;
  map.add("runtime", range_text(check.runtime));
  if (check.passes_when)
    map.add_string("passes_when", check.passes_when->text());
  else
    map.add("exit", std::to_string(check.exit_status));
  if (check.hangs_when) map.add_string("hangs_when", check.hangs_when->text());
  if (check.restarts) map.add_string("restarts", host.services[*check.restarts].name);
  if (check.stops_daemon_when) map.add_string("stops_daemon_when", check.stops_daemon_when->text());
  if (check.prints_instead) map.add("prints_instead", "true");
  return map.text();
}

std::string daemon_text(const Host& host) {
  FlowMap map;
  map.add("started", boolean(host.daemon_started));
  map.add("wakeup", range_text(host.wakeup));
  map.add("phase", quantity_text(host.phase));
  map.add_string("profile", word_of(kProfileWords, host.profile));
  if (host.restart_after) map.add("restart_after", quantity_text(*host.restart_after));
  return map.text();
}

}  // namespace

FlowMap link_map(const LinkPatch& patch) {
  FlowMap map;
  const auto duration = [&](std::string_view key, const std::optional<Duration>& value) {
    if (value) map.add(key, quantity_text(*value));
  };
  const auto share = [&](std::string_view key, const std::optional<Share>& value) {
    if (value) map.add(key, quantity_text(*value));
  };
  duration("delay", patch.delay);
  duration("jitter", patch.jitter);
  share("loss", patch.loss);
  if (patch.loss_burst) map.add("loss_burst", thousandths_text(*patch.loss_burst));
  if (patch.loss_mask) map.add("loss_mask", "\"" + *patch.loss_mask + "\"");
  share("duplicate", patch.duplicate);
  share("reorder", patch.reorder);
  duration("reorder_delay", patch.reorder_delay);
  share("corrupt", patch.corrupt);
  if (patch.rate) map.add("rate", rate_text(*patch.rate));
  if (patch.queue) map.add("queue", std::to_string(*patch.queue));
  if (patch.match) map.add("match", to_text(*patch.match));
  return map;
}

FlowMap link_map(const LinkSettings& settings) {
  LinkPatch patch;
  patch.delay = settings.delay;
  patch.jitter = settings.jitter;
  patch.loss = settings.loss;
  patch.loss_burst = settings.loss_burst;
  if (!settings.loss_mask.empty()) patch.loss_mask = settings.loss_mask;
  patch.duplicate = settings.duplicate;
  patch.reorder = settings.reorder;
  patch.reorder_delay = settings.reorder_delay;
  patch.corrupt = settings.corrupt;
  if (settings.rate != 0) patch.rate = settings.rate;
  patch.queue = settings.queue;
  patch.match = settings.match;
  return link_map(patch);
}

std::string thousandths_text(std::uint32_t value) {
  std::string text = std::to_string(value / 1000);
  if (value % 1000 != 0) text += "." + std::to_string(1000 + value % 1000).substr(1);
  return text;
}

std::string ScenarioWriter::write() {
  header();
  segments();
  hosts();
  links();
  probes();
  timeline();
  randomize();
  expectations();
  sweep();
  return std::move(text_);
}

void ScenarioWriter::line(std::size_t indent, const std::string& text) {
  text_ += std::string(indent, ' ') + text + "\n";
}

void ScenarioWriter::header() {
  line(0, "understudy: 1");
  line(0, "name: " + yaml_string(scenario_.name));
  if (!scenario_.about.empty()) line(0, "about: " + yaml_string(scenario_.about));
  line(0, "seed: " + std::to_string(scenario_.seed));
  line(0, "duration: " + quantity_text(scenario_.duration));
  if (scenario_.oracles_from) line(0, "oracles_from: " + quantity_text(*scenario_.oracles_from));
}

void ScenarioWriter::segments() {
  line(0, "segments:");
  for (const Segment& segment : scenario_.segments) {
    line(2, yaml_string(segment.name) + ":");
    line(4, "kind: " + std::string(word_of(kSegmentWords, segment.kind)));
    line(4, "mac_aging: " + quantity_text(segment.mac_aging));
    line(4, "igmp_snooping: " + yaml_string(word_of(kSnoopingWords, segment.igmp_snooping)));
    line(4, "stp: " + (segment.stp_delay == Duration{} ? std::string("portfast")
                                                       : quantity_text(segment.stp_delay)));
    line(4, "link: " + link_map(segment.link).text());
  }
}

std::string ScenarioWriter::config_value(const std::string& path, const std::string& text,
                                         std::size_t indent) const {
  if (!path.empty() && !options_.inline_configs) return yaml_string(path);
  return block_text(text, indent);
}

void ScenarioWriter::hosts() {
  line(0, "hosts:");
  for (const Host& host : scenario_.hosts) {
    line(2, yaml_string(host.name) + ":");
    if (host.config) {
      line(4, "config: " + config_value(host.config_path, host.config_text, 6));
      line(4, "daemon: " + daemon_text(host));
    }
    line(4, "nics:");
    for (const Nic& nic : host.nics)
      line(6, yaml_string(nic.name) + ": " + nic_text(scenario_, nic));
    host_parts(host);
  }
}

void ScenarioWriter::host_parts(const Host& host) {
  if (!host.services.empty()) line(4, "services:");
  for (const Service& service : host.services) {
    std::vector<std::string> ports;
    for (const std::uint16_t port : service.ports) ports.push_back(std::to_string(port));
    line(6, yaml_string(service.name) + ": { listen: " + flow_list(ports) + " }");
  }
  if (!host.checks.empty()) line(4, "checks:");
  for (const Check& check : host.checks)
    line(6, yaml_string(check.script) + ": " + check_text(host, check));
  if (!host.files.empty()) line(4, "files:");
  for (const TrackedFile& file : host.files)
    line(6, yaml_string(file.path) + ": " + std::to_string(file.value));
  if (!host.processes.empty()) line(4, "processes:");
  for (const RunningProcess& process : host.processes)
    line(6, yaml_string(process.name) + ": " + std::to_string(process.count));
  line(4, "stack: " + std::string(word_of(kStackWords, host.stack)));
  if (host.ignores_garp) line(4, "ignores_garp: true");
  if (host.clock_offset != Duration{} || host.clock_drift != 0)
    line(4, "clock: " + FlowMap()
                            .add("offset", quantity_text(host.clock_offset))
                            .add("drift", drift_text(host.clock_drift))
                            .text());
  const BootTimes& boot = host.boot;
  if (boot.interfaces + boot.addresses + boot.services + boot.daemon > Duration{})
    line(4, "boot: " + FlowMap()
                           .add("interfaces", quantity_text(boot.interfaces))
                           .add("addresses", quantity_text(boot.addresses))
                           .add("services", quantity_text(boot.services))
                           .add("daemon", quantity_text(boot.daemon))
                           .text());
  if (!host.firewall.empty()) line(4, "firewall:");
  for (const FirewallRule& rule : host.firewall) line(6, "- " + yaml_string(to_text(rule)));
}

void ScenarioWriter::link(const std::string& from, const std::string& to,
                          const LinkSettings& settings) {
  line(2, "\"" + from + " -> " + to + "\": " + link_map(settings).text());
}

void ScenarioWriter::links() {
  bool begun = false;
  for (const Host& host : scenario_.hosts)
    for (const Nic& nic : host.nics) {
      const std::string own = host.name + "." + nic.name;
      const std::string& segment = scenario_.segments[nic.segment].name;
      if (!begun && (nic.to_segment || nic.from_segment)) line(0, "links:");
      begun = begun || nic.to_segment || nic.from_segment;
      if (nic.to_segment) link(own, segment, *nic.to_segment);
      if (nic.from_segment) link(segment, own, *nic.from_segment);
    }
}

void ScenarioWriter::probes() {
  if (!scenario_.probes.empty()) line(0, "probes:");
  for (const Probe& probe : scenario_.probes) {
    const std::string address = to_string(probe.target);
    const std::string target =
        (probe.target.is_ipv4() ? address : "[" + address + "]") + ":" + std::to_string(probe.port);
    FlowMap map;
    map.add_string("from", scenario_.hosts[probe.from].name);
    if (probe.kind == ProbeKind::ping)
      map.add_string("ping", address);
    else if (probe.kind == ProbeKind::tcp)
      map.add_string("tcp", target);
    else
      map.add_string("get", "http://" + target + "/");
    map.add("every", quantity_text(probe.every));
    map.add("timeout", quantity_text(probe.timeout));
    map.add("start", quantity_text(probe.start));
    line(2, yaml_string(probe.name) + ": " + map.text());
  }
}

void ScenarioWriter::timeline() {
  if (!scenario_.timeline.empty()) line(0, "timeline:");
  for (std::size_t i = 0; i < scenario_.timeline.size(); ++i) fault(i);
}

void ScenarioWriter::randomize() {
  FlowMap phase, clock;
  for (std::size_t host = 0; host < scenario_.hosts.size(); ++host) {
    FlowMap own;
    for (const RandomDraw& draw : scenario_.draws) {
      if (draw.index != host) continue;
      if (draw.target == RandomDraw::Target::phase)
        phase.add(scenario_.hosts[host].name, "\"" + draw_text(draw) + "\"");
      else if (draw.target == RandomDraw::Target::clock_drift)
        own.add("drift", "\"" + draw_text(draw) + "\"");
      else if (draw.target == RandomDraw::Target::clock_offset)
        own.add("offset", "\"" + draw_text(draw) + "\"");
    }
    if (!own.empty()) clock.add(scenario_.hosts[host].name, own.text());
  }
  if (phase.empty() && clock.empty()) return;
  line(0, "randomize:");
  if (!phase.empty()) line(2, "phase: " + phase.text());
  if (!clock.empty()) line(2, "clock: " + clock.text());
}

std::string draw_text(const RandomDraw& draw) {
  const bool drift = draw.target == RandomDraw::Target::clock_drift;
  const auto number = [&](std::int64_t value) {
    return drift ? drift_text(value) : quantity_text(Duration{value});
  };
  return std::string(draw.distribution == Distribution::uniform ? "uniform(" : "normal(") +
         number(draw.first) + ", " + number(draw.second) + ")";
}

std::string write_scenario(const Scenario& scenario, const WriteOptions& options) {
  return ScenarioWriter(scenario, options).write();
}

}  // namespace understudy::sim
