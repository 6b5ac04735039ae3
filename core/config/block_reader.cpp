#include "core/config/block_reader.h"

#include <string_view>
#include <utility>

namespace understudy::config {
namespace {

constexpr std::size_t kNoStatement = static_cast<std::size_t>(-1);

std::string quoted(std::string_view text) { return "'" + std::string(text) + "'"; }

// {{ name }}, {name} and ${name} are how templates mark what is still to be filled in.
std::string template_hint(const Place& brace) {
  const auto rest = brace.line.text.substr(brace.column > 0 ? brace.column - 1 : 0);
  return rest.find('}') == std::string_view::npos
             ? ""
             : "is this a template that was not filled in? A '{' in a value must stand in double "
               "quotes";
}

// A `{` on a line of its own belongs to the line before if that wants one, or might.
bool takes_brace(const Statement& statement, const Place& brace) {
  if (statement.line.order == brace.line.order) return true;
  if (statement.keyword != nullptr) return statement.keyword->opens != BlockKind::none;
  return statement.in != BlockKind::values;
}

}  // namespace

bool BlockReader::next(Block& block) {
  block.clear();
  frames_.clear();
  pending_.reset();
  stored_all_ = true;
  if (interrupting_) {
    block.push_back(std::move(*interrupting_));
    interrupting_.reset();
    push_frame(block, 0, interrupting_open_);
  }
  while (true) {
    if (next_token_ == tokens_.size()) {
      next_token_ = 0;
      tokens_.clear();
      if (!lines_.next(line_)) {
        finish(block);
        return !block.empty();
      }
      scan_line(line_.text, tokens_);
      continue;
    }
    if (read_token(block)) return true;
  }
}

// True when the block is complete; the token then may still wait.
bool BlockReader::read_token(Block& block) {
  const auto& token = tokens_[next_token_];
  const auto place = line_.place(token.begin, token.end);
  if (token.kind == Token::Kind::open) {
    ++next_token_;
    take_open(block, place);
    return interrupting_.has_value();
  }
  if (kind() != BlockKind::skipped) {
    settle_pending(block, token.kind == Token::Kind::close);
    if (is_complete(block)) return true;
  }
  if (token.kind == Token::Kind::word) {
    take_words(block);
    return false;
  }
  ++next_token_;
  take_close(block, place);
  return is_complete(block);
}

void BlockReader::take_words(Block& block) {
  Statement statement;
  statement.line = line_.source;
  statement.in = kind();
  const auto first = next_token_;
  const bool skip = kind() == BlockKind::skipped;
  for (; next_token_ < tokens_.size() && tokens_[next_token_].kind == Token::Kind::word;
       ++next_token_) {
    const auto& token = tokens_[next_token_];
    const auto place = line_.place(token.begin, token.end);
    if (token.unclosed)
      findings_.error("unmatched-quote", place, "The closing double quote is missing");
    if (skip) continue;
    const bool cut = line_.cut && token.end == line_.text.size();
    statement.words.push_back({word_text(token), place.column, place.length, token.quoted, cut});
  }
  if (skip) return;
  if (block.size() >= kMostStatements) {
    if (stored_all_)
      findings_.error("block-too-large", statement.place(),
                      "The block has more than " + std::to_string(kMostStatements) +
                          " lines; the rest of it is not read");
    stored_all_ = false;
    return;
  }
  if (statement.in != BlockKind::values)
    statement.keyword = find_keyword(statement.in, statement.words.front().text);
  if (statement.keyword != nullptr && statement.keyword->command && next_token_ - first > 1) {
    const auto begin = tokens_[first + 1].begin;
    statement.rest = line_.text.substr(begin, tokens_[next_token_ - 1].end - begin);
  }
  pending_ = block.size();
  statement.end = block.size() + 1;
  block.push_back(std::move(statement));
}

void BlockReader::take_open(Block& block, const Place& place) {
  if (kind() == BlockKind::skipped) {
    ++frames_.back().depth;
    return;
  }
  const auto index = std::exchange(pending_, std::nullopt);
  const auto keep = index ? frames_around_interruption(block) : std::nullopt;
  if (keep) {
    interrupt(block, place, *keep);
  } else if (index && takes_brace(block[*index], place)) {
    push_frame(block, *index, place);
  } else {
    if (stored_all_)
      findings_.error("stray-brace", place, "There is no keyword that this '{' belongs to",
                      template_hint(place));
    frames_.push_back({BlockKind::skipped, kNoStatement, place, "{", 1});
  }
}

// When the last statement, which a `{` follows, is no block here but one of an enclosing block, a
// `}` was forgotten: the number of frames around that block.
std::optional<std::size_t> BlockReader::frames_around_interruption(const Block& block) const {
  const auto& statement = block.back();
  if (statement.keyword != nullptr && statement.keyword->opens != BlockKind::none)
    return std::nullopt;
  for (auto outer = frames_.size(); outer > 0; --outer) {
    const auto outer_kind = outer > 1 ? frames_[outer - 2].kind : BlockKind::top;
    const auto* keyword = find_keyword(outer_kind, statement.words.front().text);
    if (keyword != nullptr && keyword->opens != BlockKind::none) return outer - 1;
  }
  return std::nullopt;
}

// Closes what the last statement interrupts, and begins its block.
void BlockReader::interrupt(Block& block, const Place& place, std::size_t keep) {
  auto statement = std::move(block.back());
  block.pop_back();
  const auto& open = frames_.back();
  findings_.error("unclosed-block", statement.place(),
                  quoted(statement.words.front().text) + " begins before " + quoted(open.name) +
                      " of line " + std::to_string(open.opened.line.number) + " is closed",
                  "a '}' is missing before it");
  close_frames(block, keep);
  statement.in = kind();
  statement.keyword = find_keyword(statement.in, statement.words.front().text);
  if (frames_.empty()) {
    statement.end = 1;
    interrupting_ = std::move(statement);
    interrupting_open_ = place;
    return;
  }
  statement.end = block.size() + 1;
  block.push_back(std::move(statement));
  push_frame(block, block.size() - 1, place);
}

void BlockReader::push_frame(Block& block, std::size_t index, const Place& place) {
  auto& statement = block[index];
  statement.has_block = true;
  auto opens = BlockKind::skipped;  // an unknown keyword's
  const auto& name = statement.words.front().text;
  if (statement.keyword != nullptr) opens = statement.keyword->opens;
  if (opens == BlockKind::none || statement.in == BlockKind::values) {
    findings_.error("unexpected-brace", place, quoted(name) + " takes no '{'",
                    template_hint(place));
    opens = BlockKind::skipped;
  }
  frames_.push_back({opens, index, place, name, 1});
}

// A statement is over when something other than `{` follows it. Where a `{` had to follow, go on
// as if it did, like keepalived.
void BlockReader::settle_pending(Block& block, bool closing) {
  if (!pending_) return;
  const auto index = *std::exchange(pending_, std::nullopt);
  const auto& statement = block[index];
  if (statement.keyword == nullptr || statement.keyword->opens == BlockKind::none) return;
  findings_.error("missing-brace", statement.place(),
                  "A '{' is missing after " + quoted(statement.words.front().text));
  if (!closing) push_frame(block, index, statement.place());
}

void BlockReader::take_close(Block& block, const Place& place) {
  if (frames_.empty()) {
    findings_.error("extra-brace", place, "There is no open block that this '}' could close");
    return;
  }
  auto& frame = frames_.back();
  if (frame.kind == BlockKind::skipped && --frame.depth > 0) return;
  close_frames(block, frames_.size() - 1);
}

void BlockReader::close_frames(Block& block, std::size_t keep) {
  for (; frames_.size() > keep; frames_.pop_back())
    if (frames_.back().statement < block.size()) block[frames_.back().statement].end = block.size();
}

void BlockReader::finish(Block& block) {
  settle_pending(block, true);
  if (frames_.empty()) return;
  std::size_t missing = 0;
  for (const auto& frame : frames_) missing += frame.depth;
  const auto& open = frames_.back();
  if (!lines_.gave_up())
    findings_.error("unterminated-block", open.opened,
                    quoted(open.name) + " is not closed: at the end of the file " +
                        std::to_string(missing) + " '}' " + (missing == 1 ? "is" : "are") +
                        " missing");
  close_frames(block, 0);
}

}  // namespace understudy::config
