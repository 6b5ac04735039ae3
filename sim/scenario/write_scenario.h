// A scenario as the text of a scenario file.
#pragma once

#include <string>

#include "sim/scenario/scenario.h"

namespace understudy::sim {

struct WriteOptions {
  /// Configurations as text in the file, so that it stands alone; else by their paths.
  bool inline_configs = false;
};

/// YAML that loads back to an equal scenario: one case, every value written out, parameters in
/// their places. Configurations without a path are always inline. What was injected becomes `hex`.
std::string write_scenario(const Scenario& scenario, const WriteOptions& options = {});

}  // namespace understudy::sim
