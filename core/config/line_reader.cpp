#include "core/config/line_reader.h"

#include <algorithm>
#include <array>

namespace understudy::config {
namespace {

constexpr int kUnsoundLinesOfBinary = 8;
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && (byte < '\t' || byte > '\r')) || byte == 0x7f || byte == '\r';
}

std::size_t first_word(std::string_view text) {
  return std::min(text.find_first_not_of(" \t\v\f"), text.size());
}

std::string_view without_blanks_behind(std::string_view text) {
  const auto last = text.find_last_not_of(" \t\v\f\r");
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

}  // namespace

Place Line::place(std::size_t begin, std::size_t end) const {
  Place result{source, 0, 1};
  if (columns == nullptr) {
    result.column = static_cast<std::uint32_t>(begin + 1);
    result.length = static_cast<std::uint32_t>(std::max<std::size_t>(end - begin, 1));
  } else if (begin < columns->size()) {
    result.column = (*columns)[begin].first;
    const auto last = (*columns)[std::max(end, begin + 1) - 1].last;
    result.length = last >= result.column ? last - result.column + 1 : 1;
  } else {
    result.column = columns->empty() ? 1 : columns->back().last;
  }
  return result;
}

LineReader::LineReader(std::string_view text, std::string_view file, IncludeReader* includes,
                       Findings& findings)
    : includes_(includes), findings_(findings) {
  open(findings.add_file(std::string(file)), text, 0);
}

void LineReader::open(std::uint32_t file, std::string_view text, std::size_t depth) {
  if (text.starts_with(kByteOrderMark)) {
    const SourceLine first{file, 1, order_, text.substr(0, text.find('\n'))};
    findings_.warning("byte-order-mark", {first, 1, 3},
                      "The file begins with a byte order mark, which keepalived takes for a part "
                      "of the first keyword",
                      "save the file as UTF-8 without a byte order mark");
  }
  inputs_.push_back({file, text, depth, 0});
}

SourceLine LineReader::next_physical_line() {
  auto& input = inputs_.back();
  const auto end = std::min(input.rest.find('\n'), input.rest.size());
  SourceLine line{input.file, ++input.lines, order_++, input.rest.substr(0, end)};
  input.rest.remove_prefix(std::min(end + 1, input.rest.size()));
  while (line.text.ends_with('\r')) line.text.remove_suffix(1);
  return line;
}

bool LineReader::next(Line& line) {
  while (!inputs_.empty() && !gave_up()) {
    if (inputs_.back().rest.empty()) {
      inputs_.pop_back();
      continue;
    }
    line = {};
    line.source = next_physical_line();
    if (!is_sound(line.source)) continue;
    const std::size_t mark =
        line.source.number == 1 && line.source.text.starts_with(kByteOrderMark) ? 3 : 0;
    const auto comment = mark + find_comment(line.source.text.substr(mark));
    line.text = without_blanks_behind(line.source.text.substr(0, comment));
    line.cut = comment < line.source.text.size() && line.text.size() == comment;
    if (mark != 0) {
      replaced_ = std::string(3, ' ') + std::string(line.text.substr(3));
      line.text = replaced_;
    }
    const auto begin = first_word(line.text);
    if (begin == line.text.size()) continue;
    if (refuse_unsupported(line, begin) || define(line.source, line.text, begin)) continue;
    if (line.text.find('$') != std::string_view::npos) {
      if (!replace(line)) continue;
      if (refuse_unsupported(line, first_word(line.text))) continue;
    }
    if (!include(line)) return true;
  }
  return false;
}

bool LineReader::is_sound(const SourceLine& line) {
  const auto text = line.text;
  const auto first = first_word(text);
  const bool comment = first < text.size() && (text[first] == '#' || text[first] == '!');
  if (text.size() > kLongestLine && !comment) {
    findings_.error("line-too-long", {line, kLongestLine + 1, 1},
                    "The line has " + std::to_string(text.size()) +
                        " bytes; keepalived ignores lines of more than 1023");
    return false;
  }
  const auto bad = std::find_if(text.begin(), text.end(), is_control);
  if (bad == text.end()) return true;
  if (comment && *bad != '\0') return true;
  const auto column = static_cast<std::uint32_t>(bad - text.begin() + 1);
  if (*bad == '\0')
    findings_.error("embedded-nul", {line, column, 1},
                    "There is a NUL byte in the line, which keepalived rejects whole");
  else if (*bad == '\r')
    findings_.error("control-character", {line, column, 1},
                    "There is a carriage return within the line",
                    "lines must end with LF or CR LF");
  else
    findings_.error("control-character", {line, column, 1},
                    "There is a control character in the line");
  if (++unsound_lines_ >= kUnsoundLinesOfBinary) {
    binary_ = true;
    findings_.error("binary-file", {line, column, 1},
                    "This is not a text file; the rest of it is not read");
  }
  return false;
}

