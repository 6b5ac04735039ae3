#include "sim/daemon_process.h"

#include <algorithm>
#include <utility>

namespace understudy::sim {
namespace {

// What fits into a raw socket's default receive buffer (212992 bytes at 768 a packet).
constexpr std::size_t kSocketPackets = 277;

/// The name under which a tracked process runs here; arguments are not modelled.
std::string_view program_of(const config::TrackProcess& process) {
  if (process.command.empty()) return {};
  const std::string_view command = process.command.front();
  return command.substr(command.rfind('/') + 1);
}

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
      file_(config_),
      surroundings_(stage, kernel, host, *config_),
      wakeups_(stage.scenario.seed, "wakeup/" + stage.host(host).name) {
  map_interfaces();
}

void DaemonProcess::map_interfaces() {
  interface_of_nic_.assign(stage_.host(host_).nics.size(), -1);
  nic_of_interface_.clear();
  virtual_interfaces_.assign(config_->virtual_routers.size(), -1);
  forget_learnt_intervals();
  for (std::size_t i = 0; i < config_->interfaces.size(); ++i) {
    const int nic = kernel_.find_nic(config_->interfaces[i]);
    nic_of_interface_.push_back(nic);
    if (nic >= 0) interface_of_nic_[static_cast<std::size_t>(nic)] = static_cast<int>(i);
  }
}

int DaemonProcess::interface_of(const VirtualRouterConfig& router,
                                const InterfaceAddress& address) const {
  if (!address.device.empty()) return kernel_.find_nic(address.device);
  const int own = virtual_interfaces_[router.index];
  return own >= 0 ? own : nic_of_interface_[router.interface];
}

int DaemonProcess::sending_interface(const VirtualRouterConfig& router) const {
  const int own = virtual_interfaces_[router.index];
  return own >= 0 && !router.virtual_mac->transmits_on_base ? own
                                                            : nic_of_interface_[router.interface];
}

const VirtualRouterConfig* DaemonProcess::router_on(std::uint32_t nic, std::uint8_t vrid,
                                                    Family family) const {
  for (const auto& router : config_->virtual_routers)
    if (router.rules.vrid == vrid && router.rules.family == family &&
        nic_of_interface_[router.interface] == static_cast<int>(nic))
      return &router;
  return nullptr;
}

void DaemonProcess::forget_learnt_intervals() {
  obeyed_intervals_.clear();
  for (const auto& router : config_->virtual_routers)
    obeyed_intervals_.push_back(router.rules.advert_interval);
}

// ---- the process

void DaemonProcess::start() {
  if (running() || !kernel_.powered()) return;
  ++number_;
  paused_ = stop_pending_ = reload_pending_ = false;
  told_.clear();
  take_file();
  stage_.tell(TimelineEntry::Kind::daemon, host_, "daemon starts");
  node_ = std::make_unique<Node>(config_);
  forget_learnt_intervals();
  listener_.daemon_changed(host_, true);
  clean_up_after_predecessor();
  prepare_interfaces();
  surroundings_.add_statics();
  write_initial_files();
  tell_surroundings();
  handle(Startup{});
}

void DaemonProcess::clean_up_after_predecessor() {
  surroundings_.remove_leftovers();
  for (const auto& router : config_->virtual_routers) {
    if (router.virtual_mac) kernel_.remove_virtual_interface(router.virtual_mac->interface);
    virtual_interfaces_[router.index] = -1;
    for (std::size_t i = 0; i < router.address_count(); ++i)
      if (const int own = interface_of(router, router.held_address(i)); own >= 0)
        kernel_.remove_address(static_cast<std::uint32_t>(own), router.held_address(i).address);
  }
}

void DaemonProcess::prepare_interfaces() {
  for (const auto& router : config_->virtual_routers) {
    const int nic = nic_of_interface_[router.interface];
    if (router.virtual_mac && nic >= 0 && virtual_interfaces_[router.index] < 0)
      virtual_interfaces_[router.index] = static_cast<int>(kernel_.add_virtual_interface(
          static_cast<std::uint32_t>(nic), router.virtual_mac->interface, router.virtual_mac->mac));
    for (const auto& destination : router.destinations)
      if (destination.is_multicast() && nic >= 0)
        kernel_.join_group(static_cast<std::uint32_t>(nic), destination);
  }
}

AddressesChanged DaemonProcess::addresses_of(std::uint16_t interface) const {
  const int nic = nic_of_interface_[interface];
  if (nic < 0) return {interface, {}};
  const auto own = static_cast<std::uint32_t>(nic);
  return {interface, kernel_.primary_address(own), kernel_.link_local_address(own),
          kernel_.other_addresses(own)};
}

/// Links, addresses, files, processes, the clock: as they are now.
void DaemonProcess::tell_surroundings() {
  for (std::size_t i = 0; i < config_->interfaces.size(); ++i) {
    const auto index = static_cast<std::uint16_t>(i);
    const int nic = nic_of_interface_[i];
    handle(LinkChanged{index, nic >= 0 && kernel_.nic_up(static_cast<std::uint32_t>(nic))});
    handle(addresses_of(index));
  }
  tell_files_and_processes();
  clock_changed();
}

/// init_file of vrrp_track_file. What the former configuration tracked already is in use.
void DaemonProcess::write_initial_files(const NodeConfig* former) {
  const auto in_use = [&](const config::TrackFile& file) {
    return former != nullptr &&
           std::any_of(former->files.begin(), former->files.end(),
                       [&](const auto& other) { return other.path == file.path; });
  };
  for (const auto& file : config_->files)
    if (!in_use(file) && file.initial_value &&
        (file.overwrite || !kernel_.files().value(file.path)))
      kernel_.files().set(file.path, file.initial_value);
}

void DaemonProcess::tell_files_and_processes() {
  for (std::size_t i = 0; i < config_->files.size(); ++i)
    handle(FileChanged{static_cast<std::uint16_t>(i),
                       kernel_.files().value(config_->files[i].path).value_or(0)});
  for (std::size_t i = 0; i < config_->processes.size(); ++i)
    handle(ProcessChanged{static_cast<std::uint16_t>(i),
                          kernel_.count_processes(program_of(config_->processes[i]))});
}

void DaemonProcess::stop() {
  if (!running()) return;
  if (paused_) {
    stop_pending_ = true;
    return;
  }
  handle(Shutdown{});
  surroundings_.remove_statics();
  for (const auto& router : config_->virtual_routers)
    if (router.virtual_mac) kernel_.remove_virtual_interface(router.virtual_mac->interface);
  tell(TimelineEntry::Kind::daemon, "daemon exits");
  kernel_.leave_groups();
  kill();
}

void DaemonProcess::kill() {
  if (!running()) return;
  node_.reset();
  deadline_ = kNever;
  paused_ = stop_pending_ = reload_pending_ = waking_ = false;
  kept_packets_.clear();
  kept_exits_.clear();
  listener_.daemon_changed(host_, false);
}

void DaemonProcess::pause() { paused_ = running(); }

void DaemonProcess::resume() {
  if (!paused_) return;
  paused_ = false;
  // As the real one: sockets are drained, links, addresses, files and processes read again,
  // children reaped, then deadlines.
  for (const auto& kept : std::exchange(kept_packets_, {})) {
    node_->handle(local_now(), PacketReceived{kept.interface, kept.received_at, kept.bytes},
                  effects_);
    carry_out();
  }
  tell_surroundings();
  for (const auto& exit : std::exchange(kept_exits_, {})) handle(exit);
  if (stop_pending_) return stop();
  if (reload_pending_) reload();
  waking_ = false;
  deadline_ = kNever;
  handle(DeadlineReached{});
}

// ---- inputs

void DaemonProcess::handle(const Input& input) {
  node_->handle(local_now(), input, effects_);
  carry_out();
  sync_deadline();
}

void DaemonProcess::packet(std::uint32_t nic, std::span<const std::uint8_t> packet,
                           JudgementMemo* memo) {
  const int interface = interface_of_nic_[nic];
  if (!node_ || interface < 0) return;
  const auto index = static_cast<std::uint16_t>(interface);
  if (paused_) {
    if (kept_packets_.size() < kSocketPackets)
      kept_packets_.push_back({index, local_now(), {packet.begin(), packet.end()}});
    return;
  }
  const auto now = local_now();
  node_->handle(now, PacketReceived{index, now, packet, memo}, effects_);
  if (!effects_.empty()) carry_out();
  sync_deadline();
}

void DaemonProcess::link_changed(std::uint32_t nic) {
  const int interface = interface_of_nic_[nic];
  if (!node_ || interface < 0 || paused_) return;
  if (kernel_.nic_up(nic)) surroundings_.restore_routes();
  handle(LinkChanged{static_cast<std::uint16_t>(interface), kernel_.nic_up(nic)});
}

void DaemonProcess::addresses_changed(std::uint32_t nic) {
  const int interface = interface_of_nic_[nic];
  if (node_ && interface >= 0 && !paused_)
    handle(addresses_of(static_cast<std::uint16_t>(interface)));
}

void DaemonProcess::file_changed(std::string_view path) {
  if (!node_ || paused_) return;
  for (std::size_t i = 0; i < config_->files.size(); ++i)
    if (config_->files[i].path == path)
      handle(FileChanged{static_cast<std::uint16_t>(i), kernel_.files().value(path).value_or(0)});
}

void DaemonProcess::process_changed(std::string_view name) {
  if (!node_ || paused_) return;
  for (std::size_t i = 0; i < config_->processes.size(); ++i)
    if (program_of(config_->processes[i]) == name)
      handle(ProcessChanged{static_cast<std::uint16_t>(i), kernel_.count_processes(name)});
}

void DaemonProcess::surroundings_changed() {
  if (!node_ || paused_) return;
  tell_files_and_processes();
  clock_changed();
}

void DaemonProcess::clock_changed() {
  if (node_ && !paused_) handle(WallClockChanged{kernel_.wall_clock_offset()});
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
  due_at_ = kernel_.clock().when(next);
  deadline_order_ = stage_.queue.take_order(EventKind::daemon_due);
  if (pushed_order_ == 0 || due_at_ < pushed_at_) push_deadline();
}

void DaemonProcess::clock_bent() {
  if (!node_ || deadline_ == kNever) return;
  due_at_ = kernel_.clock().when(deadline_);
  deadline_order_ = stage_.queue.take_order(EventKind::daemon_due);
  push_deadline();
}

std::optional<Instant> DaemonProcess::missed_deadline() const {
  if (!node_ || paused_ || waking_) return std::nullopt;
  const auto next = node_->deadline_or_never();
  return next < local_now() ? std::optional{next} : std::nullopt;
}

void DaemonProcess::push_deadline() {
  pushed_order_ = deadline_order_;
  // One that has passed is due at once.
  pushed_at_ = due_at_ < stage_.now ? stage_.now : due_at_;
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
