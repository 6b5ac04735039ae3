#include "pcap/router_replay.h"

#include <algorithm>
#include <variant>

namespace understudy::capture {

std::vector<std::shared_ptr<const NodeConfig>> take_apart(const NodeConfig& node) {
  std::vector<std::shared_ptr<const NodeConfig>> parts;
  for (const VirtualRouterConfig& router : node.virtual_routers) {
    auto part = std::make_shared<NodeConfig>();
    part->interfaces = {node.interfaces[router.interface]};
    part->virtual_routers = {router};
    part->virtual_routers[0].index = 0;
    part->virtual_routers[0].interface = 0;
    part->virtual_routers[0].group = kNoGroup;
    part->tracked = {{}};
    part->notify = {{}};
    parts.push_back(std::move(part));
  }
  return parts;
}

RouterEngine::RouterEngine(std::shared_ptr<const NodeConfig> node, std::vector<IpAddress> addresses,
                           HostReplay& result)
    : config_(std::move(node)), addresses_(std::move(addresses)), result_(result) {}

State RouterEngine::state() const {
  return node_ ? node_->virtual_routers()[0].state() : State::init;
}

Instant RouterEngine::clamp(Instant at) { return now_ = std::max(now_, at); }

void RouterEngine::start(Instant at) {
  now_ = at;
  node_.emplace(config_);
  AddressesChanged addresses{0, {}, {}, {}};
  for (const IpAddress& address : addresses_)
    (address.is_ipv4() ? addresses.primary : addresses.link_local) = address;
  const IpAddress& source = router().source;
  if (!source.is_unspecified()) addresses.others.push_back(source);
  node_->handle(at, Input{LinkChanged{0, true}}, effects_);
  node_->handle(at, Input{addresses}, effects_);
  node_->handle(at, Input{WallClockChanged{Duration{}}}, effects_);
  node_->handle(at, Input{Startup{}}, effects_);
  take_effects(at);
}

void RouterEngine::stop(Instant at) {
  const Instant now = clamp(at);
  node_->handle(now, Input{Shutdown{}}, effects_);
  take_effects(now);
  node_.reset();
}

void RouterEngine::vanish() {
  node_.reset();
  effects_.clear();
}

void RouterEngine::receive(Instant at, std::span<const std::uint8_t> packet) {
  advance(at - Duration{1});
  const Instant now = clamp(at);
  node_->handle(now, PacketReceived{0, now, packet}, effects_);
  take_effects(now);
}

void RouterEngine::advance(Instant to) {
  while (node_->deadline_or_never() <= to) {
    const Instant now = clamp(node_->deadline_or_never());
    node_->handle(now, Input{DeadlineReached{}}, effects_);
    take_effects(now);
  }
}

void RouterEngine::set_priority(Instant at, std::uint8_t priority) {
  const Instant now = clamp(at);
  auto changed = std::make_shared<NodeConfig>(*config_);
  changed->virtual_routers[0].priority = priority;
  config_ = std::move(changed);
  if (!node_) return;
  node_->retire(now, *config_, effects_);
  Node next(config_);
  next.adopt(now, *node_, effects_);
  *node_ = std::move(next);
  take_effects(now);
}

void RouterEngine::take_effects(Instant at) {
  for (const Effect& effect : effects_.list()) {
    const auto* report = std::get_if<Report>(&effect);
    if (report == nullptr) continue;
    if (const auto* change = std::get_if<StateChanged>(report)) {
      if (change->from == State::master) yielded_ = at;
      since_ = at;
      result_.changes.push_back({at, router().name, change->from, change->to, change->reason});
    } else if (const auto* refused = std::get_if<AdvertRefused>(report)) {
      const std::string error(to_string(refused->error));
      const auto known = std::find_if(result_.refusals.begin(), result_.refusals.end(),
                                      [&](const ReplayedRefusal& one) {
                                        return one.instance == router().name &&
                                               one.source == refused->source && one.error == error;
                                      });
      if (known != result_.refusals.end()) {
        ++known->count;
      } else if (result_.refusals.size() < 1000) {
        result_.refusals.push_back({at, router().name, refused->source, error, 1});
      }
    }
  }
  effects_.clear();
}

}  // namespace understudy::capture
