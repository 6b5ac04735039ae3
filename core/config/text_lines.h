// Finds a line of a text again, for diagnostics that are made after the parse.
#pragma once

#include <cstdint>
#include <string_view>

namespace understudy::config {

/// The line of this number, from 1, without its line end; empty when there is none.
inline std::string_view line_of(std::string_view text, std::uint32_t number) {
  for (std::uint32_t line = 1; line < number; ++line) {
    const auto end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  auto line = text.substr(0, text.find('\n'));
  while (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace understudy::config
