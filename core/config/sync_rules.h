// Sync groups: who is in which.
#pragma once

#include <map>
#include <string_view>

#include "core/config/tracking_rules.h"

namespace understudy::config {

/// The group of each instance that is in one, by the instance's name. Members that do not exist or
/// are in another group already are reported and left out of their group.
std::map<std::string_view, const SyncGroupDraft*> resolve_members(Draft& draft);

/// The groups as the config has them, their tracking resolved. After resolve_members.
std::vector<SyncGroup> finish_groups(Draft& draft, Trackables& trackables);

}  // namespace understudy::config
