// Where bytes of a scalar's value stand in the file: the YAML library only knows where the scalar
// begins.
#include <algorithm>

#include "sim/scenario/yaml_document.h"

namespace understudy::sim {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// Bytes of the file that an escape of a double-quoted scalar takes, and bytes of the value it
/// gives.
struct Escape {
  std::size_t taken, given;
};

std::size_t utf8_size(std::string_view digits) {
  std::uint32_t value = 0;
  for (const char c : digits) {
    const bool digit = c >= '0' && c <= '9';
    value = value * 16 + static_cast<std::uint32_t>(digit ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
}

Escape escape_at(std::string_view rest) {
  const char kind = rest.size() > 1 ? rest[1] : '\0';
  const std::size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
  if (digits != 0) return {2 + digits, utf8_size(rest.substr(2, digits))};
  if (kind == 'N' || kind == '_') return {2, 2};
  if (kind == 'L' || kind == 'P') return {2, 3};
  return {2, 1};
}

}  // namespace

SourceText::SourceText(std::string file, std::string_view text)
    : file_(std::move(file)), text_(text) {
  std::string_view rest = text_;
  while (true) {
    const std::size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    lines_.push_back(line);
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
}

std::string_view SourceText::line(std::uint32_t number) const {
  constexpr std::size_t kLongestShown = 500;
  if (number == 0 || number > lines_.size() || lines_[number - 1].size() > kLongestShown) return {};
  return lines_[number - 1];
}

SourcePosition SourceText::position_in(const YamlNode& scalar, std::size_t offset) const {
  SourcePosition place = scalar.position;
  if (scalar.substituted || place.line == 0 || place.line > lines_.size()) return place;
  std::string_view line = lines_[place.line - 1];
  const char first = place.column <= line.size() ? line[place.column - 1] : '\0';

  if (scalar.quoted && first == '|') {  // literal: line by line, less the indentation
    std::size_t start = 0, lines_down = 1;
    for (std::size_t i = 0; i < offset && i < scalar.text.size(); ++i)
      if (scalar.text[i] == '\n') {
        start = i + 1;
        ++lines_down;
      }
    const std::size_t index = place.line - 1 + lines_down;
    if (index >= lines_.size()) return place;
    const std::size_t end = std::min(scalar.text.find('\n', start), scalar.text.size());
    const std::size_t length = end - start;
    const std::size_t indent = lines_[index].size() >= length ? lines_[index].size() - length : 0;
    return {static_cast<std::uint32_t>(index + 1),
            static_cast<std::uint32_t>(indent + offset - start + 1)};
  }
  if (scalar.quoted && first == '>') return place;

  const char quote = scalar.quoted ? first : '\0';
  std::size_t column = place.column - 1 + (scalar.quoted ? 1 : 0);
  std::size_t value = 0;
  while (value < offset) {
    if (column >= line.size()) {  // a folded line break: one blank, or one break an empty line
      std::size_t index = place.line;
      std::size_t breaks = 0;
      while (index < lines_.size()) {
        const std::size_t text_at = lines_[index].find_first_not_of(" \t");
        if (text_at != std::string_view::npos) {
          column = text_at;
          break;
        }
        ++breaks;
        ++index;
      }
      if (index >= lines_.size()) return scalar.position;
      place.line = static_cast<std::uint32_t>(index + 1);
      line = lines_[index];
      value += std::max<std::size_t>(breaks, 1);
      continue;
    }
    if (is_blank(line[column]) && line.find_first_not_of(" \t", column) == std::string_view::npos) {
      column = line.size();  // blanks before a break are dropped
      continue;
    }
    if (quote == '"' && line[column] == '\\') {
      const Escape escape = escape_at(line.substr(column));
      if (column + 1 >= line.size()) return scalar.position;  // an escaped line break
      if (value + escape.given > offset) break;
      column += escape.taken;
      value += escape.given;
    } else {
      column += quote == '\'' && line[column] == '\'' ? 2 : 1;
      ++value;
    }
  }
  place.column = static_cast<std::uint32_t>(column + 1);
  return place;
}

}  // namespace understudy::sim
