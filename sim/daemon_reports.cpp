// What of a node's reports people get to read.
#include <cerrno>

#include "sim/daemon_process.h"
#include "sim/scenario/units.h"

namespace understudy::sim {

bool DaemonProcess::first_time(unsigned cause, std::uint64_t detail, const IpAddress& source) {
  return stage_.with_timeline && told_.emplace(cause, detail, source).second;
}

void DaemonProcess::report(const StateChanged& event) {
  listener_.state_changed(host_, event, late_);
}

void DaemonProcess::report(const AdvertRefused& event) {
  const auto cause = static_cast<unsigned>(event.error);
  if (!first_time(cause, event.virtual_router, event.source)) return;
  stage_.tell(TimelineEntry::Kind::refusal, host_,
              "refuses adverts from " + to_string(event.source) + ", VRID " +
                  std::to_string(event.vrid) + ": " + std::string(describe(event.error)));
}

void DaemonProcess::report(const PriorityChanged& event) {
  ++stage_.version;
  if (stage_.with_timeline)
    stage_.tell(TimelineEntry::Kind::script, host_,
                router_name(event.virtual_router) + ": priority " + std::to_string(event.from) +
                    " -> " + std::to_string(event.to));
}

void DaemonProcess::report(const AdvertNotSent& event) {
  if (!first_time(1000,
                  static_cast<std::uint64_t>(event.error_number) << 16 | event.virtual_router))
    return;
  const char* why = event.error_number == EPERM      ? "EPERM, its own packet filter"
                    : event.error_number == ENETDOWN ? "ENETDOWN, the interface is down"
                                                     : "no such interface";
  stage_.tell(TimelineEntry::Kind::refusal, host_,
              router_name(event.virtual_router) + ": cannot send adverts (" + why + ")");
}

void DaemonProcess::report(const InterfaceChanged& event) {
  if (stage_.with_timeline)
    stage_.tell(
        TimelineEntry::Kind::note, host_,
        "interface " + config_->interfaces[event.interface] + (event.up ? " is up" : " is down"));
}

void DaemonProcess::report(const ScriptChanged& event) {
  ++stage_.version;
  listener_.tracked_changed(host_, event.to == ScriptStatus::up);
  if (stage_.with_timeline)
    stage_.tell(TimelineEntry::Kind::script, host_,
                "script " + config_->scripts[event.script].name +
                    (event.to == ScriptStatus::up ? " succeeds" : " fails"));
}

void DaemonProcess::report(const ScriptTimedOut& event) {
  if (stage_.with_timeline)
    stage_.tell(TimelineEntry::Kind::script, host_,
                "script " + config_->scripts[event.script].name + " timed out");
}

void DaemonProcess::report(const OwnAddressHeard& event) {
  if (first_time(1001, event.virtual_router))
    stage_.tell(TimelineEntry::Kind::refusal, host_,
                router_name(event.virtual_router) + ": hears adverts from its own address");
}

void DaemonProcess::report(const AddressListDiffers& event) {
  if (first_time(1002, event.virtual_router, event.source))
    stage_.tell(TimelineEntry::Kind::refusal, host_,
                router_name(event.virtual_router) + ": the adverts of " + to_string(event.source) +
                    " list other addresses");
}

void DaemonProcess::report(const IntervalLearnt& event) {
  obeyed_intervals_[event.virtual_router] = event.interval;
  if (stage_.with_timeline)
    tell(TimelineEntry::Kind::note, router_name(event.virtual_router) + ": obeys the interval of " +
                                        to_string(event.source) + ", " + to_text(event.interval) +
                                        "; its own is " + to_text(event.own));
}

void DaemonProcess::report(const OwnerConflict& event) {
  if (first_time(1003, event.virtual_router, event.source))
    tell(TimelineEntry::Kind::refusal, router_name(event.virtual_router) + ": " +
                                           to_string(event.source) + " sends adverts of priority " +
                                           std::to_string(event.priority) +
                                           " for what this host owns");
}

void DaemonProcess::report(const PreemptionDelayed& event) {
  if (stage_.with_timeline)
    tell(TimelineEntry::Kind::note, router_name(event.virtual_router) + ": preempts in " +
                                        to_text(event.delay) + " at the earliest");
}

void DaemonProcess::report(const GroupWaits& event) {
  if (first_time(1004, event.virtual_router))
    tell(TimelineEntry::Kind::note, router_name(event.virtual_router) +
                                        ": waits for the others of sync group " +
                                        config_->groups[event.group].name);
}

void DaemonProcess::report(const GroupChanged& event) {
  if (stage_.with_timeline)
    tell(TimelineEntry::Kind::note, "sync group " + config_->groups[event.group].name + ": " +
                                        std::string(to_string(event.from)) + " -> " +
                                        std::string(to_string(event.to)));
}

void DaemonProcess::report(const ClockSkewHeard& event) {
  if (first_time(1005, event.virtual_router, event.source))
    tell(TimelineEntry::Kind::refusal,
         router_name(event.virtual_router) + ": the clock of " + to_string(event.source) +
             " differs by " + std::to_string(event.skew_seconds) + " s; " +
             std::to_string(event.window_seconds) + " s are tolerated");
}

void DaemonProcess::report(const FileValueChanged& event) {
  ++stage_.version;
  listener_.tracked_changed(host_, true);
  if (stage_.with_timeline)
    tell(TimelineEntry::Kind::script, "file " + config_->files[event.file].name + ": " +
                                          std::to_string(event.from) + " -> " +
                                          std::to_string(event.to));
}

void DaemonProcess::report(const ProcessStatusChanged& event) {
  ++stage_.version;
  listener_.tracked_changed(host_, event.up);
  if (stage_.with_timeline)
    tell(TimelineEntry::Kind::script, "process " + config_->processes[event.process].name +
                                          (event.up ? " has its quorum (" : " lost its quorum (") +
                                          std::to_string(event.count) + " running)");
}

void DaemonProcess::report(const StartupDelayed& event) {
  if (stage_.with_timeline)
    tell(TimelineEntry::Kind::daemon, "waits " + to_text(event.delay) + " before it begins");
}

}  // namespace understudy::sim
