// What concerns interfaces across instances.
#pragma once

#include "core/config/block_handlers.h"

namespace understudy::config {

/// Applies garp_group and interface_up_down_delays, gives virtual interfaces their names and static
/// addresses their devices, in the finished `config`.
void finish_interfaces(Draft& draft, Config& config);

}  // namespace understudy::config
