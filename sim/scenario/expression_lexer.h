// Words, numbers and signs of an expression.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace understudy::sim {

/// What is wrong with an expression, and where in its text.
struct ExpressionError {
  std::size_t offset = 0;
  std::size_t length = 1;
  std::string message;
  std::string hint;
};

struct Token {
  enum class Kind : std::uint8_t {
    word,    // a name, a keyword; may hold '.', and '-' or ':' between letters
    number,  // begins with a digit: 2, 3.8s, 192.168.56.100, 02:00:00:00:00:01
    text,    // '...' : a name that is no word
    sign,    // == != < <= > >= + - = ( ) ,
    end,
    bad,
  };
  Kind kind = Kind::end;
  std::string_view text;  // without the quotes
  std::size_t offset = 0;
  std::size_t length = 0;  // with the quotes
};

/// The token at or after `offset`.
Token next_token(std::string_view expression, std::size_t offset);

}  // namespace understudy::sim
