// Configurations of pairs, for tests of the swarm.
#pragma once

#include <string>

#include "sim/swarm/cluster.h"

namespace understudy::sim::swarm::test {

/// One instance VI_1 of 192.168.56.100 on eth0; `extra` stands in its block.
std::string instance(int priority, const std::string& extra = {});

ConfigFile file(const std::string& path, const std::string& text);

/// lb1 (priority 100) and lb2 (90).
Scenario pair(const std::string& extra = {});

}  // namespace understudy::sim::swarm::test
