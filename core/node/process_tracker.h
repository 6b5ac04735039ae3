// Whether enough processes of a kind run (vrrp_track_process), after its delays.
#pragma once

#include <cstdint>
#include <optional>

#include "core/config/config.h"
#include "core/net/instant.h"
#include "core/vrrp/effects.h"

namespace understudy {

/// keepalived's rules: up while quorum <= count <= quorum_max; a quorum that is reached counts
/// after fork_delay, one that is lost after terminate_delay, unless it comes back before.
class ProcessTracker {
 public:
  ProcessTracker(const config::TrackProcess& config, std::uint16_t index)
      : config_(&config), index_(index), up_(has_quorum()) {}

  /// How many run now. Before the start delays do not count. Returns whether the status changed.
  bool set_count(Instant now, std::uint32_t count, bool started, Effects& effects);
  /// Returns whether the status changed.
  bool reach_deadline(Instant now, Effects& effects);

  std::optional<Instant> next_deadline() const { return change_at_; }
  bool up() const { return up_; }
  std::uint32_t count() const { return count_; }
  void continue_from(const ProcessTracker& former);

  std::uint64_t digest() const;
  friend bool operator==(const ProcessTracker& left, const ProcessTracker& right);

 private:
  bool has_quorum() const {
    return count_ >= config_->quorum && (!config_->quorum_max || count_ <= *config_->quorum_max);
  }
  bool change(Effects& effects);

  const config::TrackProcess* config_;
  std::uint16_t index_;
  std::uint32_t count_ = 0;
  bool up_ = false;
  std::optional<Instant> change_at_;
};

}  // namespace understudy
