// The timeline of a written scenario.
#include "sim/nic_identity.h"
#include "sim/scenario/scenario_writer.h"
#include "sim/scenario/units.h"
#include "sim/scenario/words.h"

namespace understudy::sim {

std::string ScenarioWriter::event_text(const EventReference& event) const {
  std::string text = scenario_.timeline[event.fault].id + (event.end ? ".end" : "");
  if (event.offset > Duration{}) text += " + " + quantity_text(event.offset);
  if (event.offset < Duration{}) text += " - " + quantity_text(-event.offset);
  return text;
}

std::string ScenarioWriter::moment_of(const Fault& fault, std::size_t index) const {
  const RandomDraw* draw = nullptr;
  for (const RandomDraw& one : scenario_.draws)
    if (one.target == RandomDraw::Target::fault_at && one.index == index) draw = &one;
  const Duration at = draw == nullptr ? fault.at : Duration{draw->base};
  std::string text =
      fault.after ? event_text({*fault.after, fault.after_end, at}) : quantity_text(at);
  if (draw != nullptr) text += " + " + draw_text(*draw);
  return draw != nullptr || fault.after ? "\"" + text + "\"" : text;
}

std::string ScenarioWriter::nic_name(std::size_t host, std::size_t nic) const {
  return sim::nic_name(scenario_, host, nic);
}

std::string ScenarioWriter::host_list(const std::vector<std::size_t>& hosts) const {
  std::vector<std::string> names;
  names.reserve(hosts.size());
  for (const std::size_t host : hosts) names.push_back(yaml_string(scenario_.hosts[host].name));
  return flow_list(names);
}

void ScenarioWriter::fault(std::size_t index) {
  const Fault& fault = scenario_.timeline[index];
  FlowMap map;
  if (!fault.id.starts_with('#')) map.add_string("id", fault.id);
  map.add(fault.after ? "after" : "at", moment_of(fault, index));
  std::visit([&](const auto& one) { verb(one, map); }, fault.verb);
  if (fault.lasts) map.add("for", quantity_text(*fault.lasts));
  if (fault.every) map.add("every", quantity_text(*fault.every));
  if (fault.until) map.add("until", quantity_text(*fault.until));
  line(2, "- " + map.text());
}

void ScenarioWriter::verb(const ServiceFault& fault, FlowMap& map) const {
  const Host& host = scenario_.hosts[fault.host];
  map.add_string("service", host.name + "/" + host.services[fault.service].name);
  map.add_string("do", word_of(kServiceWords, fault.verb));
}

void ScenarioWriter::verb(const DaemonFault& fault, FlowMap& map) const {
  map.add_string("daemon", scenario_.hosts[fault.host].name);
  map.add_string("do", word_of(kDaemonWords, fault.verb));
  if (!fault.config) return;
  const bool by_path = !fault.config->path.empty() && !options_.inline_configs;
  map.add_string("config", by_path ? fault.config->path : fault.config->text);
}

void ScenarioWriter::verb(const HostFault& fault, FlowMap& map) const {
  map.add_string("host", scenario_.hosts[fault.host].name);
  map.add_string("do", word_of(kHostWords, fault.verb));
}

void ScenarioWriter::verb(const PauseFault& fault, FlowMap& map) const {
  map.add_string("pause", fault.what == PauseWhat::nic ? nic_name(fault.host, fault.nic)
                                                       : scenario_.hosts[fault.host].name);
  map.add_string("what", word_of(kPauseWords, fault.what));
  if (fault.clock_stands) map.add("clocks", "stand");
}

void ScenarioWriter::verb(const NicFault& fault, FlowMap& map) const {
  map.add_string("nic", nic_name(fault.host, fault.nic));
  map.add("do", fault.up ? "up" : "down");
}

void ScenarioWriter::verb(const FirewallFault& fault, FlowMap& map) const {
  map.add_string("firewall", scenario_.hosts[fault.host].name);
  map.add_string("rule", to_text(fault.rule));
}

void ScenarioWriter::verb(const FileFault& fault, FlowMap& map) const {
  map.add_string("file", scenario_.hosts[fault.host].name);
  map.add_string("path", fault.path);
  map.add("value", fault.value ? std::to_string(*fault.value) : "none");
}

void ScenarioWriter::verb(const ProcessFault& fault, FlowMap& map) const {
  map.add_string("process", scenario_.hosts[fault.host].name + "/" + fault.name);
  map.add("count", std::to_string(fault.count));
}

void ScenarioWriter::verb(const ClockFault& fault, FlowMap& map) const {
  map.add_string("clock", scenario_.hosts[fault.host].name);
  if (fault.step != Duration{} || !fault.drift) map.add("step", quantity_text(fault.step));
  if (fault.drift) map.add("drift", drift_text(*fault.drift));
}

void ScenarioWriter::verb(const LinkFault& fault, FlowMap& map) const {
  const std::string nic = nic_name(fault.host, fault.nic);
  const auto& own = scenario_.hosts[fault.host].nics[fault.nic];
  const std::string& segment = scenario_.segments[own.segment].name;
  const bool both = fault.to_segment && fault.from_segment;
  map.add("link", "\"" +
                      (both               ? nic + " <-> " + segment
                       : fault.to_segment ? nic + " -> " + segment
                                          : segment + " -> " + nic) +
                      "\"");
  map.add("set", link_map(fault.set).text());
}

void ScenarioWriter::verb(const PartitionFault& fault, FlowMap& map) const {
  FlowMap partition;
  partition.add("from", host_list(fault.from));
  partition.add("to", host_list(fault.to));
  partition.add("both_ways", fault.both_ways ? "true" : "false");
  partition.add("match", to_text(fault.match));
  map.add("partition", partition.text());
}

void ScenarioWriter::verb(const ArpFault& fault, FlowMap& map) const {
  map.add_string("arp", scenario_.hosts[fault.host].name);
  map.add_string("do", word_of(kArpWords, fault.verb));
}

void ScenarioWriter::verb(const SwitchFault& fault, FlowMap& map) const {
  map.add_string("switch", scenario_.segments[fault.segment].name);
  map.add_string("do", word_of(kSwitchWords, fault.verb));
}

void ScenarioWriter::verb(const InjectFault& fault, FlowMap& map) const {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::vector<std::string> frames;
  for (const auto& timed : fault.frames) {
    std::string hex;
    for (const std::uint8_t byte : timed.frame) hex += {kDigits[byte >> 4], kDigits[byte & 15]};
    frames.push_back(
        FlowMap().add("after", quantity_text(timed.after)).add("frame", "\"" + hex + "\"").text());
  }
  map.add("inject", FlowMap()
                        .add_string("from", nic_name(fault.host, fault.nic))
                        .add("hex", flow_list(frames))
                        .text());
}

void ScenarioWriter::verb(const NoteFault& fault, FlowMap& map) const {
  map.add_string("note", fault.text);
}

}  // namespace understudy::sim
