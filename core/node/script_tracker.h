// The runs of one vrrp_script: when to start it, when to end it by force, what its results add up
// to.
#pragma once

#include <cstdint>
#include <optional>

#include "core/config/config.h"
#include "core/net/instant.h"
#include "core/vrrp/effects.h"

namespace understudy {

/// keepalived's rules: the first run at once, then one every interval from the previous start; a
/// run that is still going skips the next; timeout means SIGTERM, SIGKILL 2 s later and then every
/// 10 s, and counts as one failure. The first result alone decides; then `rise` successes or `fall`
/// failures in a row flip it. init_fail works as documented: down from the start, `rise` successes
/// needed (in keepalived itself it has no effect).
class ScriptTracker {
 public:
  ScriptTracker(const config::Script& config, std::uint16_t index)
      : config_(&config), index_(index) {}

  void start(Instant now, Effects& effects);
  /// Signals a run that is still going and starts none again.
  void stop(Effects& effects);
  void reach_deadline(Instant now, Effects& effects);
  /// Returns whether the status changed. Runs that are not the current one are ignored.
  bool exited(std::uint32_t run, int exit_status, Effects& effects);

  /// Takes over the verdict, not the runs, of the same script under a former configuration.
  void continue_from(const ScriptTracker& former);

  std::optional<Instant> next_deadline() const;
  ScriptStatus status() const { return status_; }
  bool running() const { return run_ended_ != run_; }

  std::uint64_t digest() const;
  friend bool operator==(const ScriptTracker& left, const ScriptTracker& right);

 private:
  void begin_run(Instant now, Effects& effects);

  const config::Script* config_;
  std::uint16_t index_;
  ScriptStatus status_ = ScriptStatus::unknown;
  bool started_ = false;
  bool timed_out_ = false;
  std::optional<bool> last_success_;
  unsigned result_ = 0;          // 0 to rise + fall - 1; up from rise on
  std::uint32_t run_ = 0;        // number of the current or last run; 0: none yet
  std::uint32_t run_ended_ = 0;  // equal to run_ when none is going
  Instant next_run_at_{};
  Instant kill_at_{};
};

}  // namespace understudy
