// Infers from adverts on the wire what the routers behind them do. Shares codec and timers with the
// engine, and has no state machine of its own: it says which one of theirs must have acted, and
// why.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "core/net/arp.h"
#include "core/net/neighbour_discovery.h"
#include "core/vrrp/advert_codec.h"
#include "core/vrrp/announcement_watch.h"
#include "core/vrrp/finding_list.h"
#include "core/vrrp/observation.h"

namespace understudy {

/// One IP packet that carries VRRP, as it passed by, without link-layer padding: of protocol 112,
/// or 51 with the message behind an authentication header.
struct ObservedPacket {
  Instant at;
  std::span<const std::uint8_t> packet;
  std::optional<MacAddress> mac;  // of the sender; nullopt where the link layer has none
  std::uint16_t vlan = 0;
  PacketPlace place = {};
};

/// A valid advert.
struct HeardAdvert {
  RouterKey key;
  IpAddress source;
  std::uint8_t priority = 0;
};

/// The rules. Whoever's adverts are heard is master from its first one on. Another one that speaks
/// succeeds it: after priority 0 (graceful_shutdown); after a silence of three intervals and the
/// successor's skew, an eighth of an interval forgiven (master_silent); with a higher priority
/// (preempted); with the same and a higher address (tie_break). A lower one that speaks beside a
/// living master is a second one: it does not hear the first. Of two masters the worse one gives
/// way when it keeps silent for one and a half intervals after an advert of the better one; it may
/// answer once. Who returns after its own resignation is `startup`, after a silence longer than its
/// own down interval `recovered`, if nobody succeeded it meanwhile.
///
/// Refused packets (an IP header that kernels drop, decode_packet's checks, and a TTL other than
/// 255 on a multicast) make a finding and nothing else. Time that runs backwards is held at the
/// latest seen. Memory grows with speakers, changes and findings, each of them bounded, not with
/// packets.
class Observer {
 public:
  static constexpr std::size_t kMostRouters = 2048;
  static constexpr std::size_t kMostSpeakers = 32;  // of one virtual router
  static constexpr std::size_t kMostChanges = 50'000;
  static constexpr std::size_t kMostSettingChanges = 64;  // of one speaker

  /// What was heard; nullopt when it was refused, or there is no room to remember its sender.
  std::optional<HeardAdvert> observe(const ObservedPacket& packet);
  void observe(Instant at, const ArpPacket& arp, std::uint16_t vlan, PacketPlace place);
  void observe(Instant at, const NeighbourMessage& message, std::uint16_t vlan, PacketPlace place);

  /// What is known when the observation ends at `end` (not before the last packet). The observer
  /// can go on afterwards.
  Observation finish(Instant end) const;

  /// What is certain so far, in the order in which it was found.
  const std::vector<MasterChange>& changes() const { return changes_; }
  const std::vector<Finding>& findings() const { return findings_.all(); }

 private:
  struct HeardSpeaker : Speaker {
    bool reigns = false;
    Instant reign_from;
    std::optional<Instant> resigned_at;
    std::optional<Instant> outbid_at;  // when a better one spoke that it should obey
    IpAddress outbid_by;
    bool takeover_told = false;  // a change says that outbid_by succeeds it
    bool answered = false;       // once, after outbid_at
    std::optional<std::size_t> dual_finding;
    Instant round;                   // its last advert, the first copy of those for several peers
    bool periodic = false;           // the last advert was a master's, so that the next one is due
    bool source_is_virtual = false;  // its source is one of the addresses that it announces
    std::uint16_t last_checksum = 0;
  };
  struct Router {
    RouterKey key;
    std::vector<std::unique_ptr<HeardSpeaker>> speakers;
    HeardSpeaker* latest = nullptr;  // the last one heard
    HeardSpeaker* master = nullptr;  // the one that counts; there is one from the first advert on
    const HeardSpeaker* compared = nullptr;  // the last one whose settings were looked at
    std::uint64_t turned_away = 0;           // adverts of speakers beyond the most
    std::vector<Instant> takeovers;          // the latest ones, for flapping
    std::optional<std::size_t> flapping;
    AnnouncementWatch announcements;
  };
  struct Reign {  // how a mastership ended
    MastershipEnd end;
    Instant at;
  };

