// What a node tells its host about: typed events for logs, traces and counters. Never needed to act
// rightly.
#pragma once

#include <cstdint>
#include <variant>

#include "core/net/instant.h"
#include "core/net/ip_address.h"
#include "core/vrrp/decode_error.h"
#include "core/vrrp/state.h"

namespace understudy {

inline constexpr std::uint16_t kNoVirtualRouter = 0xffff;

struct StateChanged {
  std::uint16_t virtual_router;
  State from, to;
  Reason reason;
  friend bool operator==(const StateChanged&, const StateChanged&) = default;
};

/// A packet was refused; nothing but counters changed.
struct AdvertRefused {
  std::uint16_t virtual_router;  // kNoVirtualRouter when none has its VRID
  std::uint16_t interface;
  std::uint8_t vrid;  // as on the wire; 0 when the packet has no such byte
  DecodeError error;
  IpAddress source;
  friend bool operator==(const AdvertRefused&, const AdvertRefused&) = default;
};

/// An advert below our priority was heard: in MASTER a rival ("forcing new election"), in BACKUP
/// one to take over from.
struct LowerPriorityHeard {
  std::uint16_t virtual_router;
  State state;
  std::uint8_t priority, own_priority;
  IpAddress source;
  friend bool operator==(const LowerPriorityHeard&, const LowerPriorityHeard&) = default;
};

/// An advert at or above our priority was heard in MASTER: we yield.
struct HigherPriorityHeard {
  std::uint16_t virtual_router;
  std::uint8_t priority, own_priority;
  IpAddress source;
  friend bool operator==(const HigherPriorityHeard&, const HigherPriorityHeard&) = default;
};

/// The master resigned with priority 0.
struct ResignationHeard {
  std::uint16_t virtual_router;
  IpAddress source;
  friend bool operator==(const ResignationHeard&, const ResignationHeard&) = default;
};

/// An advert of our priority with our own source address: a looped copy or a duplicate address.
/// Nothing was sent.
struct OwnAddressHeard {
  std::uint16_t virtual_router;
  friend bool operator==(const OwnAddressHeard&, const OwnAddressHeard&) = default;
};

/// The advert passed, but its address list differs from ours.
struct AddressListDiffers {
  std::uint16_t virtual_router;
  IpAddress source;
  friend bool operator==(const AddressListDiffers&, const AddressListDiffers&) = default;
};

struct PriorityChanged {
  std::uint16_t virtual_router;
  std::uint8_t from, to;
  friend bool operator==(const PriorityChanged&, const PriorityChanged&) = default;
};

/// A timer was handled later than it was due by more than an eighth of the advert interval.
struct DeadlineLate {
  std::uint16_t virtual_router;
  Duration lateness;
  friend bool operator==(const DeadlineLate&, const DeadlineLate&) = default;
};

/// An advert could not be sent. State and timers are as if it had been.
struct AdvertNotSent {
  std::uint16_t virtual_router;
  int error_number;  // errno
  friend bool operator==(const AdvertNotSent&, const AdvertNotSent&) = default;
};

struct InterfaceChanged {
  std::uint16_t interface;
  bool up;
  friend bool operator==(const InterfaceChanged&, const InterfaceChanged&) = default;
};

enum class ScriptStatus : std::uint8_t { unknown, up, down };

/// The status of a tracked script changed.
struct ScriptChanged {
  std::uint16_t script;
  ScriptStatus from, to;
  friend bool operator==(const ScriptChanged&, const ScriptChanged&) = default;
};

/// One run of a script ended with a status that differs from the run before.
struct ScriptResult {
  std::uint16_t script;
  bool success;
  bool timed_out;
  int exit_status;  // exit code, or 128 + signal
  friend bool operator==(const ScriptResult&, const ScriptResult&) = default;
};

/// The script was due while its last run had not ended: this run is left out.
struct ScriptSkipped {
  std::uint16_t script;
  friend bool operator==(const ScriptSkipped&, const ScriptSkipped&) = default;
};

struct ScriptTimedOut {
  std::uint16_t script;
  friend bool operator==(const ScriptTimedOut&, const ScriptTimedOut&) = default;
};

/// Version 3: the interval of the master that is obeyed, when it changes; ours is `own`.
struct IntervalLearnt {
  std::uint16_t virtual_router;
  Duration interval, own;
  IpAddress source;
  friend bool operator==(const IntervalLearnt&, const IntervalLearnt&) = default;
};

/// Somebody else sends adverts for an address that this host owns (priority 255).
struct OwnerConflict {
  std::uint16_t virtual_router;
  std::uint8_t priority;  // theirs
  IpAddress source;
  friend bool operator==(const OwnerConflict&, const OwnerConflict&) = default;
};

/// Lower priorities are obeyed until then (preempt_delay).
struct PreemptionDelayed {
  std::uint16_t virtual_router;
  Duration delay;
  friend bool operator==(const PreemptionDelayed&, const PreemptionDelayed&) = default;
};

/// A member's master down timer ran out, but others of its group are not ready to be master.
struct GroupWaits {
  std::uint16_t virtual_router;
  std::uint16_t group;
  friend bool operator==(const GroupWaits&, const GroupWaits&) = default;
};

struct GroupChanged {
  std::uint16_t group;
  State from, to;
  friend bool operator==(const GroupChanged&, const GroupChanged&) = default;
};

/// auth_hmac: the sender's clock differs from ours by more than half the window (ours - theirs).
struct ClockSkewHeard {
  std::uint16_t virtual_router;
  std::int64_t skew_seconds;
  std::uint32_t window_seconds;
  IpAddress source;
  friend bool operator==(const ClockSkewHeard&, const ClockSkewHeard&) = default;
};

/// The value of a tracked file changed.
struct FileValueChanged {
  std::uint16_t file;
  std::int64_t from, to;
  friend bool operator==(const FileValueChanged&, const FileValueChanged&) = default;
};

/// A tracked process reached or lost its quorum.
struct ProcessStatusChanged {
  std::uint16_t process;
  bool up;
  std::uint32_t count;
  friend bool operator==(const ProcessStatusChanged&, const ProcessStatusChanged&) = default;
};

/// Nothing starts before this much time has passed (vrrp_startup_delay, vrrp_delay_after_boot).
struct StartupDelayed {
  Duration delay;
  friend bool operator==(const StartupDelayed&, const StartupDelayed&) = default;
};

using Report = std::variant<StateChanged, AdvertRefused, LowerPriorityHeard, HigherPriorityHeard,
                            ResignationHeard, OwnAddressHeard, AddressListDiffers, PriorityChanged,
                            DeadlineLate, AdvertNotSent, InterfaceChanged, ScriptChanged,
                            ScriptResult, ScriptSkipped, ScriptTimedOut, IntervalLearnt,
                            OwnerConflict, PreemptionDelayed, GroupWaits, GroupChanged,
                            ClockSkewHeard, FileValueChanged, ProcessStatusChanged, StartupDelayed>;

}  // namespace understudy
