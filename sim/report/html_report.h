// `sim --html`: what people look at.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "sim/report/terminal_report.h"
#include "sim/run_result.h"

namespace understudy::sim {

/// One file for all cases of a scenario: verdicts, causes, expectations, blackouts as text, and for
/// each case whose result has its story a picture to zoom into. `notes` go with `results`. Fails
/// when the program was built without the charting library; the string says what to install.
tl::expected<std::string, std::string> html_report(const std::vector<RunResult>& results,
                                                   const std::vector<ReportNotes>& notes,
                                                   const std::string& about);

}  // namespace understudy::sim
