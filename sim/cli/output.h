// Writing results where the user asked for them.
#pragma once

#include <string>

namespace understudy::cli {

/// Writes all of `text` to standard output. On failure says why on standard error.
bool print(const std::string& text);

/// Writes a file under a temporary name and renames it when it is whole, so that no reader ever
/// sees half of it; "-" is standard output. On failure says why on standard error.
bool write_output(const std::string& path, const std::string& text);

/// Columns of the terminal on standard output; 100 when it is none.
unsigned output_width();
/// Whether standard output is a terminal that shows colours (NO_COLOR and TERM=dumb say no).
bool output_has_color();

}  // namespace understudy::cli
