// How a simulated host carries out what its node asks for, and what of it people get to read.
#include <cerrno>
#include <csignal>

#include "sim/daemon_process.h"

namespace understudy::sim {

void DaemonProcess::carry_out() {
  for (;;) {
    for (const auto& effect : effects_.list())
      std::visit([this](const auto& one) { perform(one); }, effect);
    effects_.clear();
    if (failed_sends_.empty()) return;
    for (const auto& failed : failed_sends_) node_->handle(stage_.now, failed, effects_);
    failed_sends_.clear();
  }
}

void DaemonProcess::perform(const SendAdvert& effect) {
  listener_.advert_asked(host_);
  const int nic = nic_of_interface_[config_->virtual_routers[effect.virtual_router].interface];
  const int error =
      nic < 0 ? ENODEV
              : kernel_.send_packet(static_cast<std::uint32_t>(nic), effects_.packet(effect));
  if (error != 0) failed_sends_.push_back({effect.virtual_router, error});
}

void DaemonProcess::perform(const AddAddresses& effect) {
  const auto& router = config_->virtual_routers[effect.virtual_router];
  for (const auto& address : router.addresses)
    if (const int nic = nic_of(router, address); nic >= 0)
      kernel_.add_address(static_cast<std::uint32_t>(nic), address);
}

void DaemonProcess::perform(const RemoveAddresses& effect) {
  const auto& router = config_->virtual_routers[effect.virtual_router];
  for (const auto& address : router.addresses)
    if (const int nic = nic_of(router, address); nic >= 0)
      kernel_.remove_address(static_cast<std::uint32_t>(nic), address.address);
}

void DaemonProcess::perform(const AnnounceAddresses& effect) {
  const auto& router = config_->virtual_routers[effect.virtual_router];
  for (unsigned round = 0; round < effect.repeat; ++round) {
    for (const auto& address : router.addresses) {
      const int nic = nic_of(router, address);
      if (nic < 0 || !address.address.is_ipv4()) continue;
      const auto four = address.address.ipv4();
      if (kernel_.announce(static_cast<std::uint32_t>(nic), four) == 0)
        listener_.announced(host_, four);
    }
  }
}

void DaemonProcess::perform(const RunScript& effect) {
  scripts_.run(number_, effect.script, effect.run, config_->scripts[effect.script].name);
}

void DaemonProcess::perform(const KillScript& effect) {
  scripts_.kill(number_, effect.script, effect.run, effect.force ? SIGKILL : SIGTERM);
}

void DaemonProcess::perform(const Notify&) {}  // notify scripts change nothing in this world

void DaemonProcess::perform(const Report& effect) {
  std::visit([this](const auto& event) { report(event); }, effect);
}

// ---- reports

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
  listener_.script_changed(host_, event.to == ScriptStatus::up);
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

}  // namespace understudy::sim
