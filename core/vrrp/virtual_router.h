// One virtual router: the VRRP state machine of RFC 9568 and RFC 3768, sections 6.4, as keepalived
// runs it. Read this file first.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "core/net/instant.h"
#include "core/vrrp/counters.h"
#include "core/vrrp/effects.h"
#include "core/vrrp/plain_rules.h"
#include "core/vrrp/receive_rules.h"
#include "core/vrrp/state.h"
#include "core/vrrp/timers.h"
#include "core/vrrp/virtual_router_config.h"

namespace understudy {

/// Inputs that only a virtual router knows; its Node makes them.
struct Startup {
  /// How long the host has been up (vrrp_delay_after_boot).
  Duration since_boot = Duration::max();
};
struct Shutdown {};
struct DeadlineReached {};
struct AdvertReceived {
  const ReceivedAdvert& received;
  Instant received_at;  // not after now
};
struct FaultRaised {};
struct FaultCleared {};
struct EffectivePriorityChanged {
  std::uint8_t priority;  // 1 to 254
};
struct SourceAddressChanged {
  IpAddress source;
};
struct SendFailed {
  int error_number;
};
/// All members of the sync group are ready: this one becomes master with them.
struct GroupTakesOver {
  Reason reason;
};
/// A member of the sync group has yielded: this one does, too.
struct GroupYields {};
/// A master whose group has heard a rival announces its addresses again.
struct AnnounceAgain {};

/// A value: copy it and you have a snapshot. It refers to its configuration, which must outlive it.
/// Every input is handled in every state; time never goes backwards (asserted); nothing is
/// allocated beyond the room in Effects.
class alignas(64) VirtualRouter {
 public:
  explicit VirtualRouter(const VirtualRouterConfig& config);

  /// Leaves INIT: to FAULT when a fault was raised before, the address owner to MASTER, all others
  /// to BACKUP.
  void handle(Instant now, Startup, Effects& effects);
  void handle(Instant now, Shutdown, Effects& effects);
  /// Acts on what is due at `now`. Early calls do nothing.
  void handle(Instant now, DeadlineReached, Effects& effects);
  /// An advert that passed judge(). Its timers count from received_at, so adverts that piled up
  /// while the host slept are judged by when they came.
  void handle(Instant now, const AdvertReceived& input, Effects& effects);
  void handle(Instant now, FaultRaised, Effects& effects);
  void handle(Instant now, FaultCleared, Effects& effects);
  void handle(Instant now, EffectivePriorityChanged input, Effects& effects);
  void handle(Instant now, const SourceAddressChanged& input, Effects& effects);
  void handle(Instant now, SendFailed input, Effects& effects);
  void handle(Instant now, GroupTakesOver input, Effects& effects);
  void handle(Instant now, GroupYields, Effects& effects);
  void handle(Instant now, AnnounceAgain, Effects& effects);

  /// Judges a whole IP packet by this virtual router's rules and what it has accepted so far. The
  /// result borrows `packet`. Changes nothing.
  tl::expected<ReceivedAdvert, DecodeError> judge(Instant received_at,
                                                  std::span<const std::uint8_t> packet) const {
    if (plain_) [[likely]]
      return receive_plain(packet, rules_);
    return receive(packet, config_->rules, {ah_sequence_, wall_time(received_at), &hmac_marks_});
  }
  /// The rules of judge(), when it looks at nothing else; else null.
  const PlainRules* plain_rules() const { return plain_ ? &rules_ : nullptr; }
  /// Counts and reports a packet that judge() refused. Nothing else changes.
  void refuse(DecodeError error, std::uint8_t vrid, const IpAddress& source, Effects& effects);
  /// The wall clock's distance from the engine's; see WallClockChanged.
  void set_wall_clock(Duration offset) { wall_offset_ = offset; }
  /// Takes over what must outlive a change of configuration, from the same virtual router under the
  /// former one: state, timers, counters, sequences and marks.
  void continue_from(const VirtualRouter& former);
  /// Afterwards: a master advertises at once and holds its (new) addresses, a backup's timer starts
  /// again.
  void resume(Instant now, Effects& effects);

  /// When DeadlineReached is next wanted; none in INIT and FAULT.
  std::optional<Instant> next_deadline() const;
  /// The same, Instant::max() for none: what a host asks after every packet.
  Instant deadline_or_never() const {
    if (const auto* backup = std::get_if<Backup>(&state_)) return backup->master_down_at;
    if (const auto* master = std::get_if<Master>(&state_))
      return master->announce_at < master->next_advert_at ? master->announce_at
                                                          : master->next_advert_at;
    return Instant::max();
  }

  State state() const { return static_cast<State>(state_.index()); }
  std::uint8_t effective_priority() const { return effective_priority_; }
  bool faulty() const { return faulty_; }
  /// Index of its sync group, or kNoGroup.
  std::uint16_t group() const { return group_; }
  const Counters& counters() const { return counters_; }
  const VirtualRouterConfig& config() const { return *config_; }
  /// Whom we last accepted as master; unspecified when none. Ours in MASTER.
  IpAddress master_address() const;
  /// The interval that the master down timer counts in: learnt (version 3), or our own.
  Duration master_interval() const { return master_interval_; }
  /// In a sync group: would be master were the others ready. Why is takeover_reason().
  bool wants_master() const;
  Reason takeover_reason() const;