  void take(Router& router, HeardSpeaker& speaker, const DecodedPacket& decoded,
            std::span<const std::uint8_t> message, const ObservedPacket& packet, Instant at);
  Router* router_of(const RouterKey& key);
  HeardSpeaker* speaker_of(Router& router, const IpAddress& source, const ObservedPacket& packet,
                           Instant at);
  std::nullopt_t refuse(const ObservedPacket& packet, Instant at, DecodeError error);
  std::nullopt_t refuse(const ObservedPacket& packet, Instant at, FindingCode code,
                        std::string_view text);
  void learn(Router& router, HeardSpeaker& speaker, const DecodedPacket& decoded,
             const ObservedPacket& packet, Instant at);
  void note_change(HeardSpeaker& speaker, Setting setting, std::string from, std::string to,
                   const ObservedPacket& packet, Instant at);
  void learn_checksum_form(HeardSpeaker& speaker, const DecodedPacket& decoded,
                           std::span<const std::uint8_t> message, const ObservedPacket& packet,
                           Instant at);
  void judge_source(const Router& router, const HeardSpeaker& speaker, Instant at,
                    PacketPlace place);
  void time_advert(Router& router, HeardSpeaker& speaker, Instant at, Duration gap,
                   PacketPlace place);

  void resign(Router& router, HeardSpeaker& speaker, Instant at, PacketPlace place);
  void hear(Router& router, HeardSpeaker& speaker, Instant at, Instant previous, PacketPlace place);
  void hear_again(Router& router, HeardSpeaker& speaker, Instant at, Instant previous,
                  PacketPlace place);
  void hear_new(Router& router, HeardSpeaker& speaker, Instant at, PacketPlace place);
  void outbid(Router& router, HeardSpeaker& better, Instant at);
  void settle(Router& router, const HeardSpeaker& speaker, Instant at, Instant previous);
  void yield(Router& router, HeardSpeaker& loser);
  void contend(Router& router, HeardSpeaker& rival, const HeardSpeaker& better, Instant at,
               PacketPlace place);
  void enthrone(Router& router, HeardSpeaker& speaker, Instant at);
  void end_reign(Router& router, HeardSpeaker& speaker, Reign reign);
  void watch_flapping(Router& router, HeardSpeaker& speaker, Instant at, PacketPlace place);
  static MasterChange change_between(const Router& router, const Speaker* from, const Speaker* to,
                                     Instant at, Reason reason);
  static MasterChange fall(const Router& router, const HeardSpeaker& master);
  void add_change(MasterChange change);

  void compare_settings(Router& router, const HeardSpeaker& speaker, Instant at, PacketPlace place);
  void add_mismatch(const Router& router, Instant at, PacketPlace place, const Speaker& one,
                    const Speaker& other, FindingCode code, FindingSeverity severity,
                    const std::string& text);

  void hear_of_address(Instant at, const IpAddress& address, const MacAddress& mac,
                       bool announcement, std::uint16_t vlan, PacketPlace place);
  void index_addresses(Router& router, const HeardSpeaker& speaker);
  void expect_announcements(Router& router, const HeardSpeaker& speaker, Instant at);
  void settle_announcements(Router& router, Instant at);
  static void report_missing(FindingList& findings, const TakeoverAnnouncements& takeover);
  void add_open_reigns(const Router& router, Instant end, Observation& result) const;

  std::map<RouterKey, std::unique_ptr<Router>> routers_;
  Router* latest_router_ = nullptr;
  std::map<std::pair<std::uint16_t, IpAddress>, std::vector<Router*>> by_address_;
  std::vector<Mastership> ended_;
  std::vector<MasterChange> changes_;
  FindingList findings_;
  std::vector<TakeoverAnnouncements> announced_;
  std::array<bool, 2> resolution_seen_{};  // by family: any ARP, any Neighbour Discovery
  Instant latest_ = Instant::min();
  std::uint64_t adverts_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t left_out_ = 0;
};

}  // namespace understudy
