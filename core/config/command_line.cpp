#include "core/config/command_line.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

namespace understudy::config {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_octal(char c) { return c >= '0' && c <= '7'; }

// The character that an escape stands for; `at` is behind the backslash, and moves behind the
// escape.
char unescape(std::string_view text, std::size_t& at) {
  const char c = text[at++];
  if (c == 'x' && at < text.size() && hex_digit(text[at]) >= 0) {
    unsigned value = 0;
    for (; at < text.size() && hex_digit(text[at]) >= 0; ++at)
      value = (value << 4 | static_cast<unsigned>(hex_digit(text[at]))) & 0xff;
    return static_cast<char>(value);
  }
  if (c == 'c' && at < text.size()) return static_cast<char>(text[at++] & 0x1f);
  if (is_octal(c)) {
    unsigned value = static_cast<unsigned>(c - '0');
    for (int digits = 1; digits < 3 && at < text.size() && is_octal(text[at]); ++digits, ++at)
      value = (value << 3 | static_cast<unsigned>(text[at] - '0')) & 0xff;
    return static_cast<char>(value);
  }
  constexpr std::string_view kNames = "abEfnrtv";
  constexpr std::string_view kValues = "\a\b\x1b\f\n\r\t\v";
  const auto found = kNames.find(c);
  return found == std::string_view::npos ? c : kValues[found];
}

}  // namespace

std::optional<std::vector<std::string>> split_shell_words(std::string_view text) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = '\0';
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    const bool blank = c == ' ' || (c >= '\t' && c <= '\r');
    if (blank && quote == '\0') {
      in_word = false;
      ++at;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    ++at;
    if (c == '\\') {
      if (at == text.size()) return std::nullopt;
      words.back() += unescape(text, at);
    } else if (quote == '\0' ? c == '"' || c == '\'' : c == quote) {
      quote = quote == '\0' ? c : '\0';
    } else {
      words.back() += c;
    }
  }
  if (quote != '\0') return std::nullopt;
  return words;
}

std::optional<CommandLine> parse_command_line(std::string_view text) {
  auto words = split_shell_words(text);
  if (!words || words->empty()) return std::nullopt;
  CommandLine result;
  result.command.text = words->front();
  auto arguments = split_shell_words(words->front());
  if (!arguments || arguments->empty() || arguments->front().empty()) return std::nullopt;
  const auto has_nul = [](const std::string& word) { return word.find('\0') != std::string::npos; };
  if (std::any_of(arguments->begin(), arguments->end(), has_nul)) return std::nullopt;
  result.command.argv = std::move(*arguments);
  result.behind.assign(std::next(words->begin()), words->end());
  return result;
}

}  // namespace understudy::config
