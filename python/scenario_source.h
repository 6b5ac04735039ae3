// Where a scenario of Python's comes from, so that it can be loaded again with other params.
#pragma once

#include <pybind11/pybind11.h>

#include <string>
#include <utility>
#include <vector>

#include "sim/run.h"
#include "sim/scenario/loader.h"

namespace understudy::python {

using Params = std::vector<std::pair<std::string, std::string>>;

/// A file, or a text that goes by the name of one.
struct ScenarioSource {
  std::string path;
  std::string text;
  bool in_memory = false;
  Params params;

  /// With these params in front of its own, which they replace.
  sim::LoadResult load(const Params& others = {}) const;
};

/// Plays it without the GIL; Ctrl-C ends it. OSError when captures cannot be written.
sim::RunResult play(const sim::Scenario& scenario, sim::RunOptions options);

/// Plays it and keeps it in full, for people: what the terminal shows, and the page with pictures
/// (empty when the program was built without the charting library), as bytes. `again` is the
/// command that replays it. Captures go to `pcap_directory` unless it is empty.
pybind11::tuple explained(const sim::Scenario& scenario, const std::string& again,
                          const std::string& pcap_directory);

}  // namespace understudy::python
