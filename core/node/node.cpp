#include "core/node/node.h"

#include <algorithm>

#include "core/net/byte_order.h"
#include "core/net/contract.h"
#include "core/net/digest.h"
#include "core/net/ipv4_header.h"
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
  std::size_t at = ipv4 ? (packet[0] & 15U) * 4 : 40;
  if (ipv4 && packet[9] == kProtocolAh) at += wire::kAhSize;
  at += wire::kVrid;
  if (at >= packet.size()) return std::nullopt;
  return Dispatch{(ipv4 ? 0U : 256U) + packet[at], packet[at]};
}

IpAddress source_of(std::span<const std::uint8_t> packet) {
  if (packet.size() >= 40 && packet[0] >> 4 == 6)
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
    : config_(std::move(config)),
      interfaces_(config_->interfaces.size()),
      deadlines_(config_->virtual_routers.size() + config_->scripts.size()),
      dispatch_(config_->interfaces.size() * kSlotsPerInterface, kNoVirtualRouter) {
  virtual_routers_.reserve(config_->virtual_routers.size());
  for (const auto& router : config_->virtual_routers) {
    virtual_routers_.emplace_back(router);
    const auto family = router.rules.family == Family::ipv4 ? 0U : 256U;
    dispatch_[router.interface * kSlotsPerInterface + family + router.rules.vrid] = router.index;
  }
  scripts_.reserve(config_->scripts.size());
  for (std::size_t i = 0; i < config_->scripts.size(); ++i)
    scripts_.emplace_back(config_->scripts[i], static_cast<std::uint16_t>(i));
}

void Node::handle(Instant now, const Input& input, Effects& effects) {
  if (const auto* packet = std::get_if<PacketReceived>(&input))
    return handle(now, *packet, effects);
  ensure(now >= now_);
  now_ = now;
  if (std::holds_alternative<DeadlineReached>(input)) {
    reach_deadlines(now, effects);
  } else if (std::holds_alternative<Startup>(input)) {
    start(now, effects);
  } else if (std::holds_alternative<Shutdown>(input)) {
    stop(now, effects);
  } else if (const auto* link = std::get_if<LinkChanged>(&input)) {
    change_link(now, *link, effects);
  } else if (const auto* addresses = std::get_if<AddressesChanged>(&input)) {
    change_address(now, *addresses, effects);
  } else if (const auto* exit = std::get_if<ScriptExited>(&input)) {
    end_script(now, *exit, effects);
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
  const auto found = find_vrid(input.packet);
  const auto index =
      found ? dispatch_[input.interface * kSlotsPerInterface + found->slot] : kNoVirtualRouter;
  if (index == kNoVirtualRouter) {
    const auto error = judge_unknown_vrid(input.packet);
    ++refused_elsewhere_[static_cast<std::size_t>(error)];
    effects.report(AdvertRefused{kNoVirtualRouter, input.interface,
                                 found ? found->vrid : std::uint8_t{0}, error,
                                 source_of(input.packet)});
    return;
  }
  auto& router = virtual_routers_[index];
  if (router.state() == State::init || router.state() == State::fault)
    return;  // deaf, as the RFC has it
  const auto received = receive(input.packet, router.config().rules);
  if (!received) {
    router.refuse(received.error(), found->vrid, source_of(input.packet), effects);
    return;
  }
  router.handle(now, AdvertReceived{*received, input.received_at}, effects);
  update_router_deadline(index);
}

void Node::start(Instant now, Effects& effects) {
  if (started_) return;
  started_ = true;
  for (std::uint16_t i = 0; i < count_of(scripts_); ++i) {
    scripts_[i].start(now, effects);
    update_script_deadline(i);
  }
  for (std::uint16_t i = 0; i < count_of(virtual_routers_); ++i) evaluate(now, i, effects);
}

void Node::stop(Instant now, Effects& effects) {
  if (!started_) return;
  started_ = false;
  // Adverts and addresses first: the peers' takeover waits for them.
  for (std::uint16_t i = 0; i < count_of(virtual_routers_); ++i) {
    virtual_routers_[i].handle(now, Shutdown{}, effects);
    update_router_deadline(i);
  }
  for (std::uint16_t i = 0; i < count_of(scripts_); ++i) {
    scripts_[i].stop(effects);
    update_script_deadline(i);
  }
}

void Node::reach_deadlines(Instant now, Effects& effects) {
  const auto routers = virtual_routers_.size();
  for (auto next = deadlines_.earliest(); next && next->deadline <= now;
       next = deadlines_.earliest()) {
    if (next->key < routers) {
      virtual_routers_[next->key].handle(now, DeadlineReached{}, effects);
      update_router_deadline(static_cast<std::uint16_t>(next->key));
    } else {
      const auto script = static_cast<std::uint16_t>(next->key - routers);
      scripts_[script].reach_deadline(now, effects);
      update_script_deadline(script);
    }
  }
}

void Node::change_link(Instant now, const LinkChanged& input, Effects& effects) {
  if (input.interface >= interfaces_.size() || interfaces_[input.interface].up == input.up) return;
  interfaces_[input.interface].up = input.up;
  if (!started_) return;
  effects.report(InterfaceChanged{input.interface, input.up});
  for (const auto& router : config_->virtual_routers)
    if (router.interface == input.interface) evaluate(now, router.index, effects);
}

void Node::change_address(Instant now, const AddressesChanged& input, Effects& effects) {
  if (input.interface >= interfaces_.size() ||
      interfaces_[input.interface].primary == input.primary)
    return;
  interfaces_[input.interface].primary = input.primary;
  for (const auto& router : config_->virtual_routers) {
    if (router.interface != input.interface) continue;
    // A last word still goes out from the address that is being lost.
    if (!input.primary.is_unspecified())
      virtual_routers_[router.index].handle(now, SourceAddressChanged{input.primary}, effects);
    if (started_) evaluate(now, router.index, effects);
  }
}

void Node::end_script(Instant now, const ScriptExited& input, Effects& effects) {
  if (!started_ || input.script >= scripts_.size()) return;
  const bool changed = scripts_[input.script].exited(input.run, input.exit_status, effects);
  update_script_deadline(input.script);
  if (!changed) return;
  for (std::uint16_t i = 0; i < count_of(virtual_routers_); ++i) {
    const auto& tracked = config_->tracked[i];
    if (std::any_of(tracked.begin(), tracked.end(), [&](const auto& item) {
          return item.kind == TrackedConfig::Kind::script && item.object == input.script;
        }))
      evaluate(now, i, effects);
  }
}

// Adds up what stands against a virtual router and for its priority, and tells it what changed.
void Node::evaluate(Instant now, std::uint16_t index, Effects& effects) {
  auto& router = virtual_routers_[index];
  const auto& interface = interfaces_[router.config().interface];
  bool faulty = !interface.up || interface.primary.is_unspecified();
  bool waiting = false;
  int priority = router.config().priority;
  for (const auto& tracked : config_->tracked[index]) {
    const auto status = scripts_[tracked.object].status();
    if (tracked.weight == 0) {
      waiting = waiting || status == ScriptStatus::unknown;
      faulty = faulty || status == (tracked.reverse ? ScriptStatus::up : ScriptStatus::down);
      continue;
    }
    // W > 0: + W while up; W < 0: - |W| while down; reverse negates. An unknown status adds
    // nothing.
    const bool counts = status == (tracked.weight > 0 ? ScriptStatus::up : ScriptStatus::down);
    if (counts) priority += tracked.reverse ? -tracked.weight : tracked.weight;
  }
  if (!router.config().owner()) {
    router.handle(now,
                  EffectivePriorityChanged{static_cast<std::uint8_t>(std::clamp(priority, 1, 254))},
                  effects);
  }
  if (faulty != router.faulty()) {
    if (faulty)
      router.handle(now, FaultRaised{}, effects);
    else
      router.handle(now, FaultCleared{}, effects);
  }
  // Until every decisive script has spoken once, the virtual router stays in INIT.
  if (router.state() == State::init && !waiting) router.handle(now, Startup{}, effects);
  update_router_deadline(index);
}

void Node::update_router_deadline(std::uint16_t index) {
  deadlines_.set(index, virtual_routers_[index].deadline_or_never());
}

void Node::update_script_deadline(std::uint16_t script) {
  deadlines_.set(static_cast<std::uint32_t>(virtual_routers_.size() + script),
                 scripts_[script].next_deadline());
}

std::optional<Instant> Node::next_deadline() const {
  const auto deadline = deadlines_.earliest_deadline();
  if (deadline == DeadlineHeap::kNever) return std::nullopt;
  return deadline;
}

bool operator==(const Node& left, const Node& right) {
  return *left.config_ == *right.config_ && left.interfaces_ == right.interfaces_ &&
         left.virtual_routers_ == right.virtual_routers_ && left.scripts_ == right.scripts_ &&
         left.refused_elsewhere_ == right.refused_elsewhere_ && left.started_ == right.started_;
}

std::uint64_t Node::digest() const {
  Digest digest;
  digest.add(static_cast<std::uint64_t>(started_));
  for (const auto& interface : interfaces_) {
    digest.add(static_cast<std::uint64_t>(interface.up));
    digest.add(interface.primary.bytes());
  }
  for (const auto& router : virtual_routers_) digest.add(router.digest());
  for (const auto& script : scripts_) digest.add(script.digest());
  return digest.value();
}

}  // namespace understudy
