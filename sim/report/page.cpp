#include "sim/report/page.h"

#include <algorithm>

namespace understudy::sim {
namespace {

constexpr unsigned kNarrowest = 60, kWidest = 120;

std::size_t next_code_point(std::string_view text, std::size_t place) {
  do {
    ++place;
  } while (place < text.size() && (static_cast<unsigned char>(text[place]) & 0xc0) == 0x80);
  return place;
}

}  // namespace

Ink ink_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::pass:
      return Ink::green;
    case Verdict::fail:
      return Ink::red;
    default:
      return Ink::yellow;
  }
}

std::string word_of(Verdict verdict) {
  return verdict == Verdict::fail ? "FAIL" : std::string(to_string(verdict));
}

std::size_t columns(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

std::string pad(std::string text, std::size_t width) {
  const std::size_t length = columns(text);
  if (length < width) text.append(width - length, ' ');
  return text;
}

std::string pad_left(std::string text, std::size_t width) {
  const std::size_t length = columns(text);
  if (length < width) text.insert(0, width - length, ' ');
  return text;
}

std::string harmless(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  return text;
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  while (true) {
    std::size_t end = 0, blank = 0;
    for (std::size_t used = 0; end < text.size() && used < width; ++used) {
      if (text[end] == ' ') blank = end;
      end = next_code_point(text, end);
    }
    if (end >= text.size()) {
      lines.emplace_back(text);
      return lines;
    }
    const bool at_blank = blank != 0 && text[end] != ' ';
    const std::size_t cut = at_blank ? blank : end;
    lines.emplace_back(text.substr(0, cut));
    text.remove_prefix(std::min(text.find_first_not_of(' ', cut), text.size()));
  }
}

Page::Page(const TerminalStyle& style)
    : style_(style), width_(std::clamp(style.width, kNarrowest, kWidest)) {}

std::string Page::ink(Ink ink, const std::string& text) const {
  constexpr std::string_view kCodes[] = {"", "1", "2", "31;1", "32", "33", "36"};
  if (!style_.color || ink == Ink::plain) return text;
  return "\x1b[" + std::string(kCodes[static_cast<std::uint8_t>(ink)]) + "m" + text + "\x1b[0m";
}

void Page::entry(const std::string& first, std::size_t first_columns, const std::string& text,
                 Ink text_ink) {
  const auto lines = wrap(text, width_ > first_columns + 20 ? width_ - first_columns : 20);
  for (std::size_t i = 0; i < lines.size(); ++i)
    line((i == 0 ? first : std::string(first_columns, ' ')) + ink(text_ink, lines[i]));
}

void Page::heading(const std::string& name, const std::string& verdict, Ink verdict_ink) {
  const std::size_t used = columns(name) + verdict.size() + 8;
  const std::string rule(width_ > used ? width_ - used : 3, '-');
  line(ink(Ink::dim, "--") + " " + ink(Ink::bold, name) + " " + ink(Ink::dim, rule) + " " +
       ink(verdict_ink, verdict) + " " + ink(Ink::dim, "--"));
}

}  // namespace understudy::sim
