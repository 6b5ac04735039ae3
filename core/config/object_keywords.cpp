// What may stand in the smaller blocks: tracked objects, and blocks inside others.
#include "core/config/keyword_lists.h"

namespace understudy::config {
namespace {

using enum BlockKind;
using enum Support;

constexpr auto kScript = std::to_array<Keyword>({
    command("script"),
    acting("interval"),
    acting("timeout"),
    acting("weight"),
    acting("rise"),
    acting("fall"),
    acting("user"),
    acting("init_fail"),
});

constexpr auto kTrackFile = std::to_array<Keyword>({
    acting("file"),
    acting("weight"),
    acting("init_file"),
});

constexpr auto kTrackProcess = std::to_array<Keyword>({
    command("process"),
    acting("param_match"),
    acting("weight"),
    acting("quorum"),
    acting("quorum_max"),
    acting("delay"),
    acting("fork_delay"),
    acting("terminate_delay"),
    acting("full_command"),
});

constexpr auto kSyncGroup = std::to_array<Keyword>({
    acting("group", values),
    acting("track_script", values),
    acting("track_interface", values),
    acting("track_file", values),
    acting("track_process", values),
    refusing("track_bfd", "its failure would change nothing", skipped),
    command("notify_master"),
    command("notify_backup"),
    command("notify_fault"),
    command("notify_stop"),
    command("notify"),
    acting("sync_group_tracking_weight"),
    acting("global_tracking"),
    ignoring("smtp_alert"),
    ignoring("notify_priority_changes"),
});

constexpr auto kGarpGroup = std::to_array<Keyword>({
    acting("garp_interval"),
    acting("gna_interval"),
    acting("interface"),
    acting("interfaces", values),
});

constexpr auto kAuthHmac = std::to_array<Keyword>({
    acting("key"),
    acting("active_key"),
    acting("anti_replay"),
    acting("time_window"),
    acting("mode"),
});

constexpr auto kAuthentication = std::to_array<Keyword>({
    acting("auth_type"),
    acting("auth_pass"),
});

}  // namespace

std::span<const Keyword> object_keywords(BlockKind block) {
  switch (block) {
    case vrrp_script:
      return kScript;
    case track_file:
      return kTrackFile;
    case vrrp_track_process:
      return kTrackProcess;
    case vrrp_sync_group:
      return kSyncGroup;
    case garp_group:
      return kGarpGroup;
    case auth_hmac:
      return kAuthHmac;
    case authentication:
      return kAuthentication;
    default:
      return {};
  }
}

}  // namespace understudy::config
