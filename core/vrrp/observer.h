// Infers from adverts on the wire what the routers behind them do. Shares codec and timers with the
// engine, and has no state machine of its own: it says which one of theirs must have acted, and
// why.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <tuple>
#include <vector>

#include "core/vrrp/advert_codec.h"
#include "core/vrrp/observation.h"

namespace understudy {

/// One IP packet of protocol 112 as it passed by, without link-layer padding.
struct ObservedPacket {
  Instant at;
  std::span<const std::uint8_t> packet;
  std::optional<MacAddress> mac;  // of the sender; nullopt where the link layer has none
  std::uint16_t vlan = 0;
};

/// The rules. Whoever's adverts are heard is master. Another one that speaks succeeds it: after
/// priority 0 (graceful_shutdown); after a silence of three intervals and the successor's skew, an
/// eighth of an interval forgiven (master_silent); with a higher priority (preempted); with the
/// same and a higher address (tie_break). Otherwise both are master, as they are when the outbid
/// one goes on for more than half an interval. Who returns after its own resignation is `startup`,
/// after a silence longer than its own down interval `recovered`, if nobody succeeded it meanwhile.
///
/// Refused packets (decode_packet's checks, and a TTL other than 255 on a multicast) make a finding
/// and nothing else. Time that runs backwards is held at the latest seen. Memory grows with
/// speakers, changes and findings, not with packets.
class Observer {
 public:
  void observe(const ObservedPacket& packet);

  /// What is known when the observation ends at `end` (not before the last packet). The observer
  /// can go on afterwards.
  Observation finish(Instant end) const;

 private:
  struct HeardSpeaker : Speaker {
    std::optional<Instant> outbid_at;         // when somebody better took over from it
    std::optional<std::size_t> dual_finding;  // its latest, an index into findings_
  };
  struct Router {
    std::map<IpAddress, HeardSpeaker> speakers;
    std::optional<IpAddress> master;
    std::optional<IpAddress> last_speaker;
    Instant master_since;
    std::optional<Instant> resigned_at;  // the master's
  };
  using RefusalKey = std::tuple<std::uint16_t, IpAddress, FindingCode, int>;  // vlan, vrid or -1
  using MismatchKey = std::tuple<RouterKey, IpAddress, IpAddress, FindingCode>;

  static MastershipEnd end_of(const Router& router) {
    return router.resigned_at ? MastershipEnd::resigned : MastershipEnd::silent;
  }
  void refuse(const ObservedPacket& packet, Instant at, DecodeError error);
  /// The index-th finding, seen once more; a new one when index is their number.
  Finding& sight(std::size_t index, Instant at);
  void hear(const RouterKey& key, Router& router, HeardSpeaker& speaker, Instant at,
            Instant previous);
  void resign(const RouterKey& key, Router& router, HeardSpeaker& speaker, Instant at);
  void hear_master(const RouterKey& key, Router& router, HeardSpeaker& master, Instant at,
                   Instant previous);
  void contend(const RouterKey& key, const HeardSpeaker& master, HeardSpeaker& rival, Instant at);
  void crown(const RouterKey& key, Router& router, HeardSpeaker& speaker, Instant at,
             Reason reason);
  static MasterChange fall(const RouterKey& key, const Router& router, const Speaker& master);
  void compare_settings(const RouterKey& key, Router& router, const HeardSpeaker& speaker,
                        Instant at);
  void add_mismatch(const RouterKey& key, Instant at, const Speaker& one, const Speaker& other,
                    FindingCode code, FindingSeverity severity, const std::string& text);

  std::map<RouterKey, Router> routers_;
  std::vector<Mastership> ended_;
  std::vector<MasterChange> changes_;
  std::vector<Finding> findings_;
  std::map<RefusalKey, std::size_t> refusals_;     // index into findings_
  std::map<MismatchKey, std::size_t> mismatches_;  // the same
  Instant latest_ = Instant::min();
  std::uint64_t adverts_ = 0;
  std::uint64_t refused_ = 0;
};

}  // namespace understudy
