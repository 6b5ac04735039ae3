// The rules between the keywords of one instance, and the defaults of those it has not.
#pragma once

#include "core/config/block_handlers.h"

namespace understudy::config {

/// An instance that is being completed. The parts below run in this file's order: each may rely on
/// what those before it have set in draft.instance.
struct InstanceRules {
  InstanceDraft& draft;
  const InstanceDefaults& defaults;
  Findings& findings;

  /// What the instance or else global_defs says.
  template <typename Value>
  std::optional<Value> option(std::optional<Value> SharedOptions::*member) const {
    const auto& own = draft.shared.*member;
    return own ? own : defaults.shared.*member;
  }
  bool owner() const { return draft.instance.priority == 255; }
  bool unicast() const { return !draft.peers.empty(); }
  Family family() const;
  /// Where strict mode was asked for.
  Place strict_at() const;
};

/// Completes draft.instance and reports what does not go together (keepalived's
/// vrrp_complete_instance).
void complete_instance(InstanceDraft& draft, const InstanceDefaults& defaults, Findings& findings);

// ---- its parts
/// Moves the addresses into the instance, those that no advert has room for to the excluded ones.
void set_addresses(InstanceRules& rules);
void set_authentication(InstanceRules& rules);
/// Needs the interval.
void set_auth_hmac(InstanceRules& rules);
/// Sources, peers, groups, virtual MAC and checksums.
void set_wire(InstanceRules& rules);
/// Announcements and what both global_defs and instances may say.
void set_shared_options(InstanceRules& rules);
/// What strict mode forces (keepalived's vrrp_strict), over all the others.
void apply_strict(InstanceRules& rules);
/// One user for all scripts of a block; several are an error.
void set_notify(NotifyDraft& draft, NotifyScripts& notify, Findings& findings);

}  // namespace understudy::config
