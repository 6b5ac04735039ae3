// The states of a virtual router and why it goes from one to another, in the words users meet in
// logs.
#pragma once

#include <cstdint>
#include <string_view>

namespace understudy {

enum class State : std::uint8_t { init, backup, master, fault };

/// "INIT", "BACKUP", "MASTER", "FAULT"
constexpr std::string_view to_string(State state) {
  constexpr std::string_view kNames[] = {"INIT", "BACKUP", "MASTER", "FAULT"};
  return kNames[static_cast<std::uint8_t>(state)];
}

/// Why a state changed. The same words in `sim`, `explain`, logs and `status`.
enum class Reason : std::uint8_t {
  first_seen,         // explain only: the first speaker of a capture
  graceful_shutdown,  // the master resigned with priority 0
  master_silent,      // the master was heard, then no more
  preempted,          // a higher priority takes over from a lower one
  tie_break,          // equal priorities, settled by the source address
  fault,              // interface down, no address, or a tracked script failed
  recovered,          // the last of these faults is gone; or, after it, no master was heard
  shutdown,           // this daemon was stopped
  startup,            // this daemon was started, and no master was heard since
  held_up,            // this host could not run for so long that another must have taken over
  group,              // another member of the sync group went this way
};

constexpr std::string_view to_string(Reason reason) {
  constexpr std::string_view kNames[] = {
      "first_seen", "graceful_shutdown", "master_silent", "preempted", "tie_break", "fault",
      "recovered",  "shutdown",          "startup",       "held_up",   "group"};
  return kNames[static_cast<std::uint8_t>(reason)];
}

/// Whose behaviour a virtual router has: keepalived's (what is deployed), or the RFC's to the
/// letter.
enum class Profile : std::uint8_t { keepalived, rfc };

constexpr std::string_view to_string(Profile profile) {
  return profile == Profile::keepalived ? "keepalived" : "rfc";
}

}  // namespace understudy
