// The lines that a parse is made of: files and what they include, definitions replaced.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/definitions.h"
#include "core/config/findings.h"
#include "core/config/line_scanner.h"
#include "core/config/parser.h"
#include "core/config/source_line.h"

namespace understudy::config {

/// A line ready to be split into words. Valid until the next one is read.
struct Line {
  SourceLine source;
  std::string_view text;                          // without comment and line end
  const std::vector<Columns>* columns = nullptr;  // where text comes from; null: byte i, column i+1
  bool cut = false;                               // a comment begins right behind the last word

  /// The place of the bytes [begin, end) of text.
  Place place(std::size_t begin, std::size_t end) const;
};

/// Reads line by line, never more than once; what is wrong with a line as such is reported here and
/// the line left out.
class LineReader {
 public:
  static constexpr std::size_t kLongestLine = 1023;  // as keepalived's buffer
  static constexpr std::size_t kDeepestInclude = 16;
  static constexpr std::size_t kMostFiles = 1000;
  static constexpr std::size_t kMostBytes = 64U << 20;  // of all included files together

  /// Everything named here must outlive the reader; `includes` may be null.
  LineReader(std::string_view text, std::string_view file, IncludeReader* includes,
             Findings& findings);

  /// False at the end.
  bool next(Line& line);
  /// Whether reading was given up: this is no text, or too much is wrong with it.
  bool gave_up() const { return binary_ || findings_.is_hopeless(); }

 private:
  struct Input {
    std::uint32_t file = 0;
    std::string_view rest;
    std::size_t depth = 0;  // how many files include it
    std::uint32_t lines = 0;
  };

  void open(std::uint32_t file, std::string_view text, std::size_t depth);
  SourceLine next_physical_line();
  bool is_sound(const SourceLine& line);
  bool define(const SourceLine& line, std::string_view text, std::size_t begin);
  void skip_continuation();
  bool replace(Line& line);
  bool refuse_unsupported(const Line& line, std::size_t begin);
  bool include(const Line& line);
  void read_included(const Line& line, const Token& pattern, bool must_exist);
  bool is_being_read(std::string_view name) const;

  IncludeReader* includes_;
  Findings& findings_;
  Definitions definitions_;
  std::vector<Input> inputs_;         // the last one is being read
  std::deque<std::string> included_;  // the texts; views of them stay valid
  std::size_t included_bytes_ = 0;
  std::uint32_t order_ = 0;
  std::string replaced_;
  std::vector<Columns> columns_;
  std::vector<Token> tokens_;
  int unsound_lines_ = 0;
  bool binary_ = false;
};

}  // namespace understudy::config
