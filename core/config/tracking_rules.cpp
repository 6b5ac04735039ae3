#include "core/config/tracking_rules.h"

#include <utility>

#include "core/config/values.h"

namespace understudy::config {
namespace {

using Line = TrackingDraft::Line;

class Resolver {
 public:
  Resolver(const TrackingScope& scope, Findings& findings) : scope_(scope), findings_(findings) {}

  // Of a script or process with a weight nothing is left where weights count for nothing.
  template <typename Object>
  void resolve(std::vector<Line>& lines, NamedObjects<Object>& objects,
               std::vector<Tracked>& kept) {
    for (auto& line : lines) {
      const auto* object = objects.use(line);
      if (object == nullptr) continue;
      const int weight = line.tracked.weight.value_or(object->weight);
      if (weight != 0 && drops(line)) continue;
      kept.push_back(std::move(line.tracked));
    }
  }

  void resolve_files(std::vector<Line>& lines, NamedObjects<TrackFile>& files,
                     std::vector<Tracked>& kept) {
    for (auto& line : lines) {
      const auto* file = files.use(line);
      if (file == nullptr) continue;
      const int weight = line.tracked.weight.value_or(file->weight);
      if (weight != 0 && scope_.owner && drops(line)) continue;
      if (weight != 0 && !scope_.weights_allowed) {
        // 1 is what a track_file without a weight has.
        if (line.tracked.weight || file->weight != 1) report_zeroed(line, "a value other than 0");
        line.tracked.weight = 0;
      }
      kept.push_back(std::move(line.tracked));
    }
  }

  void resolve_interfaces(std::vector<Line>& lines, std::vector<Tracked>& kept) {
    for (auto& line : lines) {
      auto& tracked = line.tracked;
      if (!is_interface_name(tracked.name)) {
        findings_.error("bad-value", line.at,
                        in_quotes(tracked.name) +
                            " is no interface name: it has more than 15 bytes, a blank or a '/'");
        continue;
      }
      if (tracked.name == scope_.own_interface) {
        findings_.warning(
            "own-interface-tracked", line.at,
            "The instance's own interface is tracked anyway; this line is passed "
            "over",
            tracked.weight.value_or(0) == 0 ? "" : "with 'dont_track_primary' its weight counts");
        continue;
      }
      if (tracked.weight.value_or(0) != 0) {
        if (scope_.owner && drops(line)) continue;
        if (!scope_.weights_allowed) {
          report_zeroed(line, "the interface going down");
          tracked.weight = 0;
        }
      }
      kept.push_back(std::move(tracked));
    }
  }

 private:
  bool drops(const Line& line) {
    if (scope_.owner) {
      findings_.warning("owner-weight", line.at,
                        "At priority 255 nothing with a weight is tracked: " +
                            in_quotes(line.tracked.name) + " changes nothing");
      return true;
    }
    if (scope_.weights_allowed) return false;
    findings_.warning("group-weight", line.at,
                      "In a vrrp_sync_group nothing with a weight is tracked: " +
                          in_quotes(line.tracked.name) + " changes nothing",
                      "write 'sync_group_tracking_weight' in the group, or 'weight 0' for FAULT");
    return true;
  }

  void report_zeroed(const Line& line, const std::string& what) {
    findings_.warning("group-weight", line.at,
                      "In a vrrp_sync_group weights do not count: " + what + " means FAULT",
                      "write 'sync_group_tracking_weight' in the group, or 'weight 0' here");
  }

  const TrackingScope& scope_;
  Findings& findings_;
};

}  // namespace

Trackables::Trackables(const Draft& draft)
    : scripts(draft.scripts, "vrrp_script", "script", draft.findings),
      files(draft.track_files, "track_file", "track-file", draft.findings),
      processes(draft.track_processes, "vrrp_track_process", "track-process", draft.findings) {}

void resolve_tracking(TrackingDraft& draft, const TrackingScope& scope, Trackables& trackables,
                      Findings& findings, TrackingLists lists) {
  Resolver resolver(scope, findings);
  resolver.resolve(draft.scripts, trackables.scripts, lists.scripts);
  resolver.resolve_interfaces(draft.interfaces, lists.interfaces);
  resolver.resolve_files(draft.files, trackables.files, lists.files);
  resolver.resolve(draft.processes, trackables.processes, lists.processes);
}

}  // namespace understudy::config
