// The runner process: starts scripts for the daemon, which has given up the right to.
#pragma once

#include "daemon/script_command.h"
#include "daemon/unique_fd.h"

namespace understudy::daemon {

/// The runner's whole life: serves requests until the other end of `socket` is closed (the daemon
/// ended, however), then ends the tracked scripts that still run (SIGTERM, 200 ms later SIGKILL)
/// and returns. Notify scripts go on. Runs in a process of its own, whose
/// signals the caller has blocked.
void serve_scripts(UniqueFd socket, const ScriptTable& table);

}  // namespace understudy::daemon
