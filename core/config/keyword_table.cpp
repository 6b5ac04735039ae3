#include "core/config/keyword_table.h"

#include <algorithm>
#include <array>

namespace understudy::config {
namespace {

using enum BlockKind;
using enum Support;

constexpr std::string_view kOff = "off|false|no";

constexpr Keyword acting(std::string_view name, BlockKind opens = none) {
  return {name, acts, opens, false, {}, {}};
}
constexpr Keyword command(std::string_view name) { return {name, acts, none, true, {}, {}}; }
constexpr Keyword ignoring(std::string_view name, BlockKind opens = none) {
  return {name, ignored, opens, false, {}, {}};
}
constexpr Keyword refusing(std::string_view name, std::string_view why, BlockKind opens = none) {
  return {name, refused, opens, false, why, {}};
}
constexpr Keyword refusing_unless(std::string_view name, std::string_view harmless,
                                  std::string_view why) {
  return {name, refused, none, false, why, harmless};
}

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

constexpr auto kGlobalDefs = std::to_array<Keyword>({
    acting("notification_email", values),
    acting("notification_email_from"),
    acting("smtp_server"),
    acting("smtp_connect_timeout"),
    acting("router_id"),
    acting("script_user"),
    acting("enable_script_security"),
    acting("vrrp_version"),
    acting("vrrp_garp_master_delay"),
    acting("vrrp_garp_master_repeat"),
    acting("vrrp_garp_lower_prio_delay"),
    acting("vrrp_garp_lower_prio_repeat"),
    acting("vrrp_min_garp"),
    acting("vrrp_lower_prio_no_advert"),
    acting("vrrp_higher_prio_send_advert"),
    refusing_unless("vrrp_mcast_group4", "224.0.0.18", "adverts would go to another group"),
    refusing_unless("vrrp_down_timer_adverts", "3", "the takeover would come at another time"),
    refusing_unless("vrrp_owner_ignore_adverts", kOff, "an owner would obey adverts"),
    refusing_unless("vrrp_strict", kOff, "its extra rules and its firewall would be missing"),
    refusing("vrrp_startup_delay", "the instances would start at once"),
    refusing("vrrp_delay_after_boot", "the instances would start at once"),
    ignoring("smtp_helo_name"),
    ignoring("smtp_alert"),
    ignoring("smtp_alert_vrrp"),
    ignoring("smtp_alert_checker"),
    ignoring("no_email_faults"),
    ignoring("no_checker_emails"),
    ignoring("checker_log_all_failures"),
    ignoring("process_names"),
    ignoring("process_name"),
    ignoring("vrrp_process_name"),
    ignoring("checker_process_name"),
    ignoring("lvs_process_name"),
    ignoring("bfd_process_name"),
    ignoring("vrrp_priority"),
    ignoring("checker_priority"),
    ignoring("bfd_priority"),
    ignoring("vrrp_no_swap"),
    ignoring("checker_no_swap"),
    ignoring("bfd_no_swap"),
    ignoring("vrrp_rt_priority"),
    ignoring("checker_rt_priority"),
    ignoring("bfd_rt_priority"),
    ignoring("vrrp_cpu_affinity"),
    ignoring("checker_cpu_affinity"),
    ignoring("bfd_cpu_affinity"),
    ignoring("vrrp_rlimit_rttime"),
    ignoring("checker_rlimit_rttime"),
    ignoring("bfd_rlimit_rttime"),
    ignoring("vrrp_rlimit_rtime"),
    ignoring("checker_rlimit_rtime"),
    ignoring("bfd_rlimit_rtime"),
    ignoring("max_auto_priority"),
    ignoring("min_auto_priority_delay"),
    ignoring("umask"),
    ignoring("random_seed"),
    ignoring("startup_script"),
    ignoring("shutdown_script"),
    ignoring("startup_script_timeout"),
    ignoring("shutdown_script_timeout"),
    ignoring("use_symlink_paths"),
    ignoring("set_supplementary_groups"),
    ignoring("notify_fifo"),
    ignoring("vrrp_notify_fifo"),
    ignoring("lvs_notify_fifo"),
    ignoring("notify_fifo_script"),
    ignoring("vrrp_notify_fifo_script"),
    ignoring("lvs_notify_fifo_script"),
    ignoring("vrrp_notify_priority_changes"),
    ignoring("fifo_write_vrrp_states_on_reload"),
    ignoring("vrrp_mcast_group6"),
    ignoring("default_interface"),
    ignoring("vrrp_garp_master_refresh"),
    ignoring("vrrp_garp_master_refresh_repeat"),
    ignoring("vrrp_garp_interval"),
    ignoring("vrrp_gna_interval"),
    ignoring("vrrp_garp_extra_if"),
    ignoring("vrrp_vmac_garp_intvl"),
    ignoring("vrrp_check_unicast_src"),
    ignoring("vrrp_skip_check_adv_addr"),
    ignoring("v3_checksum_as_v2"),
    ignoring("log_unknown_vrids"),
    ignoring("dynamic_interfaces"),
    ignoring("disable_local_igmp"),
    ignoring("vmac_prefix"),
    ignoring("vmac_addr_prefix"),
    ignoring("vrrp_rx_bufs_policy"),
    ignoring("vrrp_rx_bufs_multiplier"),
    ignoring("vrrp_netlink_cmd_rcv_bufs"),
    ignoring("vrrp_netlink_cmd_rcv_bufs_force"),
    ignoring("vrrp_netlink_monitor_rcv_bufs"),
    ignoring("vrrp_netlink_monitor_rcv_bufs_force"),
    ignoring("lvs_netlink_cmd_rcv_bufs"),
    ignoring("lvs_netlink_cmd_rcv_bufs_force"),
    ignoring("lvs_netlink_monitor_rcv_bufs"),
    ignoring("lvs_netlink_monitor_rcv_bufs_force"),
    ignoring("process_monitor_rcv_bufs"),
    ignoring("process_monitor_rcv_bufs_force"),
    ignoring("nftables"),
    ignoring("nftables_priority"),
    ignoring("nftables_counters"),
    ignoring("nftables_ifindex"),
    ignoring("vrrp_iptables"),
    ignoring("vrrp_ipsets"),
    ignoring("nftables_ipvs"),
    ignoring("nftables_ipvs_priority"),
    ignoring("nftables_ipvs_start_fwmark"),
    ignoring("lvs_timeouts"),
    ignoring("lvs_flush"),
    ignoring("lvs_flush_on_stop"),
    ignoring("lvs_flush_onstop"),
    ignoring("lvs_sync_daemon"),
    ignoring("rs_init_notifies"),
    ignoring("snmp_socket"),
    ignoring("enable_traps"),
    ignoring("enable_snmp_vrrp"),
    ignoring("enable_snmp_keepalived"),
    ignoring("enable_snmp_checker"),
    ignoring("enable_snmp_rfc"),
    ignoring("enable_snmp_rfcv2"),
    ignoring("enable_snmp_rfcv3"),
    ignoring("snmp_vs_stats_update_interval"),
    ignoring("snmp_rs_stats_update_interval"),
    ignoring("enable_dbus"),
    ignoring("dbus_service_name"),
    ignoring("dbus_no_interface_name"),
    ignoring("json_version"),
    ignoring("data_use_instance"),
    ignoring("state_dump_file"),
    ignoring("stats_dump_file"),
    ignoring("json_dump_file"),
    ignoring("reload_check_config"),
    ignoring("reload_time_file"),
    ignoring("reload_repeat"),
    ignoring("reload_file"),
    ignoring("include_check"),
    ignoring("tmp_config_directory"),
    ignoring("config_save_dir"),
    ignoring("iproute_usr_dir"),
    ignoring("iproute_etc_dir"),
});

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
    refusing("virtual_routes", "these routes would be missing", skipped),
    refusing("virtual_rules", "these rules would be missing", skipped),
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

constexpr auto kAuthentication = std::to_array<Keyword>({
    acting("auth_type"),
    acting("auth_pass"),
});

constexpr auto kFormer = std::to_array<FormerKeyword>({
    {"script_security", "enable_script_security"},
    {"raise", "rise"},
    {"advert_in", "advert_int"},
    {"netify_backup", "notify_backup"},
    {"smtp_connect_time", "smtp_connect_timeout"},
    {"lvs_sync_daemon_inteface", "lvs_sync_daemon_interface"},
    {"nb_get_retry", "retry"},
    {"nat_mask", ""},
    {"lvs_id", "router_id"},
    {"local_address_group", ""},
});

}  // namespace

std::span<const Keyword> keywords_of(BlockKind block) {
  switch (block) {
    case top:
      return kTop;
    case global_defs:
      return kGlobalDefs;
    case vrrp_script:
      return kScript;
    case vrrp_instance:
      return kInstance;
    case authentication:
      return kAuthentication;
    case none:
    case values:
    case skipped:
      break;
  }
  return {};
}

const Keyword* find_keyword(BlockKind block, std::string_view word) {
  const auto keywords = keywords_of(block);
  const auto found = std::find_if(keywords.begin(), keywords.end(),
                                  [&](const Keyword& keyword) { return keyword.name == word; });
  return found == keywords.end() ? nullptr : &*found;
}

std::string_view to_string(BlockKind block) {
  switch (block) {
    case top:
      return "the top level";
    case global_defs:
      return "global_defs";
    case vrrp_script:
      return "vrrp_script";
    case vrrp_instance:
      return "vrrp_instance";
    case authentication:
      return "authentication";
    case none:
    case values:
    case skipped:
      break;
  }
  return "the block";
}

const FormerKeyword* find_former_keyword(std::string_view word) {
  const auto found = std::find_if(kFormer.begin(), kFormer.end(),
                                  [&](const FormerKeyword& former) { return former.name == word; });
  return found == kFormer.end() ? nullptr : &*found;
}

}  // namespace understudy::config
