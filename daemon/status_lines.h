// What SIGUSR1 asks for.
#pragma once

#include <string>
#include <vector>

#include "core/node/node.h"
#include "daemon/watchers.h"

namespace understudy::daemon {

/// A line for each virtual router, sync group and tracked script, file and process: what it is now
/// and what it counted.
std::vector<std::string> status_lines(const Node& node, const Watchers& watchers);

}  // namespace understudy::daemon
