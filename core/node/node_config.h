// The configuration of one host, with every name resolved to an index. Immutable once made.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config.h"
#include "core/vrrp/virtual_router_config.h"

namespace understudy {

/// Something that stands for or against a virtual router's priority.
struct TrackedConfig {
  enum class Kind : std::uint8_t { script, interface, file, process };
  Kind kind = Kind::script;
  std::uint16_t object = 0;  // index into NodeConfig::scripts, interfaces, files or processes
  int weight = 0;  // -253 to 253; 0: failure means FAULT. Of files: what the value is multiplied by
  bool reverse = false;

  friend bool operator==(const TrackedConfig&, const TrackedConfig&) = default;
};

struct SyncGroupConfig {
  std::string name;
  std::vector<std::uint16_t> members;  // virtual routers, at least one
  config::NotifyScripts notify;

  friend bool operator==(const SyncGroupConfig&, const SyncGroupConfig&) = default;
};

/// How long a link's change must last to count (interface_up_down_delays).
struct LinkDelays {
  Duration down{};
  Duration up{};

  friend bool operator==(const LinkDelays&, const LinkDelays&) = default;
};

struct NodeConfig {
  std::vector<std::string> interfaces;  // the virtual routers', then those that are only tracked
  std::vector<LinkDelays> link_delays;  // by interface; may be shorter: none
  std::vector<VirtualRouterConfig> virtual_routers;
  std::vector<std::vector<TrackedConfig>> tracked;  // by virtual router
  std::vector<config::Script> scripts;
  std::vector<config::TrackFile> files;
  std::vector<config::TrackProcess> processes;
  std::vector<SyncGroupConfig> groups;
  std::vector<config::NotifyScripts> notify;  // by virtual router
  config::Statics statics;                    // for the host: there from start to end
  Duration startup_delay{};
  Duration delay_after_boot{};

  /// Index of an interface, or -1.
  int find_interface(std::string_view name) const;
  /// Index of a virtual router by its name, or -1.
  int find_virtual_router(std::string_view name) const;

  friend bool operator==(const NodeConfig&, const NodeConfig&) = default;
};

/// Resolves names. `config` must come from a parse without errors. Scripts that no instance tracks
/// stay out, as with keepalived, which does not run them.
std::shared_ptr<const NodeConfig> make_node_config(const config::Config& config,
                                                   Profile profile = Profile::keepalived);

}  // namespace understudy
