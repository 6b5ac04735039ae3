// A scenario that is in memory, while the files it names are on the disk.
#pragma once

#include <string>
#include <string_view>

#include "sim/scenario/loader.h"

namespace understudy::sim {

/// load() from the file system: `file` names the text in diagnostics, and what the scenario names
/// is relative to its folder.
LoadResult load_text(std::string_view text, const std::string& file,
                     const LoadOptions& options = {});

}  // namespace understudy::sim
