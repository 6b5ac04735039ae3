// The runner process: starts scripts for the daemon, which has given up the right to.
#pragma once

#include "daemon/script_command.h"
#include "daemon/unique_fd.h"

namespace understudy::daemon {

/// The runner's whole life: serves requests until the other end of `socket` is closed (the daemon
/// ended, however), then ends the tracked scripts that still run (SIGTERM, 200 ms later SIGKILL)
/// and returns. Notify scripts go on. Runs in a process of its own, whose
/// signals the caller has blocked. `reread` is for successors; the new commands come from the
/// configuration alone, never from the daemon.
void serve_scripts(UniqueFd socket, const ScriptTable& table, const ScriptTableSource& reread);

/// In a fresh process: lets go of all descriptors but `socket` and the standard streams, which
/// become /dev/null, and serves. Without a table it makes one, and tells its digest first.
[[noreturn]] void become_runner(int socket, const ScriptTable* table,
                                const ScriptTableSource& reread);

}  // namespace understudy::daemon
