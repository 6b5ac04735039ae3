#include "core/config/instance_rules.h"

#include <algorithm>
#include <string>

#include "core/config/values.h"

namespace understudy::config {
namespace {

using std::chrono::seconds;

void check_required(const InstanceDraft& draft, Findings& findings) {
  const auto name = "vrrp_instance " + in_quotes(draft.instance.name);
  if (draft.instance.interface_at.line == 0)
    findings.error("missing-interface", draft.name_at, name + " has no 'interface'");
  if (draft.vrid_at.line.number == 0)
    findings.error("missing-vrid", draft.name_at, name + " has no 'virtual_router_id'");
  // Where there is a block without an address, an error may have taken it.
  const bool taken = draft.has_address_block && findings.has_errors();
  if (draft.instance.addresses.empty() && !taken)
    findings.error("no-address", draft.name_at,
                   name + " has no address: an advert needs one (RFC 3768, section 5.3.5)",
                   "write 'virtual_ipaddress { ADDRESS/LENGTH }'");
}

void set_version(InstanceDraft& draft, const InstanceDefaults& defaults, Findings& findings) {
  const int version = draft.version.value_or(defaults.version);
  draft.instance.version = static_cast<std::uint8_t>(version);
  if (version == 2) return;
  // Said once by the instance or, for all that rely on it, once by global_defs.
  if (draft.version)
    findings.error("not-supported-yet", draft.version_at, "VRRP version 3 is not supported yet");
}

void set_priority(InstanceDraft& draft, Findings& findings) {
  auto& instance = draft.instance;
  const bool master = draft.state == InstanceDraft::State::master;
  instance.priority = draft.priority.value_or(master ? 255 : 100);
  if (!draft.has_priority_line && master)
    findings.warning("priority-from-state", draft.name_at,
                     "Without a 'priority', 'state MASTER' makes it 255: the address owner's");
  instance.starts_as_master =
      draft.state == InstanceDraft::State::unset ? instance.priority == 255 : master;
}

void set_preemption(InstanceDraft& draft, Findings& findings) {
  auto& instance = draft.instance;
  const bool owner = instance.priority == 255;
  const bool cleared = instance.starts_as_master || owner;
  const std::string reason =
      owner ? "priority 255 always preempts" : "'state MASTER' always preempts";
  if (draft.nopreempt && cleared)
    findings.warning("nopreempt-cleared", draft.nopreempt_at,
                     "'nopreempt' has no effect: " + reason,
                     owner ? "" : "write 'state BACKUP' on every host");
  instance.preempt = cleared || !draft.nopreempt;
  if (draft.preempt_delay == Duration{}) return;
  if (cleared)
    findings.warning("preempt-delay-cleared", draft.preempt_delay_at,
                     "'preempt_delay' has no effect: " + reason);
  else if (!instance.preempt)
    findings.warning("preempt-delay-cleared", draft.preempt_delay_at,
                     "'preempt_delay' has no effect with 'nopreempt'");
  else
    findings.error("not-supported-yet", draft.preempt_delay_at,
                   "'preempt_delay' is not supported yet; without it the takeover would come at "
                   "once");
}

void set_advert_interval(InstanceDraft& draft, Findings& findings) {
  auto& instance = draft.instance;
  instance.advert_interval = draft.advert_interval.value_or(seconds{1});
  if (instance.version != 2) return;
  const auto whole =
      std::chrono::floor<seconds>(instance.advert_interval + std::chrono::milliseconds{500});
  const Duration rounded = std::max(whole, seconds{1});
  if (rounded != instance.advert_interval)
    findings.warning(
        "advert-int-rounded", draft.advert_interval_at,
        "VRRP version 2 knows whole seconds only: the interval becomes " + seconds_text(rounded));
  instance.advert_interval = rounded;
}

void set_authentication(InstanceDraft& draft, Findings& findings) {
  auto& authentication = draft.instance.authentication;
  if (draft.auth_type && !draft.has_password)
    findings.error("auth-without-pass", draft.auth_type_at,
                   "There is an 'auth_type', but no 'auth_pass'");
  if (draft.has_password && draft.auth_type_at.line.number == 0)
    findings.warning("auth-without-type", draft.password_at,
                     "Without an 'auth_type' the password is not used", "write 'auth_type PASS'");
  if (draft.auth_type && draft.has_password)
    authentication.type = *draft.auth_type;
  else
    authentication = {};
}

void set_timing(InstanceDraft& draft, const InstanceDefaults& defaults) {
  auto& instance = draft.instance;
  const unsigned repeat = defaults.garp_master_repeat.value_or(defaults.min_garp ? 1 : 5);
  const Duration delay =
      defaults.garp_master_delay.value_or(defaults.min_garp ? seconds{0} : seconds{5});
  instance.garp_master_repeat = draft.garp_master_repeat.value_or(repeat);
  instance.garp_master_delay = draft.garp_master_delay.value_or(delay);
  instance.garp_lower_prio_repeat =
      draft.garp_lower_prio_repeat.value_or(defaults.garp_lower_prio_repeat.value_or(repeat));
  instance.garp_lower_prio_delay =
      draft.garp_lower_prio_delay.value_or(defaults.garp_lower_prio_delay.value_or(delay));
  instance.lower_prio_no_advert =
      draft.lower_prio_no_advert.value_or(defaults.lower_prio_no_advert);
  instance.higher_prio_send_advert =
      draft.higher_prio_send_advert.value_or(defaults.higher_prio_send_advert);
}

void check_track_interfaces(const InstanceDraft& draft, Findings& findings) {
  for (const auto& tracked : draft.track_interfaces) {
    if (tracked.name == draft.instance.interface)
      findings.warning("own-interface-tracked", tracked.at,
                       "The instance's own interface is tracked anyway; this line is passed over");
    else
      findings.error("not-supported-yet", tracked.at,
                     "Tracking another interface is not supported yet; its failure would change "
                     "nothing");
  }
}

void set_notify_user(InstanceDraft& draft, Findings& findings) {
  if (draft.notify_users.empty()) return;
  const auto& first = draft.notify_users.front();
  const bool alike = std::all_of(draft.notify_users.begin(), draft.notify_users.end(),
                                 [&](const ScriptUser& user) { return user == first; });
  if (alike)
    draft.instance.notify.user = first;
  else
    findings.error("not-supported-yet", draft.notify_at,
                   "Different users for the notify scripts of an instance are not supported yet");
}

}  // namespace

void complete_instance(InstanceDraft& draft, const InstanceDefaults& defaults, Findings& findings) {
  check_required(draft, findings);
  set_version(draft, defaults, findings);
  set_priority(draft, findings);
  set_preemption(draft, findings);
  set_advert_interval(draft, findings);
  set_authentication(draft, findings);
  set_timing(draft, defaults);
  check_track_interfaces(draft, findings);
  set_notify_user(draft, findings);
}

}  // namespace understudy::config
