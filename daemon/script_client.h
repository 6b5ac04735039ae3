// The daemon's end of the script runner.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "daemon/runner_protocol.h"
#include "daemon/script_command.h"
#include "daemon/unique_fd.h"

namespace understudy::daemon {

class ScriptClient {
 public:
  /// Forks the runner. Call it before any thread exists and before rights are dropped; descriptors
  /// the process has open are closed in the runner.
  /// `reread` is how a successor comes by its commands.
  static tl::expected<ScriptClient, std::string> fork_runner(const ScriptTable& table,
                                                             const ScriptTableSource& reread = {});
  /// Asks the runner for a second one that serves the commands of the configuration as it is now.
  /// The first ends, with its scripts, when its client goes. nullopt: the runner is gone.
  std::optional<ScriptClient> request_successor();
  /// A successor's first word, before any reply; nullopt: not yet. fd() tells when.
  std::optional<RunnerGreeting> greeting();

  /// false: the runner is gone, or does not keep up.
  bool request(const RunnerRequest& request);
  /// The next reply that waits. Sets gone() when the runner has ended.
  std::optional<RunnerReply> receive();
  bool gone() const { return gone_; }

  int fd() const { return socket_.value(); }
  pid_t pid() const { return pid_; }  // 0: of a successor, which is no child of ours

 private:
  ScriptClient(UniqueFd socket, pid_t pid) : socket_(std::move(socket)), pid_(pid) {}

  UniqueFd socket_;
  pid_t pid_;
  bool gone_ = false;
};

}  // namespace understudy::daemon
