// What a node's reports mean for causes: timers with their arithmetic, transitions, priorities.
#include <cerrno>

#include "core/vrrp/timers.h"
#include "sim/chronicle.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

std::string section(const VirtualRouterConfig& router, std::string_view part) {
  return (router.rules.version == 2 ? "RFC 3768, " : "RFC 9568, ") + std::string(part);
}

/// "156/256 s", of version 3 "156/256 x 100 ms".
std::string skew_words(std::uint8_t version, unsigned priority, Duration interval) {
  const auto parts = std::to_string(256 - priority) + "/256";
  if (version == 2 || interval == std::chrono::seconds{1}) return parts + " s";
  return parts + " x " + to_text(interval);
}

bool ran_out(Reason reason) {
  return reason == Reason::master_silent || reason == Reason::graceful_shutdown ||
         reason == Reason::startup || reason == Reason::recovered || reason == Reason::preempted;
}

}  // namespace

void Chronicle::begin_effects(std::size_t host, const Effects& effects, Duration late) {
  ++in_effects_;
  for (const auto& effect : effects.list()) {
    if (const auto* told = std::get_if<Report>(&effect))
      std::visit([&](const auto& event) { report(host, late, event); }, *told);
    if (std::holds_alternative<SendAdvert>(effect) && story_->sendings.size() < kMost)
      story_->sendings.push_back({host, stage_.now});
  }
}

void Chronicle::add_change(std::size_t host, std::string text, ConfigLine config) {
  auto happening = on_host(host, HappeningKind::change, std::move(text));
  happening.config = std::move(config);
  become_cause(host, add(std::move(happening)));
}

// ---- states

void Chronicle::report(std::size_t host, Duration late, const StateChanged& event) {
  const auto& router = router_config(host, event.virtual_router);
  const bool by_timer = event.from == State::backup && event.to == State::master &&
                        ran_out(event.reason) && cause_on(host) == kNone;
  auto happening = on_host(host, HappeningKind::transition,
                           router.name + ": " + std::string(to_string(event.from)) + " -> " +
                               std::string(to_string(event.to)) + " (" +
                               std::string(to_string(event.reason)) + ")");
  auto& remembered = memory(host, event.virtual_router);
  if (by_timer) happening.parent = add_timer(host, late, event);
  happening.instance = router.name;
  happening.subject = event.virtual_router;
  happening.rfc = event.from == State::backup   ? section(router, "6.4.2")
                  : event.from == State::master ? section(router, "6.4.3")
                                                : section(router, "6.4.1");
  if (event.reason == Reason::preempted || event.reason == Reason::tie_break)
    happening.config = keyword_of_instance(host, router.name, "priority");
  // A fault is no state of the RFCs.
  if (event.to == State::fault || event.from == State::fault) happening.rfc.clear();
  const auto index = add(std::move(happening));
  remembered.state = index;
  become_cause(host, index);
  story_->states.push_back({stage_.now, host, event.virtual_router, event.to});
}

std::uint32_t Chronicle::add_timer(std::size_t host, Duration late, const StateChanged& event) {
  const auto& router = router_config(host, event.virtual_router);
  const auto& state = hosts_[host].node()->virtual_routers()[event.virtual_router];
  const auto& remembered = memory(host, event.virtual_router);
  const auto interval = hosts_[host].daemon->obeyed_interval(event.virtual_router);
  const auto version = router.rules.version;
  const auto priority = state.effective_priority();
  const auto skew = skew_words(version, priority, interval);
  const bool resigned = event.reason == Reason::graceful_shutdown;
  Duration length = skew_time(version, priority, interval);
  std::string sum = "Skew_Time " + skew;
  if (!resigned) {
    length = master_down_interval(version, priority, interval, router.down_timer_adverts);
    sum = "master_down_interval " + std::to_string(router.down_timer_adverts) + " x " +
          to_text(interval) + " + " + skew;
  }
  Happening happening;
  happening.kind = HappeningKind::timer;
  happening.at = stage_.now;
  happening.host = host;
  happening.instance = router.name;
  happening.text = router.name + ": " + sum + " = " + to_text(length) + " is over, counted from " +
                   seconds_text((stage_.now - late - length).time_since_epoch()) + " s" +
                   (late > Duration{} ? ", acted on " + to_text(late) + " late" : "");
  happening.config = keyword_of_instance(host, router.name, resigned ? "priority" : "advert_int");
  happening.rfc = section(router, "6.1");
  happening.parent = resigned                            ? remembered.resignation
                     : event.reason == Reason::preempted ? remembered.lower
                     : event.reason == Reason::master_silent
                         ? silence_of(host, event.virtual_router)
                         : remembered.state;
  return add(std::move(happening));
}

