// The loop: inputs to the node, its effects to the host.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "core/node/node.h"
#include "daemon/event_loop.h"
#include "daemon/narrator.h"
#include "daemon/network.h"
#include "daemon/prepared.h"
#include "daemon/script_client.h"
#include "daemon/watchers.h"

namespace understudy::daemon {

struct HostSettings {
  std::string config_file;  // absolute: what a reload reads
  Profile profile = Profile::keepalived;
  bool log_detail = false;
};

/// One running daemon, from Startup to Shutdown.
class Host {
 public:
  Host(const Prepared& prepared, Network network, ScriptClient scripts, Watchers watchers,
       HostSettings settings);

  /// Until SIGTERM or SIGINT; then resigns, and waits up to 700 ms for notify_stop scripts.
  void run();

 private:
  struct NotifyRun {
    std::uint16_t command;
    std::uint32_t run;
  };

  // Between the word of the new script runner and the change.
  struct Reload {
    Prepared prepared;
    ScriptClient scripts;
    Instant until;
  };

  void watch_everything();
  void watch_descriptors();
  void unwatch_descriptors();
  void begin_reload();
  void go_on_with_reload();
  void finish_reload(Reload reload);
  void start();
  void on_signal(int signal);
  void on_network_change();
  void turn();
  void hand_in_changes();
  bool hand_in_packets();
  void hand_in_script_exits();
  void feed(const Input& input);
  void feed_pending();
  void perform();
  void perform(const SendAdvert& effect);
  void perform(const AddAddresses& effect);
  void perform(const RemoveAddresses& effect);
  void perform(const AnnounceAddresses& effect);
  void perform(const RunScript& effect);
  void perform(const KillScript& effect);
  void perform(const Notify& effect);
  void perform(const NotifyGroup& effect);
  void perform(const Report&) {}  // told before
  void run_notify(std::size_t command, State state, std::uint8_t priority);
  void log_who_waits();
  void runner_lost();
  void stop();
  void finish_stop();
  void log_status();
  void flush_lines();
  Instant now();
  void schedule();

  HostSettings settings_;
  Node node_;
  Network network_;
  ScriptTable table_;
  std::optional<ScriptClient> scripts_;
  Watchers watchers_;
  std::optional<Narrator> narrator_;
  EventLoop loop_;
  Effects effects_;
  std::deque<Input> pending_;
  std::vector<std::uint32_t> script_runs_;  // the latest of each script
  std::vector<LogLine> lines_;
  std::vector<Input> changes_;
  bool changes_wait_ = true;  // some watcher's descriptor was readable
  Instant last_now_{};
  std::uint32_t next_notify_run_ = 0;
  std::optional<Reload> reload_;
  bool turn_posted_ = false;
  bool stopping_ = false;
  Instant stop_by_{};
  std::vector<NotifyRun> stop_runs_;  // notify_stop scripts we wait for
};

}  // namespace understudy::daemon
