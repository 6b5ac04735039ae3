#include "core/config/line_scanner.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace understudy::config {
namespace {

// Words in brackets, quoted ones with a q; braces as they are.
std::string scanned(std::string_view line) {
  std::vector<Token> tokens;
  scan_line(line.substr(0, find_comment(line)), tokens);
  std::string text;
  for (const auto& token : tokens) {
    if (token.kind == Token::Kind::open)
      text += "{";
    else if (token.kind == Token::Kind::close)
      text += "}";
    else
      text += (token.quoted ? "q[" : "[") + word_text(token) + (token.unclosed ? "" : "]");
  }
  return text;
}

TEST(LineScanner, SplitsAsKeepalivedDoes) {
  struct Row {
    const char* name;
    const char* line;
    const char* words;
  };
  const std::vector<Row> rows = {
      {"blanks", "  a \t b\v\f", "[a][b]"},
      {"empty", "", ""},
      {"hash", "a # b", "[a]"},
      {"bang", "a ! b", "[a]"},
      {"comment in a word", "a#b c", "[a]"},
      {"escaped hash", "a\\#b c", "[a#b][c]"},
      {"escaped bang", "a\\!b", "[a!b]"},
      {"other backslash", "a\\b \\", "[a\\b][\\]"},
      {"comment in double quotes", "\"a # b ! c\" d", "q[a # b ! c][d]"},
      {"single quotes protect nothing", "'a # b'", "['a]"},
      {"single quotes do not join", "'a b'", "['a][b']"},
      {"quote", "\"a b\" c", "q[a b][c]"},
      {"empty quote", "\"\"", "q[]"},
      {"quote ends a word", "ab\"c d\"e", "[ab]q[c d][e]"},
      {"no escapes in quotes", "\"a\\\" b", "q[a\\][b]"},
      {"unclosed quote", "a \"b c", "[a]q[b c"},
      {"braces", "a { b }", "[a]{[b]}"},
      {"braces in a word", "a{b}c", "[a]{[b]}[c]"},
      {"braces in quotes", "\"{a}\"", "q[{a}]"},
      {"template", "{{ x }}", "{{[x]}}"},
      {"brace behind a comment", "a # {", "[a]"},
      {"slashes are words", "a // b", "[a][//][b]"},
      {"bytes", "\xe4\xb8\xbb x", "[\xe4\xb8\xbb][x]"},
  };
  for (const auto& row : rows) EXPECT_EQ(scanned(row.line), row.words) << row.name;
}

TEST(LineScanner, GivesThePlaceOfEachWordWithItsQuotes) {
  std::vector<Token> tokens;
  scan_line(" ab \"c d\" {", tokens);
  ASSERT_EQ(tokens.size(), 3U);
  EXPECT_EQ(tokens[0].begin, 1U);
  EXPECT_EQ(tokens[0].end, 3U);
  EXPECT_EQ(tokens[1].begin, 4U);
  EXPECT_EQ(tokens[1].end, 9U);
  EXPECT_EQ(tokens[2].begin, 10U);
}

}  // namespace
}  // namespace understudy::config
