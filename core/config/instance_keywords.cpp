// What may stand in a vrrp_instance.
#include "core/config/keyword_lists.h"

namespace understudy::config {
namespace {

using enum BlockKind;
using enum Support;

constexpr std::string_view kUnwatched = "its failure would change nothing";
constexpr std::string_view kVirtualMac = "the address would keep the physical MAC address";

constexpr auto kInstance = std::to_array<Keyword>({
    acting("state"),
    acting("interface"),
    acting("virtual_router_id"),
    acting("priority"),
    acting("advert_int"),
    acting("version"),
    acting("authentication", authentication),
    acting("virtual_ipaddress", values),
    acting("track_script", values),
    acting("track_interface", values),
    acting("nopreempt"),
    acting("preempt"),
    acting("preempt_delay"),
    acting("garp_master_delay"),
    acting("garp_master_repeat"),
    acting("garp_lower_prio_delay"),
    acting("garp_lower_prio_repeat"),
    acting("lower_prio_no_advert"),
    acting("higher_prio_send_advert"),
    command("notify_master"),
    command("notify_backup"),
    command("notify_fault"),
    command("notify_stop"),
    command("notify"),
    acting("accept"),
    acting("no_virtual_ipaddress"),
    acting("no_accept"),
    acting("strict_mode"),
    acting("virtual_ipaddress_excluded", values),
    acting("virtual_routes", values),
    acting("virtual_rules", values),
    acting("auth_hmac", auth_hmac),
    acting("unicast_peer", values),
    acting("unicast_src_ip"),
    acting("mcast_src_ip"),
    acting("mcast_dst_ip"),
    refusing("vrf", "the interface would be looked for outside it"),
    acting("down_timer_adverts"),
    acting("owner_ignore_adverts"),
    acting("timer_expired_backup"),
    acting("thread_timer_expired"),
    acting("track_file", values),
    acting("track_process", values),
    refusing("track_bfd", kUnwatched, skipped),
    acting("dont_track_primary"),
    acting("use_vmac"),
    refusing("use_vmac_addr", kVirtualMac),
    acting("vmac_xmit_base"),
    refusing("use_ipvlan", kVirtualMac),
    ignoring("promote_secondaries"),
    acting("unicast_ttl"),
    acting("check_unicast_src"),
    ignoring("unicast_fault_no_peer"),
    refusing_unless("old_unicast_checksum", "never",
                    "adverts would have a checksum that peers of that kind refuse"),
    acting("track_src_ip"),
    acting("garp_master_refresh"),
    acting("garp_master_refresh_repeat"),
    acting("garp_extra_if"),
    acting("vmac_garp_intvl"),
    acting("skip_check_adv_addr"),
    acting("v3_checksum_as_v2"),
    ignoring("native_ipv6"),
    ignoring("debug"),
    ignoring("kernel_rx_buf_size"),
    ignoring("linkbeat_use_polling"),
    ignoring("lvs_sync_daemon_interface"),
    ignoring("notify_deleted"),
    command("notify_master_rx_lower_pri"),
    ignoring("notify_priority_changes"),
    ignoring("smtp_alert"),
});

}  // namespace

std::span<const Keyword> instance_keywords() { return kInstance; }

}  // namespace understudy::config
