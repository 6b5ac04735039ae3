// What a simulated daemon puts around its virtual addresses: the filter of no_accept, routes,
// rules, and the host's statics, in understudyd's order.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/node/node_config.h"
#include "sim/kernel.h"
#include "sim/stage.h"

namespace understudy::sim {

/// What the kernel refuses is told in the timeline.
class Surroundings {
 public:
  Surroundings(Stage& stage, HostKernel& kernel, std::size_t host, const NodeConfig& config);

  /// A daemon that starts with this configuration has put up nothing yet.
  void begin_with(const NodeConfig& config);
  /// Takes away what a predecessor that died left.
  void remove_leftovers();
  /// Before the addresses come, and after they have gone.
  void close_addresses(std::uint16_t virtual_router);
  void open_addresses(std::uint16_t virtual_router);
  /// After the addresses have come, and before they go.
  void add_routes(std::uint16_t virtual_router);
  void remove_routes(std::uint16_t virtual_router);
  /// A link that came up has lost its routes: puts those of masters and the host's back.
  void restore_routes();
  void add_statics();
  void remove_statics();
  /// Another configuration under a running daemon: takes away what `next` no longer has. Routes of
  /// masters that it still has stay; who is master adds them again.
  void change(const NodeConfig& next);

 private:
  void drop_former_routes(const NodeConfig& next, const Surroundings& wanted);
  void drop_former_statics(const NodeConfig& next);
  void open_former_addresses(const NodeConfig& next);
  Route placed(const VirtualRouterConfig& router, const Route& route) const;
  void add(const std::string& whose, const Route& route);
  void add_static_addresses();

  Stage& stage_;
  HostKernel& kernel_;
  std::size_t host_;
  const NodeConfig* config_;
  std::vector<bool> has_routes_;  // by virtual router
  bool has_statics_ = false;
};

}  // namespace understudy::sim
