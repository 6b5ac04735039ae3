// The check scripts that run on one host: processes of their own, with the modelled outcome of
// scenario-format.md.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "sim/random_stream.h"
#include "sim/stage.h"
#include "sim/world_view.h"

namespace understudy::sim {

/// Whose deeds a script's end may set off.
class ScriptListener {
 public:
  virtual ~ScriptListener() = default;
  virtual void script_starts_service(std::size_t host, std::size_t service) = 0;
  virtual void script_stops_daemon(std::size_t host) = 0;
  /// `daemon` is the number of the daemon process that asked for the run.
  virtual void script_ended(std::size_t host, std::uint32_t daemon, std::uint16_t script,
                            std::uint32_t run, int exit_status) = 0;
};

/// A script takes its runtime, then looks at the world: starts the service it restarts, stops the
/// daemon if it gives up, and exits. Outlives a daemon that dies.
class ScriptRunner {
 public:
  ScriptRunner(Stage& stage, const WorldView& world, ScriptListener& listener, std::size_t host);

  void run(std::uint32_t daemon, std::uint16_t script, std::uint32_t run, std::string_view name);
  /// SIGTERM or SIGKILL: the run ends now with 128 + signal, without looking at the world.
  void kill(std::uint32_t daemon, std::uint16_t script, std::uint32_t run, int signal);
  /// Its time has come (EventKind::script_exit, data: the slot).
  void handle(const Event& event);
  void power_off();
  /// Everything that runs ends later by this much, from now on: the machine stood still.
  void shift(const Event& event, Duration by);

 private:
  struct Run {
    bool going = false;
    std::uint32_t daemon = 0;
    std::uint16_t script = 0;
    std::uint32_t number = 0;
    int signal = 0;  // that ended it
    Instant ends_at{};
    const Check* check = nullptr;  // null: no model, takes 15 ms and succeeds
  };
  struct Model {
    const Check* check;
    RandomStream draws;
    bool told = false;  // that it prints what it should exit with
  };

  void tell_printed(const Check& check);
  void finish(Run& run, int exit_status);

  Stage& stage_;
  const WorldView& world_;
  ScriptListener& listener_;
  std::size_t host_;
  std::vector<Model> models_;
  std::vector<Run> runs_;  // slots, reused
};

}  // namespace understudy::sim
