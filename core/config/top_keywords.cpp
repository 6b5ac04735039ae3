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
    refusing("vrrp_sync_group", "its instances would fail over one by one", skipped),
    refusing("net_namespace", "the daemon would run in another network namespace"),
    refusing("static_ipaddress", "these addresses would be missing", skipped),
    refusing("static_routes", "these routes would be missing", skipped),
    refusing("static_rules", "these rules would be missing", skipped),
    refusing("interface_up_down_delays", "a link that goes down would count at once", skipped),
    ignoring("net_namespace_ipvs"),
    ignoring("namespace_with_ipsets"),
    ignoring("instance"),
    ignoring("use_pid_dir"),
    ignoring("linkbeat_use_polling"),
    ignoring("child_wait_time"),
    ignoring("linkbeat_interfaces", skipped),
    ignoring("garp_group", skipped),
    ignoring("track_group", skipped),
    ignoring("track_file", skipped),
    ignoring("vrrp_track_file", skipped),
    ignoring("vrrp_track_process", skipped),
    ignoring("bfd_instance", skipped),
    ignoring("SSL", skipped),
    ignoring("virtual_server_group", skipped),
    ignoring("virtual_server", skipped),
});

}  // namespace

std::span<const Keyword> top_keywords() { return kTop; }

}  // namespace understudy::config
