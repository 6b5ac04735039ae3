#include "daemon/narrator.h"

#include <fmt/format.h>

#include <cstring>

namespace understudy::daemon {
namespace {

// Two masters hear each other every second. After this much silence it is another quarrel, and
// news: a handover's last word must not hide the second master that a firewall makes half a minute
// later.
constexpr Duration kQuarrelOver = std::chrono::seconds{3};

std::string what_ended(int exit_status) {
  if (exit_status > 128 && exit_status <= 128 + 64)
    return fmt::format("due to signal {}", exit_status - 128);
  return fmt::format("exited with status {}", exit_status);
}

}  // namespace

Narrator::Narrator(const NodeConfig& config, NarratorOptions options)
    : config_(config),
      options_(options),
      states_(config.virtual_routers.size(), State::init),
      not_sent_(config.virtual_routers.size()),
      scripts_(config.scripts.size()),
      takeovers_(config.virtual_routers.size()) {}

void Narrator::remember(std::span<const VirtualRouter> routers) {
  for (std::size_t i = 0; i < routers.size(); ++i) states_[i] = routers[i].state();
}

const std::string& Narrator::name(std::uint16_t virtual_router) const {
  return config_.virtual_routers[virtual_router].name;
}

void Narrator::tell(const Report& report, Instant now, Lines& lines) {
  std::visit([&](const auto& event) { tell(event, now, lines); }, report);
}

bool Narrator::first(const RepeatLimiter::Key& key, Instant now, Lines& lines,
                     Duration over_after) {
  const auto verdict = limiter_.count(key, now, over_after);
  if (verdict == RepeatLimiter::Verdict::overflowed)
    lines.push_back({LogLevel::warning,
                     "too many different causes and sources: further ones are counted, not named"});
  return verdict == RepeatLimiter::Verdict::log;
}

void Narrator::tell(const StateChanged& event, Instant now, Lines& lines) {
  if (event.from == State::backup && event.to == State::master && options_.detail)
    lines.push_back({LogLevel::info, fmt::format("({}) Receive advertisement timeout",
                                                 name(event.virtual_router))});
  lines.push_back(
      {LogLevel::info, fmt::format("({}) Entering {} STATE ({})", name(event.virtual_router),
                                   to_string(event.to), to_string(event.reason))});
  states_[event.virtual_router] = event.to;
  look_for_flapping(event, now, lines);
  // A new episode: who quarrels now is worth a word again.
  for (const auto each : {lower_priority, own_address, address_list})
    limiter_.forget(each, event.virtual_router);
}

void Narrator::tell(const AdvertRefused& event, Instant now, Lines& lines) {
  const auto cause = static_cast<std::uint32_t>(event.error);
  if (event.virtual_router != kNoVirtualRouter) {
    if (first({refused, event.virtual_router, cause, event.source}, now, lines))
      lines.push_back(
          {LogLevel::warning,
           fmt::format("({}) Refused an advert from {}: {} ({})", name(event.virtual_router),
                       to_string(event.source), to_string(event.error), describe(event.error))});
    return;
  }
  // As keepalived: other people's virtual routers are none of our business unless we are asked.
  if (event.vrid != 0 && !options_.unknown_vrids) return;
  if (first({refused_elsewhere, event.interface, cause, event.source}, now, lines))
    lines.push_back(
        {LogLevel::info, fmt::format("{}: ignored a packet from {}, VRID {}: {} ({})",
                                     config_.interfaces[event.interface], to_string(event.source),
                                     event.vrid, to_string(event.error), describe(event.error))});
}

void Narrator::tell(const LowerPriorityHeard& event, Instant now, Lines& lines) {
  if (event.state != State::master && !options_.detail) return;
  if (!first({lower_priority, event.virtual_router, event.priority, event.source}, now, lines,
             kQuarrelOver))
    return;
  if (event.state == State::master)
    lines.push_back(
        {LogLevel::info,
         fmt::format("({}) Received advert from {} with lower priority {}, ours {}, forcing new "
                     "election",
                     name(event.virtual_router), to_string(event.source), event.priority,
                     event.own_priority)});
  else
    lines.push_back(
        {LogLevel::info,
         fmt::format("({}) received lower priority ({}) advert from {} - discarding",
                     name(event.virtual_router), event.priority, to_string(event.source))});
}

void Narrator::tell(const HigherPriorityHeard& event, Instant, Lines& lines) {
  if (event.priority == event.own_priority)
    lines.push_back(
        {LogLevel::info,
         fmt::format("({}) Master received advert from {} with same priority {} but "
                     "higher IP address than ours",
                     name(event.virtual_router), to_string(event.source), event.priority)});
  else
    lines.push_back(
        {LogLevel::info,
         fmt::format("({}) Master received advert from {} with higher priority {}, ours {}",
                     name(event.virtual_router), to_string(event.source), event.priority,
                     event.own_priority)});
}

void Narrator::tell(const ResignationHeard& event, Instant, Lines& lines) {
  if (!options_.detail) return;
  lines.push_back(
      {LogLevel::info,
       states_[event.virtual_router] == State::master
           ? fmt::format("({}) Master received priority 0 message", name(event.virtual_router))
           : fmt::format("({}) Backup received priority 0 advertisement",
                         name(event.virtual_router))});
}

void Narrator::tell(const OwnAddressHeard& event, Instant now, Lines& lines) {
  if (first({own_address, event.virtual_router, 0, {}}, now, lines))
    lines.push_back({LogLevel::warning,
                     fmt::format("({}) WARNING - equal priority advert received from remote host "
                                 "with our IP address.",
                                 name(event.virtual_router))});
}

void Narrator::tell(const AddressListDiffers& event, Instant now, Lines& lines) {
  if (first({address_list, event.virtual_router, 0, event.source}, now, lines))
    lines.push_back(
        {LogLevel::warning, fmt::format("({}) the advert from {} lists other addresses than ours: "
                                        "accepted, but the two configurations differ",
                                        name(event.virtual_router), to_string(event.source))});
}

void Narrator::tell(const PriorityChanged& event, Instant, Lines& lines) {
  lines.push_back({LogLevel::info, fmt::format("({}) Changing effective priority from {} to {}",
                                               name(event.virtual_router), event.from, event.to)});
}

void Narrator::tell(const DeadlineLate& event, Instant now, Lines& lines) {
  if (first({late, event.virtual_router, 0, {}}, now, lines))
    lines.push_back({LogLevel::warning,
                     fmt::format("({}) acted {} late: this process was stopped, or the host was "
                                 "too busy",
                                 name(event.virtual_router), in_seconds(event.lateness))});
}

void Narrator::tell(const AdvertNotSent& event, Instant now, Lines& lines) {
  not_sent_[event.virtual_router] = true;
  const auto cause = static_cast<std::uint32_t>(event.error_number);
  if (first({not_sent, event.virtual_router, cause, {}}, now, lines))
    lines.push_back({LogLevel::warning,
                     fmt::format("({}) send advert error {} ({})", name(event.virtual_router),
                                 event.error_number, std::strerror(event.error_number))});
}

void Narrator::tell_sent(std::uint16_t virtual_router, Lines& lines) {
  if (!not_sent_[virtual_router]) return;
  not_sent_[virtual_router] = false;
  const auto more = limiter_.forget(not_sent, virtual_router);
  lines.push_back(
      {LogLevel::info, fmt::format("({}) adverts can be sent again ({} more had failed)",
                                   name(virtual_router), more)});
}

void Narrator::tell(const InterfaceChanged& event, Instant, Lines& lines) {
  lines.push_back(
      {LogLevel::info, fmt::format("Netlink reports {} {}", config_.interfaces[event.interface],
                                   event.up ? "up" : "down")});
}

void Narrator::tell(const ScriptResult& event, Instant, Lines& lines) {
  auto& script = scripts_[event.script];
  if ((script.told || event.exit_status != 0) && script.exit_status != event.exit_status)
    lines.push_back(
        {LogLevel::info, fmt::format("Script `{}` now returning {}",
                                     config_.scripts[event.script].name, event.exit_status)});
  script = {true, event.timed_out, event.exit_status};
}

void Narrator::tell(const ScriptChanged& event, Instant, Lines& lines) {
  const auto& script = scripts_[event.script];
  std::string how = "succeeded";
  if (event.to == ScriptStatus::down) {
    if (!script.told)
      how = "failed (init_fail)";
    else
      how = fmt::format("{} ({})", script.timed_out ? "timed_out" : "failed",
                        what_ended(script.exit_status));
  }
  lines.push_back(
      {LogLevel::info, fmt::format("VRRP_Script({}) {}", config_.scripts[event.script].name, how)});
}

void Narrator::tell(const ScriptSkipped& event, Instant, Lines& lines) {
  if (options_.detail)
    lines.push_back(
        {LogLevel::info, fmt::format("Script `{}` is already running, expect idle - skipping run",
                                     config_.scripts[event.script].name)});
}

void Narrator::tell(const ScriptTimedOut& event, Instant, Lines& lines) {
  const auto& script = config_.scripts[event.script];
  lines.push_back({LogLevel::info, fmt::format("Script `{}` timed out after {}, sending SIGTERM",
                                               script.name, in_seconds(script.timeout))});
}

}  // namespace understudy::daemon
