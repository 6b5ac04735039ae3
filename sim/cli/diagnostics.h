// What parsers have to say, on standard error.
#pragma once

#include <cstdint>
#include <vector>

#include "core/config/diagnostic.h"

namespace understudy::cli {

enum class Shown : std::uint8_t { errors, all };

/// Errors with line and caret; what only deserves a look takes one line.
void show(const std::vector<Diagnostic>& diagnostics, Shown shown);

}  // namespace understudy::cli
