// Why a case failed: the few of a run's happenings that led to it.
#pragma once

#include "sim/run_result.h"
#include "sim/stage.h"
#include "sim/story.h"

namespace understudy::sim {

/// An explanation has at most so many lines.
inline constexpr std::size_t kCausesMost = 12;

/// Fills RunResult::explained and causes when the case failed: of the expectation or oracle that
/// failed first, else of the longest blackout. From what decided it, causes are followed backward.
void explain(const Story& story, const Stage& stage, RunResult& result);

}  // namespace understudy::sim
