#include "core/config/instance_rules.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/config/values.h"

namespace understudy::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kLongestInterval3{40'950};  // 12 bits of centiseconds

void check_required(InstanceRules& rules) {
  auto& draft = rules.draft;
  const auto name = "vrrp_instance " + in_quotes(draft.instance.name);
  if (!draft.places.has("interface")) {
    draft.instance.interface = rules.defaults.interface;
    if (draft.instance.interface.empty())
      rules.findings.error(
          "missing-interface", draft.name_at, name + " has no 'interface'",
          rules.unicast() ? "write the interface that has the source address" : "");
  }
  if (!draft.places.has("virtual_router_id"))
    rules.findings.error("missing-vrid", draft.name_at, name + " has no 'virtual_router_id'");
  // Where there is a block without an address, an error may have taken it.
  const bool taken = draft.places.has("virtual_ipaddress") && rules.findings.has_errors();
  if (draft.addresses.empty() && !taken)
    rules.findings.error("no-address", draft.name_at,
                         name + " has no address: an advert needs one (RFC 3768, section 5.3.5)",
                         "write 'virtual_ipaddress { ADDRESS/LENGTH }'");
}

void set_version(InstanceRules& rules) {
  auto& draft = rules.draft;
  const bool ipv6 = rules.family() == Family::ipv6;
  const int version = draft.version.value_or(ipv6 ? 3 : rules.defaults.version);
  if (ipv6 && version == 2)
    rules.findings.error("version-of-ipv6", draft.places.value("version"),
                         "VRRP version 2 knows IPv4 only", "write 'version 3', or nothing");
  draft.instance.version = static_cast<std::uint8_t>(version);
}

void set_priority(InstanceRules& rules) {
  auto& draft = rules.draft;
  auto& instance = draft.instance;
  const bool master = draft.state == InstanceDraft::State::master;
  instance.priority = draft.priority.value_or(master ? 255 : 100);
  if (!draft.places.has("priority") && master)
    rules.findings.warning("priority-from-state", draft.name_at,
                           "Without a 'priority', 'state MASTER' makes it 255: the address "
                           "owner's");
  instance.starts_as_master = draft.state == InstanceDraft::State::unset ? rules.owner() : master;
  if (!instance.strict || instance.starts_as_master == rules.owner()) return;
  rules.findings.warning("strict-state", draft.places.value("state"),
                         rules.owner() ? "In strict mode the state of priority 255 is MASTER"
                                       : "In strict mode 'state MASTER' needs priority 255: the "
                                         "state is BACKUP");
  instance.starts_as_master = rules.owner();
}

void set_preempt_delay(InstanceRules& rules, bool cleared, const std::string& reason) {
  auto& instance = rules.draft.instance;
  if (instance.preempt_delay == Duration{}) return;
  const auto clear = [&](const std::string& why) {
    rules.findings.warning("preempt-delay-cleared", rules.draft.places.keyword("preempt_delay"),
                           "'preempt_delay' has no effect" + why);
    instance.preempt_delay = Duration{};
  };
  if (cleared)
    clear(": " + reason);
  else if (!instance.preempt)
    clear(" with 'nopreempt'");
  else if (instance.strict)
    clear(" in strict mode");
}

void set_preemption(InstanceRules& rules) {
  auto& draft = rules.draft;
  auto& instance = draft.instance;
  const bool owner = rules.owner();
  const bool cleared = instance.starts_as_master || owner;
  const std::string reason =
      owner ? "priority 255 always preempts" : "'state MASTER' always preempts";
  if (draft.nopreempt && cleared)
    rules.findings.warning("nopreempt-cleared", draft.places.keyword("nopreempt"),
                           "'nopreempt' has no effect: " + reason,
                           owner ? "" : "write 'state BACKUP' on every host");
  instance.preempt = cleared || !draft.nopreempt;
  set_preempt_delay(rules, cleared, reason);
  if (!instance.timer_expired_backup || !instance.preempt) return;
  const auto* const keyword =
      draft.places.has("timer_expired_backup") ? "timer_expired_backup" : "thread_timer_expired";
  rules.findings.warning("no-effect", draft.places.keyword(keyword),
                         in_quotes(keyword) + " has no effect without 'nopreempt'");
  instance.timer_expired_backup.reset();
}

void set_advert_interval(InstanceRules& rules) {
  auto& instance = rules.draft.instance;
  const auto place = rules.draft.places.value("advert_int");
  instance.advert_interval = rules.draft.advert_interval.value_or(seconds{1});
  Duration rounded{};
  if (instance.version == 2) {
    rounded = std::max(std::chrono::floor<seconds>(instance.advert_interval + milliseconds{500}),
                       seconds{1});
  } else if (instance.advert_interval > kLongestInterval3) {
    rules.findings.error("out-of-range", place,
                         "'advert_int' must be from 0.01 s to 40.95 s in VRRP version 3, not " +
                             seconds_text(instance.advert_interval));
    rounded = instance.advert_interval = kLongestInterval3;
  } else {
    rounded = std::chrono::floor<Centiseconds>(instance.advert_interval + milliseconds{5});
  }
  if (rounded != instance.advert_interval)
    rules.findings.warning("advert-int-rounded", place,
                           std::string("VRRP version ") +
                               (instance.version == 2 ? "2 knows whole seconds only"
                                                      : "3 counts hundredths of a second") +
                               ": the interval becomes " + seconds_text(rounded));
  instance.advert_interval = rounded;
}

void set_accept(InstanceRules& rules) {
  auto& instance = rules.draft.instance;
  instance.accept = rules.draft.accept.value_or(true);
  if (rules.owner() && !instance.accept) {
    rules.findings.warning("no-effect", rules.draft.places.keyword("no_accept"),
                           "'no_accept' has no effect at priority 255: the addresses are its own");
    instance.accept = true;
  }
}

}  // namespace

Family InstanceRules::family() const {
  if (!draft.addresses.empty()) return draft.addresses.front().address.address.address.family();
  if (draft.source) return draft.source->family();
  return unicast() ? draft.peers.front().peer.address.family() : Family::ipv4;
}

Place InstanceRules::strict_at() const {
  return draft.shared.strict ? draft.places.keyword("strict_mode")
                             : defaults.places.keyword("vrrp_strict");
}

void set_notify(NotifyDraft& draft, NotifyScripts& notify, Findings& findings) {
  notify = std::move(draft.scripts);
  if (draft.users.empty()) return;
  const auto& first = draft.users.front();
  const bool alike = std::all_of(draft.users.begin(), draft.users.end(),
                                 [&](const ScriptUser& user) { return user == first; });
  if (alike)
    notify.user = first;
  else
    findings.error("not-supported-yet", draft.at,
                   "Different users for the notify scripts of a block are not supported yet");
}

void complete_instance(InstanceDraft& draft, const InstanceDefaults& defaults, Findings& findings) {
  InstanceRules rules{draft, defaults, findings};
  draft.instance.strict = rules.option(&SharedOptions::strict).value_or(false);
  check_required(rules);
  set_version(rules);
  set_addresses(rules);
  set_priority(rules);
  set_authentication(rules);
  set_preemption(rules);
  set_advert_interval(rules);
  set_auth_hmac(rules);
  set_shared_options(rules);
  set_wire(rules);
  set_accept(rules);
  if (draft.instance.strict) apply_strict(rules);
  set_notify(draft.notify, draft.instance.notify, findings);
}

}  // namespace understudy::config
