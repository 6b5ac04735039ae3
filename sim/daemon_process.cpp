#include "sim/daemon_process.h"

#include <utility>

namespace understudy::sim {
namespace {

// What fits into a raw socket's default receive buffer (212992 bytes at 768 a packet).
constexpr std::size_t kSocketPackets = 277;

}  // namespace

DaemonProcess::DaemonProcess(Stage& stage, HostKernel& kernel, ScriptRunner& scripts,
                             DaemonListener& listener, std::size_t host,
                             std::shared_ptr<const NodeConfig> config)
    : stage_(stage),
      kernel_(kernel),
      scripts_(scripts),
      listener_(listener),
      host_(host),
      config_(std::move(config)),
      interface_of_nic_(stage.host(host).nics.size(), -1),
      wakeups_(stage.scenario.seed, "wakeup/" + stage.host(host).name) {
  for (std::size_t i = 0; i < config_->interfaces.size(); ++i) {
    const int nic = kernel_.find_nic(config_->interfaces[i]);
    nic_of_interface_.push_back(nic);
    if (nic >= 0) interface_of_nic_[static_cast<std::size_t>(nic)] = static_cast<int>(i);
  }
}

int DaemonProcess::nic_of(const VirtualRouterConfig& router,
                          const InterfaceAddress& address) const {
  return address.device.empty() ? nic_of_interface_[router.interface]
                                : kernel_.find_nic(address.device);
}

// ---- the process

void DaemonProcess::start() {
  if (running() || !kernel_.powered()) return;
  ++number_;
  paused_ = stop_pending_ = false;
  told_.clear();
  stage_.tell(TimelineEntry::Kind::daemon, host_, "daemon starts");
  node_.emplace(config_);
  listener_.daemon_changed(host_, true);
  // What a dead predecessor left behind goes first.
  for (const auto& router : config_->virtual_routers)
    for (const auto& address : router.addresses)
      if (const int nic = nic_of(router, address); nic >= 0)
        kernel_.remove_address(static_cast<std::uint32_t>(nic), address.address);
  for (std::size_t i = 0; i < config_->interfaces.size(); ++i) {
    const int nic = nic_of_interface_[i];
    const auto own = static_cast<std::uint32_t>(nic);
    const auto index = static_cast<std::uint16_t>(i);
    handle(LinkChanged{index, nic >= 0 && kernel_.nic_up(own)});
    handle(AddressesChanged{index, nic >= 0 ? kernel_.primary_address(own) : IpAddress{}});
  }
  handle(Startup{});
}

void DaemonProcess::stop() {
  if (!running()) return;
  if (paused_) {
    stop_pending_ = true;
    return;
  }
  handle(Shutdown{});
  stage_.tell(TimelineEntry::Kind::daemon, host_, "daemon exits");
  kill();
}

void DaemonProcess::kill() {
  if (!running()) return;
  node_.reset();
  deadline_ = kNever;
  paused_ = stop_pending_ = waking_ = false;
  kept_packets_.clear();
  kept_exits_.clear();
  listener_.daemon_changed(host_, false);
}

void DaemonProcess::pause() { paused_ = running(); }

void DaemonProcess::resume() {
  if (!paused_) return;
  paused_ = false;
  // As the real one: sockets are drained, links read again, children reaped, then deadlines.
  for (const auto& kept : std::exchange(kept_packets_, {})) {
    node_->handle(stage_.now, PacketReceived{kept.interface, kept.received_at, kept.bytes},
                  effects_);
    carry_out();
  }
  for (std::size_t i = 0; i < nic_of_interface_.size(); ++i)
    if (nic_of_interface_[i] >= 0)
      handle(LinkChanged{static_cast<std::uint16_t>(i),
                         kernel_.nic_up(static_cast<std::uint32_t>(nic_of_interface_[i]))});
  for (const auto& exit : std::exchange(kept_exits_, {})) handle(exit);
  if (stop_pending_) return stop();
  waking_ = false;
  deadline_ = kNever;
  handle(DeadlineReached{});
}

// ---- inputs

void DaemonProcess::handle(const Input& input) {
  node_->handle(stage_.now, input, effects_);
  carry_out();
  sync_deadline();
}

void DaemonProcess::packet(std::uint32_t nic, std::span<const std::uint8_t> packet) {
  const int interface = interface_of_nic_[nic];
  if (!node_ || interface < 0) return;
  const auto index = static_cast<std::uint16_t>(interface);
  if (paused_) {
    if (kept_packets_.size() < kSocketPackets)
      kept_packets_.push_back({index, stage_.now, {packet.begin(), packet.end()}});
    return;
  }
  node_->handle(stage_.now, PacketReceived{index, stage_.now, packet}, effects_);
  if (!effects_.empty()) carry_out();
  sync_deadline();
}

void DaemonProcess::link_changed(std::uint32_t nic) {
  const int interface = interface_of_nic_[nic];
  if (!node_ || interface < 0 || paused_) return;
  handle(LinkChanged{static_cast<std::uint16_t>(interface), kernel_.nic_up(nic)});
}

void DaemonProcess::script_ended(std::uint32_t daemon, std::uint16_t script, std::uint32_t run,
                                 int exit_status) {
  if (!node_ || daemon != number_) return;
  const ScriptExited exited{script, run, exit_status};
  if (paused_)
    kept_exits_.push_back(exited);
  else
    handle(exited);
}

// ---- deadlines

void DaemonProcess::sync_deadline() {
  const auto next = node_->deadline_or_never();
  if (next == deadline_) return;
  deadline_ = next;
  if (next == kNever) return;
  deadline_order_ = stage_.queue.take_order(EventKind::daemon_due);
  if (pushed_order_ == 0 || next < pushed_at_) push_deadline();
}

void DaemonProcess::push_deadline() {
  pushed_order_ = deadline_order_;
  // One that has passed is due at once.
  pushed_at_ = deadline_ < stage_.now ? stage_.now : deadline_;
  stage_.queue.push(Event{pushed_at_, pushed_order_, static_cast<std::uint32_t>(host_), number_});
}

bool DaemonProcess::reach_deadline(const Event& event) {
  if (event.kind() == EventKind::daemon_wake) {
    if (!waking_ || paused_ || event.data != number_) return false;
    waking_ = false;
    act_on_deadline(late_);
    return true;
  }
  if (event.order != pushed_order_) return false;
  pushed_order_ = 0;
  if (deadline_ == kNever || paused_) return false;
  if (event.order != deadline_order_) {
    push_deadline();
    return false;
  }
  const auto& wakeup = stage_.host(host_).wakeup;
  late_ = wakeups_.uniform(wakeup.lowest, wakeup.highest);
  if (late_ == Duration{}) {
    act_on_deadline({});
  } else if (!waking_) {
    waking_ = true;
    stage_.queue.push(stage_.now + late_, EventKind::daemon_wake, static_cast<std::uint32_t>(host_),
                      number_);
  }
  return true;
}

void DaemonProcess::act_on_deadline(Duration late) {
  late_ = late;
  deadline_ = kNever;
  handle(DeadlineReached{});
  late_ = {};
}

}  // namespace understudy::sim
