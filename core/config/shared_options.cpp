// Options that an instance may have, and global_defs as a default of all: vrrp_NAME, mostly.
#include <cstdint>
#include <string_view>

#include "core/config/block_handlers.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

using std::chrono::seconds;

constexpr seconds kLongestExtra{86'400};
constexpr std::int64_t kMostDownTimerAdverts = 100;

std::string_view local_name(std::string_view name) {
  if (name == "vrrp_strict") return "strict_mode";
  if (name.starts_with("vrrp_")) name.remove_prefix(5);
  return name == "vmac_garp_intvl" ? "garp_extra_if" : name;
}

void read_extra(const Statement& statement, SharedOptions& options, Findings& findings) {
  SharedOptions::Extra extra;
  extra.all = statement.words.size() > 1 && statement.words[1].text == "all";
  const std::size_t word = extra.all ? 2 : 1;
  const auto interval =
      read_integer(statement, word, 1, kLongestExtra.count(), findings, "garp_extra_if");
  warn_extra_words(statement, word + 1, findings);
  if (!interval) return;
  extra.interval = seconds{*interval};
  options.garp_extra = extra;
}

std::optional<bool>* switch_of(std::string_view name, SharedOptions& options) {
  struct Switch {
    std::string_view name;
    std::optional<bool> SharedOptions::*option;
  };
  static constexpr Switch kSwitches[] = {
      {"lower_prio_no_advert", &SharedOptions::lower_prio_no_advert},
      {"higher_prio_send_advert", &SharedOptions::higher_prio_send_advert},
      {"owner_ignore_adverts", &SharedOptions::owner_ignores_adverts},
      {"check_unicast_src", &SharedOptions::check_unicast_source},
      {"skip_check_adv_addr", &SharedOptions::skip_check_adv_addr},
      {"v3_checksum_as_v2", &SharedOptions::checksum_as_v2},
      {"strict_mode", &SharedOptions::strict},
  };
  for (const auto& entry : kSwitches)
    if (entry.name == name) return &(options.*entry.option);
  return nullptr;
}

}  // namespace

bool read_shared_option(const Statement& statement, SharedOptions& options, Findings& findings) {
  const auto name = local_name(statement.keyword->name);
  if (auto* option = switch_of(name, options)) {
    if (const auto value = read_switch(statement, findings)) *option = value;
    warn_extra_words(statement, 2, findings);
  } else if (name == "garp_master_delay") {
    options.garp_master_delay = read_garp_delay(statement, findings);
  } else if (name == "garp_master_repeat") {
    options.garp_master_repeat = read_garp_repeat(statement, findings);
  } else if (name == "garp_master_refresh") {
    options.garp_master_refresh = read_garp_delay(statement, findings);
  } else if (name == "garp_master_refresh_repeat") {
    options.garp_master_refresh_repeat = read_garp_repeat(statement, findings);
  } else if (name == "garp_lower_prio_delay") {
    options.garp_lower_prio_delay = read_garp_delay(statement, findings);
  } else if (name == "garp_lower_prio_repeat") {
    options.garp_lower_prio_repeat = read_garp_repeat(statement, findings);
  } else if (name == "garp_extra_if") {
    read_extra(statement, options, findings);
  } else if (name == "down_timer_adverts") {
    if (const auto adverts = read_integer(statement, 1, 1, kMostDownTimerAdverts, findings))
      options.down_timer_adverts = static_cast<unsigned>(*adverts);
    warn_extra_words(statement, 2, findings);
  } else {
    return false;
  }
  return true;
}

}  // namespace understudy::config
