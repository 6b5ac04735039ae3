#include "core/config/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace understudy::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(CommandLine, IsTheFirstWordSplitOnceMore) {
  // The first five as keepalived 2.2.7 dumped them.
  struct Row {
    const char* text;
    std::vector<std::string> argv;
    std::vector<std::string> behind;
  };
  const std::vector<Row> rows = {
      {"/usr/bin/echo one \"t wo\" 'x y'", {"/usr/bin/echo"}, {"one", "t wo", "x y"}},
      {"'/usr/bin/echo \"a b\" c'", {"/usr/bin/echo", "a b", "c"}, {}},
      {"\"/usr/bin/echo a\" root", {"/usr/bin/echo", "a"}, {"root"}},
      {"\"/usr/bin/echo\" one two", {"/usr/bin/echo"}, {"one", "two"}},
      {"\"/usr/bin/echo a\\ b\"", {"/usr/bin/echo", "a", "b"}, {}},
      {"\"/x 'a b' \\\"c d\\\"\"", {"/x", "a b", "c d"}, {}},
      {"\"sh -c 'a | b'\"", {"sh", "-c", "a | b"}, {}},
      {"'/x a''b'", {"/x", "ab"}, {}},
      {"\"/x ''\"", {"/x", ""}, {}},
      {"/x\\ty", {"/x", "y"}, {}},
  };
  for (const auto& row : rows) {
    const auto line = parse_command_line(row.text);
    ASSERT_TRUE(line) << row.text;
    EXPECT_EQ(line->command.argv, row.argv) << row.text;
    EXPECT_EQ(line->behind, row.behind) << row.text;
  }
}

TEST(CommandLine, RefusesWhatCannotBeRun) {
  for (const auto* text : {"", "   ", "\"\"", "''", "\"/x", "'/x", "\"/x 'a\"", "/x\\", "\"'' a\"",
                           "/x\\0y", "\"/x \\\\0\""})
    EXPECT_FALSE(parse_command_line(text)) << text;
}

TEST(ShellWords, UndoEscapes) {
  EXPECT_THAT(*split_shell_words("\\a\\b\\E\\f\\n\\r\\t\\v"), ElementsAre("\a\b\x1b\f\n\r\t\v"));
  EXPECT_THAT(*split_shell_words("\\101 \\x41 \\cA \\q \\\\ \\' \\\" \\18"),
              ElementsAre("A", "A", "\x01", "q", "\\", "'", "\"",
                          "\x01"
                          "8"));
  EXPECT_THAT(*split_shell_words("\"a\\\"b\" 'c\\'d'"), ElementsAre("a\"b", "c'd"));
  EXPECT_THAT(*split_shell_words(" \t "), IsEmpty());
  EXPECT_FALSE(split_shell_words("a \\"));
}

}  // namespace
}  // namespace understudy::config
