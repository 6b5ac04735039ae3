#include "sim/scenario/expression_lexer.h"

namespace understudy::sim {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Whether the byte at `place` goes on with a word or number that began before it.
bool continues(std::string_view text, std::size_t place, bool word) {
  const char c = text[place];
  if (is_letter(c) || is_digit(c) || c == '.') return true;
  if (c != ':' && (c != '-' || !word)) return false;
  if (c == ':' && text[place - 1] == ':') return true;  // "2001:db8::"
  return place + 1 < text.size() && (is_letter(text[place + 1]) || is_digit(text[place + 1]) ||
                                     (c == ':' && text[place + 1] == ':'));
}

}  // namespace

Token next_token(std::string_view expression, std::size_t offset) {
  while (offset < expression.size() && (expression[offset] == ' ' || expression[offset] == '\t' ||
                                        expression[offset] == '\n' || expression[offset] == '\r'))
    ++offset;
  const auto make = [&](Token::Kind kind, std::size_t length) {
    return Token{kind, expression.substr(offset, length), offset, length};
  };
  if (offset >= expression.size()) return {Token::Kind::end, {}, expression.size(), 1};
  const char first = expression[offset];
  if (is_letter(first) || is_digit(first)) {
    std::size_t end = offset + 1;
    while (end < expression.size() && continues(expression, end, is_letter(first))) ++end;
    return make(is_letter(first) ? Token::Kind::word : Token::Kind::number, end - offset);
  }
  if (first == '\'') {
    const std::size_t end = expression.find('\'', offset + 1);
    if (end == std::string_view::npos) return make(Token::Kind::bad, expression.size() - offset);
    return {Token::Kind::text, expression.substr(offset + 1, end - offset - 1), offset,
            end - offset + 1};
  }
  for (const std::string_view sign : {"==", "!=", "<=", ">=", "&&", "||"})
    if (expression.substr(offset, 2) == sign)
      return make(sign == "&&" || sign == "||" ? Token::Kind::bad : Token::Kind::sign, 2);
  if (std::string_view("<>+-=(),").find(first) != std::string_view::npos)
    return make(Token::Kind::sign, 1);
  return make(Token::Kind::bad, 1);
}

}  // namespace understudy::sim
