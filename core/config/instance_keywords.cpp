// What may stand in a vrrp_instance.
#include "core/config/keyword_lists.h"

namespace understudy::config {
namespace {

using enum BlockKind;
using enum Support;

constexpr std::string_view kUnwatched = "its failure would change nothing";
constexpr std::string_view kOtherSource = "adverts would leave from another address";
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
    {"accept", silent, none, false, {}, {}},
    refusing("no_virtual_ipaddress", "every advert holds an address"),
    refusing("no_accept", "the address would answer to everything"),
    refusing_unless("strict_mode", kOff, "its extra rules and its firewall would be missing"),
    refusing("virtual_ipaddress_excluded", "these addresses would be missing", skipped),
    acting("virtual_routes", values),
    acting("virtual_rules", values),
    refusing("auth_hmac", "adverts would not be authenticated", skipped),
    refusing("unicast_peer", "adverts would go to the multicast group instead", skipped),
    refusing("unicast_src_ip", kOtherSource),
    refusing("mcast_src_ip", kOtherSource),
    refusing_unless("mcast_dst_ip", "224.0.0.18", "adverts would go to another group"),
    refusing("vrf", "the interface would be looked for outside it"),
    refusing_unless("down_timer_adverts", "3", "the takeover would come at another time"),
    refusing_unless("owner_ignore_adverts", kOff, "an owner would obey adverts"),
    refusing("timer_expired_backup", "a late master would stay master"),
    refusing("thread_timer_expired", "a late master would stay master"),
    refusing("track_file", kUnwatched, skipped),
    refusing("track_process", kUnwatched, skipped),
    refusing("track_bfd", kUnwatched, skipped),
    refusing("dont_track_primary", "the interface going down would still mean FAULT"),
    refusing("use_vmac", kVirtualMac),
    refusing("use_vmac_addr", kVirtualMac),
    refusing("vmac_xmit_base", kVirtualMac),
    refusing("use_ipvlan", kVirtualMac),
    ignoring("promote_secondaries"),
    ignoring("unicast_ttl"),
    ignoring("check_unicast_src"),
    ignoring("unicast_fault_no_peer"),
    ignoring("old_unicast_checksum"),
    ignoring("track_src_ip"),
    ignoring("garp_master_refresh"),
    ignoring("garp_master_refresh_repeat"),
    ignoring("garp_extra_if"),
    ignoring("vmac_garp_intvl"),
    ignoring("skip_check_adv_addr"),
    ignoring("v3_checksum_as_v2"),
    ignoring("native_ipv6"),
    ignoring("debug"),
    ignoring("kernel_rx_buf_size"),
    ignoring("linkbeat_use_polling"),
    ignoring("lvs_sync_daemon_interface"),
    ignoring("notify_deleted"),
    ignoring("notify_master_rx_lower_pri"),
    ignoring("notify_priority_changes"),
    ignoring("smtp_alert"),
});

}  // namespace

std::span<const Keyword> instance_keywords() { return kInstance; }

}  // namespace understudy::config
