#include "core/config/diagnostic.h"

#include <gtest/gtest.h>

namespace understudy {
namespace {

Diagnostic at(std::uint32_t column, std::uint32_t length, std::string line) {
  Diagnostic diagnostic;
  diagnostic.file = "a.conf";
  diagnostic.position = {7, column};
  diagnostic.length = length;
  diagnostic.message = "no";
  diagnostic.source_line = std::move(line);
  return diagnostic;
}

TEST(Diagnostic, IsWrittenAsCompilersWriteThem) {
  auto diagnostic = at(5, 5, "    raise 3");
  diagnostic.severity = Severity::warning;
  diagnostic.message = "Unknown keyword 'raise'";
  diagnostic.hint = "did you mean 'rise'?";
  EXPECT_EQ(format(diagnostic),
            "a.conf:7:5: warning: Unknown keyword 'raise'\n"
            "      raise 3\n"
            "      ^~~~~\n"
            "  hint: did you mean 'rise'?\n");
}

TEST(Diagnostic, OfTheWholeFileHasNoPlace) {
  Diagnostic diagnostic;
  diagnostic.file = "a.conf";
  diagnostic.message = "empty";
  EXPECT_EQ(format(diagnostic), "a.conf: error: empty\n");
}

TEST(Diagnostic, KeepsTabsSoThatTheCaretStandsBelowItsWord) {
  EXPECT_EQ(format(at(3, 1, "\t\tx")), "a.conf:7:3: error: no\n  \t\tx\n  \t\t^\n");
}

TEST(Diagnostic, CountsWideAndManyByteCharactersAsTheyAreShown) {
  // Each of the two characters has three bytes and takes two columns.
  EXPECT_EQ(format(at(8, 1, "\xe4\xb8\xbb\xe6\x9c\xba x")),
            "a.conf:7:8: error: no\n  \xe4\xb8\xbb\xe6\x9c\xba x\n       ^\n");
  EXPECT_EQ(format(at(3, 1, "\xc3\xa9x")), "a.conf:7:3: error: no\n  \xc3\xa9x\n   ^\n");
  EXPECT_EQ(format(at(1, 3, "\xe4\xb8\xbbx")), "a.conf:7:1: error: no\n  \xe4\xb8\xbbx\n  ^~\n");
}

TEST(Diagnostic, LetsNothingOfAFileSteerTheTerminal) {
  auto diagnostic = at(2, 1, "\x1b[2J\xc2\x9b\xe2\x80\xae\xff\x7f\r");
  diagnostic.file = "\x1b.conf";
  diagnostic.message = "not '\x1b]0;x\a'\n";
  diagnostic.hint = "\x9b";
  EXPECT_EQ(format(diagnostic),
            "?.conf:7:2: error: not '?]0;x?'?\n  ?[2J????????\n   ^\n  hint: ?\n");
}

TEST(Diagnostic, ShowsOfALongLineWhatSurroundsTheCaret) {
  const auto text = format(at(1001, 3, std::string(1000, 'a') + "bad" + std::string(1000, 'c')));
  EXPECT_NE(text.find("...aaaa"), std::string::npos);
  EXPECT_NE(text.find("bad"), std::string::npos);
  EXPECT_NE(text.find("cccc..."), std::string::npos);
  EXPECT_LT(text.size(), 400U);
  const auto line_at = text.find("  ...");
  const auto caret_at = text.find('^');
  const auto below_at = text.find('\n', line_at) + 1;
  EXPECT_EQ(text.substr(line_at + (caret_at - below_at), 3), "bad");
}

TEST(Diagnostic, PointsBehindTheEndWhenItsPlaceIsThere) {
  EXPECT_EQ(format(at(4, 1, "ab")), "a.conf:7:4: error: no\n  ab\n    ^\n");
}

TEST(Diagnostic, HasErrorsLooksForErrorsAlone) {
  std::vector<Diagnostic> diagnostics(2);
  diagnostics[0].severity = Severity::note;
  diagnostics[1].severity = Severity::warning;
  EXPECT_FALSE(has_errors(diagnostics));
  diagnostics[1].severity = Severity::error;
  EXPECT_TRUE(has_errors(diagnostics));
  EXPECT_FALSE(has_errors({}));
}

TEST(ClosestMatch, FindsSlipsOfAThirdOfTheWordAtMost) {
  struct Row {
    const char* word;
    const char* match;
  };
  const std::vector<std::string_view> candidates = {"rise",       "fall",   "priority",
                                                    "advert_int", "MASTER", "BACKUP"};
  for (const auto& [word, match] : std::vector<Row>{{"raise", "rise"},
                                                    {"rsie", "rise"},
                                                    {"advert_in", "advert_int"},
                                                    {"priorty", "priority"},
                                                    {"prioirty", "priority"},
                                                    {"Master", "MASTER"},
                                                    {"BAKCUP", "BACKUP"},
                                                    {"roso", ""},
                                                    {"fal", "fall"},
                                                    {"xy", ""},
                                                    {"ab", ""},
                                                    {"", ""},
                                                    {"weight", ""},
                                                    {"pririty_of_all_things", ""}})
    EXPECT_EQ(closest_match(word, candidates), match) << word;
  EXPECT_EQ(closest_match("rise", {}), "");
  EXPECT_EQ(closest_match(std::string(100'000, 'a'), candidates), "");
}

TEST(ClosestMatch, TakesTheFirstOfTwoThatAreAsClose) {
  EXPECT_EQ(closest_match("abcdef", {"abcdex", "abcdey"}), "abcdex");
}

}  // namespace
}  // namespace understudy
