// What people read after `understudy sim`.
#pragma once

#include <string>
#include <vector>

#include "sim/run_result.h"

namespace understudy::sim {

struct TerminalStyle {
  bool color = false;  // escape sequences; only for a terminal
  unsigned width = 100;
};

/// What a report says besides the result; empty strings are left out.
struct ReportNotes {
  std::string about;     // what the case is about
  std::string captures;  // the folder where its capture files lie
  std::string again;     // the command that replays it; shown unless it passes
};

/// One case: heading with the verdict, timeline, blackouts by cause, expectations with their
/// margins, oracles. Control bytes in texts are shown as '?'.
std::string terminal_report(const RunResult& result, const TerminalStyle& style,
                            const ReportNotes& notes = {});

/// The last line of several cases: how many passed, which did not.
std::string terminal_summary(const std::vector<RunResult>& results, const TerminalStyle& style);

}  // namespace understudy::sim
