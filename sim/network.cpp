#include "sim/network.h"

#include <algorithm>

#include "core/net/ethernet.h"
#include "core/net/ipv4_header.h"
#include "core/net/ipv6_header.h"

namespace understudy::sim {
namespace {

// An authentication header begins with the protocol of what it protects.
FrameKind kind_of(std::uint8_t protocol, std::span<const std::uint8_t> payload) {
  const bool advert = protocol == kProtocolVrrp ||
                      (protocol == kProtocolAh && !payload.empty() && payload[0] == kProtocolVrrp);
  return advert ? FrameKind::advert : FrameKind::ip;
}

FrameKind kind_of(const Frame& frame) {
  if (frame.size < kEthernetHeaderSize) return FrameKind::other;
  const auto type = load_be16(frame.bytes.data() + 12);
  if (type == kEtherTypeArp) return FrameKind::arp;
  // Kernels send sound headers; whether one still is when it arrives, its reader finds out.
  if (type == kEtherTypeIpv4) {
    const auto packet = frame.payload();
    const std::size_t header = packet.size() < kIpv4HeaderSize ? 0 : (packet[0] & 15U) * 4;
    return header < kIpv4HeaderSize || header > packet.size()
               ? FrameKind::other
               : kind_of(packet[9], packet.subspan(header));
  }
  if (type == kEtherTypeIpv6) {
    const auto header = decode_ipv6(frame.payload());
    return header ? kind_of(header->next_header, frame.payload().subspan(kIpv6HeaderSize))
                  : FrameKind::other;
  }
  return FrameKind::other;
}

MacAddress mac_at(const std::uint8_t* at) {
  MacAddress mac;
  std::memcpy(mac.bytes.data(), at, mac.bytes.size());
  return mac;
}

std::string cable_name(const Stage& stage, const NicPlace& place, bool to_switch) {
  const auto& host = stage.host(place.host);
  const auto nic = host.name + "." + host.nics[place.nic].name;
  const auto& segment = stage.scenario.segments[place.segment].name;
  return "link/" + (to_switch ? nic + " -> " + segment : segment + " -> " + nic);
}

}  // namespace

Network::Network(Stage& stage, NetworkListener& listener) : stage_(stage), listener_(listener) {
  for (const auto& segment : stage.scenario.segments)
    switches_.push_back(
        {MacTable(segment.mac_aging), {}, segment.link.delay, segment.link.jitter == Duration{}});
  for (std::uint32_t nic = 0; nic < stage.nics.size(); ++nic) {
    const auto& place = stage.nics[nic];
    const auto& link = stage.scenario.segments[place.segment].link;
    const auto seed = stage.scenario.seed;
    ports_.push_back(
        {place.segment,
         true,
         {link.delay, link.jitter, RandomStream(seed, cable_name(stage, place, true)), {}},
         {link.delay, link.jitter, RandomStream(seed, cable_name(stage, place, false)), {}}});
    switches_[place.segment].nics.push_back(nic);
  }
}

Instant Network::Cable::next_arrival(Instant now) {
  // A frame never overtakes the one before it.
  last_arrival = std::max(last_arrival, now + delay + draws.uniform(Duration{}, jitter));
  return last_arrival;
}

void Network::send(std::uint32_t nic, std::uint32_t index) {
  Frame& frame = stage_.frames[index];
  frame.digest = digest_of(frame.view());
  frame.source_nic = nic;
  frame.references = 1;
  frame.kind = kind_of(frame);
  ++stage_.counts.sent;
  listener_.frame_sent(nic, frame);
  stage_.queue.push(ports_[nic].to_switch.next_arrival(stage_.now), EventKind::switch_arrival, nic,
                    index);
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
    default:
      arrive_everywhere(event.target, event.data);
  }
}

void Network::arrive_at_switch(std::uint32_t nic, std::uint32_t index) {
  const Frame& frame = stage_.frames[index];
  const auto segment_index = ports_[nic].segment;
  Switch& segment = switches_[segment_index];
  const auto destination = mac_at(frame.bytes.data());
  const auto source = mac_at(frame.bytes.data() + 6);
  // A frame that was on the cable when its port went dark still gets through, but teaches nothing.
  if (ports_[nic].up && segment.table.learn(source, nic, stage_.now))
    listener_.switch_changed(segment_index);
  if (!destination.is_group()) {
    if (const auto place = segment.table.find(destination, stage_.now)) {
      if (*place == nic) return stage_.frames.release(index);
      const auto at = ports_[*place].to_nic.next_arrival(stage_.now);
      return stage_.queue.push(at, EventKind::nic_arrival, *place, index);
    }
  }
  flood(segment, segment_index, nic, index);
}

void Network::flood(Switch& segment, std::uint32_t segment_index, std::uint32_t source,
                    std::uint32_t index) {
  if (segment.lock_step)
    return stage_.queue.push(stage_.now + segment.delay, EventKind::flood_arrival, segment_index,
                             index);
  Frame& frame = stage_.frames[index];
  for (const auto nic : segment.nics) {
    if (nic == source) continue;
    if (!ports_[nic].up) {
      ++stage_.counts.lost;
      continue;
    }
    ++frame.references;
    stage_.queue.push(ports_[nic].to_nic.next_arrival(stage_.now), EventKind::nic_arrival, nic,
                      index);
  }
  stage_.frames.release(index);
}

void Network::arrive_everywhere(std::uint32_t segment, std::uint32_t index) {
  const Frame& frame = stage_.frames[index];
  for (const auto nic : switches_[segment].nics)
    if (nic != frame.source_nic) arrive(nic, frame);
  stage_.frames.release(index);
}

void Network::arrive(std::uint32_t nic, const Frame& frame) {
  if (ports_[nic].up && listener_.frame_arrived(nic, frame)) {
    stage_.digest.add(frame.digest + nic);
    ++stage_.counts.delivered;
  } else {
    ++stage_.counts.lost;
  }
}

void Network::set_carrier(std::uint32_t nic, bool up) {
  if (ports_[nic].up == up) return;
  ports_[nic].up = up;
  if (up) return;
  switches_[ports_[nic].segment].table.forget_port(nic);
  listener_.switch_changed(ports_[nic].segment);
}

std::optional<std::uint32_t> Network::place_of(std::uint32_t segment, const MacAddress& mac) const {
  return switches_[segment].table.find(mac, stage_.now);
}

}  // namespace understudy::sim
