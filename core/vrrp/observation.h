// What can be read off the wire about virtual routers: who spoke, who was master, why that changed.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/instant.h"
#include "core/net/ip_address.h"
#include "core/net/mac_address.h"
#include "core/vrrp/advert.h"
#include "core/vrrp/advert_codec.h"
#include "core/vrrp/state.h"

namespace understudy {

/// Which virtual router an advert speaks for. Captures do not know interfaces; a VLAN tag keeps
/// networks apart that share a VRID.
struct RouterKey {
  std::uint16_t vlan = 0;  // 0: untagged
  Family family = Family::ipv4;
  std::uint8_t vrid = 0;

  friend auto operator<=>(const RouterKey&, const RouterKey&) = default;
};

/// One packet of a capture: its number there, from 1; 0 when nobody counted.
struct PacketPlace {
  std::uint32_t file = 0;
  std::uint64_t number = 0;

  friend auto operator<=>(const PacketPlace&, const PacketPlace&) = default;
};

enum class Setting : std::uint8_t {
  version,
  priority,
  advert_interval,
  authentication,
  addresses,
  mac,
  destination,
  checksum_form,
};

/// "advert_interval": the name in JSON.
std::string_view to_string(Setting setting);

/// A speaker shows another value than before. Passwords are not told.
struct SettingChange {
  Instant at;
  PacketPlace packet;
  Setting setting = Setting::priority;
  std::string from, to;
};

/// How late a master's adverts came: one interval after the one before, and then so much more. The
/// first bin holds those that came early (answers to rivals), the last one what is above all
/// bounds.
struct Lateness {
  static constexpr std::size_t kBins = 8;
  /// Upper bounds of the bins but the last, inclusive; the first bin's: early by more than that.
  static constexpr std::array<Duration, kBins - 1> kBounds{
      std::chrono::milliseconds{-10}, std::chrono::milliseconds{1},
      std::chrono::milliseconds{10},  std::chrono::milliseconds{50},
      std::chrono::milliseconds{100}, std::chrono::milliseconds{250},
      std::chrono::seconds{1}};
  std::array<std::uint64_t, kBins> adverts{};
  Duration worst{};

