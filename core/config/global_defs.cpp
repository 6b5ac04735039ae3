#include <cstdint>

#include "core/config/block_handlers.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

using std::chrono::milliseconds;
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

// Between two announcements; the sample file that keepalived comes with says 0, for none.
void read_spacing(const Statement& statement, Duration& spacing, Findings& findings) {
  if (const auto read = read_announcement_spacing(statement, findings)) spacing = *read;
}

void read_group(const Statement& statement, Family family, std::optional<IpAddress>& group,
                Findings& findings) {
  if (const auto address = read_multicast_group(statement, findings)) {
    if (address->family() == family)
      group = address;
    else
      findings.error("bad-address", statement.place(1),
                     in_quotes(statement.words[1].text) + " is of the other address family");
  }
  warn_extra_words(statement, 2, findings);
}

void read_default(const Statement& statement, Draft& draft) {
  const auto name = statement.keyword->name;
  auto& defaults = draft.defaults;
  auto& findings = draft.findings;
  if (name == "vrrp_mcast_group4") {
    read_group(statement, Family::ipv4, defaults.group4, findings);
  } else if (name == "vrrp_mcast_group6") {
    read_group(statement, Family::ipv6, defaults.group6, findings);
  } else if (name == "default_interface") {
    if (const auto interface = read_interface_name(statement, 1, findings))
      defaults.interface = *interface;
    warn_extra_words(statement, 2, findings);
  } else if (name == "vmac_prefix") {
    if (const auto prefix = read_interface_name(statement, 1, findings))
      defaults.vmac_prefix = *prefix;
    warn_extra_words(statement, 2, findings);
  } else if (name == "vrrp_garp_interval") {
    read_spacing(statement, defaults.garp_interval, findings);
  } else if (name == "vrrp_gna_interval") {
    read_spacing(statement, defaults.gna_interval, findings);
  } else if (name == "vrrp_min_garp") {
    defaults.min_garp = read_switch(statement, findings).value_or(false);
  } else if (name == "vrrp_version") {
    if (const auto version = read_integer(statement, 1, 2, 3, findings))
      defaults.version = static_cast<int>(*version);
    warn_extra_words(statement, 2, findings);
  } else {
    read_shared_option(statement, defaults.shared, findings);
  }
}

void read_delay(const Statement& statement, Duration least, Duration& delay, Findings& findings) {
  if (const auto read = read_seconds(statement, 1, least, seconds{4294}, findings)) delay = *read;
  warn_extra_words(statement, 2, findings);
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
  } else if (name == "vrrp_startup_delay") {
    read_delay(statement, milliseconds{1}, draft.global.startup_delay, findings);
  } else if (name == "vrrp_delay_after_boot") {
    read_delay(statement, Duration{}, draft.global.delay_after_boot, findings);
  } else if (name == "log_unknown_vrids") {
    draft.global.log_unknown_vrids = read_switch(statement, findings).value_or(false);
  } else {
    draft.defaults.places.add(statement);
    read_default(statement, draft);
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
