// The parts of the loader, in the order in which they run: each fills its part of a Scenario and
// reports what is wrong to the context.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario/load_context.h"
#include "sim/scenario/loader.h"

namespace understudy::sim {

/// Configurations that cases share are read and parsed once a file.
struct ConfigStore {
  FileReader& files;
  /// By path, or by place for inline text; null: it has errors.
  std::map<std::string, std::shared_ptr<const ConfigSource>> by_name = {};
  /// The texts of what they include, by file name.
  std::map<std::string, std::string> included = {};
};

/// The folder of a file with its '/', or nothing.
std::string folder_of(const std::string& file);
/// A path as `file` names it: relative to its folder.
std::string path_from(std::string_view file, std::string_view path);

void load_segments(LoadContext& context, const YamlNode& node, Scenario& scenario);
/// Hosts without their checks' conditions: those may refer to any host.
void load_hosts(LoadContext& context, const YamlNode& node, Scenario& scenario,
                ConfigStore& configs);
/// One entry of hosts.X.nics.
void load_nic(LoadContext& context, const YamlNode& node, const Scenario& scenario, Host& host);
/// A keepalived.conf for `host`, whose NICs are known; null after an error.
std::shared_ptr<const ConfigSource> load_config(LoadContext& context, const YamlNode& node,
                                                const Host& host, ConfigStore& configs);
/// hosts.X.checks, once everything else is known.
void load_checks(LoadContext& context, const YamlNode& hosts, Scenario& scenario);
/// A rule of iptables' words for `host`.
std::optional<FirewallRule> load_rule(LoadContext& context, const YamlNode& node, const Host& host);
void load_probes(LoadContext& context, const YamlNode& node, Scenario& scenario);
void load_timeline(LoadContext& context, const YamlNode& node, Scenario& scenario,
                   ConfigStore& configs);
/// An entry of a timeline without its moment, which is `now`; nullopt after an error.
std::optional<Fault> load_deed(LoadContext& context, const YamlNode& node, const Scenario& scenario,
                               Instant now, ConfigStore& configs);
/// One entry of the timeline: the keys of its verb. False when it has none that is right.
bool load_verb(LoadContext& context, const YamlNode& node, const Scenario& scenario, Fault& fault,
               ConfigStore& configs);

// ---- links
void load_links(LoadContext& context, const YamlNode& node, Scenario& scenario);
/// `link`, `set` or one of `links`: what is to change.
LinkPatch load_link_patch(LoadContext& context, const YamlNode& node, const std::string& what);
/// `patch` over `settings`; reports what does not go together.
void apply(LoadContext& context, const YamlNode& node, const LinkPatch& patch,
           LinkSettings& settings);
TrafficMatch load_match(LoadContext& context, const YamlNode& node);
/// As a scenario writes it: "vrrp", "[vrrp, arp]".
std::string to_text(TrafficMatch match);

struct NicPlace {
  std::size_t host, nic;
};
/// "lb1.eth0"
std::optional<NicPlace> find_nic_word(const Scenario& scenario, std::string_view word);
std::optional<NicPlace> load_nic_word(LoadContext& context, const YamlNode& node,
                                      const Scenario& scenario, std::string_view word);
struct LinkPlace {
  NicPlace at;
  bool to_segment, from_segment;
};
/// "lb1.eth0 -> lan"; `text` is the node's value or its key.
std::optional<LinkPlace> load_link_place(LoadContext& context, const YamlNode& node,
                                         const Scenario& scenario, std::string_view text);

/// The frames of an `inject`.
std::optional<std::vector<InjectFault::Timed>> load_frames(LoadContext& context,
                                                           const YamlNode& node,
                                                           const Scenario& scenario, NicPlace from,
                                                           ConfigStore& configs);
/// `expect` or `invariants`.
void load_expectations(LoadContext& context, const YamlNode& node, std::string_view key,
                       Scenario& scenario);
/// randomize
void load_randomize(LoadContext& context, const YamlNode& node, Scenario& scenario);
/// Takes the draw off a moment such as "600s + uniform(0s, 1s)"; "600s" or nothing stays.
std::optional<std::string> split_draw(std::string& moment);
/// The draw of a fault's moment, whose `at` is what it adds to. False after an error.
bool load_moment_draw(LoadContext& context, const YamlNode& node, const std::string& text,
                      Scenario& scenario, std::size_t index);

// ---- sweeps; in this order
void load_sweep(LoadContext& context, const YamlNode& node, Scenario& scenario);
void load_measures(LoadContext& context, const YamlNode& node, Scenario& scenario);
void load_verdicts(LoadContext& context, const YamlNode& node, Scenario& scenario);

void load_waivers(LoadContext& context, const YamlNode& node, Scenario& scenario);

/// A condition in a scalar; errors get their place inside it.
std::optional<Expression> load_condition(LoadContext& context, const YamlNode& node,
                                         const Scenario& scenario);

}  // namespace understudy::sim
