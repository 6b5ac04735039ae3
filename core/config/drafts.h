// What a parse knows before its end: blocks as they are written, with the places of what they say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config/block_reader.h"
#include "core/config/config.h"
#include "core/config/findings.h"
#include "core/config/parser.h"
#include "core/config/rule_lines.h"

namespace understudy::config {

/// Where the keywords of a block stand; of one that stands there twice, the last place.
class Places {
 public:
  void add(const Statement& statement);
  bool has(std::string_view keyword) const { return places_.contains(keyword); }
  /// The keyword's own place; a Place without a line when it is not there.
  Place keyword(std::string_view name) const;
  /// The place of its first value, or the keyword's when it has none.
  Place value(std::string_view name) const;

 private:
  // The keys are names of the keyword tables.
  std::map<std::string_view, std::pair<Place, Place>> places_;
};

/// Settings that an instance has under one name and global_defs, as a default, under another.
struct SharedOptions {
  struct Extra {
    Duration interval{};
    bool all = false;
  };
  std::optional<unsigned> garp_master_repeat;
  std::optional<Duration> garp_master_delay;
  std::optional<Duration> garp_master_refresh;
  std::optional<unsigned> garp_master_refresh_repeat;
  std::optional<unsigned> garp_lower_prio_repeat;
  std::optional<Duration> garp_lower_prio_delay;
  std::optional<Extra> garp_extra;
  std::optional<unsigned> down_timer_adverts;
  std::optional<bool> lower_prio_no_advert;
  std::optional<bool> higher_prio_send_advert;
  std::optional<bool> owner_ignores_adverts;
  std::optional<bool> check_unicast_source;
  std::optional<bool> skip_check_adv_addr;
  std::optional<bool> checksum_as_v2;
  std::optional<bool> strict;
};

/// Global defaults of instances. They count wherever global_defs stands, also behind the instances,
/// as measured with keepalived 2.2.7.
struct InstanceDefaults {
  SharedOptions shared;
  Places places;
  bool min_garp = false;
  Duration garp_interval{};
  Duration gna_interval{};
  int version = 2;
  std::optional<IpAddress> group4;
  std::optional<IpAddress> group6;
  std::string interface;  // default_interface
  std::string vmac_prefix = "vrrp";
};

/// The lines of the track_* blocks of an instance or a sync group.
struct TrackingDraft {
  struct Line {
    Tracked tracked;
    Place at;
  };
  std::vector<Line> scripts, interfaces, files, processes;
  std::set<std::pair<std::string_view, std::string>> names;  // block and name

  bool empty() const {
    return scripts.empty() && interfaces.empty() && files.empty() && processes.empty();
  }
};

struct NotifyDraft {
  NotifyScripts scripts;
  std::vector<ScriptUser> users;  // one for each script, empty when it names none
  Place at;
};

struct AddressDraft {
  VirtualAddress address;
  Place at;
};

struct HmacDraft {
  AuthHmac hmac;
  std::optional<std::uint8_t> active_key;
  std::optional<std::uint32_t> time_window;
  std::set<std::uint8_t> key_ids;  // those of refused keys too
  Places places;
};

struct PeerDraft {
  Peer peer;
  Place at;
};

struct VirtualMacDraft {
  std::string name;
  std::string mac;  // empty: none
  Place mac_at;
};

/// The lines of addresses, of link-local ones by device.
using AddressLines = std::map<std::pair<IpAddress, std::string>, std::uint32_t>;

/// An instance as its block has it, before defaults and the rules between keywords.
struct InstanceDraft {
  enum class State : std::uint8_t { unset, backup, master };

  VrrpInstance instance;
  Place name_at;
  Places places;
  State state = State::unset;
  std::optional<std::uint8_t> priority;
  std::optional<int> version;
  std::optional<Duration> advert_interval;
  std::optional<Authentication::Type> auth_type;
  Place auth_type_at;
  bool has_password = false;
  Place password_at;
  std::optional<HmacDraft> hmac;
  bool nopreempt = false;
  std::optional<bool> accept;
  std::vector<AddressDraft> addresses;
  std::vector<AddressDraft> excluded;
  AddressLines address_lines;
  std::vector<PeerDraft> peers;
  std::set<IpAddress> peer_addresses;
  std::optional<IpAddress> source;
  Place source_at;
  std::optional<IpAddress> group;
  std::optional<VirtualMacDraft> virtual_mac;
  bool vmac_transmits_on_base = false;
  SharedOptions shared;
  TrackingDraft tracking;
  NotifyDraft notify;
};

struct SyncGroupDraft {
  SyncGroup group;
  Place name_at;
  Places places;
  std::vector<Place> members_at;
  std::set<std::string> names;
  TrackingDraft tracking;
  NotifyDraft notify;
};

/// A vrrp_script, track_file or vrrp_track_process.
template <typename Object>
struct ObjectDraft {
  Object object;
  Place name_at;
};

struct GarpGroupDraft {
  Duration garp_interval{};
  Duration gna_interval{};
  std::vector<std::pair<std::string, Place>> interfaces;
  Place at;
};

/// The state of one parse.
struct Draft {
  static constexpr std::size_t kMostScripts = 10'000;  // and files, and processes
  static constexpr std::size_t kMostInstances = 10'000;
  static constexpr std::size_t kMostGroups = 10'000;

  Findings& findings;
  IncludeReader* includes = nullptr;
  GlobalDefs global = {};
  InstanceDefaults defaults = {};
  std::vector<ObjectDraft<Script>> scripts = {};
  std::vector<ObjectDraft<TrackFile>> track_files = {};
  std::vector<ObjectDraft<TrackProcess>> track_processes = {};
  std::vector<InstanceDraft> instances = {};
  std::vector<SyncGroupDraft> sync_groups = {};
  std::vector<GarpGroupDraft> garp_groups = {};
  std::vector<std::pair<InterfaceDelays, Place>> interface_delays = {};
  Statics statics = {};
  RulePreferences rule_preferences = {};
  AddressLines static_address_lines = {};

  /// The file's name for a place in an included file; empty for the configuration itself.
  std::string included_file(const Place& place) const {
    return place.line.file == 0 ? std::string() : findings.file_name(place.line.file);
  }
  /// Notes where a statement's keyword stands.
  void note_keyword(const Statement& statement, std::vector<KeywordPlace>& places) const;
};

/// A Place as the config keeps it.
inline SourcePosition position_of(const Place& place) { return {place.line.number, place.column}; }

}  // namespace understudy::config
