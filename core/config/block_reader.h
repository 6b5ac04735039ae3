// Reads a configuration block by block: statements with their words, and which block they stand in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config/findings.h"
#include "core/config/keyword_table.h"
#include "core/config/line_reader.h"
#include "core/config/source_line.h"

namespace understudy::config {

struct Word {
  std::string text;
  std::uint32_t column = 0;
  std::uint32_t length = 1;
  bool quoted = false;
  bool cut = false;  // a comment begins right behind it
};

/// A line, or the part of one that braces leave.
struct Statement {
  SourceLine line;
  std::vector<Word> words;           // at least one
  std::string rest;                  // of a command: what follows the keyword, as it stands
  const Keyword* keyword = nullptr;  // null: a value, or unknown
  BlockKind in = BlockKind::top;     // the block it stands in
  bool has_block = false;
  std::size_t end = 0;  // index behind the last statement of its block; behind itself without one

  Place place(std::size_t word = 0) const { return {line, words[word].column, words[word].length}; }
};

/// A statement of the top level, then all that its block holds, in the order of the text. Blocks
/// that are not looked into (LVS, unknown keywords) are left out.
using Block = std::vector<Statement>;

/// Reports what is wrong with braces and quotes. Takes time and space in proportion to the text
/// however deep it is nested.
class BlockReader {
 public:
  /// A block of more statements is an error, and cut off.
  static constexpr std::size_t kMostStatements = 50'000;

  BlockReader(LineReader& lines, Findings& findings) : lines_(lines), findings_(findings) {}

  /// False at the end.
  bool next(Block& block);

 private:
  struct Frame {
    BlockKind kind = BlockKind::top;
    std::size_t statement = 0;  // whose block it is
    Place opened;
    std::string name;
    std::size_t depth = 1;  // of a skipped one: how many braces are open
  };

  bool read_token(Block& block);
  void take_words(Block& block);
  void take_open(Block& block, const Place& place);
  void take_close(Block& block, const Place& place);
  void settle_pending(Block& block, bool closing);
  void push_frame(Block& block, std::size_t statement, const Place& place);
  std::optional<std::size_t> frames_around_interruption(const Block& block) const;
  void interrupt(Block& block, const Place& place, std::size_t keep);
  void close_frames(Block& block, std::size_t keep);
  BlockKind kind() const { return frames_.empty() ? BlockKind::top : frames_.back().kind; }
  bool is_complete(const Block& block) const {
    return frames_.empty() && !pending_ && !block.empty();
  }
  void finish(Block& block);

  LineReader& lines_;
  Findings& findings_;
  Line line_;
  std::vector<Token> tokens_;
  std::size_t next_token_ = 0;
  std::vector<Frame> frames_;
  std::optional<std::size_t> pending_;     // the statement that a `{` would belong to
  std::optional<Statement> interrupting_;  // began a block before the last one was closed
  Place interrupting_open_;
  bool stored_all_ = true;
};

}  // namespace understudy::config
