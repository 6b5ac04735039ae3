#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/block_handlers.h"
#include "core/config/route_lines.h"
#include "core/config/rule_lines.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

void read_state(const Statement& statement, InstanceDraft& draft, Findings& findings) {
  const auto* word = required_word(statement, 1, findings);
  if (word == nullptr) return;
  warn_extra_words(statement, 2, findings);
  const auto place = statement.place(1);
  if (word->text == "MASTER") {
    draft.state = InstanceDraft::State::master;
    return;
  }
  if (word->text != "BACKUP") {
    const auto match = closest_match(word->text, {"MASTER", "BACKUP"});
    findings.warning(
        "unknown-state", place, "Unknown state " + in_quotes(word->text) + ", taken as BACKUP",
        match.empty() ? "write MASTER or BACKUP" : "did you mean " + in_quotes(match) + "?");
  }
  if (draft.state == InstanceDraft::State::master)
    findings.warning("state-twice", place, "The state is MASTER already; this line is passed over");
  else
    draft.state = InstanceDraft::State::backup;
}

void read_interface(const Statement& statement, InstanceDraft& draft, Findings& findings) {
  const auto* word = required_word(statement, 1, findings);
  if (word == nullptr) {
    draft.instance.interface_at = {statement.line.number, statement.words.front().column};
    return;
  }
  warn_extra_words(statement, 2, findings);
  const auto place = statement.place(1);
  draft.instance.interface_at = {place.line.number, place.column};
  if (!is_interface_name(word->text))
    findings.error("bad-value", place,
                   in_quotes(word->text) +
                       " is no interface name: it has more than 15 bytes, a "
                       "blank or a '/'");
  else if (word->text == "lo")
    findings.error("bad-value", place, "VRRP cannot run on the loopback interface");
  else
    draft.instance.interface = word->text;
}

void read_password(const Statement& statement, InstanceDraft& draft, Findings& findings) {
  const auto* word = required_word(statement, 1, findings);
  draft.has_password = true;
  draft.password_at = statement.place(statement.words.size() > 1 ? 1 : 0);
  if (word == nullptr) return;
  auto& key = draft.instance.authentication.key;
  const auto used = std::min(word->text.size(), key.size());
  key.fill(0);
  std::copy_n(word->text.begin(), used, key.begin());
  if (word->text.empty()) findings.error("bad-value", draft.password_at, "The password is empty");
  if (word->text.size() > key.size())
    findings.warning("auth-pass-cut", draft.password_at,
                     "The password is cut to 8 bytes: " + in_quotes(word->text.substr(0, used)));
  if (word->cut)
    findings.warning("comment-in-word", draft.password_at,
                     "The password ends here, because '#' and '!' begin a comment",
                     "put the password in double quotes");
  warn_extra_words(statement, 2, findings);
}

void read_authentication(const Block& block, std::size_t at, InstanceDraft& draft,
                         Findings& findings) {
  for_each_in(block, at, [&](const Statement& statement, std::size_t) {
    if (!wants_action(statement, findings)) return;
    if (statement.keyword->name == "auth_pass") {
      read_password(statement, draft, findings);
      return;
    }
    const auto* word = required_word(statement, 1, findings);
    if (word == nullptr) return;
    warn_extra_words(statement, 2, findings);
    draft.auth_type_at = statement.place(1);
    if (word->text == "PASS") {
      draft.auth_type = Authentication::Type::pass;
    } else if (word->text == "AH") {
      draft.auth_type = Authentication::Type::ah;
      findings.error("not-supported-yet", draft.auth_type_at,
                     "Authentication with AH is not supported yet");
    } else {
      const auto match = closest_match(word->text, {"PASS", "AH"});
      findings.error("bad-value", draft.auth_type_at,
                     "Unknown authentication type " + in_quotes(word->text),
                     match.empty() ? "write PASS" : "did you mean " + in_quotes(match) + "?");
    }
  });
}

