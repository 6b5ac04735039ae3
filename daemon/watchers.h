// Everything of the host, besides its network, that the node wants to hear of: tracked files,
// tracked processes, the wall clock.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "core/node/node.h"
#include "daemon/file_watcher.h"
#include "daemon/process_watcher.h"
#include "daemon/wall_clock.h"

namespace understudy::daemon {

class Watchers {
 public:
  /// Only what the configuration has is watched.
  static tl::expected<Watchers, std::string> open(const NodeConfig& config);

  /// The descriptors that are readable when look() has something to do.
  std::vector<int> fds() const;
  /// When look() wants to be called at the latest; Instant::max(): never.
  Instant next_look() const;
  /// Adds what changed, and what the log should say of it. The first call adds everything.
  void look(Instant now, std::vector<Input>& changes, std::vector<LogLine>& lines);

  /// How many processes are counted as that tracked one.
  std::uint32_t process_count(std::uint16_t process) const { return processes_->count(process); }

 private:
  explicit Watchers(WallClock wall_clock) : wall_clock_(std::move(wall_clock)) {}

  WallClock wall_clock_;
  bool wall_clock_matters_ = false;  // some virtual router has auth_hmac
  std::optional<FileWatcher> files_;
  std::optional<ProcessWatcher> processes_;
  bool told_method_ = false;
  bool told_unheld_ = false;
};

}  // namespace understudy::daemon
