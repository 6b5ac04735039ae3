// One virtual router: the VRRP state machine of RFC 3768, section 6.4, as keepalived runs it. Read
// this file first.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "core/net/instant.h"
#include "core/vrrp/counters.h"
#include "core/vrrp/effects.h"
#include "core/vrrp/receive_rules.h"
#include "core/vrrp/state.h"
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

/// A value: copy it and you have a snapshot. It refers to its configuration, which must outlive it.
/// Every input is handled in every state; time never goes backwards (asserted); nothing is
/// allocated beyond the room in Effects.
class VirtualRouter {
 public:
  explicit VirtualRouter(const VirtualRouterConfig& config);

  /// Leaves INIT: to FAULT when a fault was raised before, the address owner to MASTER, all others
  /// to BACKUP.
  void handle(Instant now, Startup, Effects& effects);
  void handle(Instant now, Shutdown, Effects& effects);
  /// Acts on what is due at `now`. Early calls do nothing.
  void handle(Instant now, DeadlineReached, Effects& effects);
  /// An advert that passed receive(). Its timers count from received_at, so adverts that piled up
  /// while the host slept are judged by when they came.
  void handle(Instant now, const AdvertReceived& input, Effects& effects);
  void handle(Instant now, FaultRaised, Effects& effects);
  void handle(Instant now, FaultCleared, Effects& effects);
  void handle(Instant now, EffectivePriorityChanged input, Effects& effects);
  void handle(Instant now, const SourceAddressChanged& input, Effects& effects);
  void handle(Instant now, SendFailed input, Effects& effects);
  /// Counts and reports a packet that receive() refused. Nothing else changes.
  void refuse(DecodeError error, std::uint8_t vrid, const IpAddress& source, Effects& effects);

  /// When DeadlineReached is next wanted; none in INIT and FAULT.
  std::optional<Instant> next_deadline() const;
  /// The same, Instant::max() for none: what a host asks after every packet.
  Instant deadline_or_never() const {
    if (const auto* backup = std::get_if<Backup>(&state_)) return backup->master_down_at;
    if (const auto* master = std::get_if<Master>(&state_)) {
      const auto& second = master->second_announce_at;
      return second && *second < master->next_advert_at ? *second : master->next_advert_at;
    }
    return Instant::max();
  }

  State state() const { return static_cast<State>(state_.index()); }
  std::uint8_t effective_priority() const { return effective_priority_; }
  bool faulty() const { return faulty_; }
  const Counters& counters() const { return counters_; }
  const VirtualRouterConfig& config() const { return *config_; }
  /// Whom we last accepted as master; unspecified when none. Ours in MASTER.
  IpAddress master_address() const;

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
    friend bool operator==(const Backup&, const Backup&) = default;
  };
  struct Master {
    Instant next_advert_at;
    Instant last_advert_at;                     // when we last spoke
    std::optional<Instant> second_announce_at;  // the second burst, when one is due
    std::uint16_t second_announce_repeat = 0;
    friend bool operator==(const Master&, const Master&) = default;
  };
  struct Fault {
    friend bool operator==(const Fault&, const Fault&) = default;
  };

  void leave_init_or_fault(Instant now, Reason reason, Effects& effects);
  void enter_backup(Instant since, Reason reason, const IpAddress& master, Effects& effects);
  void become_master(Instant due, Instant now, Reason reason, Effects& effects);
  void yield(const AdvertReceived& input, Reason reason, Effects& effects);
  void contest(Instant now, const AdvertReceived& input, Effects& effects);
  void receive_in_backup(const AdvertReceived& input, Effects& effects);
  void receive_in_master(Instant now, const AdvertReceived& input, Effects& effects);
  void resign(Effects& effects);
  void announce(Instant now, unsigned repeat, Duration delay, Effects& effects);
  void send_advert(std::uint8_t priority, Effects& effects);
  void speak(Instant due, Instant now, Effects& effects);
  void change_state(State from, Reason reason, Effects& effects);
  void note_time(Instant now);
  Duration down_interval(std::uint8_t priority) const;

  const VirtualRouterConfig* config_;
  std::variant<Init, Backup, Master, Fault> state_;  // in the order of State
  std::uint8_t effective_priority_;
  bool faulty_ = false;
  std::uint16_t identification_ = 0;  // of the last IPv4 packet sent
  IpAddress source_;                  // unspecified: none yet
  Instant last_input_ = Instant::min();
  Counters counters_;
};

}  // namespace understudy
