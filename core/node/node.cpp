#include "core/node/node.h"

#include <algorithm>

#include "core/net/byte_order.h"
#include "core/net/contract.h"
#include "core/net/digest.h"
#include "core/net/ipv4_header.h"
#include "core/net/ipv6_header.h"
#include "core/vrrp/judgement_memo.h"
#include "core/vrrp/wire_format.h"

namespace understudy {
namespace {

struct Dispatch {
  std::size_t slot;  // family and VRID: 0 to 511
  std::uint8_t vrid;
};

// Finds the VRID without judging the packet; nullopt when there is no such byte.
std::optional<Dispatch> find_vrid(std::span<const std::uint8_t> packet) {
  if (packet.size() < kIpv4HeaderSize) return std::nullopt;
  const bool ipv4 = packet[0] >> 4 == 4;
  std::size_t at = ipv4 ? (packet[0] & 15U) * 4 : kIpv6HeaderSize;
  if (ipv4 && packet[9] == kProtocolAh) at += wire::kAhSize;
  at += wire::kVrid;
  if (at >= packet.size()) return std::nullopt;
  return Dispatch{(ipv4 ? 0U : 256U) + packet[at], packet[at]};
}

IpAddress packet_source(std::span<const std::uint8_t> packet) {
  if (packet.size() >= kIpv6HeaderSize && packet[0] >> 4 == 6)
    return IpAddress::from_bytes(packet.subspan(8, 16));
  if (packet.size() >= kIpv4HeaderSize) return IpAddress::from_bytes(packet.subspan(12, 4));
  return IpAddress{};
}

constexpr std::size_t kSlotsPerInterface = 512;

// Virtual routers and scripts are named by 16 bits.
template <typename List>
std::uint16_t count_of(const List& list) {
  return static_cast<std::uint16_t>(list.size());
}

}  // namespace

Node::Node(std::shared_ptr<const NodeConfig> config)
    : interfaces_(config->interfaces.size()),
      dispatch_(config->interfaces.size() * kSlotsPerInterface, kNoVirtualRouter),
      deadlines_(config->virtual_routers.size() + config->scripts.size() +
                 config->processes.size() + 2 * config->interfaces.size() + 1),
      config_(std::move(config)),
      files_(config_->files.size()),
      groups_(config_->groups.size(), State::init),
      pacers_(config_->interfaces.size()) {
  virtual_routers_.reserve(config_->virtual_routers.size());
  for (const auto& router : config_->virtual_routers) {
    virtual_routers_.emplace_back(router);
    const auto family = router.rules.family == Family::ipv4 ? 0U : 256U;
    dispatch_[router.interface * kSlotsPerInterface + family + router.rules.vrid] = router.index;
    paces_ = paces_ || router.paces();
  }
  scripts_.reserve(config_->scripts.size());
  for (std::uint16_t i = 0; i < count_of(config_->scripts); ++i)
    scripts_.emplace_back(config_->scripts[i], i);
  processes_.reserve(config_->processes.size());
  for (std::uint16_t i = 0; i < count_of(config_->processes); ++i)
    processes_.emplace_back(config_->processes[i], i);
  if (paces_)
    for (auto& pacer : pacers_) pacer.reserve(virtual_routers_.size());
}

// ---- inputs

void Node::handle(Instant now, const Input& input, Effects& effects) {
  if (const auto* packet = std::get_if<PacketReceived>(&input))
    return handle(now, *packet, effects);
  ensure(now >= now_);
  now_ = now;
  const auto from = effects.size();
  dispatch(now, input, effects);
  if (paces_) pace(now, from, effects);
}

void Node::dispatch(Instant now, const Input& input, Effects& effects) {
  if (std::holds_alternative<DeadlineReached>(input)) {
    reach_deadlines(now, effects);
  } else if (const auto* startup = std::get_if<Startup>(&input)) {
    start(now, startup->since_boot, effects);
  } else if (std::holds_alternative<Shutdown>(input)) {
    stop(now, effects);
  } else if (const auto* link = std::get_if<LinkChanged>(&input)) {
    change_link(now, *link, effects);
  } else if (const auto* addresses = std::get_if<AddressesChanged>(&input)) {
    change_addresses(now, *addresses, effects);
  } else if (const auto* exit = std::get_if<ScriptExited>(&input)) {
    end_script(now, *exit, effects);
  } else if (const auto* file = std::get_if<FileChanged>(&input)) {
    change_file(now, *file, effects);
  } else if (const auto* process = std::get_if<ProcessChanged>(&input)) {
    change_process(now, *process, effects);
  } else if (const auto* clock = std::get_if<WallClockChanged>(&input)) {
    wall_offset_ = clock->offset;
    for (auto& router : virtual_routers_) router.set_wall_clock(wall_offset_);
  } else if (const auto* failed = std::get_if<AdvertSendFailed>(&input)) {
    if (failed->virtual_router < virtual_routers_.size())
      virtual_routers_[failed->virtual_router].handle(now, SendFailed{failed->error_number},
                                                      effects);
  }
}

void Node::handle(Instant now, const PacketReceived& input, Effects& effects) {
  ensure(now >= now_ && input.received_at <= now);
  now_ = now;
  if (!started_ || input.interface >= interfaces_.size()) return;
  const auto from = effects.size();
  receive(now, input, effects);
  if (paces_) [[unlikely]]
    pace(now, from, effects);
}

// Among thousands none is in the cache: ask for all that will be read at once.
[[gnu::always_inline]] inline void Node::fetch(std::uint16_t virtual_router) const {
  const auto* const hot = reinterpret_cast<const char*>(&virtual_routers_[virtual_router]);
  __builtin_prefetch(hot, 1);
  __builtin_prefetch(hot + 64, 1);
  __builtin_prefetch(hot + 128, 1);
  deadlines_.prefetch(virtual_router);
}

void Node::expect(const PacketReceived& packet) const {
  if (packet.interface >= interfaces_.size()) return;
  const auto found = find_vrid(packet.packet);
  if (!found) return;
  const auto index = dispatch_[packet.interface * kSlotsPerInterface + found->slot];
  if (index != kNoVirtualRouter) fetch(index);
}

// Compiled twice, into where judgements come from: a call would copy them.
[[gnu::always_inline]] inline void Node::act_on(
    Instant now, const PacketReceived& input, std::uint16_t index,
    const tl::expected<ReceivedAdvert, DecodeError>& received, Effects& effects) {
  auto& router = virtual_routers_[index];
  if (!received) {
    router.refuse(received.error(), find_vrid(input.packet)->vrid, packet_source(input.packet),
                  effects);
    return;
  }
  const auto contests = router.counters().lower_priority_received;
  router.handle(now, AdvertReceived{*received, input.received_at}, effects);
  deadlines_.set(index, router.deadline_or_never());
  const auto group = router.group();
  if (group == kNoGroup) [[likely]]
    return;
  // A rival of one member has misled the clients of all.
  if (router.state() == State::master && router.counters().lower_priority_received != contests) {
    for (const auto member : config_->groups[group].members) {
      if (member == index) continue;
      virtual_routers_[member].handle(now, AnnounceAgain{}, effects);
      update_router_deadline(member);
    }
  }
  settle_group(now, group, effects);
}

void Node::receive(Instant now, const PacketReceived& input, Effects& effects) {
  const auto found = find_vrid(input.packet);
  const auto index =
      found ? dispatch_[input.interface * kSlotsPerInterface + found->slot] : kNoVirtualRouter;
  if (index == kNoVirtualRouter) {
    const auto error = judge_unknown_vrid(input.packet);
    ++refused_elsewhere_[static_cast<std::size_t>(error)];
    effects.report(AdvertRefused{kNoVirtualRouter, input.interface,
                                 found ? found->vrid : std::uint8_t{0}, error,
                                 packet_source(input.packet)});
    return;
  }
  fetch(index);
  auto& router = virtual_routers_[index];
  if (router.state() == State::init || router.state() == State::fault)
    return;  // deaf, as the RFC has it
  const auto* rules = input.memo != nullptr ? router.plain_rules() : nullptr;
  if (rules != nullptr)
    act_on(now, input, index, input.memo->judge(input.packet, *rules), effects);
  else
    act_on(now, input, index, router.judge(input.received_at, input.packet), effects);
}

void Node::start(Instant now, Duration since_boot, Effects& effects) {
  if (started_) return;
  started_ = true;
  // One that is configured is known, be the interface without any address.
  for (auto& router : virtual_routers_) tell_source(now, router, effects);
  for (std::uint16_t i = 0; i < count_of(scripts_); ++i) {
    scripts_[i].start(now, effects);
    update_script_deadline(i);
  }
  const auto boot =
      config_->delay_after_boot > since_boot ? config_->delay_after_boot - since_boot : Duration{};
  const auto delay = std::max(config_->startup_delay, boot);
  if (delay == Duration{}) return start_routers(now, effects);
  effects.report(StartupDelayed{delay});
  deadlines_.set(start_key(), now + delay);
}

void Node::start_routers(Instant now, Effects& effects) {
  routers_started_ = true;
  for (std::uint16_t i = 0; i < count_of(virtual_routers_); ++i) evaluate(now, i, effects);
}

void Node::stop(Instant now, Effects& effects) {
  if (!started_) return;
  started_ = routers_started_ = false;
  deadlines_.set(start_key(), DeadlineTree::kNever);
  // Adverts and addresses first: the peers' takeover waits for them.
  for (std::uint16_t i = 0; i < count_of(virtual_routers_); ++i) {
    virtual_routers_[i].handle(now, Shutdown{}, effects);
    update_router_deadline(i);
  }
  for (std::uint16_t i = 0; i < count_of(groups_); ++i) settle_group(now, i, effects);
  for (std::uint16_t i = 0; i < count_of(scripts_); ++i) {
    scripts_[i].stop(effects);
    update_script_deadline(i);
  }
}

void Node::reach_deadlines(Instant now, Effects& effects) {
  while (deadlines_.earliest_deadline() <= now && deadlines_.earliest_deadline() != Instant::max())
    reach_deadline(now, deadlines_.earliest_key(), effects);
}

void Node::reach_deadline(Instant now, std::uint32_t key, Effects& effects) {
  if (key < script_key(0)) {
    const auto router = static_cast<std::uint16_t>(key);
    virtual_routers_[router].handle(now, DeadlineReached{}, effects);
    update_router_deadline(router);
    settle_group_of(now, router, effects);
  } else if (key < process_key(0)) {
    const auto script = static_cast<std::uint16_t>(key - script_key(0));
    scripts_[script].reach_deadline(now, effects);
    update_script_deadline(script);
  } else if (key < interface_key(0)) {
    const auto process = static_cast<std::uint16_t>(key - process_key(0));
    const bool changed = processes_[process].reach_deadline(now, effects);
    update_process_deadline(process);
    if (changed) evaluate_trackers_of(now, TrackedConfig::Kind::process, process, effects);
  } else if (key < pacer_key(0)) {
    settle_link(now, static_cast<std::uint16_t>(key - interface_key(0)), effects);
  } else if (key < start_key()) {
    const auto interface = key - pacer_key(0);
    pacers_[interface].reach_deadline(now, config_->virtual_routers, effects);
    update_pacer_deadline(interface);
  } else {
    deadlines_.set(start_key(), DeadlineTree::kNever);
    start_routers(now, effects);
  }
}

void Node::change_link(Instant now, const LinkChanged& input, Effects& effects) {
  if (input.interface >= interfaces_.size()) return;
  auto& interface = interfaces_[input.interface];
  interface.reported = input.up;
  const auto delays = input.interface < config_->link_delays.size()
                          ? config_->link_delays[input.interface]
                          : LinkDelays {};
  if (interface.reported == interface.up) {
    interface.change_at = Instant::max();
  } else if (interface.change_at == Instant::max()) {
    const auto delay = input.up ? delays.up : delays.down;
    interface.change_at = started_ ? now + delay : now;
  }
  settle_link(now, input.interface, effects);
}

// What the host reported counts once it has lasted.
void Node::settle_link(Instant now, std::uint16_t index, Effects& effects) {
  auto& interface = interfaces_[index];
  const bool due = interface.change_at <= now;
  if (due) {
    interface.change_at = Instant::max();
    interface.up = interface.reported;
  }
  deadlines_.set(interface_key(index), interface.change_at);
  if (!due || !started_) return;
  effects.report(InterfaceChanged{index, interface.up});
  evaluate_trackers_of(now, TrackedConfig::Kind::interface, index, effects);
}

void Node::change_addresses(Instant now, const AddressesChanged& input, Effects& effects) {
  if (input.interface >= interfaces_.size()) return;
  auto& interface = interfaces_[input.interface];
  if (interface.primary == input.primary && interface.link_local == input.link_local &&
      interface.others == input.others)
    return;
  interface.primary = input.primary;
  interface.link_local = input.link_local;
  interface.others = input.others;
  for (const auto& router : config_->virtual_routers) {
    if (router.interface != input.interface && router.source.is_unspecified()) continue;
    // A last word still goes out from the address that is being lost.
    tell_source(now, virtual_routers_[router.index], effects);
    if (started_) evaluate(now, router.index, effects);
  }
}

void Node::tell_source(Instant now, VirtualRouter& router, Effects& effects) const {
  if (const auto source = source_of(router.config()); !source.is_unspecified())
    router.handle(now, SourceAddressChanged{source}, effects);
}

void Node::end_script(Instant now, const ScriptExited& input, Effects& effects) {
  if (!started_ || input.script >= scripts_.size()) return;
  const bool changed = scripts_[input.script].exited(input.run, input.exit_status, effects);
  update_script_deadline(input.script);
  if (changed) evaluate_trackers_of(now, TrackedConfig::Kind::script, input.script, effects);
}

void Node::change_file(Instant now, const FileChanged& input, Effects& effects) {
  if (input.file >= files_.size() || files_[input.file] == input.value) return;
  if (started_) effects.report(FileValueChanged{input.file, files_[input.file], input.value});
  files_[input.file] = input.value;
  if (started_) evaluate_trackers_of(now, TrackedConfig::Kind::file, input.file, effects);
}

void Node::change_process(Instant now, const ProcessChanged& input, Effects& effects) {
  if (input.process >= processes_.size()) return;
  const bool changed = processes_[input.process].set_count(now, input.count, started_, effects);
  update_process_deadline(input.process);
  if (changed) evaluate_trackers_of(now, TrackedConfig::Kind::process, input.process, effects);
}

// ---- announcements with intervals between them

void Node::pace(Instant now, std::size_t from, Effects& effects) {
  for (std::size_t i = from; i < effects.size();) {
    const auto& effect = effects.list()[i];
    if (const auto* removal = std::get_if<RemoveAddresses>(&effect)) {
      for (auto& pacer : pacers_) pacer.forget(removal->virtual_router);
    } else if (const auto* burst = std::get_if<AnnounceAddresses>(&effect)) {
      const auto& router = config_->virtual_routers[burst->virtual_router];
      if (router.paces() && burst->count == AnnounceAddresses::kAll) {
        const auto taken = *burst;
        effects.remove(i);
        pacers_[router.interface].add(now, router, taken, effects);
        continue;
      }
    }
    ++i;
  }
  for (std::size_t i = 0; i < pacers_.size(); ++i) update_pacer_deadline(i);
}

// ---- deadlines

std::uint32_t Node::script_key(std::size_t script) const {
  return static_cast<std::uint32_t>(virtual_routers_.size() + script);
}
std::uint32_t Node::process_key(std::size_t process) const {
  return script_key(scripts_.size()) + static_cast<std::uint32_t>(process);
}
std::uint32_t Node::interface_key(std::size_t interface) const {
  return process_key(processes_.size()) + static_cast<std::uint32_t>(interface);
}
std::uint32_t Node::pacer_key(std::size_t interface) const {
  return interface_key(interfaces_.size()) + static_cast<std::uint32_t>(interface);
}
std::uint32_t Node::start_key() const { return pacer_key(interfaces_.size()); }

void Node::update_router_deadline(std::uint16_t index) {
  deadlines_.set(index, virtual_routers_[index].deadline_or_never());
}

void Node::update_script_deadline(std::uint16_t script) {
  deadlines_.set(script_key(script), scripts_[script].next_deadline());
}

void Node::update_process_deadline(std::uint16_t process) {
  deadlines_.set(process_key(process), processes_[process].next_deadline());
}

void Node::update_pacer_deadline(std::size_t interface) {
  deadlines_.set(pacer_key(interface), pacers_[interface].next_deadline());
}

std::optional<Instant> Node::next_deadline() const {
  const auto deadline = deadlines_.earliest_deadline();
  if (deadline == DeadlineTree::kNever) return std::nullopt;
  return deadline;
}

// ---- comparison

bool operator==(const Node& left, const Node& right) {
  return *left.config_ == *right.config_ && left.interfaces_ == right.interfaces_ &&
         left.virtual_routers_ == right.virtual_routers_ && left.scripts_ == right.scripts_ &&
         left.files_ == right.files_ && left.processes_ == right.processes_ &&
         left.groups_ == right.groups_ && left.pacers_ == right.pacers_ &&
         left.refused_elsewhere_ == right.refused_elsewhere_ &&
         left.deadlines_.deadline_of(left.start_key()) ==
             right.deadlines_.deadline_of(right.start_key()) &&
         left.wall_offset_ == right.wall_offset_ && left.started_ == right.started_ &&
         left.routers_started_ == right.routers_started_;
}

std::uint64_t Node::digest() const {
  Digest digest;
  digest.add(static_cast<std::uint64_t>(started_));
  for (const auto& interface : interfaces_) {
    digest.add(static_cast<std::uint64_t>(interface.up));
    digest.add(interface.primary.bytes());
    if (!interface.link_local.is_unspecified()) digest.add(interface.link_local.bytes());
    for (const auto& other : interface.others) digest.add(other.bytes());
    if (interface.change_at != Instant::max())
      digest.add(static_cast<std::uint64_t>(interface.change_at.time_since_epoch().count()));
  }
  for (const auto& router : virtual_routers_) digest.add(router.digest());
  for (const auto& script : scripts_) digest.add(script.digest());
  for (const auto value : files_) digest.add(static_cast<std::uint64_t>(value));
  for (const auto& process : processes_) digest.add(process.digest());
  for (const auto state : groups_) digest.add(static_cast<std::uint64_t>(state));
  if (paces_)
    for (const auto& pacer : pacers_) digest.add(pacer.digest());
  if (const auto start = deadlines_.deadline_of(start_key()))
    digest.add(static_cast<std::uint64_t>(start->time_since_epoch().count()));
  return digest.value();
}

}  // namespace understudy
