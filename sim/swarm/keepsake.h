// A shrunk scenario as a file that stands alone.
#pragma once

#include <string>

#include "sim/swarm/judge.h"

namespace understudy::sim::swarm {

/// Names it, and says in `about` what fails.
void dress(Scenario& scenario, const Failure& failure, bool any_seed);

/// The scenario file, with the configurations in it.
std::string scenario_text(const Scenario& scenario);

/// Whether a file with this text, read back and run, fails as `failure` says: the same oracle of
/// the same virtual router.
bool fails_from_text(const std::string& text, const std::string& file, const Failure& failure);

}  // namespace understudy::sim::swarm
