// One fault for a run that stands still: an entry of a timeline without its moment.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/diagnostic.h"
#include "core/net/instant.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {

struct LoadedDeed {
  std::optional<Fault> fault;  // nullopt: there are errors
  std::vector<Diagnostic> diagnostics;
};

/// "service: lb1/nginx, do: stop" with or without braces, or on several lines; what may stand in a
/// timeline but `at` and `after`, for `scenario` at `now`. `file` names the text in diagnostics;
/// files that it names are relative to its folder, and are read.
LoadedDeed load_deed(std::string_view text, const std::string& file, const Scenario& scenario,
                     Instant now);

/// Verbs whose effect is over at once, so that there is nothing to undo.
bool is_over_at_once(const Verb& verb);

}  // namespace understudy::sim
