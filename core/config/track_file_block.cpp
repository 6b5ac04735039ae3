#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "core/config/block_handlers.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

constexpr int kMostWeight = std::numeric_limits<std::int32_t>::max();

// init_file [VALUE] [overwrite]
void read_init(const Statement& statement, TrackFile& file, Findings& findings) {
  file.initial_value = 0;
  for (std::size_t i = 1; i < statement.words.size(); ++i) {
    const auto& text = statement.words[i].text;
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text == "overwrite") {
      file.overwrite = true;
    } else if (error == std::errc() && end == text.data() + text.size()) {
      file.initial_value = value;
    } else {
      findings.error("bad-value", statement.place(i),
                     "'init_file' takes a whole number and 'overwrite', not " + in_quotes(text));
      return;
    }
  }
}

void read_statement(const Statement& statement, TrackFile& file, Findings& findings) {
  if (!wants_action(statement, findings)) return;
  const auto name = statement.keyword->name;
  if (name == "weight") {
    read_object_weight(statement, kMostWeight, file.weight, file.weight_reverse, findings);
  } else if (name == "init_file") {
    read_init(statement, file, findings);
  } else if (const auto* word = required_word(statement, 1, findings)) {
    file.path = word->text;
    if (file.path.empty())
      findings.error("bad-value", statement.place(1), "The name of the file is empty");
    warn_extra_words(statement, 2, findings);
  }
}

}  // namespace

void read_track_file(const Block& block, Draft& draft) {
  const auto& statement = block.front();
  auto& findings = draft.findings;
  if (draft.track_files.size() == Draft::kMostScripts) {
    findings.error("too-many-scripts", statement.place(), "There are more than 10000 track_files");
    return;
  }
  ObjectDraft<TrackFile> read;
  if (const auto* name = required_word(statement, 1, findings)) read.object.name = name->text;
  read.name_at = statement.place(statement.words.size() > 1 ? 1 : 0);
  read.object.at = position_of(read.name_at);
  warn_extra_words(statement, 2, findings);
  bool has_file = false;
  for_each_in(block, 0, [&](const Statement& line, std::size_t) {
    read_statement(line, read.object, findings);
    has_file = has_file || line.words.front().text == "file";
  });
  if (!has_file)
    findings.error("missing-file", read.name_at,
                   "track_file " + in_quotes(read.object.name) + " has no 'file' line");
  draft.track_files.push_back(std::move(read));
}

}  // namespace understudy::config