bool LineReader::refuse_unsupported(const Line& line, std::size_t begin) {
  const auto text = line.text.substr(begin);
  const auto end = begin + std::min(text.find_first_of(" \t("), text.size());
  if (text.starts_with('@')) {
    findings_.error("not-supported-yet", line.place(begin, end),
                    "Conditional lines (@ID) are not supported yet",
                    "write the line that this host needs without the condition");
    return true;
  }
  if (text.starts_with("~SEQ") || text.starts_with("~LST")) {
    findings_.error("not-supported-yet", line.place(begin, end),
                    "Repeated lines (~SEQ, ~LST) are not supported yet", "write the lines out");
    return true;
  }
  return false;
}

bool LineReader::define(const SourceLine& line, std::string_view text, std::size_t begin) {
  const auto assignment = Definitions::find_assignment(text.substr(begin));
  if (assignment.value_at == std::string_view::npos) return false;
  auto value = text.substr(begin + assignment.value_at);
  value.remove_prefix(first_word(value));
  if (value.ends_with('\\')) {
    const Place place{line, static_cast<std::uint32_t>(begin + 1),
                      static_cast<std::uint32_t>(assignment.name.size() + 1)};
    findings_.error("not-supported-yet", place,
                    "Definitions of several lines are not supported yet",
                    "write the lines out where the definition is used");
    skip_continuation();
    return true;
  }
  definitions_.set(assignment.name, value);
  return true;
}

void LineReader::skip_continuation() {
  while (!inputs_.back().rest.empty()) {
    const auto text = next_physical_line().text;
    if (!without_blanks_behind(text.substr(0, find_comment(text))).ends_with('\\')) return;
  }
}

bool LineReader::replace(Line& line) {
  auto replaced = definitions_.replace(line.text, kLongestLine);
  columns_ = std::move(replaced.columns);
  replaced_ = std::move(replaced.text);
  line.text = replaced_;
  line.columns = &columns_;
  if (replaced.outcome == Definitions::Outcome::done) return true;
  const auto place = line.place(replaced.at, replaced.at + replaced.length);
  const std::string use(line.text.substr(replaced.at, replaced.length));
  switch (replaced.outcome) {
    case Definitions::Outcome::built_in:
      findings_.error("not-supported-yet", place,
                      "The built-in definition '" + use + "' is not supported yet");
      break;
    case Definitions::Outcome::too_long:
      findings_.error("definition-too-long", place,
                      "With '" + use + "' replaced the line is too long or endless");
      break;
    default:
      findings_.error("undefined-definition", place, "'" + use + "' is not defined",
                      "is this a template that was not filled in?");
      break;
  }
  return false;
}

bool LineReader::include(const Line& line) {
  const auto text = line.text.substr(first_word(line.text));
  if (!text.starts_with("include")) return false;
  scan_line(line.text, tokens_);
  const auto& keyword = tokens_.front();
  const auto variant = keyword.raw.substr(7);
  if (keyword.quoted || variant.size() > 1 ||
      std::string_view("rmwba").find(variant) == std::string_view::npos)
    return false;
  const auto place = line.place(keyword.begin, keyword.end);
  if (tokens_.size() != 2 || tokens_[1].kind != Token::Kind::word || tokens_[1].unclosed) {
    findings_.error("bad-include", place, "'include' takes one file name or pattern");
  } else if (includes_ == nullptr) {
    findings_.error("include-unavailable", place, "Files cannot be included here");
  } else if (inputs_.back().depth >= kDeepestInclude) {
    findings_.error(
        "include-too-deep", place,
        "Files include each other more than " + std::to_string(kDeepestInclude) + " deep");
  } else {
    read_included(line, tokens_[1], !variant.empty());
  }
  return true;
}

void LineReader::read_included(const Line& line, const Token& pattern, bool must_exist) {
  const auto place = line.place(pattern.begin, pattern.end);
  const auto name = word_text(pattern);
  auto files = includes_->read(name, findings_.file_name(line.source.file));
  if (files.empty()) {
    findings_.add(must_exist ? Severity::error : Severity::warning, "include-missing", place,
                  "No readable file is named by '" + name + "'");
    return;
  }
  const auto depth = inputs_.back().depth + 1;
  std::vector<Input> opened;
  for (auto& file : files) {
    if (is_being_read(file.name)) {
      findings_.error("include-cycle", place, "'" + file.name + "' includes itself");
      continue;
    }
    included_bytes_ += file.text.size();
    if (included_.size() >= kMostFiles || included_bytes_ > kMostBytes) {
      findings_.error("include-too-much", place,
                      "Too much is included: more than 1000 files or 64 MiB");
      break;
    }
    included_.push_back(std::move(file.text));
    opened.push_back({findings_.add_file(std::move(file.name)), included_.back(), 0, 0});
  }
  // The last one on the stack is read first.
  for (auto i = opened.size(); i-- > 0;) open(opened[i].file, opened[i].rest, depth);
}

bool LineReader::is_being_read(std::string_view name) const {
  // Between a file and its includer on the stack lie files that the same pattern named.
  auto depth = inputs_.back().depth;
  for (auto i = inputs_.size(); i-- > 0;) {
    if (inputs_[i].depth != depth) continue;
    if (findings_.file_name(inputs_[i].file) == name) return true;
    --depth;
  }
  return false;
}

}  // namespace understudy::config
