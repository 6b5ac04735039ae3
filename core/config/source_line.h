// Where the words of a configuration stand, for diagnostics.
#pragma once

#include <cstdint>
#include <string_view>

namespace understudy::config {

/// One physical line. `text` views the file's text, which outlives the parse.
struct SourceLine {
  std::uint32_t file = 0;    // as numbered by Findings::add_file
  std::uint32_t number = 0;  // from 1; 0: the file as a whole
  std::uint32_t order = 0;   // lines read before it, those of included files counted
  std::string_view text;     // without its line end
};

/// A stretch of one line. Columns are bytes, from 1.
struct Place {
  SourceLine line;
  std::uint32_t column = 0;
  std::uint32_t length = 1;
};

}  // namespace understudy::config
