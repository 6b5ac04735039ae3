// What parsers have to say, as dictionaries.
#pragma once

#include <pybind11/pybind11.h>

#include <vector>

#include "core/config/diagnostic.h"

namespace understudy::python {

/// Each with file, line, column, severity, code, message, hint and `text`, the lines that a program
/// prints. Bytes that are no UTF-8 are replaced.
pybind11::list diagnostics_of(const std::vector<Diagnostic>& diagnostics);

}  // namespace understudy::python
