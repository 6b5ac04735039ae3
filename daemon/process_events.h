// The kernel's process connector: who forks, executes a program or changes its name.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "daemon/unique_fd.h"

namespace understudy::daemon {

struct ProcessEvent {
  enum class Kind : std::uint8_t {
    fork,  // `pid` has a child, `child`
    name,  // `pid` runs another program, or has another name
    lost,  // there was more than the socket could hold
  };
  Kind kind = Kind::lost;
  pid_t pid = 0;
  pid_t child = 0;
};

/// Only in the initial namespaces (network, processes, users) and with CAP_NET_ADMIN; the kernel
/// stays silent elsewhere. Threads and ends of processes are filtered out in the kernel.
class ProcessEvents {
 public:
  /// Waits up to 200 ms for the kernel's word that it will tell. The error says why it does not.
  static tl::expected<ProcessEvents, std::string> open();
  ProcessEvents(ProcessEvents&&) noexcept = default;
  ProcessEvents& operator=(ProcessEvents&&) noexcept = default;
  ~ProcessEvents();

  int fd() const { return socket_.value(); }
  /// The next event that waits.
  std::optional<ProcessEvent> next();

 private:
  explicit ProcessEvents(UniqueFd socket) : socket_(std::move(socket)) {}
  UniqueFd socket_;
};

}  // namespace understudy::daemon
