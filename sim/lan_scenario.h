// Scenarios made in code: a LAN of hosts that share one virtual router, for benchmarks and tests.
#pragma once

#include "sim/scenario/scenario.h"

namespace understudy::sim {

struct LanShape {
  unsigned hosts = 2;  // 1 to 250; priorities 250, 249, ... so that the first becomes master
  Duration duration = std::chrono::hours{1};
  LinkSettings link{std::chrono::microseconds{50}, {}};
  Duration advert_interval = std::chrono::seconds{1};
};

/// One switch, `hosts` hosts lb1, lb2, ... with VI_1 (VRID 51, PASS, one address) each. No clients,
/// scripts or faults: after the election the only frames are adverts.
Scenario lan_scenario(const LanShape& shape);

}  // namespace understudy::sim
