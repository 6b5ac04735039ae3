#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "core/config/block_handlers.h"
#include "core/config/command_line.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kLongestInterval{4294};

void read_count(const Statement& statement, unsigned& count, Findings& findings) {
  if (const auto read =
          read_integer(statement, 1, 1, std::numeric_limits<std::int32_t>::max(), findings))
    count = static_cast<unsigned>(*read);
  warn_extra_words(statement, 2, findings);
}

void read_command_of(const Statement& statement, Script& script, Findings& findings) {
  std::vector<std::string> behind;
  auto command = read_command(statement, findings, behind);
  if (!command) return;
  script.command = std::move(*command);
  if (!behind.empty())
    findings.warning("extra-words", statement.place(),
                     "Only " + in_quotes(script.command.text) + " is run; " +
                         in_quotes(behind.front()) + " and what follows is dropped",
                     "put the whole command in double quotes");
}

// The timeout when the block has one.
void read_statement(const Statement& statement, Script& script, std::optional<Duration>& timeout,
                    Findings& findings) {
  if (!wants_action(statement, findings)) return;
  const auto name = statement.keyword->name;
  if (name == "script") {
    read_command_of(statement, script, findings);
  } else if (name == "interval" || name == "timeout") {
    const auto duration = read_seconds(statement, 1, milliseconds{1}, kLongestInterval, findings);
    warn_extra_words(statement, 2, findings);
    if (!duration) return;
    if (name == "interval")
      script.interval = *duration;
    else
      timeout = *duration;
  } else if (name == "weight") {
    read_object_weight(statement, 253, script.weight, script.weight_reverse, findings);
  } else if (name == "rise") {
    read_count(statement, script.rise, findings);
  } else if (name == "fall") {
    read_count(statement, script.fall, findings);
  } else if (name == "user") {
    if (required_word(statement, 1, findings) != nullptr) script.user = read_user(statement, 1);
    warn_extra_words(statement, 3, findings);
  } else {
    script.init_fail = true;
    warn_extra_words(statement, 1, findings);
  }
}

}  // namespace

std::optional<Command> read_command(const Statement& statement, Findings& findings,
                                    std::vector<std::string>& behind) {
  if (required_word(statement, 1, findings) == nullptr) return std::nullopt;
  auto line = parse_command_line(statement.rest);
  if (!line) {
    findings.error("bad-command", statement.place(1),
                   "This is no command line: it is empty, or a quote is not closed");
    return std::nullopt;
  }
  for (const auto* sign : {"|", ">", ">>", "<", "&&", "||", ";", "&", "2>&1"})
    if (std::find(line->command.argv.begin(), line->command.argv.end(), sign) !=
        line->command.argv.end()) {
      findings.warning(
          "no-shell", statement.place(1),
          "No shell runs this command: " + in_quotes(sign) + " is passed to it as an argument",
          "put it in a script, or write sh -c '...'");
      break;
    }
  behind = std::move(line->behind);
  return std::move(line->command);
}

void read_script(const Block& block, Draft& draft) {
  const auto& statement = block.front();
  auto& findings = draft.findings;
  if (draft.scripts.size() == Draft::kMostScripts) {
    findings.error("too-many-scripts", statement.place(), "There are more than 10000 scripts");
    return;
  }
  ObjectDraft<Script> read;
  auto& script = read.object;
  if (const auto* name = required_word(statement, 1, findings)) script.name = name->text;
  read.name_at = statement.place(statement.words.size() > 1 ? 1 : 0);
  script.at = {read.name_at.line.number, read.name_at.column};
  warn_extra_words(statement, 2, findings);
  std::optional<Duration> timeout;
  bool has_command = false;
  for_each_in(block, 0, [&](const Statement& line, std::size_t) {
    read_statement(line, script, timeout, findings);
    draft.note_keyword(line, script.keywords);
    has_command = has_command || line.words.front().text == "script";
  });
  script.timeout = timeout.value_or(script.interval);
  if (!has_command)
    findings.error("missing-script", read.name_at,
                   "vrrp_script " + in_quotes(script.name) + " has no 'script' line");
  draft.scripts.push_back(std::move(read));
}

}  // namespace understudy::config
