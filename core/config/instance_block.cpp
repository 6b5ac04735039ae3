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
  draft.instance.interface_at = position_of(draft.places.value("interface"));
  const auto name = read_interface_name(statement, 1, findings);
  warn_extra_words(statement, 2, findings);
  if (!name) return;
  if (*name == "lo")
    findings.error("bad-value", statement.place(1), "VRRP cannot run on the loopback interface");
  else
    draft.instance.interface = *name;
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
    } else {
      const auto match = closest_match(word->text, {"PASS", "AH"});
      findings.error("bad-value", draft.auth_type_at,
                     "Unknown authentication type " + in_quotes(word->text),
                     match.empty() ? "write PASS" : "did you mean " + in_quotes(match) + "?");
    }
  });
}

void read_identity(const Statement& statement, InstanceDraft& draft, Findings& findings) {
  const auto name = statement.keyword->name;
  if (name == "virtual_router_id") {
    if (const auto vrid = read_integer(statement, 1, 1, 255, findings))
      draft.instance.vrid = static_cast<std::uint8_t>(*vrid);
  } else if (name == "priority") {
    if (const auto priority = read_integer(statement, 1, 1, 255, findings))
      draft.priority = static_cast<std::uint8_t>(*priority);
  } else if (name == "version") {
    if (const auto version = read_integer(statement, 1, 2, 3, findings))
      draft.version = static_cast<int>(*version);
  } else if (const auto interval =
                 read_seconds(statement, 1, milliseconds{10}, seconds{255}, findings)) {
    draft.advert_interval = *interval;
  }
  warn_extra_words(statement, 2, findings);
}

void read_preemption(const Statement& statement, InstanceDraft& draft, Findings& findings) {
  const auto name = statement.keyword->name;
  if (name == "preempt_delay") {
    const auto delay = read_seconds(statement, 1, seconds{0}, seconds{1000}, findings);
    draft.instance.preempt_delay = delay.value_or(Duration{});
    warn_extra_words(statement, 2, findings);
    return;
  }
  draft.nopreempt = name == "nopreempt";
  warn_extra_words(statement, 1, findings);
}

// Blocks. False when the keyword opens none.
bool read_inner_block(const Block& block, std::size_t at, InstanceDraft& draft, Draft& parse) {
  const auto& statement = block[at];
  auto& findings = parse.findings;
  const auto name = statement.keyword->name;
  if (statement.keyword->opens == BlockKind::none) return false;
  warn_extra_words(statement, 1, findings);
  if (name == "virtual_ipaddress" || name == "virtual_ipaddress_excluded")
    read_addresses(block, at, draft, parse);
  else if (name == "virtual_routes")
    read_routes(block, at, RouteOwner::virtual_router, draft.instance.routes, findings);
  else if (name == "virtual_rules")
    read_rules(block, at, parse.rule_preferences, draft.instance.routing_rules, findings);
  else if (name == "authentication")
    read_authentication(block, at, draft, findings);
  else if (name == "auth_hmac")
    read_auth_hmac(block, at, draft, parse);
  else if (name.starts_with("track_"))
    read_tracked(block, at, draft.tracking, findings);
  else
    read_wire_statement(block, at, draft, findings);
  return true;
}

void read_statement(const Block& block, std::size_t at, InstanceDraft& draft, Draft& parse) {
  const auto& statement = block[at];
  auto& findings = parse.findings;
  if (!wants_action(statement, findings)) return;
  draft.places.add(statement);
  const auto name = statement.keyword->name;
  if (read_inner_block(block, at, draft, parse)) return;
  if (name == "state") {
    read_state(statement, draft, findings);
  } else if (name == "interface") {
    read_interface(statement, draft, findings);
  } else if (name.starts_with("notify")) {
    read_notify(statement, draft.notify, findings);
  } else if (name == "nopreempt" || name == "preempt" || name == "preempt_delay") {
    read_preemption(statement, draft, findings);
  } else if (name == "accept" || name == "no_accept") {
    draft.accept = name == "accept";
    warn_extra_words(statement, 1, findings);
  } else if (name == "no_virtual_ipaddress") {
    findings.error("no-address", statement.place(),
                   "Every advert holds an address (RFC 3768, section 5.3.5)",
                   "write 'virtual_ipaddress { ADDRESS/LENGTH }'; what is not to be in adverts "
                   "belongs in 'virtual_ipaddress_excluded'");
  } else if (name == "dont_track_primary") {
    draft.instance.track_primary = false;
    warn_extra_words(statement, 1, findings);
  } else if (name == "virtual_router_id" || name == "priority" || name == "version" ||
             name == "advert_int") {
    read_identity(statement, draft, findings);
  } else if (!read_wire_statement(block, at, draft, findings)) {
    read_shared_option(statement, draft.shared, findings);
  }
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
  draft.instance.at = position_of(draft.name_at);
  draft.instance.file = parse.included_file(draft.name_at);
  warn_extra_words(statement, 2, parse.findings);
  for_each_in(block, 0, [&](const Statement& line, std::size_t i) {
    read_statement(block, i, draft, parse);
    parse.note_keyword(line, draft.instance.keywords);
  });
  parse.instances.push_back(std::move(draft));
}

}  // namespace understudy::config
