// What a keepalived.conf says, as a value. Made by core/config/parser.h; nothing in it is out of
// range.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/config/diagnostic.h"
#include "core/net/instant.h"
#include "core/net/interface_address.h"
#include "core/net/mac_address.h"
#include "core/net/route.h"

namespace understudy::config {

/// Where a keyword of a block stands, the last time it does; one that the block does not have, its
/// value being a default, has no place.
struct KeywordPlace {
  std::string keyword;
  SourcePosition at;
  std::string file = {};  // where `at` counts; empty: Config::file

  friend bool operator==(const KeywordPlace&, const KeywordPlace&) = default;
};

/// A command line as keepalived splits it: shell-like quotes, no shell. `text` is as written, for
/// messages.
struct Command {
  std::vector<std::string> argv;
  std::string text;

  friend bool operator==(const Command&, const Command&) = default;
};

/// user and group names; empty: the default (global script_user, else keepalived_script, else the
/// daemon's own).
struct ScriptUser {
  std::string user;
  std::string group;

  friend bool operator==(const ScriptUser&, const ScriptUser&) = default;
};

struct GlobalDefs {
  std::string router_id;  // name in mails only, never on the wire
  std::vector<std::string> notification_email;
  std::string notification_email_from;
  std::string smtp_server;
  std::uint16_t smtp_port = 25;
  Duration smtp_connect_timeout = std::chrono::seconds{30};
  ScriptUser script_user;
  bool enable_script_security = false;
  Duration startup_delay{};     // vrrp_startup_delay
  Duration delay_after_boot{};  // vrrp_delay_after_boot
  bool log_unknown_vrids = false;
  SourcePosition at;

  friend bool operator==(const GlobalDefs&, const GlobalDefs&) = default;
};

/// vrrp_script NAME { ... }
struct Script {
  std::string name;
  Command command;
  ScriptUser user;
  Duration interval = std::chrono::seconds{1};
  Duration timeout = std::chrono::seconds{1};  // equals interval when the file has none
  int weight = 0;                              // -253 to 253; 0: failure means FAULT
  bool weight_reverse = false;
  unsigned rise = 1;
  unsigned fall = 1;
  bool init_fail = false;
  SourcePosition at;                   // the name
  std::vector<KeywordPlace> keywords;  // of its block

  friend bool operator==(const Script&, const Script&) = default;
};

/// track_file NAME { ... }: a file that holds a number.
struct TrackFile {
  std::string name;
  std::string path;
  int weight = 1;  // 0: a value other than 0 means FAULT
  bool weight_reverse = false;
  std::optional<std::int64_t> initial_value;  // init_file: written at the start where there is none
  bool overwrite = false;                     // ... or whatever is there
  SourcePosition at;

  friend bool operator==(const TrackFile&, const TrackFile&) = default;
};

/// vrrp_track_process NAME { ... }: how many processes run a command.
struct TrackProcess {
  enum class Match : std::uint8_t { exact, initial, partial };
  std::string name;
  std::vector<std::string> command;  // the program's name, and its arguments when they matter
  bool has_arguments = false;        // arguments are compared, too
  Match match = Match::exact;        // param_match
  bool full_command = false;         // compare the command line, not the short name
  int weight = 0;                    // -254 to 254; 0: no quorum means FAULT
  bool weight_reverse = false;
  std::uint32_t quorum = 1;
  std::optional<std::uint32_t> quorum_max;  // unset: no limit
  Duration fork_delay{};                    // a quorum that is reached counts after this long
  Duration terminate_delay{};               // one that is lost, after this long
  SourcePosition at;

  friend bool operator==(const TrackProcess&, const TrackProcess&) = default;
};

/// One line of a track_script, track_file, track_process or track_interface block.
struct Tracked {
  std::string name;
  std::optional<int> weight;  // overrides the tracked object's; of an interface 0 when unset
  std::optional<bool> weight_reverse;
  SourcePosition at;

  friend bool operator==(const Tracked&, const Tracked&) = default;
};
using TrackedScript = Tracked;

/// The authentication of RFC 2338: version 2 only.
struct Authentication {
  enum class Type : std::uint8_t { none = 0, pass = 1, ah = 2 };
  Type type = Type::none;
  std::array<std::uint8_t, 8> key{};  // NUL filled

  friend bool operator==(const Authentication&, const Authentication&) = default;
};

/// auth_hmac { ... } of keepalived 2.4 (key bytes as they are used).
struct AuthHmac {
  enum class Mode : std::uint8_t { enforce, permissive, receive_only };
  struct Key {
    std::uint8_t id = 0;              // 1 to 255
    std::vector<std::uint8_t> bytes;  // 32 to 64
    friend bool operator==(const Key&, const Key&) = default;
  };
  std::vector<Key> keys;
  std::uint8_t active_key = 0;
  Mode mode = Mode::enforce;
  bool monotonic = false;
  std::uint32_t time_window = 5;  // seconds

  friend bool operator==(const AuthHmac&, const AuthHmac&) = default;
};

struct Peer {
  IpAddress address;
  std::uint8_t min_ttl = 0;
  std::uint8_t max_ttl = 255;
  bool has_ttl_limits = false;

