#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "core/config/block_handlers.h"
#include "core/config/command_line.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

constexpr int kMostWeight = 254;
constexpr std::chrono::microseconds kShortestDelay{1};
constexpr std::chrono::hours kLongestDelay{1};

struct ProcessDraft {
  TrackProcess process;
  std::optional<Place> quorum_at;
  Place match_at;
  bool has_process = false;
};

void read_process(const Statement& statement, ProcessDraft& draft, Findings& findings) {
  draft.has_process = true;
  if (required_word(statement, 1, findings) == nullptr) return;
  auto words = split_shell_words(statement.rest);
  if (!words || words->empty() || words->front().empty()) {
    findings.error("bad-command", statement.place(1),
                   "This names no process: it is empty, or a quote is not closed");
    return;
  }
  draft.process.has_arguments = words->size() > 1;
  draft.process.command = std::move(*words);
}

void read_match(const Statement& statement, ProcessDraft& draft, Findings& findings) {
  const auto* word = required_word(statement, 1, findings);
  if (word == nullptr) return;
  warn_extra_words(statement, 2, findings);
  if (word->text != "initial" && word->text != "partial") {
    findings.error("bad-value", statement.place(1),
                   "'param_match' takes initial or partial, not " + in_quotes(word->text));
    return;
  }
  draft.match_at = statement.place();
  draft.process.match =
      word->text == "initial" ? TrackProcess::Match::initial : TrackProcess::Match::partial;
}

void read_quorum(const Statement& statement, ProcessDraft& draft, Findings& findings) {
  warn_extra_words(statement, 2, findings);
  const bool most = statement.keyword->name == "quorum_max";
  const auto read = read_integer(statement, 1, most ? 0 : 1, 65535, findings);
  if (!read) return;
  if (most) {
    draft.process.quorum_max = static_cast<std::uint32_t>(*read);
  } else {
    draft.process.quorum = static_cast<std::uint32_t>(*read);
    draft.quorum_at = statement.place(1);
  }
}

void read_statement(const Statement& statement, ProcessDraft& draft, Findings& findings) {
  if (!wants_action(statement, findings)) return;
  const auto name = statement.keyword->name;
  auto& process = draft.process;
  if (name == "process") {
    read_process(statement, draft, findings);
  } else if (name == "param_match") {
    read_match(statement, draft, findings);
  } else if (name == "weight") {
    read_object_weight(statement, kMostWeight, process.weight, process.weight_reverse, findings);
  } else if (name == "quorum" || name == "quorum_max") {
    read_quorum(statement, draft, findings);
  } else if (name == "full_command") {
    process.full_command = read_switch(statement, findings).value_or(true);
  } else if (const auto delay =
                 read_seconds(statement, 1, kShortestDelay, kLongestDelay, findings)) {
    warn_extra_words(statement, 2, findings);
    if (name != "terminate_delay") process.fork_delay = *delay;
    if (name != "fork_delay") process.terminate_delay = *delay;
  }
}

void check(ProcessDraft& draft, const Place& name_at, Findings& findings) {
  auto& process = draft.process;
  if (!draft.has_process)
    findings.error("missing-process", name_at,
                   "vrrp_track_process " + in_quotes(process.name) + " has no 'process' line");
  if (draft.match_at.line.number != 0 && draft.has_process && !process.has_arguments)
    findings.warning("no-effect", draft.match_at,
                     "'param_match' has no effect: 'process' names no arguments");
  if (!process.quorum_max || *process.quorum_max >= process.quorum) return;
  // quorum_max alone says how many there may be; 0: none.
  if (draft.quorum_at)
    findings.error("quorum-impossible", *draft.quorum_at,
                   "'quorum' is above 'quorum_max': no number of processes would do");
  else
    process.quorum = *process.quorum_max;
}

}  // namespace

void read_track_process(const Block& block, Draft& draft) {
  const auto& statement = block.front();
  auto& findings = draft.findings;
  if (draft.track_processes.size() == Draft::kMostScripts) {
    findings.error("too-many-scripts", statement.place(),
                   "There are more than 10000 vrrp_track_process");
    return;
  }
  ProcessDraft read;
  if (const auto* name = required_word(statement, 1, findings)) read.process.name = name->text;
  const auto name_at = statement.place(statement.words.size() > 1 ? 1 : 0);
  read.process.at = position_of(name_at);
  warn_extra_words(statement, 2, findings);
  for_each_in(block, 0,
              [&](const Statement& line, std::size_t) { read_statement(line, read, findings); });
  check(read, name_at, findings);
  draft.track_processes.push_back({std::move(read.process), name_at});
}

}  // namespace understudy::config
