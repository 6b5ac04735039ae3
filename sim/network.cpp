#include "sim/network.h"

#include <algorithm>
#include <cstring>

#include "core/net/ethernet.h"
#include "sim/traffic.h"

namespace understudy::sim {
namespace {

// So many do not stay in the cache from one flood to the next.
constexpr std::size_t kManyHosts = 8;

}  // namespace

Network::Network(Stage& stage, NetworkListener& listener)
    : stage_(stage),
      listener_(listener),
      carriers_(stage.nics.size(), 1),
      impairments_(stage.nics.size() * 2),
      forwards_at_(stage.nics.size()) {
  for (std::uint32_t number = 0; number < stage.scenario.segments.size(); ++number)
    add_switch(number);
  for (std::uint32_t nic = 0; nic < stage.nics.size(); ++nic) {
    ports_.push_back({stage.nics[nic].segment, make_cable(link_number(nic, true)),
                      make_cable(link_number(nic, false))});
    switches_[stage.nics[nic].segment].nics.push_back(nic);
  }
  for (std::size_t link = 0; link < impairments_.size(); ++link) configure(link);
  for (std::uint32_t number = 0; number < switches_.size(); ++number) review(number);
}

Instant Network::Cable::next_arrival(Instant now) {
  // A frame never overtakes the one before it.
  last_arrival = std::max(last_arrival, now + delay + draws.uniform(Duration{}, jitter));
  return last_arrival;
}

void Network::send(std::uint32_t nic, std::uint32_t index) {
  Frame& frame = stage_.frames[index];
  frame.kind = kind_of(frame);
  frame.sound = true;
  frame.group_advert = is_group_advert(frame);
  frame.heard_by_many =
      frame.group_advert && switches_[ports_[nic].segment].nics.size() >= kManyHosts;
  launch(nic, index);
}

void Network::send_crafted(std::uint32_t nic, std::span<const std::uint8_t> bytes) {
  const auto index = stage_.frames.take();
  Frame& frame = stage_.frames[index];
  std::memcpy(frame.bytes.data(), bytes.data(), bytes.size());
  frame.size = static_cast<std::uint16_t>(bytes.size());
  frame.kind = unsound_kind_of(frame);
  launch(nic, index);
}

void Network::launch(std::uint32_t nic, std::uint32_t index) {
  Frame& frame = stage_.frames[index];
  frame.digest = digest_of(frame.view());
  frame.source_nic = nic;
  frame.references = 1;
  frame.number = ++stage_.counts.sent;
  listener_.frame_sent(nic, frame);
  Cable& cable = ports_[nic].to_switch;
  if (cable.impaired != nullptr) [[unlikely]]
    return enter_impaired(cable, EventKind::switch_arrival, nic, index);
  stage_.queue.push(cable.next_arrival(stage_.now), EventKind::switch_arrival, nic, index);
}

void Network::handle(const Event& event) {
  switch (event.kind()) {
    case EventKind::switch_arrival:
      arrive_at_switch(event.target, event.data);
      break;
    case EventKind::nic_arrival:
      arrive(event.target, stage_.frames[event.data]);
      stage_.frames.release(event.data);
      break;
    case EventKind::querier_due:
      reach_query_time(event.target);
      break;
    default:
      arrive_everywhere(event.target, event.data);
  }
}

void Network::arrive_at_switch(std::uint32_t nic, std::uint32_t index) {
  const auto segment_index = ports_[nic].segment;
  Switch& segment = switches_[segment_index];
  if (!segment.plain) [[unlikely]]
    return switch_carefully(nic, index);
  const Frame& frame = stage_.frames[index];
  const auto destination = destination_of(frame);
  // A frame that was on the cable when its port went dark still gets through, but teaches nothing.
  if (carrier(nic) && segment.table.learn(source_of(frame), nic, stage_.now))
    listener_.switch_changed(segment_index);
  if (!destination.is_group()) {
    if (const auto place = segment.table.find(destination, stage_.now)) {
      if (*place == nic) return stage_.frames.release(index);
      return enter_cable_to(*place, index);
    }
  }
  flood(segment, segment_index, nic, index);
}

void Network::flood(Switch& segment, std::uint32_t segment_index, std::uint32_t source,
                    std::uint32_t index) {
  if (stage_.now >= segment.lock_step_from) [[likely]] {
    segment.last_flood = stage_.now + segment.delay;
    return stage_.queue.push(segment.last_flood, EventKind::flood_arrival, segment_index, index);
  }
  Frame& frame = stage_.frames[index];
  for (const auto nic : segment.nics) {
    if (nic == source) continue;
    if (!carrier(nic)) {
      lose(nic, frame, LossCause::no_carrier);
      continue;
    }
    ++frame.references;
    enter_cable_to(nic, index);
  }
  stage_.frames.release(index);
}

void Network::enter_cable_to(std::uint32_t nic, std::uint32_t index) {
  Cable& cable = ports_[nic].to_nic;
  if (cable.impaired != nullptr) [[unlikely]]
    return enter_impaired(cable, EventKind::nic_arrival, nic, index);
  stage_.queue.push(cable.next_arrival(stage_.now), EventKind::nic_arrival, nic, index);
}

void Network::arrive_everywhere(std::uint32_t segment, std::uint32_t index) {
  const Frame& frame = stage_.frames[index];
  const auto& nics = switches_[segment].nics;
  for (std::size_t i = 0; i < nics.size(); ++i) {
    if (frame.heard_by_many && i + 1 < nics.size()) listener_.frame_nears(nics[i + 1], frame);
    if (nics[i] != frame.source_nic) arrive(nics[i], frame);
  }
  stage_.frames.release(index);
}

inline void Network::arrive(std::uint32_t nic, const Frame& frame) {
  if (!carrier(nic)) [[unlikely]]
    return lose(nic, frame, LossCause::no_carrier);
  if (listener_.frame_arrived(nic, frame)) {
    stage_.digest.add(frame.digest + nic);
    ++stage_.counts.delivered;
  } else {
    lose(nic, frame, LossCause::not_taken);
  }
}

void Network::lose(std::uint32_t nic, const Frame& frame, LossCause cause) {
  ++stage_.counts.lost;
  listener_.frame_lost(nic, frame, cause);
}

std::optional<std::uint32_t> Network::place_of(std::uint32_t segment, const MacAddress& mac) const {
  return switches_[segment].table.find(mac, stage_.now);
}

}  // namespace understudy::sim
