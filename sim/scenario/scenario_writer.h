// How write_scenario() works. Inside of write_scenario.cpp and its neighbours.
#pragma once

#include <string>

#include "sim/scenario/firewall_rule.h"
#include "sim/scenario/load_parts.h"
#include "sim/scenario/write_scenario.h"
#include "sim/scenario/yaml_writer.h"

namespace understudy::sim {

class ScenarioWriter {
 public:
  ScenarioWriter(const Scenario& scenario, const WriteOptions& options)
      : scenario_(scenario), options_(options) {}

  std::string write();

 private:
  void header();
  void segments();
  void hosts();
  void host_parts(const Host& host);
  void links();
  void link(const std::string& from, const std::string& to, const LinkSettings& settings);
  void probes();
  void timeline();
  void randomize();
  void expectations();
  void sweep();

  // write_faults.cpp
  void fault(std::size_t index);
  std::string moment_of(const Fault& fault, std::size_t index) const;
  std::string event_text(const EventReference& event) const;
  std::string nic_name(std::size_t host, std::size_t nic) const;
  std::string host_list(const std::vector<std::size_t>& hosts) const;
  void verb(const ServiceFault& fault, FlowMap& map) const;
  void verb(const DaemonFault& fault, FlowMap& map) const;
  void verb(const HostFault& fault, FlowMap& map) const;
  void verb(const PauseFault& fault, FlowMap& map) const;
  void verb(const NicFault& fault, FlowMap& map) const;
  void verb(const FirewallFault& fault, FlowMap& map) const;
  void verb(const FileFault& fault, FlowMap& map) const;
  void verb(const ProcessFault& fault, FlowMap& map) const;
  void verb(const ClockFault& fault, FlowMap& map) const;
  void verb(const LinkFault& fault, FlowMap& map) const;
  void verb(const PartitionFault& fault, FlowMap& map) const;
  void verb(const ArpFault& fault, FlowMap& map) const;
  void verb(const SwitchFault& fault, FlowMap& map) const;
  void verb(const InjectFault& fault, FlowMap& map) const;
  void verb(const NoteFault& fault, FlowMap& map) const;

  // write_expectations.cpp
  std::string expectation_text(const Expectation& expectation) const;
  std::string time_text(const std::optional<EventReference>& event, Duration time) const;

  void line(std::size_t indent, const std::string& text);
  std::string config_value(const std::string& path, const std::string& text,
                           std::size_t indent) const;

  const Scenario& scenario_;
  WriteOptions options_;
  std::string text_;
};

FlowMap link_map(const LinkPatch& patch);
FlowMap link_map(const LinkSettings& settings);
/// 2500 as "2.5".
std::string thousandths_text(std::uint32_t value);
/// "uniform(0s, 1s)"
std::string draw_text(const RandomDraw& draw);

}  // namespace understudy::sim
