// Leaving the terminal.
#pragma once

#include <string>
#include <tl/expected.hpp>

#include "daemon/unique_fd.h"

namespace understudy::daemon {

/// The way into the background: the process that was called waits until the one that stays says how
/// its start went, and exits with that. So a failed start shows where it was typed.
class Background {
 public:
  /// Forks. Returns in the child; the parent exits with the child's word.
  static tl::expected<Background, std::string> enter();
  /// In the child, once: lets the parent exit with `exit_code`. With `keep_streams` the standard
  /// streams stay, else they become /dev/null.
  void report(int exit_code, bool keep_streams);

 private:
  explicit Background(UniqueFd pipe) : pipe_(std::move(pipe)) {}
  UniqueFd pipe_;
};

}  // namespace understudy::daemon