/// What happened to the master, or to its adverts, since its last one came: the first such thing.
std::uint32_t Chronicle::silence_of(std::size_t host, std::size_t router) const {
  const auto& remembered = routers_[host][router];
  const auto& all = story_->happenings;
  if (remembered.heard == kNone) return remembered.state;
  const auto sender = all[remembered.heard].host;
  for (auto i = remembered.heard + 1; i < all.size(); ++i)
    if (explains_silence(all[i], sender, host)) return i;
  return remembered.heard;
}

bool Chronicle::explains_silence(const Happening& happening, std::size_t sender,
                                 std::size_t listener) const {
  switch (happening.kind) {
    case HappeningKind::frame_lost:
      return happening.subject < story_->happenings.size() &&
             story_->happenings[happening.subject].kind == HappeningKind::advert &&
             story_->happenings[happening.subject].host == sender &&
             (happening.host == listener || happening.host == sender);
    case HappeningKind::refusal:
      return happening.host == listener || happening.host == sender;
    case HappeningKind::fault: {
      // Of what a firewall or a clock does to adverts, the refusals tell.
      const auto& verb = stage_.scenario.timeline[happening.subject].verb;
      return happening.host == sender &&
             (std::holds_alternative<DaemonFault>(verb) ||
              std::holds_alternative<HostFault>(verb) || std::holds_alternative<PauseFault>(verb) ||
              std::holds_alternative<NicFault>(verb));
    }
    case HappeningKind::transition:
      return happening.host == sender && happening.text.find("MASTER ->") != std::string::npos;
    default:
      return false;
  }
}

// ---- adverts

void Chronicle::report(std::size_t host, Duration, const AdvertRefused& event) {
  auto happening =
      on_host(host, HappeningKind::refusal,
              "refuses an advert of " + to_string(event.source) + ", VRID " +
                  std::to_string(event.vrid) + ": " + std::string(describe(event.error)));
  happening.frame = arrival_;
  happening.rfc = "RFC 9568, 7.1";
  if (event.virtual_router != kNoVirtualRouter) {
    auto& remembered = memory(host, event.virtual_router);
    remembered.heard = remembered.heard_before;
    const auto& router = router_config(host, event.virtual_router);
    happening.instance = router.name;
    happening.rfc = section(router, "7.1");
  }
  add(std::move(happening));
}

void Chronicle::report(std::size_t host, Duration, const AdvertNotSent& event) {
  auto& remembered = memory(host, event.virtual_router);
  if (remembered.mute) return;
  remembered.mute = true;
  const auto& router = router_config(host, event.virtual_router);
  const char* why = event.error_number == EPERM      ? "EPERM, its own packet filter"
                    : event.error_number == ENETDOWN ? "ENETDOWN, the interface is down"
                                                     : "no such interface";
  auto happening =
      on_host(host, HappeningKind::refusal, router.name + ": cannot send its advert (" + why + ")");
  if (happening.parent == kNone) happening.parent = last_change_[host];
  happening.instance = router.name;
  add(std::move(happening));
}

void Chronicle::report(std::size_t host, Duration, const ResignationHeard& event) {
  memory(host, event.virtual_router).resignation = root_;
}

void Chronicle::report(std::size_t host, Duration, const LowerPriorityHeard& event) {
  if (event.state == State::backup) memory(host, event.virtual_router).lower = root_;
}

