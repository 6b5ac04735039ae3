// The names in track_* blocks, and what they stand for.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/block_handlers.h"

namespace understudy::config {

/// "did you mean 'NAME'?" or nothing. Names past the first few hundred are not looked at.
template <typename Names, typename Projection>
std::string suggest_name(std::string_view name, const Names& names, Projection name_of,
                         const Findings& findings) {
  constexpr std::size_t kMostNames = 500;
  if (!findings.wants(Severity::error)) return {};
  std::vector<std::string_view> candidates;
  for (const auto& known : names) {
    if (candidates.size() == kMostNames) break;
    candidates.push_back(name_of(known));
  }
  const auto match = closest_match(name, candidates);
  return match.empty() ? "" : "did you mean '" + std::string(match) + "'?";
}

/// The vrrp_script, track_file or vrrp_track_process of a file, by name.
template <typename Object>
class NamedObjects {
 public:
  /// `keyword` begins messages, `stem` ends codes ("unknown-script"). Reports what is there twice.
  NamedObjects(const std::vector<ObjectDraft<Object>>& objects, std::string_view keyword,
               std::string_view stem, Findings& findings)
      : objects_(objects), keyword_(keyword), stem_(stem), findings_(findings) {
    for (std::size_t i = 0; i < objects.size(); ++i) {
      const auto [first, is_new] = by_name_.emplace(objects[i].object.name, i);
      if (!is_new) report_twice(objects[i], objects[first->second]);
    }
  }

  /// Null, and an error, when there is none of this name.
  const Object* use(const TrackingDraft::Line& line) {
    const auto& name = line.tracked.name;
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) {
      findings_.error(
          "unknown-" + stem_, line.at, "There is no " + titled(name),
          suggest_name(
              name, by_name_, [](const auto& known) { return known.first; }, findings_));
      return nullptr;
    }
    used_.insert(found->first);
    const auto& draft = objects_[found->second];
    if (draft.name_at.line.order > line.at.line.order)
      findings_.warning(stem_ + "-defined-later", line.at,
                        titled(name) + " is defined further down; keepalived would not track it",
                        "put the " + keyword_ + " before the vrrp_instance");
    return &draft.object;
  }

  void report_unused() const {
    for (const auto& draft : objects_)
      if (!used_.contains(draft.object.name) && is_first(draft))
        findings_.warning(
            "unused-" + stem_, draft.name_at,
            "Nothing tracks " + titled(draft.object.name) + ", so it is not looked at");
  }

  /// The first of each name.
  std::vector<Object> distinct() const {
    std::vector<Object> result;
    for (const auto& draft : objects_)
      if (!draft.object.name.empty() && is_first(draft)) result.push_back(draft.object);
    return result;
  }

 private:
  std::string titled(std::string_view name) const {
    return keyword_ + " '" + std::string(name) + "'";
  }
  bool is_first(const ObjectDraft<Object>& draft) const {
    return &objects_[by_name_.at(draft.object.name)] == &draft;
  }
  void report_twice(const ObjectDraft<Object>& draft, const ObjectDraft<Object>& other) const {
    auto alike = draft.object;
    alike.at = other.object.at;
    if constexpr (requires { alike.keywords; }) alike.keywords = other.object.keywords;
    const bool same = alike == other.object;
    findings_.add(same ? Severity::warning : Severity::error, "duplicate-" + stem_, draft.name_at,
                  titled(draft.object.name) + " is defined already, on line " +
                      std::to_string(other.name_at.line.number) +
                      (same ? ", in the same way" : ", in another way"));
  }

  const std::vector<ObjectDraft<Object>>& objects_;
  std::string keyword_;
  std::string stem_;
  Findings& findings_;
  std::map<std::string_view, std::size_t> by_name_;
  std::set<std::string_view> used_;
};

/// All that can be tracked.
struct Trackables {
  explicit Trackables(const Draft& draft);
  NamedObjects<Script> scripts;
  NamedObjects<TrackFile> files;
  NamedObjects<TrackProcess> processes;
};

/// Whose lines they are.
struct TrackingScope {
  bool owner = false;              // priority 255: weights count for nothing
  bool weights_allowed = true;     // not in a sync group, or one with sync_group_tracking_weight
  std::string_view own_interface;  // tracked anyway; empty: none
};

/// Where tracked lines go.
struct TrackingLists {
  std::vector<Tracked>& scripts;
  std::vector<Tracked>& interfaces;
  std::vector<Tracked>& files;
  std::vector<Tracked>& processes;
};

/// Moves the lines into `lists`, without those that keepalived would drop, and says which.
void resolve_tracking(TrackingDraft& draft, const TrackingScope& scope, Trackables& trackables,
                      Findings& findings, TrackingLists lists);

}  // namespace understudy::config
