// `sim --trace`: runs for Perfetto and chrome://tracing.
#pragma once

#include <string>
#include <vector>

#include "sim/run_result.h"

namespace understudy::sim {

/// One document of the Trace Event Format for all results that have their story. A process is a
/// host of a case, a thread a virtual router or a probe. States and blackouts with their parts are
/// complete events ("X"), what happened is instants ("i"), an advert's way to who heard it a flow
/// ("s", "f"). Times are microseconds with their fractions, exact. Names are escaped.
std::string trace_report(const std::vector<RunResult>& results);

}  // namespace understudy::sim
