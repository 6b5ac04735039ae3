// The long way through the network: impaired cables, and switches that look closer.
#include <algorithm>
#include <cstring>

#include "core/net/ethernet.h"
#include "sim/link_local.h"
#include "sim/network.h"
#include "sim/traffic.h"

namespace understudy::sim {

// ---- cables

void Network::enter_impaired(Cable& cable, EventKind arrival, std::uint32_t nic,
                             std::uint32_t index) {
  const auto towards = arrival == EventKind::nic_arrival ? nic : kNoNic;
  const auto jitter = cable.draws.uniform(Duration{}, cable.jitter);
  const auto fate =
      cable.impaired->take(stage_.now, stage_.frames[index], jitter, cable.last_arrival);
  if (fate.lost) {
    lose(towards, stage_.frames[index], *fate.lost);
    return stage_.frames.release(index);
  }
  if (fate.flipped_bit) {
    index = damaged_copy(index, *fate.flipped_bit);
    ++stage_.counts.corrupted;
    listener_.frame_changed(towards, stage_.frames[index], FrameChange::corrupted);
  }
  Frame& frame = stage_.frames[index];
  if (fate.held_back) {
    ++stage_.counts.reordered;
    listener_.frame_changed(towards, frame, FrameChange::held_back);
  }
  stage_.queue.push(fate.at, arrival, nic, index);
  if (!fate.duplicated) return;
  ++stage_.counts.duplicated;
  listener_.frame_changed(towards, frame, FrameChange::duplicated);
  ++frame.references;
  stage_.queue.push(fate.at, arrival, nic, index);
}

/// Takes one reference from the frame; others may still be on their way to other NICs.
std::uint32_t Network::damaged_copy(std::uint32_t index, std::uint32_t bit) {
  const auto copy = stage_.frames.take();
  Frame& damaged = stage_.frames[copy];
  const Frame& whole = stage_.frames[index];
  std::memcpy(damaged.bytes.data(), whole.bytes.data(), whole.size);
  damaged.size = whole.size;
  damaged.source_nic = whole.source_nic;
  damaged.number = whole.number;
  damaged.references = 1;
  damaged.bytes[bit / 8] ^= static_cast<std::uint8_t>(0x80U >> bit % 8);
  damaged.digest = digest_of(damaged.view());
  damaged.kind = unsound_kind_of(damaged);
  stage_.frames.release(index);
  return copy;
}

// ---- switches

void Network::set_carrier(std::uint32_t nic, bool up) {
  if (carrier(nic) == up) return;
  carriers_[nic] = up ? 1 : 0;
  if (up) return start_listening(nic);
  const auto number = ports_[nic].segment;
  Switch& segment = switches_[number];
  segment.table.forget_port(nic);
  if (segment.snooper) segment.snooper->forget_port(nic);
  listener_.switch_changed(number);
}

void Network::switch_carefully(std::uint32_t nic, std::uint32_t index) {
  const auto number = ports_[nic].segment;
  Switch& segment = switches_[number];
  if (segment.listening_until != Instant{} && stage_.now >= segment.listening_until) {
    segment.listening_until = {};
    review(number);
  }
  const Frame& frame = stage_.frames[index];
  if (segment.hub && !segment.each_port_differs) return flood(segment, number, nic, index);
  const bool ends_here = !lets_in(segment, nic, frame) || swallows(segment, nic, frame);
  if (!ends_here) {
    const auto destination = destination_of(frame);
    const auto place = segment.hub || destination.is_group()
                           ? std::nullopt
                           : segment.table.find(destination, stage_.now);
    if (!place)
      forward_to_all(segment, nic, index);
    else if (*place != nic)
      forward(*place, index);
  }
  stage_.frames.release(index);
}

/// Learns where the frame comes from, and says whether the switch takes it.
bool Network::lets_in(Switch& segment, std::uint32_t nic, const Frame& frame) {
  if (segment.reboots > 0) {
    lose(kNoNic, frame, LossCause::switch_down);
    return false;
  }
  if (segment.hub) return true;
  // The first half of its delay a port listens, the second half it learns (IEEE 802.1D, 17.5).
  const bool learns = stage_.now >= forwards_at_[nic] - segment.stp_delay / 2;
  if (learns && carrier(nic) && segment.table.learn(source_of(frame), nic, stage_.now))
    listener_.switch_changed(ports_[nic].segment);
  if (forwards(nic)) return true;
  lose(kNoNic, frame, LossCause::stp);
  return false;
}

/// Membership reports go to routers alone (RFC 4541, section 2.1.1), and there are none.
bool Network::swallows(Switch& segment, std::uint32_t nic, const Frame& frame) {
  if (!segment.snooper || traffic_of(frame) != TrafficMatch::kIgmp) return false;
  const auto message = read_group_message(frame.payload());
  if (!message || message->query) return false;
  segment.snooper->hear(*message, nic, stage_.now,
                        segment.has_querier && segment.querier_outages == 0);
  return true;
}

void Network::forward_to_all(Switch& segment, std::uint32_t source, std::uint32_t index) {
  using Standing = MulticastSnooper::Standing;
  const auto destination = destination_of(stage_.frames[index]);
  const bool snooped = segment.snooper && segment.snooper->knows(destination);
  for (const auto nic : segment.nics) {
    if (nic == source) continue;
    const auto standing =
        snooped ? segment.snooper->standing(destination, nic, stage_.now) : Standing::member;
    if (standing == Standing::member)
      forward(nic, index);
    else if (standing == Standing::lapsed)
      lose(nic, stage_.frames[index], LossCause::snooping);
  }
}

void Network::forward(std::uint32_t to, std::uint32_t index) {
  Frame& frame = stage_.frames[index];
  if (!carrier(to)) return lose(to, frame, LossCause::no_carrier);
  if (!forwards(to)) return lose(to, frame, LossCause::stp);
  if (separated(frame.source_nic, to, frame)) return lose(to, frame, LossCause::partition);
  ++frame.references;
  enter_cable_to(to, index);
}

bool Network::separated(std::uint32_t from, std::uint32_t to, const Frame& frame) const {
  if (from == kNoNic) return false;
  const auto source = stage_.nics[from].host, target = stage_.nics[to].host;
  return std::any_of(partitions_.begin(), partitions_.end(), [&](const Partition& partition) {
    const bool cut = (partition.from[source] && partition.to[target]) ||
                     (partition.both_ways && partition.to[source] && partition.from[target]);
    return cut && matches(partition.match, frame);
  });
}

void Network::start_listening(std::uint32_t nic) {
  const auto number = ports_[nic].segment;
  Switch& segment = switches_[number];
  if (segment.stp_delay == Duration{} || segment.hub) return;
  forwards_at_[nic] = stage_.now + segment.stp_delay;
  segment.listening_until = forwards_at_[nic];
  review(number);
}

// ---- the querier

void Network::reach_query_time(std::uint32_t segment) {
  ask_for_memberships(segment);
  stage_.queue.push(stage_.now + MulticastSnooper::kQueryInterval, EventKind::querier_due, segment);
}

void Network::ask_for_memberships(std::uint32_t segment) {
  const Switch& asking = switches_[segment];
  if (!asking.has_querier || asking.querier_outages > 0 || asking.reboots > 0) return;
  // The switch's own; no host's number goes so far.
  const MacAddress mac{{0x02, 0, 0xff, 0, static_cast<std::uint8_t>(segment >> 8),
                        static_cast<std::uint8_t>(segment)}};
  flood_query(segment, {}, mac);
  flood_query(segment, link_local_of(mac), mac);
}

void Network::flood_query(std::uint32_t segment, const IpAddress& source, const MacAddress& mac) {
  const auto query = make_group_query(source);
  IpAddress destination;
  destination.assign(query.data() + (source.is_ipv4() ? 16 : 24), source.family());
  const auto index = stage_.frames.take();
  Frame& frame = stage_.frames[index];
  encode_ethernet(
      {multicast_mac(destination), mac, source.is_ipv4() ? kEtherTypeIpv4 : kEtherTypeIpv6},
      frame.bytes);
  std::memcpy(frame.bytes.data() + kEthernetHeaderSize, query.data(), query.size());
  frame.size = static_cast<std::uint16_t>(kEthernetHeaderSize + query.size());
  frame.digest = digest_of(frame.view());
  frame.source_nic = kNoNic;
  frame.number = 0;
  frame.references = 1;
  frame.kind = FrameKind::ip;
  forward_to_all(switches_[segment], kNoNic, index);
  stage_.frames.release(index);
}

}  // namespace understudy::sim
