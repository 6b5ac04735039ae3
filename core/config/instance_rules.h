// The rules between the keywords of one instance, and the defaults of those it has not.
#pragma once

#include "core/config/block_handlers.h"

namespace understudy::config {

/// Completes draft.instance and reports what does not go together (keepalived's
/// vrrp_complete_instance).
void complete_instance(InstanceDraft& draft, const InstanceDefaults& defaults, Findings& findings);

}  // namespace understudy::config
