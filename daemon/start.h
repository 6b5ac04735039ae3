// From the command line to a running daemon, and to its exit status.
#pragma once

#include "daemon/options.h"

namespace understudy::daemon {

/// The whole life of the program. Returns its exit status (daemon/exit_code.h).
int run(const Options& options);

}  // namespace understudy::daemon
