#include <cstdint>

#include "core/config/block_handlers.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

using std::chrono::seconds;

void read_text(const Statement& statement, std::string& value, Findings& findings) {
  const auto* word = required_word(statement, 1, findings);
  if (word == nullptr) return;
  value = word->text;
  warn_extra_words(statement, 2, findings);
}

void read_mail(const Block& block, std::size_t at, Draft& draft) {
  const auto& statement = block[at];
  auto& global = draft.global;
  const auto& name = statement.keyword->name;
  if (name == "notification_email") {
    for_each_in(block, at, [&](const Statement& line, std::size_t) {
      for (const auto& word : line.words) global.notification_email.push_back(word.text);
    });
    if (statement.has_block && global.notification_email.empty())
      draft.findings.warning("empty-block", statement.place(), "There is no address in the block");
  } else if (name == "notification_email_from") {
    read_text(statement, global.notification_email_from, draft.findings);
  } else if (name == "smtp_server") {
    const auto* host = required_word(statement, 1, draft.findings);
    if (host == nullptr) return;
    global.smtp_server = host->text;
    if (statement.words.size() > 2)
      if (const auto port = read_integer(statement, 2, 1, 65535, draft.findings))
        global.smtp_port = static_cast<std::uint16_t>(*port);
    warn_extra_words(statement, 3, draft.findings);
  } else if (const auto timeout =
                 read_seconds(statement, 1, seconds{0}, seconds{4294}, draft.findings)) {
    global.smtp_connect_timeout = *timeout;
  }
}

void read_garp(const Statement& statement, InstanceDefaults& defaults, Findings& findings) {
  const auto name = statement.keyword->name;
  if (name == "vrrp_min_garp") {
    defaults.min_garp = read_switch(statement, findings).value_or(false);
  } else if (name.ends_with("_delay")) {
    if (const auto delay = read_garp_delay(statement, findings))
      (name == "vrrp_garp_master_delay" ? defaults.garp_master_delay
                                        : defaults.garp_lower_prio_delay) = *delay;
  } else if (const auto repeat = read_garp_repeat(statement, findings)) {
    (name == "vrrp_garp_master_repeat" ? defaults.garp_master_repeat
                                       : defaults.garp_lower_prio_repeat) = *repeat;
  }
}

void read_statement(const Block& block, std::size_t at, Draft& draft) {
  const auto& statement = block[at];
  auto& findings = draft.findings;
  if (!wants_action(statement, findings)) return;
  const auto name = statement.keyword->name;
  if (name.starts_with("notification_") || name.starts_with("smtp_")) {
    read_mail(block, at, draft);
  } else if (name == "router_id") {
    read_text(statement, draft.global.router_id, findings);
  } else if (name == "script_user") {
    if (required_word(statement, 1, findings) != nullptr)
      draft.global.script_user = read_user(statement, 1);
    warn_extra_words(statement, 3, findings);
  } else if (name == "enable_script_security") {
    draft.global.enable_script_security = true;
    warn_extra_words(statement, 1, findings);
  } else if (name == "vrrp_version") {
    if (const auto version = read_integer(statement, 1, 2, 3, findings)) {
      draft.defaults.version = static_cast<int>(*version);
      draft.defaults.version_at = statement.place(1);
    }
  } else if (name == "vrrp_lower_prio_no_advert") {
    draft.defaults.lower_prio_no_advert = read_switch(statement, findings).value_or(false);
  } else if (name == "vrrp_higher_prio_send_advert") {
    draft.defaults.higher_prio_send_advert = read_switch(statement, findings).value_or(true);
  } else {
    read_garp(statement, draft.defaults, findings);
  }
}

}  // namespace

void read_global_defs(const Block& block, Draft& draft) {
  const auto at = block.front().place();
  draft.global.at = {at.line.number, at.column};
  warn_extra_words(block.front(), 1, draft.findings);
  for_each_in(block, 0, [&](const Statement&, std::size_t i) { read_statement(block, i, draft); });
}

}  // namespace understudy::config
