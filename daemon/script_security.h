// Who could swap a script that runs as root for one of their own.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

namespace understudy::daemon {

/// What makes the file at `path` unsafe to run as root: the first component of the path, as written
/// or with links followed, that someone else than root and `trusted` owns or may write to
/// ("/opt/x is writable by group 1000"). Sticky directories are fine. keepalived's rules
/// (check_script_secure), except that a link on the way is followed, not refused.
std::optional<std::string> find_insecurity(const std::string& path, uid_t trusted = 0);

}  // namespace understudy::daemon
