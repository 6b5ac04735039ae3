// What an explanation's lines say, for every report alike.
#pragma once

#include <string>

#include "sim/run_result.h"

namespace understudy::sim {

/// "lb1.conf:12 priority; frame 41 of lb1.eth0; RFC 9568, 6.4.2": where a cause can be looked up;
/// empty: nowhere.
std::string place_text(const Cause& cause);

/// "probe web: 365 of 5500 requests lost, 3.65 s at a stretch"; of several probes the one that
/// lost the most. "no request lost"; empty without probes.
std::string loss_text(const RunResult& result);

}  // namespace understudy::sim
