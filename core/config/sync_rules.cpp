#include "core/config/sync_rules.h"

#include <set>
#include <string>
#include <utility>

#include "core/config/instance_rules.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

class Members {
 public:
  explicit Members(Draft& draft) : draft_(draft) {
    for (const auto& instance : draft.instances) names_.insert(instance.instance.name);
  }

  void resolve(SyncGroupDraft& group) {
    std::vector<Tracked> kept;
    for (std::size_t i = 0; i < group.group.members.size(); ++i)
      if (admit(group, i)) kept.push_back(std::move(group.group.members[i]));
    group.group.members = std::move(kept);
    check_size(group);
  }

  std::map<std::string_view, const SyncGroupDraft*> take() { return std::move(groups_); }

 private:
  bool admit(const SyncGroupDraft& group, std::size_t member) {
    const auto& name = group.group.members[member].name;
    const auto& place = group.members_at[member];
    const auto known = names_.find(name);
    if (known == names_.end()) {
      draft_.findings.error(
          "unknown-instance", place, "There is no vrrp_instance " + in_quotes(name),
          suggest_name(
              name, names_, [](std::string_view other) { return other; }, draft_.findings));
      return false;
    }
    const auto [found, is_new] = groups_.emplace(*known, &group);
    if (is_new) return true;
    draft_.findings.error("two-groups", place,
                          in_quotes(name) + " is in vrrp_sync_group " +
                              in_quotes(found->second->group.name) +
                              " already: an instance can be in one group only",
                          "make one group of the two");
    return false;
  }

  void check_size(const SyncGroupDraft& group) {
    const auto title = "vrrp_sync_group " + in_quotes(group.group.name);
    if (group.members_at.empty())
      draft_.findings.error("empty-group", group.name_at, title + " has no members",
                            "write 'group { INSTANCE ... }'");
    else if (group.members_at.size() == 1)
      draft_.findings.warning("group-of-one", group.name_at,
                              title + " has one member, so it synchronises nothing");
  }

  Draft& draft_;
  std::set<std::string_view> names_;
  std::map<std::string_view, const SyncGroupDraft*> groups_;
};

}  // namespace

std::map<std::string_view, const SyncGroupDraft*> resolve_members(Draft& draft) {
  Members members(draft);
  std::map<std::string_view, const SyncGroupDraft*> by_name;
  for (auto& group : draft.sync_groups) {
    const auto [found, is_new] = by_name.emplace(group.group.name, &group);
    if (!is_new)
      draft.findings.error("duplicate-group", group.name_at,
                           "vrrp_sync_group " + in_quotes(group.group.name) +
                               " is defined already, on line " +
                               std::to_string(found->second->name_at.line.number));
    members.resolve(group);
  }
  return members.take();
}

std::vector<SyncGroup> finish_groups(Draft& draft, Trackables& trackables) {
  std::vector<SyncGroup> groups;
  for (auto& group : draft.sync_groups) {
    auto& made = group.group;
    TrackingScope scope;
    scope.weights_allowed = made.tracking_weight;
    resolve_tracking(
        group.tracking, scope, trackables, draft.findings,
        {made.track_scripts, made.track_interfaces, made.track_files, made.track_processes});
    set_notify(group.notify, made.notify, draft.findings);
    groups.push_back(made);
  }
  return groups;
}

}  // namespace understudy::config
