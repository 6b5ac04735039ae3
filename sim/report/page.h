// A page for a terminal: ink, columns that line up, lines that wrap.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/report/terminal_report.h"

namespace understudy::sim {

enum class Ink : std::uint8_t { plain, bold, dim, red, green, yellow, cyan };

Ink ink_of(Verdict verdict);
/// "FAIL" stands out among the others, which are written small.
std::string word_of(Verdict verdict);

/// Columns of UTF-8 text, one a code point.
std::size_t columns(std::string_view text);
std::string pad(std::string text, std::size_t width);
std::string pad_left(std::string text, std::size_t width);
/// Names and texts come from files: none may steer the terminal.
std::string harmless(std::string text);
/// Lines of at most `width` columns, broken at blanks where there are any.
std::vector<std::string> wrap(std::string_view text, std::size_t width);

/// Text that grows line by line, 60 to 120 columns wide. The style must outlive it.
class Page {
 public:
  explicit Page(const TerminalStyle& style);

  std::size_t width() const { return width_; }
  /// The text in escape sequences, when the style has colours.
  std::string ink(Ink ink, const std::string& text) const;
  void line(const std::string& text = {}) { text_ += text + "\n"; }
  /// `first` (already inked, `first_columns` wide), then text that goes on below itself.
  void entry(const std::string& first, std::size_t first_columns, const std::string& text,
             Ink text_ink = Ink::plain);
  /// "-- NAME ------- VERDICT --".
  void heading(const std::string& name, const std::string& verdict, Ink ink);
  std::string take() { return std::move(text_); }

 private:
  const TerminalStyle& style_;
  unsigned width_;
  std::string text_;
};

}  // namespace understudy::sim
