// authentication and auth_hmac: what they mean together, and with the version.
#include <algorithm>
#include <string>
#include <utility>

#include "core/config/instance_rules.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

using std::chrono::seconds;

constexpr std::uint32_t kShortestWindow = 5;

// AH's sequence numbers start anew with each master: keepalived waits for adverts first.
void start_as_backup(InstanceRules& rules) {
  auto& instance = rules.draft.instance;
  if (!instance.starts_as_master || rules.owner()) return;
  rules.findings.warning("ah-state", rules.draft.places.value("state"),
                         "With 'auth_type AH' the state is BACKUP at the start",
                         "write 'state BACKUP'; the highest priority wins as before");
  instance.starts_as_master = false;
}

std::string key_list(const AuthHmac& hmac) {
  std::string list;
  for (const auto& key : hmac.keys) list += (list.empty() ? "" : ", ") + std::to_string(key.id);
  return list;
}

void check_active_key(const HmacDraft& hmac, const Place& block_at, Findings& findings) {
  // keepalived drops the block here, and the host stands alone: it neither signs nor accepts what
  // is signed.
  if (!hmac.places.has("active_key")) {
    findings.error("no-active-key", block_at,
                   "There is no 'active_key': no advert could be signed, and keepalived drops the "
                   "whole block",
                   hmac.hmac.keys.empty()
                       ? "write 'key 1 hex:...' and 'active_key 1'"
                       : "write 'active_key " + std::to_string(hmac.hmac.keys.front().id) + "'");
    return;
  }
  if (!hmac.active_key || hmac.key_ids.contains(*hmac.active_key)) return;
  findings.error("unknown-key", hmac.places.value("active_key"),
                 "There is no key " + std::to_string(*hmac.active_key) +
                     ": no advert could be signed, and keepalived drops the whole block",
                 hmac.hmac.keys.empty() ? "" : "the block has the keys " + key_list(hmac.hmac));
}

}  // namespace

void set_authentication(InstanceRules& rules) {
  auto& draft = rules.draft;
  auto& findings = rules.findings;
  auto& authentication = draft.instance.authentication;
  const bool has_type_line = draft.auth_type_at.line.number != 0;
  if (draft.auth_type && !draft.has_password)
    findings.error("auth-without-pass", draft.auth_type_at,
                   "There is an 'auth_type', but no 'auth_pass'");
  if (draft.has_password && !has_type_line)
    findings.warning("auth-without-type", draft.password_at,
                     "Without an 'auth_type' the password is not used", "write 'auth_type PASS'");
  if (!draft.auth_type || !draft.has_password) {
    authentication = {};
    return;
  }
  authentication.type = *draft.auth_type;
  const std::string name = authentication.type == Authentication::Type::ah ? "AH" : "PASS";
  if (draft.hmac) {
    findings.warning("auth-twice", draft.places.keyword("authentication"),
                     "'auth_hmac' takes the place of 'authentication', which has no effect",
                     "delete the 'authentication' block");
    authentication = {};
  } else if (draft.instance.version == 3) {
    findings.error("auth-of-version-3", draft.auth_type_at,
                   "VRRP version 3 has no " + name + " authentication (RFC 9568, section 9)",
                   rules.family() == Family::ipv6
                       ? "delete the 'authentication' block; 'auth_hmac' works in version 3"
                       : "delete the 'authentication' block, or write 'version 2' on every host; "
                         "'auth_hmac' works in version 3");
    authentication = {};
  } else if (draft.instance.strict) {
    findings.error("strict-authentication", draft.auth_type_at,
                   "Strict mode allows no authentication, which RFC 3768 has removed: keepalived "
                   "drops it, and peers that use it would refuse the adverts",
                   "delete the 'authentication' block on every host, or strict mode");
    authentication = {};
  } else if (authentication.type == Authentication::Type::ah) {
    start_as_backup(rules);
  }
}

void set_auth_hmac(InstanceRules& rules) {
  if (!rules.draft.hmac) return;
  auto& draft = *rules.draft.hmac;
  const auto block_at = rules.draft.places.keyword("auth_hmac");
  check_active_key(draft, block_at, rules.findings);
  const auto whole = std::chrono::floor<seconds>(rules.draft.instance.advert_interval).count();
  auto& hmac = draft.hmac;
  hmac.active_key = draft.active_key.value_or(0);
  hmac.time_window =
      draft.time_window.value_or(std::max(static_cast<std::uint32_t>(3 * whole), kShortestWindow));
  if (draft.time_window && hmac.monotonic)
    rules.findings.warning("no-effect", draft.places.keyword("time_window"),
                           "'time_window' has no effect with 'anti_replay monotonic'");
  if (rules.draft.instance.strict && hmac.mode != AuthHmac::Mode::enforce) {
    rules.findings.warning("strict-hmac-mode", draft.places.value("mode"),
                           "In strict mode the mode is enforce: adverts without a trailer are "
                           "refused");
    hmac.mode = AuthHmac::Mode::enforce;
  }
  rules.draft.instance.auth_hmac = std::move(hmac);
}

}  // namespace understudy::config
