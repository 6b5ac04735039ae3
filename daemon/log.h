// The daemon's log: syslog or standard error, written by a thread of its own so that a stuck reader
// never holds up an advert.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace understudy::daemon {

enum class LogLevel : std::uint8_t { info, warning, error };

struct LogLine {
  LogLevel level = LogLevel::info;
  std::string text;

  friend bool operator==(const LogLine&, const LogLine&) = default;
};

/// Starts the thread; call it after the last fork. With `console` lines go to standard error with
/// the local time in microseconds, else to syslog (facility daemon).
void start_log(bool console);
/// Before start_log() and after stop_log() lines are lost.
void log_line(LogLevel level, std::string_view text);
inline void log_line(const LogLine& line) { log_line(line.level, line.text); }
/// Writes out what waits, for at most 300 ms; ends the process with `exit_code` when that is not
/// enough.
void stop_log(int exit_code);

}  // namespace understudy::daemon
