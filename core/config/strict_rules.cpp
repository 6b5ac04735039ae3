// What instances share with global_defs, and what strict mode makes of it.
#include <string>

#include "core/config/instance_rules.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

using std::chrono::seconds;

void set_announcing(InstanceRules& rules) {
  const auto& defaults = rules.defaults;
  auto& instance = rules.draft.instance;
  const unsigned repeat = defaults.min_garp ? 1 : 5;
  const Duration delay = defaults.min_garp ? seconds{0} : seconds{5};
  instance.garp_master_repeat = rules.option(&SharedOptions::garp_master_repeat).value_or(repeat);
  instance.garp_master_delay = rules.option(&SharedOptions::garp_master_delay).value_or(delay);
  // An instance's own garp_master_* do not count for these: keepalived takes the global ones.
  instance.garp_lower_prio_repeat =
      rules.option(&SharedOptions::garp_lower_prio_repeat)
          .value_or(defaults.shared.garp_master_repeat.value_or(repeat));
  instance.garp_lower_prio_delay = rules.option(&SharedOptions::garp_lower_prio_delay)
                                       .value_or(defaults.shared.garp_master_delay.value_or(delay));
  instance.garp_master_refresh =
      rules.option(&SharedOptions::garp_master_refresh).value_or(Duration{});
  instance.garp_master_refresh_repeat =
      rules.option(&SharedOptions::garp_master_refresh_repeat).value_or(1);
  const auto extra = rules.option(&SharedOptions::garp_extra).value_or(SharedOptions::Extra{});
  instance.garp_extra = extra.interval;
  instance.garp_extra_all = extra.all;
  instance.garp_interval = defaults.garp_interval;
  instance.gna_interval = defaults.gna_interval;
}

// A keyword of the instance that strict mode overrides.
void override_keyword(InstanceRules& rules, const char* keyword, const std::string& forced) {
  if (!rules.draft.places.has(keyword)) return;
  rules.findings.warning("strict-override", rules.draft.places.keyword(keyword),
                         in_quotes(keyword) + " has no effect in strict mode: " + forced);
}

void force_timing(InstanceRules& rules) {
  auto& instance = rules.draft.instance;
  if (instance.down_timer_adverts != 3)
    override_keyword(rules, "down_timer_adverts", "a master is down after 3 adverts");
  if (instance.garp_lower_prio_repeat != 0)
    override_keyword(rules, "garp_lower_prio_repeat", "lower priorities are not answered");
  if (instance.garp_lower_prio_delay != Duration{})
    override_keyword(rules, "garp_lower_prio_delay", "lower priorities are not answered");
  if (!instance.lower_prio_no_advert)
    override_keyword(rules, "lower_prio_no_advert", "lower priorities are not answered");
  if (instance.higher_prio_send_advert)
    override_keyword(rules, "higher_prio_send_advert", "a master that yields sends no advert");
  if (rules.owner() && !instance.owner_ignores_adverts)
    override_keyword(rules, "owner_ignore_adverts", "priority 255 ignores adverts");
  instance.down_timer_adverts = 3;
  instance.garp_lower_prio_repeat = 0;
  instance.garp_lower_prio_delay = Duration{};
  instance.lower_prio_no_advert = true;
  instance.higher_prio_send_advert = false;
  instance.owner_ignores_adverts = rules.owner();
}

// RFC 3768 knows no Accept_Mode, RFC 9568 has it off.
void force_accept(InstanceRules& rules) {
  auto& instance = rules.draft.instance;
  if (rules.owner()) return;
  const bool asked = rules.draft.accept.value_or(false);
  if (asked && instance.version == 2)
    override_keyword(rules, "accept", "VRRP version 2 has no such mode (RFC 3768, section 6.4.3)");
  instance.accept = asked && instance.version == 3;
  if (instance.accept || rules.draft.accept == false) return;
  rules.findings.warning("strict-no-accept", rules.strict_at(),
                         "In strict mode the addresses of " + in_quotes(instance.name) +
                             " take no traffic, not even a ping: it is forwarded or dropped",
                         instance.version == 3 ? "write 'accept' in the instance, or leave strict "
                                                 "mode off"
                                               : "leave strict mode off, or write 'version 3' and "
                                                 "'accept' in the instance");
}

}  // namespace

void set_shared_options(InstanceRules& rules) {
  auto& draft = rules.draft;
  auto& instance = draft.instance;
  set_announcing(rules);
  instance.down_timer_adverts = rules.option(&SharedOptions::down_timer_adverts).value_or(3);
  instance.lower_prio_no_advert =
      rules.option(&SharedOptions::lower_prio_no_advert).value_or(false);
  instance.higher_prio_send_advert =
      rules.option(&SharedOptions::higher_prio_send_advert).value_or(true);
  instance.skip_check_adv_addr = rules.option(&SharedOptions::skip_check_adv_addr).value_or(false);
  instance.owner_ignores_adverts =
      rules.owner() && rules.option(&SharedOptions::owner_ignores_adverts).value_or(false);
  if (!rules.owner() && draft.shared.owner_ignores_adverts.value_or(false))
    rules.findings.warning("no-effect", draft.places.keyword("owner_ignore_adverts"),
                           "'owner_ignore_adverts' has no effect but at priority 255");
}

void apply_strict(InstanceRules& rules) {
  force_timing(rules);
  force_accept(rules);
  if (!rules.unicast()) return;
  rules.findings.error("strict-unicast", rules.draft.places.keyword("unicast_peer"),
                       "Strict mode allows no unicast: keepalived does not start",
                       "leave strict mode off: write 'strict_mode off' in the instance");
}

}  // namespace understudy::config