// [weight N] [reverse|noreverse] behind a tracked name.
void read_track_options(const Statement& statement, std::optional<int>& weight,
                        std::optional<bool>& reverse, Findings& findings) {
  for (std::size_t i = 1; i < statement.words.size(); ++i) {
    const auto& text = statement.words[i].text;
    if (text == "weight") {
      if (const auto read = read_integer(statement, ++i, -253, 253, findings, "weight"))
        weight = static_cast<int>(*read);
    } else if (text == "reverse" || text == "noreverse") {
      reverse = text == "reverse";
    } else if (text.starts_with("//")) {
      warn_extra_words(statement, i, findings);
      return;
    } else {
      const auto match = closest_match(text, {"weight", "reverse", "noreverse"});
      findings.error("bad-value", statement.place(i),
                     "Behind " + in_quotes(statement.words.front().text) +
                         " only 'weight N', 'reverse' or 'noreverse' may stand, not " +
                         in_quotes(text),
                     match.empty() ? "" : "did you mean " + in_quotes(match) + "?");
      return;
    }
  }
}

void read_track_scripts(const Block& block, std::size_t at, InstanceDraft& draft,
                        Findings& findings) {
  auto& scripts = draft.instance.track_scripts;
  for_each_in(block, at, [&](const Statement& statement, std::size_t) {
    TrackedScript tracked;
    const auto place = statement.place();
    tracked.name = statement.words.front().text;
    tracked.at = {place.line.number, place.column};
    read_track_options(statement, tracked.weight, tracked.weight_reverse, findings);
    if (!draft.tracked_names.insert(tracked.name).second) {
      findings.warning("tracked-twice", place,
                       in_quotes(tracked.name) + " is tracked already; this line is passed over");
      return;
    }
    scripts.push_back(std::move(tracked));
    draft.track_scripts_at.push_back(place);
  });
}

void read_track_interfaces(const Block& block, std::size_t at, InstanceDraft& draft,
                           Findings& findings) {
  for_each_in(block, at, [&](const Statement& statement, std::size_t) {
    std::optional<int> weight;
    std::optional<bool> reverse;
    read_track_options(statement, weight, reverse, findings);
    draft.track_interfaces.push_back({statement.words.front().text, statement.place()});
  });
}

void read_notify(const Statement& statement, InstanceDraft& draft, Findings& findings) {
  std::vector<std::string> behind;
  auto command = read_command(statement, findings, behind);
  if (!command) return;
  auto& notify = draft.instance.notify;
  const auto name = statement.keyword->name;
  auto& slot = name == "notify_master"   ? notify.master
               : name == "notify_backup" ? notify.backup
               : name == "notify_fault"  ? notify.fault
               : name == "notify_stop"   ? notify.stop
                                         : notify.any;
  if (!slot.argv.empty()) {
    findings.warning("notify-twice", statement.place(),
                     in_quotes(name) + " is set already; this line is passed over");
    return;
  }
  slot = std::move(*command);
  ScriptUser user;
  if (!behind.empty()) user.user = behind[0];
  if (behind.size() > 1) user.group = behind[1].substr(behind[1].starts_with(':') ? 1 : 0);
  if (behind.size() > 2)
    findings.warning("extra-words", statement.place(),
                     "Behind the command only a user and a group may stand",
                     "put the whole command in double quotes");
  draft.notify_users.push_back(std::move(user));
  draft.notify_at = statement.place();
}

void read_identity(const Statement& statement, InstanceDraft& draft, Findings& findings) {
  const auto name = statement.keyword->name;
  if (name == "virtual_router_id") {
    draft.vrid_at = statement.place(statement.words.size() > 1 ? 1 : 0);
    if (const auto vrid = read_integer(statement, 1, 1, 255, findings))
      draft.instance.vrid = static_cast<std::uint8_t>(*vrid);
  } else if (name == "priority") {
    draft.has_priority_line = true;
    if (const auto priority = read_integer(statement, 1, 1, 255, findings))
      draft.priority = static_cast<std::uint8_t>(*priority);
  } else if (name == "version") {
    if (const auto version = read_integer(statement, 1, 2, 3, findings)) {
      draft.version = static_cast<int>(*version);
      draft.version_at = statement.place(1);
    }
  } else if (const auto interval =
                 read_seconds(statement, 1, milliseconds{10}, seconds{255}, findings)) {
    draft.advert_interval = *interval;
    draft.advert_interval_at = statement.place(1);
  }
  warn_extra_words(statement, 2, findings);
}

