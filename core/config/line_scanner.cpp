#include "core/config/line_scanner.h"

namespace understudy::config {
namespace {

bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool escapes_comment(std::string_view line, std::size_t at) {
  return line[at] == '\\' && at + 1 < line.size() && (line[at + 1] == '#' || line[at + 1] == '!');
}

}  // namespace

std::size_t find_comment(std::string_view line) {
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"')
      quoted = !quoted;
    else if (!quoted && escapes_comment(line, i))
      ++i;
    else if (!quoted && (c == '#' || c == '!'))
      return i;
  }
  return line.size();
}

void scan_line(std::string_view line, std::vector<Token>& tokens) {
  tokens.clear();
  for (std::size_t i = 0; i < line.size();) {
    const char c = line[i];
    if (is_blank(c)) {
      ++i;
      continue;
    }
    Token token;
    token.begin = i;
    if (c == '{' || c == '}') {
      token.kind = c == '{' ? Token::Kind::open : Token::Kind::close;
      token.end = ++i;
    } else if (c == '"') {
      const auto close = line.find('"', i + 1);
      token.quoted = true;
      token.unclosed = close == std::string_view::npos;
      const auto text_end = token.unclosed ? line.size() : close;
      token.raw = line.substr(i + 1, text_end - i - 1);
      i = token.end = token.unclosed ? line.size() : close + 1;
    } else {
      while (i < line.size() && !is_blank(line[i]) && line[i] != '"' && line[i] != '{' &&
             line[i] != '}')
        ++i;
      token.raw = line.substr(token.begin, i - token.begin);
      token.end = i;
    }
    tokens.push_back(token);
  }
}

std::string word_text(const Token& token) {
  if (token.quoted || token.raw.find('\\') == std::string_view::npos) return std::string(token.raw);
  std::string text;
  for (std::size_t i = 0; i < token.raw.size(); ++i) {
    if (escapes_comment(token.raw, i)) ++i;
    text += token.raw[i];
  }
  return text;
}

}  // namespace understudy::config
