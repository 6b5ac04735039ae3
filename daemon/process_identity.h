// Who a process is, as track_process asks: its short name and its command line.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "core/config/config.h"

namespace understudy::daemon {

/// What a process calls itself. A part that nobody asked for is empty.
struct ProcessIdentity {
  std::string name;  // its short name (/proc/PID/comm), at most 15 characters
  std::string
      command_line;  // its words, each with its NUL; empty: a kernel thread or a dead process
};

/// Which parts are worth a look: reading a command line may have to fetch the process from swap.
struct IdentityParts {
  bool name = false;
  bool command_line = false;
};

/// What is needed to judge `process`.
IdentityParts parts_needed(const config::TrackProcess& process);

/// Whether a process is one of those that are counted. keepalived's rules: the short name is
/// compared unless full_command or arguments are given; then the first word must be the program as
/// configured, and the arguments must all be there (exact), be the first ones (partial), or be the
/// first ones, of the last of which only the beginning counts (initial). A program's name that is
/// longer than a short name can be is compared as far as that goes.
bool matches(const config::TrackProcess& process, const ProcessIdentity& identity);

/// nullopt: there is no such process.
std::optional<ProcessIdentity> read_identity(pid_t pid, IdentityParts parts);

/// Kernel threads have short names, and so have processes that have ended but still wait for their
/// parent. What is not there at all is a process that has ended.
enum class ProcessKind : std::uint8_t { alive, ended, kernel_thread };
ProcessKind kind_of(pid_t pid);

}  // namespace understudy::daemon
