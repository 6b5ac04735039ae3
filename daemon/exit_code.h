// What understudyd's exit status means.
#pragma once

#include <string>

namespace understudy::daemon {

inline constexpr int kExitFine = 0;
inline constexpr int kExitBadConfig = 1;   // errors in the configuration, an interface not there
inline constexpr int kExitUnreadable = 2;  // bad usage, or the file cannot be read
inline constexpr int kExitCannotRun = 3;   // no rights, a second daemon, a socket refused

/// Why the daemon does not start: lines for people (no newline at the end), and the exit status.
struct StartError {
  int exit_code = kExitCannotRun;
  std::string text;
};

}  // namespace understudy::daemon
