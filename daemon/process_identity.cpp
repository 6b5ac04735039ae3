#include "daemon/process_identity.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>

#include "daemon/unique_fd.h"

namespace understudy::daemon {
namespace {

constexpr std::size_t kShortName = 15;               // TASK_COMM_LEN without its NUL
constexpr std::size_t kLongestCommandLine = 16384;   // what is compared of it
constexpr unsigned long kKernelThread = 0x00200000;  // PF_KTHREAD

// At most `limit` bytes of /proc/PID/NAME.
std::optional<std::string> read_part(pid_t pid, const char* name, std::size_t limit) {
  const auto path = "/proc/" + std::to_string(pid) + "/" + name;
  const UniqueFd fd{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!fd.valid()) return std::nullopt;
  std::string text;
  std::array<char, 4096> chunk;
  while (text.size() < limit) {
    const auto size = read(fd.value(), chunk.data(), std::min(chunk.size(), limit - text.size()));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return std::nullopt;
    if (size == 0) break;
    text.append(chunk.data(), static_cast<std::size_t>(size));
  }
  return text;
}

bool compares_command_line(const config::TrackProcess& process) {
  return process.full_command || process.has_arguments;
}

}  // namespace

IdentityParts parts_needed(const config::TrackProcess& process) {
  const bool command_line = compares_command_line(process);
  return {!command_line, command_line};
}

bool matches(const config::TrackProcess& process, const ProcessIdentity& identity) {
  if (process.command.empty()) return false;
  const auto& program = process.command.front();
  if (!compares_command_line(process))
    return !identity.name.empty() &&
           identity.name.compare(0, std::string::npos, program, 0, kShortName) == 0;
  const auto& words = identity.command_line;
  if (words.compare(0, program.size() + 1, program.c_str(), program.size() + 1) != 0) return false;
  if (!process.has_arguments) return true;
  std::string wanted;
  for (std::size_t i = 1; i < process.command.size(); ++i)
    wanted.append(process.command[i]).push_back('\0');
  const auto rest = words.substr(program.size() + 1);
  switch (process.match) {
    case config::TrackProcess::Match::exact:
      return rest == wanted;
    case config::TrackProcess::Match::initial:
      if (!wanted.empty()) wanted.pop_back();
      [[fallthrough]];
    case config::TrackProcess::Match::partial:
      return rest.compare(0, wanted.size(), wanted) == 0;
  }
  return false;
}

std::optional<ProcessIdentity> read_identity(pid_t pid, IdentityParts parts) {
  ProcessIdentity identity;
  if (parts.name) {
    auto name = read_part(pid, "comm", 64);
    if (!name) return std::nullopt;
    if (!name->empty() && name->back() == '\n') name->pop_back();
    identity.name = std::move(*name);
  }
  if (parts.command_line) {
    auto line = read_part(pid, "cmdline", kLongestCommandLine);
    if (!line) return std::nullopt;
    // A process that overwrote its words may have left no NUL at the end.
    if (!line->empty() && line->size() < kLongestCommandLine && line->back() != '\0')
      line->push_back('\0');
    identity.command_line = std::move(*line);
  }
  return identity;
}

ProcessKind kind_of(pid_t pid) {
  const auto stat = read_part(pid, "stat", 1024);
  // PID (NAME) STATE PPID PGRP SESSION TTY TPGID FLAGS ...; the name may hold anything.
  auto at = stat ? stat->rfind(')') : std::string::npos;
  if (at == std::string::npos || at + 2 >= stat->size()) return ProcessKind::ended;
  const char state = (*stat)[at + 2];
  for (int field = 0; field < 7 && at != std::string::npos; ++field) at = stat->find(' ', at + 1);
  if (at != std::string::npos &&
      (std::strtoul(stat->c_str() + at, nullptr, 10) & kKernelThread) != 0)
    return ProcessKind::kernel_thread;
  return state == 'Z' || state == 'X' ? ProcessKind::ended : ProcessKind::alive;
}

}  // namespace understudy::daemon
