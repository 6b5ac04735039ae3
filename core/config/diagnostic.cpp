#include "core/config/diagnostic.h"

#include <algorithm>
#include <cstddef>

namespace understudy {
namespace {

constexpr std::size_t kWidestExcerpt = 160;  // bytes of a source line that are shown

struct Character {
  std::size_t bytes = 1;
  std::size_t width = 1;   // terminal columns
  bool printable = false;  // harmless on a terminal
};

bool is_wide(std::uint32_t code) {
  return (code >= 0x1100 && code <= 0x115f) || (code >= 0x2e80 && code <= 0xa4cf) ||
         (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xf900 && code <= 0xfaff) ||
         (code >= 0xfe30 && code <= 0xfe6f) || (code >= 0xff00 && code <= 0xff60) ||
         (code >= 0x1f300 && code <= 0x1faff) || (code >= 0x20000 && code <= 0x3fffd);
}

// Controls, among them those that turn the writing direction, and what has no meaning.
bool is_harmful(std::uint32_t code) {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f) || (code >= 0x200b && code <= 0x200f) ||
         (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
         (code >= 0xd800 && code <= 0xdfff) || code == 0xfeff || code > 0x10ffff;
}

// The character that begins at `at`; a byte that begins none counts as one unprintable character.
Character character_at(std::string_view text, std::size_t at) {
  const auto lead = static_cast<std::uint8_t>(text[at]);
  if (lead < 0x80) return {1, 1, !is_harmful(lead)};
  const std::size_t bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (bytes == 0 || lead > 0xf4 || at + bytes > text.size()) return {};
  std::uint32_t code = lead & (0x7fU >> bytes);
  for (std::size_t i = 1; i < bytes; ++i) {
    const auto next = static_cast<std::uint8_t>(text[at + i]);
    if ((next & 0xc0) != 0x80) return {};
    code = code << 6 | (next & 0x3f);
  }
  static constexpr std::uint32_t kLowest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (code < kLowest[bytes] || is_harmful(code)) return {};
  return {bytes, is_wide(code) ? std::size_t{2} : std::size_t{1}, true};
}

std::string harmless(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size();) {
    const auto character = character_at(text, i);
    if (character.printable)
      result += text.substr(i, character.bytes);
    else
      result += text[i] == '\t' ? '\t' : '?';
    i += character.bytes;
  }
  return result;
}

// Appends the line and, below it, the caret; of a long line only what surrounds the caret.
void append_excerpt(const Diagnostic& diagnostic, std::string& result) {
  const std::string_view line = diagnostic.source_line;
  const std::size_t caret = diagnostic.position.column - 1;
  std::size_t begin = 0;
  std::size_t end = line.size();
  if (line.size() > kWidestExcerpt) {
    begin = caret > kWidestExcerpt / 2 ? std::min(caret, line.size()) - kWidestExcerpt / 2 : 0;
    end = std::min(begin + kWidestExcerpt, line.size());
  }
  const std::string_view before = begin > 0 ? "..." : "";
  std::string shown = "  " + std::string(before);
  std::string below(shown.size(), ' ');
  const std::size_t caret_end = caret + std::max<std::uint32_t>(diagnostic.length, 1);
  bool pointed = false;
  for (std::size_t i = begin; i < end;) {
    const auto character = character_at(line, i);
    const bool tab = line[i] == '\t';
    shown += character.printable ? std::string(line.substr(i, character.bytes))
                                 : std::string(1, tab ? '\t' : '?');
    if (i < caret) {
      below += tab ? std::string(1, '\t') : std::string(character.width, ' ');
    } else if (i < caret_end) {
      below += pointed ? '~' : '^';
      if (character.width > 1) below += '~';
      pointed = true;
    }
    i += character.bytes;
  }
  if (!pointed) below += '^';
  if (end < line.size()) shown += "...";
  result += shown + "\n" + below + "\n";
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "error";
}

std::string format(const Diagnostic& diagnostic) {
  std::string result = harmless(diagnostic.file);
  if (diagnostic.position.line != 0) {
    result += ":" + std::to_string(diagnostic.position.line);
    if (diagnostic.position.column != 0) result += ":" + std::to_string(diagnostic.position.column);
  }
  result += ": " + std::string(to_string(diagnostic.severity)) + ": ";
  result += harmless(diagnostic.message) + "\n";
  if (!diagnostic.source_line.empty() && diagnostic.position.column != 0)
    append_excerpt(diagnostic, result);
  if (!diagnostic.hint.empty()) result += "  hint: " + harmless(diagnostic.hint) + "\n";
  return result;
}

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& diagnostic) {
    return diagnostic.severity == Severity::error;
  });
}

}  // namespace understudy
