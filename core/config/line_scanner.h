// Splits one line of keepalived.conf into words and braces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::config {

struct Token {
  enum class Kind : std::uint8_t { word, open, close };
  Kind kind = Kind::word;
  std::string_view raw;  // a view of the line: quotes taken off, \# and \! not yet undone
  std::size_t begin = 0;
  std::size_t end = 0;  // offsets in the line, quotes included
  bool quoted = false;
  bool unclosed = false;  // the closing quote is missing; the word runs to the end of the line
};

/// Where the comment of a line begins, or its length. `#` and `!` start one anywhere but between
/// double quotes and after a backslash, as with keepalived.
std::size_t find_comment(std::string_view line);

/// The words of a line that has no comment. Words end at blanks and at double quotes; `{` and `}`
/// are tokens of their own wherever they stand outside quotes. Single quotes mean nothing here.
void scan_line(std::string_view line, std::vector<Token>& tokens);

/// The text of a word, with \# and \! undone.
std::string word_text(const Token& token);

}  // namespace understudy::config
