// What a parser has to say about a file: where, how bad, what to do. Shared by every text format we
// read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy {

enum class Severity : std::uint8_t { note, warning, error };

/// A place in a text file. Lines and columns (bytes) count from 1; 0 says "the file as a whole".
struct SourcePosition {
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  friend bool operator==(const SourcePosition&, const SourcePosition&) = default;
};

struct Diagnostic {
  std::string file;
  SourcePosition position;
  std::uint32_t length = 1;  // columns the caret underlines
  Severity severity = Severity::error;
  std::string code;         // stable, with dashes: "unknown-keyword"
  std::string message;      // one sentence
  std::string hint;         // what to write instead; may be empty
  std::string source_line;  // the line as it stands in the file; empty when there is none

  friend bool operator==(const Diagnostic&, const Diagnostic&) = default;
};

std::string_view to_string(Severity severity);

/// "FILE:LINE:COLUMN: error: TEXT", then the line, a caret below it, and the hint; ends with a
/// newline. Control bytes of the source line are shown as '?', tabs stay, so that nothing in a file
/// can steer a terminal.
std::string format(const Diagnostic& diagnostic);

bool has_errors(const std::vector<Diagnostic>& diagnostics);

/// The candidate closest to `word` by edit distance (transpositions count once), or empty when none
/// is close enough to be a plausible slip (a third of the length, at most 3).
std::string_view closest_match(std::string_view word,
                               const std::vector<std::string_view>& candidates);

}  // namespace understudy
