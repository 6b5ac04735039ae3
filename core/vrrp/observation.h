// What can be read off the wire about virtual routers: who spoke, who was master, why that changed.
#pragma once

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

/// One source address that sent valid adverts, with the settings it last showed.
struct Speaker {
  IpAddress source;
  std::optional<MacAddress> mac;  // of its last advert
  std::uint8_t version = 2;
  std::uint8_t priority = 0;  // last one above 0
  std::uint8_t auth_type = 0;
  AuthData auth_data{};
  Duration advert_interval{};
  std::vector<std::uint8_t> addresses;  // network order, one after the other
  Instant first, last;                  // adverts heard, resignations included
  std::uint64_t adverts = 0;
};

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

/// A stretch of time in which one speaker was master.
struct Mastership {
  RouterKey key;
  IpAddress source;
  Instant from, to;
  MastershipEnd end = MastershipEnd::lasting;
};

/// A change of master, and the figures its reason rests on. Its time is the first advert of the
/// new master; for one to nobody, the resignation or the end of the silent master's own down
/// interval.
struct MasterChange {
  Instant at;
  RouterKey key;
  std::optional<IpAddress> from, to;  // nullopt: nobody
  Reason reason = Reason::first_seen;
  std::uint8_t version = 2;
  std::uint8_t from_priority = 0, to_priority = 0;  // 0 where there is nobody
  Duration advert_interval{};
  Duration silence{};   // since `from` last spoke
  Duration expected{};  // what the timers say: skew (graceful_shutdown), down interval
                        // (master_silent)
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
};

/// "dual_master": the name in JSON.
std::string_view to_string(FindingCode code);

enum class FindingSeverity : std::uint8_t { error, warning };

constexpr std::string_view to_string(FindingSeverity severity) {
  return severity == FindingSeverity::error ? "error" : "warning";
}

/// Something wrong, once per cause and source however often it is seen.
struct Finding {
  Instant at, until;  // first and last sighting
  FindingSeverity severity = FindingSeverity::error;
  FindingCode code = FindingCode::dual_master;
  RouterKey key;
  bool has_vrid = true;  // false: the packet was too short to have one
  IpAddress source;
  std::optional<IpAddress> other;  // the second party of dual_master and the mismatches
  std::uint64_t count = 0;         // packets
  std::string message;
};

/// Everything, ordered by time (routers by key).
struct Observation {
  std::vector<ObservedRouter> routers;
  std::vector<Mastership> masters;
  std::vector<MasterChange> changes;
  std::vector<Finding> findings;
  std::uint64_t adverts = 0;  // valid ones
  std::uint64_t refused = 0;
};

/// "1 s", "0.25 s", "0.648438 s": cut to microseconds, no trailing zeros.
std::string seconds_text(Duration duration);

}  // namespace understudy
