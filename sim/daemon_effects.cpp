// How a simulated host carries out what its node asks for.
#include <algorithm>
#include <cerrno>
#include <csignal>

#include "sim/chronicle.h"
#include "sim/daemon_process.h"

namespace understudy::sim {

void DaemonProcess::carry_out() {
  for (;;) {
    if (stage_.chronicle != nullptr) [[unlikely]]
      stage_.chronicle->begin_effects(host_, effects_, late_);
    for (const auto& effect : effects_.list())
      std::visit([this](const auto& one) { perform(one); }, effect);
    if (stage_.chronicle != nullptr) [[unlikely]]
      stage_.chronicle->end_effects();
    effects_.clear();
    if (failed_sends_.empty()) return;
    for (const auto& failed : failed_sends_) node_->handle(local_now(), failed, effects_);
    failed_sends_.clear();
  }
}

void DaemonProcess::perform(const SendAdvert& effect) {
  listener_.advert_asked(host_, effect.virtual_router, effects_.packet(effect));
  const int own = sending_interface(config_->virtual_routers[effect.virtual_router]);
  const int error =
      own < 0 ? ENODEV
              : kernel_.send_packet(static_cast<std::uint32_t>(own), effects_.packet(effect));
  if (error != 0) failed_sends_.push_back({effect.virtual_router, error});
}

void DaemonProcess::perform(const AddAddresses& effect) {
  const auto& router = config_->virtual_routers[effect.virtual_router];
  surroundings_.close_addresses(effect.virtual_router);
  for (std::size_t i = 0; i < router.address_count(); ++i)
    if (const int own = interface_of(router, router.held_address(i)); own >= 0)
      kernel_.add_address(static_cast<std::uint32_t>(own), router.held_address(i));
  surroundings_.add_routes(effect.virtual_router);
}

void DaemonProcess::perform(const RemoveAddresses& effect) {
  const auto& router = config_->virtual_routers[effect.virtual_router];
  surroundings_.remove_routes(effect.virtual_router);
  for (std::size_t i = router.address_count(); i-- > 0;)
    if (const int own = interface_of(router, router.held_address(i)); own >= 0)
      kernel_.remove_address(static_cast<std::uint32_t>(own), router.held_address(i).address);
  surroundings_.open_addresses(effect.virtual_router);
}

void DaemonProcess::perform(const AnnounceAddresses& effect) {
  const auto& router = config_->virtual_routers[effect.virtual_router];
  const std::size_t end =
      std::min<std::size_t>(router.address_count(), std::size_t{effect.first} + effect.count);
  const auto& home = config_->interfaces[router.interface];
  for (unsigned round = 0; round < effect.repeat; ++round) {
    for (std::size_t i = effect.first; i < end; ++i) {
      const auto& address = router.held_address(i);
      if (effect.elsewhere_only && (address.device.empty() || address.device == home)) continue;
      const int own = interface_of(router, address);
      if (own >= 0 && kernel_.announce(static_cast<std::uint32_t>(own), address.address,
                                       router.rules.profile) == 0)
        listener_.announced(host_, address.address);
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

void DaemonProcess::perform(const NotifyGroup& effect) {
  if (stage_.with_timeline)
    tell(TimelineEntry::Kind::note, "sync group " + config_->groups[effect.group].name +
                                        " notifies: " + std::string(to_string(effect.state)));
}

void DaemonProcess::perform(const Report& effect) {
  std::visit([this](const auto& event) { report(event); }, effect);
}

}  // namespace understudy::sim