void Chronicle::report(std::size_t host, Duration, const IntervalLearnt& event) {
  const auto& name = router_config(host, event.virtual_router).name;
  if (event.interval != event.own)
    add_change(host,
               name + ": obeys the master's interval of " + to_text(event.interval) +
                   "; its own is " + to_text(event.own),
               keyword_of_instance(host, name, "advert_int"));
}

// ---- what is tracked

void Chronicle::report(std::size_t host, Duration, const PriorityChanged& event) {
  const auto& name = router_config(host, event.virtual_router).name;
  add_change(host,
             name + ": priority " + std::to_string(event.from) + " -> " + std::to_string(event.to),
             weight_line(host, name));
  memory(host, event.virtual_router).state = cause_on(host);
}

void Chronicle::report(std::size_t host, Duration, const ScriptChanged& event) {
  const auto& script = node_config(host).scripts[event.script];
  const bool up = event.to == ScriptStatus::up;
  const auto count = up ? script.rise : script.fall;
  last_tracker_[host] = script.name;
  add_change(host,
             "script " + script.name + (up ? " succeeds" : " fails") + ", " +
                 std::to_string(count) + (count == 1 ? " run" : " runs in a row") +
                 (up ? " (rise " : " (fall ") + std::to_string(count) + ")",
             keyword_of_script(host, script.name, up ? "rise" : "fall"));
}

void Chronicle::report(std::size_t host, Duration, const InterfaceChanged& event) {
  last_tracker_[host] = node_config(host).interfaces[event.interface];
  add_change(host, "interface " + last_tracker_[host] + (event.up ? " is up" : " is down"));
}

void Chronicle::report(std::size_t host, Duration, const FileValueChanged& event) {
  last_tracker_[host] = node_config(host).files[event.file].name;
  add_change(host, "file " + last_tracker_[host] + ": " + std::to_string(event.from) + " -> " +
                       std::to_string(event.to));
}

void Chronicle::report(std::size_t host, Duration, const ProcessStatusChanged& event) {
  last_tracker_[host] = node_config(host).processes[event.process].name;
  add_change(host, "process " + last_tracker_[host] +
                       (event.up ? " has its quorum (" : " lost its quorum (") +
                       std::to_string(event.count) + " running)");
}

// ---- where the configuration says so

ConfigLine Chronicle::keyword_of_instance(std::size_t host, const std::string& instance,
                                          std::string_view keyword) const {
  if (configs_[host] == nullptr) return {};
  for (const auto& one : configs_[host]->instances) {
    if (one.name != instance) continue;
    for (const auto& place : one.keywords)
      if (place.keyword == keyword)
        return {place.file.empty() ? configs_[host]->file : place.file, place.at.line,
                place.keyword};
    return {one.file.empty() ? configs_[host]->file : one.file, one.at.line,
            std::string(keyword) + ", a default of vrrp_instance"};
  }
  return {};
}

ConfigLine Chronicle::keyword_of_script(std::size_t host, const std::string& script,
                                        std::string_view keyword) const {
  if (configs_[host] == nullptr) return {};
  for (const auto& one : configs_[host]->scripts) {
    if (one.name != script) continue;
    for (const auto& place : one.keywords)
      if (place.keyword == keyword)
        return {place.file.empty() ? configs_[host]->file : place.file, place.at.line,
                place.keyword};
    return {configs_[host]->file, one.at.line, std::string(keyword) + ", a default of vrrp_script"};
  }
  return {};
}

/// The weight that made a priority what it is: of the line in track_*, else of the object.
ConfigLine Chronicle::weight_line(std::size_t host, const std::string& instance) const {
  if (configs_[host] == nullptr) return {};
  const auto& name = last_tracker_[host];
  for (const auto& one : configs_[host]->instances) {
    if (one.name != instance) continue;
    for (const auto* tracked :
         {&one.track_scripts, &one.track_interfaces, &one.track_files, &one.track_processes})
      for (const auto& line : *tracked)
        if (line.name == name && line.weight)
          return {one.file.empty() ? configs_[host]->file : one.file, line.at.line, "weight"};
  }
  return keyword_of_script(host, name, "weight");
}

}  // namespace understudy::sim