void read_preemption(const Statement& statement, InstanceDraft& draft, Findings& findings) {
  const auto name = statement.keyword->name;
  if (name == "preempt_delay") {
    const auto delay = read_seconds(statement, 1, seconds{0}, seconds{1000}, findings);
    draft.preempt_delay = delay.value_or(Duration{});
    draft.preempt_delay_at = statement.place();
    warn_extra_words(statement, 2, findings);
    return;
  }
  draft.nopreempt = name == "nopreempt";
  draft.nopreempt_at = statement.place();
  warn_extra_words(statement, 1, findings);
}

void read_timing(const Statement& statement, InstanceDraft& draft, Findings& findings) {
  const auto name = statement.keyword->name;
  if (name == "garp_master_delay")
    draft.garp_master_delay = read_garp_delay(statement, findings);
  else if (name == "garp_master_repeat")
    draft.garp_master_repeat = read_garp_repeat(statement, findings);
  else if (name == "garp_lower_prio_delay")
    draft.garp_lower_prio_delay = read_garp_delay(statement, findings);
  else if (name == "garp_lower_prio_repeat")
    draft.garp_lower_prio_repeat = read_garp_repeat(statement, findings);
  else if (name == "lower_prio_no_advert")
    draft.lower_prio_no_advert = read_switch(statement, findings);
  else
    draft.higher_prio_send_advert = read_switch(statement, findings);
}

void read_statement(const Block& block, std::size_t at, InstanceDraft& draft, Draft& parse) {
  const auto& statement = block[at];
  auto& findings = parse.findings;
  if (!wants_action(statement, findings)) return;
  const auto name = statement.keyword->name;
  if (statement.keyword->opens != BlockKind::none) warn_extra_words(statement, 1, findings);
  if (name == "state")
    read_state(statement, draft, findings);
  else if (name == "interface")
    read_interface(statement, draft, findings);
  else if (name == "virtual_ipaddress")
    read_addresses(block, at, draft, parse);
  else if (name == "virtual_routes")
    read_routes(block, at, RouteOwner::virtual_router, draft.instance.routes, findings);
  else if (name == "virtual_rules")
    read_rules(block, at, draft.instance.routing_rules, findings);
  else if (name == "authentication")
    read_authentication(block, at, draft, findings);
  else if (name == "track_script")
    read_track_scripts(block, at, draft, findings);
  else if (name == "track_interface")
    read_track_interfaces(block, at, draft, findings);
  else if (name.starts_with("notify"))
    read_notify(statement, draft, findings);
  else if (name == "nopreempt" || name == "preempt" || name == "preempt_delay")
    read_preemption(statement, draft, findings);
  else if (name == "virtual_router_id" || name == "priority" || name == "version" ||
           name == "advert_int")
    read_identity(statement, draft, findings);
  else
    read_timing(statement, draft, findings);
}

}  // namespace

void read_instance(const Block& block, Draft& parse) {
  const auto& statement = block.front();
  if (parse.instances.size() == Draft::kMostInstances) {
    parse.findings.error("too-many-instances", statement.place(),
                         "There are more than 10000 instances");
    return;
  }
  InstanceDraft draft;
  if (const auto* name = required_word(statement, 1, parse.findings))
    draft.instance.name = name->text;
  draft.name_at = statement.place(statement.words.size() > 1 ? 1 : 0);
  draft.instance.at = {draft.name_at.line.number, draft.name_at.column};
  draft.instance.file = parse.included_file(draft.name_at);
  warn_extra_words(statement, 2, parse.findings);
  for_each_in(block, 0,
              [&](const Statement&, std::size_t i) { read_statement(block, i, draft, parse); });
  parse.instances.push_back(std::move(draft));
}

}  // namespace understudy::config