  void add(Duration late);
};

/// One source address that sent valid adverts, with the settings it last showed.
struct Speaker {
  IpAddress source;
  std::optional<MacAddress> mac;  // of its last advert
  std::uint8_t version = 2;
  std::uint8_t priority = 0;  // last one above 0
  std::uint8_t auth_type = 0;
  AuthData auth_data{};
  bool authentication_header = false;  // adverts lie behind one; its code is not judged
  bool is_signed = false;              // has keepalived's auth_hmac trailer; not judged
  Duration advert_interval{};
  std::vector<std::uint8_t> addresses;  // network order, one after the other
  IpAddress destination;                // the group, or a peer
  std::vector<IpAddress> destinations;  // all so far, the first 32
  std::uint8_t ttl = 255;
  std::optional<ChecksumForm> checksum_form;  // version 3 over IPv4: which one it sends
  Instant first, last;                        // adverts heard, resignations included
  PacketPlace first_packet, last_packet;
  std::uint64_t adverts = 0;
  std::uint64_t resignations = 0;
  std::uint64_t lost = 0;  // adverts that the interval says are missing
  Lateness lateness;
  std::vector<SettingChange> changes;  // the first ones
  std::uint64_t changes_left_out = 0;
};

/// The addresses of its adverts.
std::vector<IpAddress> address_list(const Speaker& speaker);

/// `version` and `addresses` are those of whoever was last master.
struct ObservedRouter {
  RouterKey key;
  std::uint8_t version = 2;
  std::vector<IpAddress> addresses;
  std::vector<Speaker> speakers;  // ordered by source
};

/// What a mastership ended with: its resignation, its own last advert, the first advert of whoever
/// outbid it; `lasting`: with the observation alone.
enum class MastershipEnd : std::uint8_t { resigned, silent, outbid, lasting };

constexpr std::string_view to_string(MastershipEnd end) {
  constexpr std::string_view kNames[] = {"resigned", "silent", "outbid", "lasting"};
  return kNames[static_cast<std::uint8_t>(end)];
}

/// A stretch of time in which one speaker was master. Those of several speakers overlap while they
/// all advertise.
struct Mastership {
  RouterKey key;
  IpAddress source;
  Instant from, to;
  MastershipEnd end = MastershipEnd::lasting;
};

/// takeover: `to` becomes master, and `from` is none from then on. contest: `to` becomes master
/// though `from` lives and is better. fall: `from` is none any more, and nobody is. yield: of two
/// masters `from` gives way. remains: of two masters `from` goes, and `to` is left.
enum class ChangeKind : std::uint8_t { takeover, contest, fall, yield, remains };

constexpr std::string_view to_string(ChangeKind kind) {
  constexpr std::string_view kNames[] = {"takeover", "contest", "fall", "yield", "remains"};
  return kNames[static_cast<std::uint8_t>(kind)];
}

/// A change of master, and the figures its reason rests on. Its time is the first advert of the
/// new master; for one to nobody, the resignation or the end of the silent master's own down
/// interval; for one that yields, the advert that it obeyed.
struct MasterChange {
  Instant at;
  PacketPlace packet;  // that showed it; 0 for a silence
  RouterKey key;
  std::optional<IpAddress> from, to;  // nullopt: nobody
  Reason reason = Reason::first_seen;
  ChangeKind kind = ChangeKind::takeover;
  std::uint8_t version = 2;
  std::uint8_t from_priority = 0, to_priority = 0;  // 0 where there is nobody
  Duration advert_interval{};
  Duration silence{};    // since `from` last spoke
  Duration expected{};   // what the timers say: skew (graceful_shutdown), down interval
                         // (master_silent)
  std::string why_deaf;  // contest: what in from's adverts lets `to` refuse them
};

/// What a new master said of one of its addresses.
struct Announcement {
  IpAddress address;
  std::optional<Instant> at;  // of the first gratuitous ARP or unsolicited advertisement; nullopt:
                              // none in time
  std::optional<MacAddress> mac;
  PacketPlace packet;
};

/// The announcements that followed a takeover.
struct TakeoverAnnouncements {
  RouterKey key;
  IpAddress source;
  Instant at;           // of the takeover
  bool judged = false;  // false: the capture holds no ARP (Neighbour Discovery) at all, or ends
  std::vector<Announcement> addresses;
};

/// "graceful_shutdown" and figures in one line: "priority 0 heard, 0.648520 s before; skew of
/// priority 90 is (256 - 90)/256 s = 0.648438 s".
std::string describe(const MasterChange& change);

enum class FindingCode : std::uint8_t {
  dual_master,
  bad_checksum,
  bad_ttl,
  bad_length,
  bad_version,
  bad_type,
  auth_mismatch,
  interval_mismatch,
  address_list_mismatch,
  late_advert,
  lost_adverts,
  flapping,
  missing_garp,
  ip_header_mismatch,
  foreign_speaker,
  priority_tie,
  checksum_form_mismatch,
  mac_mismatch,
  destination_mismatch,
  address_conflict,
  stale_holder,
  owner_conflict,
  too_many_speakers,
  odd_source,
};

inline constexpr std::size_t kFindingCodeCount = 24;

/// "dual_master": the name in JSON.
std::string_view to_string(FindingCode code);

enum class FindingSeverity : std::uint8_t { error, warning };

constexpr std::string_view to_string(FindingSeverity severity) {
  return severity == FindingSeverity::error ? "error" : "warning";
}

/// What a finding means, and what most likely mends it; one sentence each.
std::string_view meaning(FindingCode code);
std::string_view likely_fix(FindingCode code);

/// Something wrong, once per cause and source however often it is seen.
struct Finding {
  static constexpr std::size_t kMostPackets = 4;

  Instant at, until;  // first and last sighting
  FindingSeverity severity = FindingSeverity::error;
  FindingCode code = FindingCode::dual_master;
  RouterKey key;
  bool has_vrid = true;  // false: the packet was too short to have one
  IpAddress source;
  std::optional<IpAddress> other;    // the second party of dual_master and the mismatches
  std::uint64_t count = 0;           // packets; of lost_adverts: adverts
  std::vector<PacketPlace> packets;  // the first ones
  std::string message;
  std::string because;  // what explains this very one: "192.0.2.2 refuses ...: ..."; may be empty
};

/// Everything, ordered by time (routers by key).
struct Observation {
  std::vector<ObservedRouter> routers;
  std::vector<Mastership> masters;
  std::vector<MasterChange> changes;
  std::vector<TakeoverAnnouncements> announcements;
  std::vector<Finding> findings;
  std::uint64_t adverts = 0;  // valid ones
  std::uint64_t refused = 0;
  std::uint64_t left_out = 0;  // changes, masterships, findings and speakers beyond what is kept
};

/// "1 s", "0.25 s", "0.648438 s": cut to microseconds, no trailing zeros.
std::string seconds_text(Duration duration);

}  // namespace understudy
