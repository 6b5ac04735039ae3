// What may stand at the top level.
#include "core/config/keyword_lists.h"

namespace understudy::config {
namespace {

using enum BlockKind;
using enum Support;

constexpr auto kTop = std::to_array<Keyword>({
    acting("global_defs", global_defs),
    acting("vrrp_script", vrrp_script),
    acting("vrrp_instance", vrrp_instance),
    acting("vrrp_sync_group", vrrp_sync_group),
    refusing("net_namespace", "the daemon would run in another network namespace"),
    acting("static_ipaddress", values),
    acting("static_routes", values),
    acting("static_rules", values),
    acting("interface_up_down_delays", values),
    ignoring("net_namespace_ipvs"),
    ignoring("namespace_with_ipsets"),
    ignoring("instance"),
    ignoring("use_pid_dir"),
    ignoring("linkbeat_use_polling"),
    ignoring("child_wait_time"),
    ignoring("linkbeat_interfaces", skipped),
    acting("garp_group", garp_group),
    ignoring("track_group", skipped),
    acting("track_file", track_file),
    acting("vrrp_track_file", track_file),
    acting("vrrp_track_process", vrrp_track_process),
    ignoring("bfd_instance", skipped),
    ignoring("SSL", skipped),
    ignoring("virtual_server_group", skipped),
    ignoring("virtual_server", skipped),
});

}  // namespace

std::span<const Keyword> top_keywords() { return kTop; }

}  // namespace understudy::config
