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

struct TrackedScriptConfig {
  std::uint16_t script = 0;  // index into NodeConfig::scripts
  int weight = 0;            // -253 to 253; 0: failure means FAULT
  bool reverse = false;

  friend bool operator==(const TrackedScriptConfig&, const TrackedScriptConfig&) = default;
};

struct NodeConfig {
  std::vector<std::string> interfaces;
  std::vector<VirtualRouterConfig> virtual_routers;
  std::vector<std::vector<TrackedScriptConfig>> tracked_scripts;  // by virtual router
  std::vector<config::Script> scripts;
  std::vector<config::NotifyScripts> notify;  // by virtual router

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
