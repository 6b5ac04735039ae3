// One simulated machine: its kernel, the scripts that run on it, its daemon.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "sim/daemon_process.h"
#include "sim/kernel.h"
#include "sim/script_runner.h"

namespace understudy::sim {

struct alignas(64) SimHost {
  SimHost(Stage& stage, Network& network, KernelListener& kernel_listener, const WorldView& world,
          ScriptListener& script_listener, std::size_t index)
      : kernel(stage, network, kernel_listener, index),
        scripts(stage, world, script_listener, index) {}

  bool frozen = false;  // a virtual machine that is paused: nothing of it runs
  HostKernel kernel;
  ScriptRunner scripts;
  std::optional<DaemonProcess> daemon;  // none: a client
  Instant frozen_at{};
  std::vector<Event> kept_events;  // what fell due meanwhile

  /// Whether anything runs on it at all.
  bool alive() const { return kernel.powered() && !frozen; }
  const Node* node() const { return daemon ? daemon->node() : nullptr; }
  /// The state of a virtual router by its index; nullopt when the daemon does not run.
  std::optional<State> state(std::size_t router) const {
    const Node* running = node();
    if (running == nullptr) return std::nullopt;
    return running->virtual_routers()[router].state();
  }
};

/// A deque: hosts never move, they refer to one another's parts.
using SimHosts = std::deque<SimHost>;

}  // namespace understudy::sim
