// Keywords that are not acted on: unknown, misplaced, or not supported yet.
#include <string>
#include <string_view>
#include <vector>

#include "core/config/block_handlers.h"
#include "core/config/keyword_table.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

constexpr BlockKind kBlocks[] = {
    BlockKind::top,           BlockKind::global_defs,        BlockKind::vrrp_script,
    BlockKind::vrrp_instance, BlockKind::authentication,     BlockKind::auth_hmac,
    BlockKind::track_file,    BlockKind::vrrp_track_process, BlockKind::vrrp_sync_group,
    BlockKind::garp_group};

bool is_listed(std::string_view list, std::string_view word) {
  while (!list.empty()) {
    const auto end = list.find('|');
    if (list.substr(0, end) == word) return true;
    if (end == std::string_view::npos) return false;
    list.remove_prefix(end + 1);
  }
  return false;
}

std::string hint_for_unknown(const Statement& statement) {
  const auto& word = statement.words.front().text;
  if (word.starts_with("//")) return "'//' begins no comment: write '#'";
  if (const auto* former = find_former_keyword(word))
    return former->meant.empty() ? "it is of an old version of keepalived, or of another program"
                                 : "did you mean " + in_quotes(former->meant) + "?";
  for (const auto block : kBlocks)
    if (block != statement.in && find_keyword(block, word) != nullptr)
      return "it belongs in " + std::string(to_string(block));
  std::vector<std::string_view> names;
  for (const auto& keyword : keywords_of(statement.in)) names.push_back(keyword.name);
  const auto match = closest_match(word, names);
  return match.empty() ? "" : "did you mean " + in_quotes(match) + "?";
}

void report_unknown(const Statement& statement, Findings& findings) {
  const auto& word = statement.words.front().text;
  if (word == "include") {
    findings.error("bad-include", statement.place(), "'include' must begin a line");
    return;
  }
  if (!findings.wants(Severity::warning)) {
    findings.warning("unknown-keyword", statement.place(), {});
    return;
  }
  auto message = "Unknown keyword " + in_quotes(word);
  if (statement.in != BlockKind::top) message += " in " + std::string(to_string(statement.in));
  if (statement.has_block) message += ", passed over with its block";
  findings.warning("unknown-keyword", statement.place(), std::move(message),
                   hint_for_unknown(statement));
}

}  // namespace

bool wants_action(const Statement& statement, Findings& findings) {
  if (statement.keyword == nullptr) {
    report_unknown(statement, findings);
    return false;
  }
  const auto& keyword = *statement.keyword;
  // A brace in place of a value has been reported.
  const bool broken = statement.has_block && keyword.opens == BlockKind::none;
  if (broken && keyword.support != Support::acts) return false;
  switch (keyword.support) {
    case Support::acts:
      return true;
    case Support::silent:
      return false;
    case Support::ignored:
      findings.warning("not-supported-yet", statement.place(),
                       in_quotes(keyword.name) + " is not supported yet and has no effect");
      return false;
    case Support::refused:
      break;
  }
  if (statement.words.size() > 1 && is_listed(keyword.harmless, statement.words[1].text))
    return false;
  findings.error(
      "not-supported-yet", statement.place(),
      in_quotes(keyword.name) + " is not supported yet; without it " + std::string(keyword.why));
  return false;
}

}  // namespace understudy::config