  /// By configuration content and state.
  friend bool operator==(const VirtualRouter& left, const VirtualRouter& right);
  /// 64 bits that change when anything but counters does.
  std::uint64_t digest() const;

 private:
  struct Init {
    friend bool operator==(const Init&, const Init&) = default;
  };
  struct Backup {
    Instant master_down_at;
    Reason takeover_reason = Reason::startup;  // what it will be called if nothing more is heard
    IpAddress master;                          // unspecified: none heard
    bool wants_master = false;                 // in a sync group: the timer has run out once
    bool owes_last_word = false;               // its last advert as master could not be sent
    std::optional<Instant> preempt_at;         // lower priorities are obeyed until then
    friend bool operator==(const Backup&, const Backup&) = default;
  };
  // Another owner of our address, with a smaller source address, who ought to yield.
  struct Rogue {
    unsigned own_adverts_left = 2;
    Instant until = Instant::max();
    friend bool operator==(const Rogue&, const Rogue&) = default;
  };
  struct Master {
    Instant next_advert_at;
    Instant last_advert_at;                // when we last spoke
    Instant announce_at = Instant::max();  // the earliest of these three:
    Instant second_at = Instant::max();    // the second burst
    Instant refresh_at = Instant::max();   // garp_master_refresh
    Instant extra_at = Instant::max();     // garp_extra_if
    std::uint16_t second_repeat = 0;
    bool rival_refused = false;      // adverts for our VRID were refused before the last advert
    std::uint64_t refused_seen = 0;  // refused_total as of our last advert
    std::optional<Rogue> rogue;
    friend bool operator==(const Master&, const Master&) = default;
  };
  struct Fault {
    friend bool operator==(const Fault&, const Fault&) = default;
  };

  void leave_init_or_fault(Instant now, Reason reason, Effects& effects);
  void enter_backup(Instant since, Reason reason, const IpAddress& master, Effects& effects);
  void become_master(Instant due, Instant now, Reason reason, Effects& effects);
  void take_over_or_wait(Instant now, Effects& effects);
  void accept_sequences(const AdvertReceived& input, Effects& effects);
  WallTime wall_time(Instant at) const { return at.time_since_epoch() + wall_offset_; }
  void learn_interval(const ReceivedAdvert& received, Effects& effects);
  void yield(const AdvertReceived& input, Reason reason, Effects& effects);
  void contest(Instant now, const AdvertReceived& input, Effects& effects);
  void contest_rogue_owner(const AdvertReceived& input, Effects& effects);
  void obey(const AdvertReceived& input, Backup& backup, Effects& effects);
  void receive_in_backup(const AdvertReceived& input, Backup& backup, Effects& effects);
  bool obeys_for_now(const AdvertReceived& input, Backup& backup, Effects& effects);
  void receive_in_master(Instant now, const AdvertReceived& input, Effects& effects);
  void resign(Effects& effects);
  void announce_after_rival(Instant now, Effects& effects);
  void announce(Instant now, unsigned repeat, Duration delay, Effects& effects);
  void announce_what_is_due(Instant now, Effects& effects);
  void send_advert(Instant now, std::uint8_t priority, Effects& effects);
  void speak(Instant due, Instant now, Effects& effects);
  void advertise_in_time(Instant now, Effects& effects);
  bool held_up(Instant now) const;
  void change_state(State from, Reason reason, Effects& effects);
  void note_time(Instant now);
  Duration compute_down_interval() const {
    return master_down_interval(config_->rules.version, effective_priority_, master_interval_,
                                config_->down_timer_adverts);
  }
  bool keeps_to_keepalived() const { return config_->rules.profile == Profile::keepalived; }

  void set_priority(std::uint8_t priority);
  void set_master_interval(Duration interval);

  // In the order of use: what an advert that is obeyed touches comes first, on three cache lines.
  PlainRules rules_;  // of config_; for receive_plain() alone
  std::uint8_t effective_priority_;
  bool plain_;  // config_->rules.plain()
  bool owner_;
  bool faulty_ = false;
  std::uint16_t group_;
  std::uint16_t identification_ = 0;                 // of the last IPv4 packet sent
  std::variant<Init, Backup, Master, Fault> state_;  // in the order of State
  Instant last_input_ = Instant::min();
  Duration master_interval_;
  Duration down_interval_;  // of effective_priority_ and master_interval_
  Counters counters_;
  const VirtualRouterConfig* config_;
  IpAddress source_;                 // unspecified: none yet
  std::uint32_t ah_sequence_ = 0;    // the last one sent or accepted
  std::uint64_t hmac_sequence_ = 0;  // the last one sent
  Duration wall_offset_{};
  HmacMarks hmac_marks_;
};

}  // namespace understudy
