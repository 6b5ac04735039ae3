// The parts of the loader, in the order in which they run: each fills its part of a Scenario and
// reports what is wrong to the context.
#pragma once

#include <map>
#include <string>

#include "sim/scenario/load_context.h"
#include "sim/scenario/loader.h"

namespace understudy::sim {

/// Configurations that cases share are read and parsed once a file.
struct ConfigStore {
  FileReader& files;
  std::string folder;  // of the scenario, with a '/' at its end unless empty
  struct Entry {
    bool good = false;
    std::string text;
    config::Config config;
  };
  std::map<std::string, Entry> by_name = {};  // by path, or by place for inline text
};

void load_segments(LoadContext& context, const YamlNode& node, Scenario& scenario);
/// Hosts without their checks' conditions: those may refer to any host.
void load_hosts(LoadContext& context, const YamlNode& node, Scenario& scenario,
                ConfigStore& configs);
/// hosts.X.config, once the host's NICs are known.
void load_config(LoadContext& context, const YamlNode& node, Host& host, ConfigStore& configs);
/// hosts.X.checks, once everything else is known.
void load_checks(LoadContext& context, const YamlNode& hosts, Scenario& scenario);
void load_probes(LoadContext& context, const YamlNode& node, Scenario& scenario);
void load_timeline(LoadContext& context, const YamlNode& node, Scenario& scenario);
/// One entry of the timeline: the keys of its verb. False when it has none that is right.
bool load_verb(LoadContext& context, const YamlNode& node, const Scenario& scenario, Fault& fault);
/// `expect` or `invariants`.
void load_expectations(LoadContext& context, const YamlNode& node, std::string_view key,
                       Scenario& scenario);
void load_waivers(LoadContext& context, const YamlNode& node, Scenario& scenario);

/// A condition in a scalar; errors get their place inside it.
std::optional<Expression> load_condition(LoadContext& context, const YamlNode& node,
                                         const Scenario& scenario);

}  // namespace understudy::sim
