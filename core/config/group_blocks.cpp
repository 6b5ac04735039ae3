// vrrp_sync_group, garp_group and interface_up_down_delays.
#include <string>
#include <utility>

#include "core/config/block_handlers.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

constexpr std::chrono::seconds kLongestDelay{255};

void read_members(const Block& block, std::size_t at, SyncGroupDraft& draft, Findings& findings) {
  for_each_in(block, at, [&](const Statement& statement, std::size_t) {
    for (std::size_t i = 0; i < statement.words.size(); ++i) {
      const auto& name = statement.words[i].text;
      const auto place = statement.place(i);
      if (!draft.names.insert(name).second) {
        findings.warning("tracked-twice", place,
                         in_quotes(name) + " is in this group already; it is passed over");
        continue;
      }
      Tracked member;
      member.name = name;
      member.at = position_of(place);
      draft.group.members.push_back(std::move(member));
      draft.members_at.push_back(place);
    }
  });
}

void read_group_statement(const Block& block, std::size_t at, SyncGroupDraft& draft,
                          Findings& findings) {
  const auto& statement = block[at];
  if (!wants_action(statement, findings)) return;
  draft.places.add(statement);
  const auto name = statement.keyword->name;
  if (statement.keyword->opens != BlockKind::none) warn_extra_words(statement, 1, findings);
  if (name == "group")
    read_members(block, at, draft, findings);
  else if (name.starts_with("track_"))
    read_tracked(block, at, draft.tracking, findings);
  else if (name.starts_with("notify"))
    read_notify(statement, draft.notify, findings);
  else
    draft.group.tracking_weight = read_switch(statement, findings).value_or(true);
}

void read_garp_interface(const Statement& statement, std::size_t word, GarpGroupDraft& draft,
                         Findings& findings) {
  if (const auto name = read_interface_name(statement, word, findings))
    draft.interfaces.emplace_back(*name, statement.place(word));
}

void read_garp_statement(const Block& block, std::size_t at, GarpGroupDraft& draft,
                         Findings& findings) {
  const auto& statement = block[at];
  if (!wants_action(statement, findings)) return;
  const auto name = statement.keyword->name;
  if (name == "interface") {
    read_garp_interface(statement, 1, draft, findings);
    warn_extra_words(statement, 2, findings);
  } else if (name == "interfaces") {
    warn_extra_words(statement, 1, findings);
    for_each_in(block, at, [&](const Statement& line, std::size_t) {
      for (std::size_t i = 0; i < line.words.size(); ++i)
        read_garp_interface(line, i, draft, findings);
    });
  } else if (const auto spacing = read_announcement_spacing(statement, findings)) {
    (name == "garp_interval" ? draft.garp_interval : draft.gna_interval) = *spacing;
  }
}

}  // namespace

void read_sync_group(const Block& block, Draft& parse) {
  const auto& statement = block.front();
  auto& findings = parse.findings;
  if (parse.sync_groups.size() == Draft::kMostGroups) {
    findings.error("too-many-groups", statement.place(), "There are more than 10000 sync groups");
    return;
  }
  SyncGroupDraft draft;
  if (const auto* name = required_word(statement, 1, findings)) draft.group.name = name->text;
  draft.name_at = statement.place(statement.words.size() > 1 ? 1 : 0);
  draft.group.at = position_of(draft.name_at);
  draft.group.file = parse.included_file(draft.name_at);
  warn_extra_words(statement, 2, findings);
  for_each_in(block, 0, [&](const Statement&, std::size_t i) {
    read_group_statement(block, i, draft, findings);
  });
  parse.sync_groups.push_back(std::move(draft));
}

void read_garp_group(const Block& block, Draft& parse) {
  const auto& statement = block.front();
  auto& findings = parse.findings;
  warn_extra_words(statement, 1, findings);
  GarpGroupDraft draft;
  draft.at = statement.place();
  for_each_in(block, 0, [&](const Statement&, std::size_t i) {
    read_garp_statement(block, i, draft, findings);
  });
  if (draft.garp_interval == Duration{} && draft.gna_interval == Duration{})
    findings.warning("empty-block", draft.at,
                     "The group has neither a 'garp_interval' nor a 'gna_interval', so it changes "
                     "nothing");
  else if (draft.interfaces.empty())
    findings.warning("empty-block", draft.at, "There is no interface in the group");
  else
    parse.garp_groups.push_back(std::move(draft));
}

void read_interface_delays(const Block& block, Draft& parse) {
  auto& findings = parse.findings;
  for_each_in(block, 0, [&](const Statement& statement, std::size_t) {
    const auto name = read_interface_name(statement, 0, findings);
    const auto down = read_seconds(statement, 1, Duration{}, kLongestDelay, findings);
    if (!name || !down) return;
    InterfaceDelays delays;
    delays.interface = *name;
    delays.down = *down;
    delays.at = position_of(statement.place());
    if (statement.words.size() > 2) {
      const auto up = read_seconds(statement, 2, Duration{}, kLongestDelay, findings);
      if (!up) return;
      delays.up = *up;
    }
    warn_extra_words(statement, 3, findings);
    parse.interface_delays.emplace_back(std::move(delays), statement.place());
  });
}

}  // namespace understudy::config