  friend bool operator==(const Peer&, const Peer&) = default;
};

/// use_vmac [NAME] [MAC]
struct VirtualMac {
  std::string interface;           // empty: "vrrp.VRID", of IPv6 "vrrp6.VRID"
  std::optional<MacAddress> mac;   // unset: RFC 9568, section 7.3
  bool transmits_on_base = false;  // vmac_xmit_base

  friend bool operator==(const VirtualMac&, const VirtualMac&) = default;
};

/// virtual address lines keep their place, for diagnostics that need the hosts' subnets.
struct VirtualAddress {
  InterfaceAddress address;
  SourcePosition at;
  std::string file = {};  // where `at` counts; empty: Config::file

  friend bool operator==(const VirtualAddress&, const VirtualAddress&) = default;
};

/// Scripts run on state changes; each may be absent (empty argv).
struct NotifyScripts {
  Command master, backup, fault, stop, any;
  Command lower_priority;  // notify_master_rx_lower_pri
  ScriptUser user;

  friend bool operator==(const NotifyScripts&, const NotifyScripts&) = default;
};

/// vrrp_instance NAME { ... }, with the globals that seed it already applied.
struct VrrpInstance {
  std::string name;
  bool starts_as_master = false;  // `state MASTER`; below priority 255 it gives no head start
  std::string interface;
  std::uint8_t vrid = 0;                               // 1 to 255
  std::uint8_t priority = 100;                         // 1 to 255
  std::uint8_t version = 2;                            // 2 or 3
  Duration advert_interval = std::chrono::seconds{1};  // version 2: whole seconds, 1 to 255
  Authentication authentication;
  std::optional<AuthHmac> auth_hmac;
  std::vector<VirtualAddress> addresses;
  std::vector<VirtualAddress> excluded_addresses;
  std::vector<Route> routes;
  std::vector<RoutingRule> routing_rules;
  std::vector<TrackedScript> track_scripts;
  std::vector<Tracked> track_interfaces, track_files, track_processes;
  bool track_primary = true;  // dont_track_primary clears it

  // Where adverts go.
  IpAddress source;                   // unicast_src_ip or mcast_src_ip; unspecified: none
  bool track_source = false;          // track_src_ip
  std::vector<Peer> unicast_peers;    // empty: multicast
  bool check_unicast_source = false;  // check_unicast_src, or any TTL limit
  std::uint8_t unicast_ttl = 255;
  IpAddress multicast_group;                    // unspecified: 224.0.0.18 or ff02::12
  bool checksum_without_pseudo_header = false;  // v3_checksum_as_v2: what is sent
  std::optional<VirtualMac> virtual_mac;        // use_vmac

  bool strict = false;  // strict_mode, vrrp_strict; its consequences are in the other fields
  bool accept = true;
  bool skip_check_adv_addr = false;
  bool owner_ignores_adverts = false;
  Duration preempt_delay{};
  unsigned down_timer_adverts = 3;
  std::optional<std::uint8_t> timer_expired_backup;  // priority of the fastest rival
  Duration garp_master_refresh{};
  unsigned garp_master_refresh_repeat = 1;
  Duration garp_extra{};  // garp_extra_if
  bool garp_extra_all = false;
  Duration garp_interval{};
  Duration gna_interval{};
  bool preempt = true;
  unsigned garp_master_repeat = 5;
  Duration garp_master_delay = std::chrono::seconds{5};  // 0: no second burst
  unsigned garp_lower_prio_repeat = 5;
  Duration garp_lower_prio_delay = std::chrono::seconds{5};
  bool lower_prio_no_advert = false;
  bool higher_prio_send_advert = true;  // our improvement over keepalived, whose default is false
  NotifyScripts notify;
  SourcePosition at;                   // the name
  SourcePosition interface_at;         // the interface's value
  std::string file = {};               // where `at` counts; empty: Config::file
  std::vector<KeywordPlace> keywords;  // of its block, those of inner blocks left out

  friend bool operator==(const VrrpInstance&, const VrrpInstance&) = default;
};

/// vrrp_sync_group NAME { ... }
struct SyncGroup {
  std::string name;
  std::vector<Tracked> members;  // instances' names; no weights
  std::vector<Tracked> track_scripts, track_interfaces, track_files, track_processes;
  bool tracking_weight = false;  // sync_group_tracking_weight
  NotifyScripts notify;
  SourcePosition at;
  std::string file = {};  // where `at` counts; empty: Config::file

  friend bool operator==(const SyncGroup&, const SyncGroup&) = default;
};

/// interface_up_down_delays: one line.
struct InterfaceDelays {
  std::string interface;
  Duration down{};
  Duration up{};
  SourcePosition at;

  friend bool operator==(const InterfaceDelays&, const InterfaceDelays&) = default;
};

/// static_ipaddress, static_routes, static_rules: put on at the start, taken off at the end.
struct Statics {
  std::vector<VirtualAddress> addresses;
  std::vector<Route> routes;
  std::vector<RoutingRule> rules;

  friend bool operator==(const Statics&, const Statics&) = default;
};

struct Config {
  std::string file;
  GlobalDefs global;
  std::vector<Script> scripts;
  std::vector<TrackFile> track_files;
  std::vector<TrackProcess> track_processes;
  std::vector<VrrpInstance> instances;
  std::vector<SyncGroup> sync_groups;
  std::vector<InterfaceDelays> interface_delays;
  Statics statics;

  friend bool operator==(const Config&, const Config&) = default;
};

}  // namespace understudy::config
