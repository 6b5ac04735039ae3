// The addresses of this machine's own interfaces.
#pragma once

#include <vector>

#include "core/config/parser.h"

namespace understudy::cli {

/// Empty when the system does not tell.
std::vector<config::InterfaceSubnet> local_interfaces();

}  // namespace understudy::cli
