// From a fresh child process to the script.
#pragma once

#include "daemon/runner_protocol.h"
#include "daemon/script_command.h"

namespace understudy::daemon {

/// In a child process: a session of its own, the script's user, /dev/null for input and output,
/// default signals, then the script itself. A file without `#!` goes to /bin/sh, as with
/// keepalived. Does not return; what cannot run exits with 126 or 127.
[[noreturn]] void exec_script(const ScriptCommand& command, const RunnerRequest& request);

/// The words a command is run with: its own, and for `notify` the four extra ones.
std::vector<std::string> arguments(const ScriptCommand& command, const RunnerRequest& request);

}  // namespace understudy::daemon
