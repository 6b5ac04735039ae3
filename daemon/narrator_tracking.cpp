// What the narrator says of intervals, groups and tracked things, and what makes a virtual router
// flap.
#include <fmt/format.h>

#include "daemon/narrator.h"

namespace understudy::daemon {
namespace {

// What changes more often than this is summed up: a file may be written a thousand times a second.
constexpr Duration kFlutter = std::chrono::milliseconds{100};

// So many takeovers in vain within that time are a pattern (RFC 9568, section 2.5).
constexpr unsigned kTakeoversInVain = 3;
constexpr Duration kFlappingWindow = std::chrono::minutes{1};
constexpr int kShortReign = 4;  // advert intervals

double number_of_seconds(Duration duration) { return static_cast<double>(duration.count()) / 1e9; }

}  // namespace

std::string in_seconds(Duration duration) {
  return fmt::format("{:.3f} s", number_of_seconds(duration));
}

void Narrator::tell(const IntervalLearnt& event, Instant now, Lines& lines) {
  const auto cause = static_cast<std::uint32_t>(event.interval / std::chrono::milliseconds{10});
  if (first({interval, event.virtual_router, cause, event.source}, now, lines))
    lines.push_back(
        {LogLevel::info,
         fmt::format("({}) advertisement interval {}: mine={:.2f} sec rcved={:.2f} sec from {}",
                     name(event.virtual_router),
                     event.interval == event.own ? "agrees again" : "mismatch, the master's counts",
                     number_of_seconds(event.own), number_of_seconds(event.interval),
                     to_string(event.source))});
}

void Narrator::tell(const OwnerConflict& event, Instant now, Lines& lines) {
  if (first({owner_conflict, event.virtual_router, event.priority, event.source}, now, lines))
    lines.push_back(
        {LogLevel::warning,
         fmt::format("({}) {} sends adverts of priority {}, but this host is the address owner",
                     name(event.virtual_router), to_string(event.source), event.priority)});
}

void Narrator::tell(const PreemptionDelayed& event, Instant, Lines& lines) {
  lines.push_back(
      {LogLevel::info, fmt::format("({}) start preempt delay ({:.6f})", name(event.virtual_router),
                                   number_of_seconds(event.delay))});
}

void Narrator::tell(const GroupWaits& event, Instant now, Lines& lines) {
  if (first({group_waits, event.virtual_router, 0, {}}, now, lines))
    lines.push_back({LogLevel::info,
                     fmt::format("({}) would be MASTER, but waits for the rest of VRRP_Group({})",
                                 name(event.virtual_router), config_.groups[event.group].name)});
}

void Narrator::tell(const GroupChanged& event, Instant, Lines& lines) {
  lines.push_back(
      {LogLevel::info, fmt::format("VRRP_Group({}) Syncing instances to {} state",
                                   config_.groups[event.group].name, to_string(event.to))});
  for (const auto member : config_.groups[event.group].members)
    limiter_.forget(group_waits, member);
}

void Narrator::tell(const ClockSkewHeard& event, Instant now, Lines& lines) {
  if (first({clock_skew, event.virtual_router, 0, event.source}, now, lines))
    lines.push_back(
        {LogLevel::warning,
         fmt::format("({}) auth_hmac: the clock of {} is {} s {} ours, and {} s is where its "
                     "adverts are refused",
                     name(event.virtual_router), to_string(event.source),
                     event.skew_seconds < 0 ? -event.skew_seconds : event.skew_seconds,
                     event.skew_seconds < 0 ? "ahead of" : "behind", event.window_seconds)});
}

void Narrator::tell(const FileValueChanged& event, Instant now, Lines& lines) {
  if (first({file_value, event.file, 0, {}}, now, lines, kFlutter))
    lines.push_back(
        {LogLevel::info, fmt::format("Track file `{}` now {}, was {}",
                                     config_.files[event.file].name, event.to, event.from)});
}

void Narrator::tell(const ProcessStatusChanged& event, Instant now, Lines& lines) {
  if (first({process_status, event.process, 0, {}}, now, lines, kFlutter))
    lines.push_back({LogLevel::info, fmt::format("Track process `{}` {} quorum ({} running)",
                                                 config_.processes[event.process].name,
                                                 event.up ? "has" : "lost its", event.count)});
}

void Narrator::tell(const StartupDelayed& event, Instant, Lines& lines) {
  lines.push_back({LogLevel::info, "Delaying startup for " + in_seconds(event.delay)});
}

// A master that is alive, but whose adverts come later than our patience lasts, makes us take over
// and yield again and again.
void Narrator::look_for_flapping(const StateChanged& event, Instant now, Lines& lines) {
  auto& takeovers = takeovers_[event.virtual_router];
  if (event.to == State::master) {
    takeovers.master_since = now;
    takeovers.after_silence = event.reason == Reason::master_silent;
    return;
  }
  if (event.from != State::master || event.to != State::backup || !takeovers.after_silence) return;
  const auto& rules = config_.virtual_routers[event.virtual_router].rules;
  if (now - takeovers.master_since > kShortReign * rules.advert_interval) return;
  if (takeovers.in_vain == 0 || now - takeovers.first_in_vain > kFlappingWindow) {
    takeovers.in_vain = 0;
    takeovers.first_in_vain = now;
  }
  if (++takeovers.in_vain < kTakeoversInVain) return;
  takeovers.in_vain = 0;
  if (first({flapping, event.virtual_router, 0, {}}, now, lines))
    lines.push_back(
        {LogLevel::warning,
         fmt::format("({}) is flapping: {} takeovers from a master that was alive. Its adverts "
                     "come late for an interval of {}",
                     name(event.virtual_router), kTakeoversInVain,
                     in_seconds(rules.advert_interval))});
}

}  // namespace understudy::daemon
