// Scenarios made in code: LANs of hosts that share virtual routers, for benchmarks and tests.
#pragma once

#include "sim/scenario/scenario.h"

namespace understudy::sim {

struct LanShape {
  unsigned hosts = 2;  // 1 to 250; priorities 250, 249, ... so that the first becomes master
  Duration duration = std::chrono::hours{1};
  LinkSettings link{std::chrono::microseconds{50}, {}};
  Duration advert_interval = std::chrono::seconds{1};
  unsigned segments = 1;   // 1 to 250; each host has a NIC on each
  unsigned instances = 1;  // 1 to 250, on each segment
};

/// One switch a segment, `hosts` hosts lb1, lb2, ... with the instances VI_1, VI_2, ... (PASS, one
/// address; a lone one has VRID 51, several have 1, 2, ...) on each segment. No clients, scripts or
/// faults: after the election the only frames are adverts.
Scenario lan_scenario(const LanShape& shape);

}  // namespace understudy::sim
