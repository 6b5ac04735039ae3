// What daemon and script runner say to each other: one fixed-size record a message, over a
// SOCK_SEQPACKET pair.
#pragma once

#include <cstdint>

namespace understudy::daemon {

struct RunnerRequest {
  // succeed: read the configuration anew and serve what it says over the socket that comes along,
  // in a process of its own.
  enum class Verb : std::uint8_t { run, signal, succeed };
  Verb verb = Verb::run;
  std::uint8_t state = 0;     // run: understudy::State, for `notify`
  std::uint8_t priority = 0;  // run: for `notify`
  std::uint8_t signal = 0;    // signal: to the run's process group
  std::uint16_t command = 0;  // index into the ScriptTable
  std::uint32_t run = 0;      // the caller's number; with `command` it names the run
};

struct RunnerReply {
  std::uint16_t command = 0;
  std::uint32_t run = 0;
  std::int32_t exit_status = 0;  // exit code, or 128 + signal
};

/// A successor's first word: the digest of its table, 0 when it could make none.
struct RunnerGreeting {
  std::uint64_t table_digest = 0;
};

/// Exit codes of a run that could not begin, as a shell gives them.
inline constexpr int kExitNotRunnable = 126;  // no permission, insecure, no such user
inline constexpr int kExitNotFound = 127;

}  // namespace understudy::daemon
