// How the network is set up, and how faults change it.
#include <algorithm>

#include "sim/network.h"
#include "sim/nic_identity.h"
#include "sim/scenario/link_patch.h"

namespace understudy::sim {
void Network::add_switch(std::uint32_t number) {
  const auto& segment = stage_.scenario.segments[number];
  Switch added(segment.mac_aging);
  added.hub = segment.kind == SegmentKind::hub;
  added.stp_delay = segment.stp_delay;
  if (!added.hub && segment.igmp_snooping != IgmpSnooping::off) added.snooper.emplace();
  added.has_querier = added.snooper && segment.igmp_snooping == IgmpSnooping::on;
  if (added.has_querier) stage_.queue.push(stage_.now, EventKind::querier_due, number);
  switches_.push_back(std::move(added));
}

std::string Network::name_of(std::size_t link) const {
  const auto& place = stage_.nics[link / 2];
  const auto nic = nic_name(stage_.scenario, place.host, place.nic);
  const auto& segment = stage_.scenario.segments[place.segment].name;
  return "link/" + (link % 2 == 0 ? nic + " -> " + segment : segment + " -> " + nic);
}

Network::Cable Network::make_cable(std::size_t link) const {
  return {{}, {}, RandomStream(stage_.scenario.seed, name_of(link)), {}, nullptr};
}

// ---- links

LinkSettings Network::settings_of(std::size_t link, std::uint64_t& mask_start) const {
  const auto& place = stage_.nics[link / 2];
  const auto& nic = stage_.host(place.host).nics[place.nic];
  const auto& own = link % 2 == 0 ? nic.to_segment : nic.from_segment;
  auto settings = own ? *own : stage_.scenario.segments[place.segment].link;
  mask_start = 0;
  for (const auto& active : patches_) {
    if (active.link != link) continue;
    apply(*active.patch, settings);
    if (active.patch->loss_mask) mask_start = active.mask_start;
  }
  return settings;
}

void Network::configure(std::size_t link) {
  std::uint64_t mask_start = 0;
  const auto settings = settings_of(link, mask_start);
  const auto nic = static_cast<std::uint32_t>(link / 2);
  auto& cable = link % 2 == 0 ? ports_[nic].to_switch : ports_[nic].to_nic;
  auto& impairment = impairments_[link];
  cable.delay = settings.delay;
  cable.jitter = settings.jitter;
  const bool impaired = is_impaired(settings);
  if (impaired && !impairment)
    impairment = std::make_unique<ImpairedLink>(stage_.scenario.seed, name_of(link));
  if (impairment) impairment->configure(settings, mask_start);
  cable.impaired = impaired ? impairment.get() : nullptr;
}

void Network::patch_link(FaultKey key, std::uint32_t nic, bool to_segment, const LinkPatch& patch) {
  const auto link = link_number(nic, to_segment);
  const auto& impairment = impairments_[link];
  // Without an end it may begin again.
  patches_.erase(std::remove_if(patches_.begin(), patches_.end(),
                                [&](const ActivePatch& active) {
                                  return active.key == key && active.link == link;
                                }),
                 patches_.end());
  patches_.push_back({key, link, &patch, impairment ? impairment->matching() : 0});
  configure(link);
  review(ports_[nic].segment);
}

void Network::unpatch_link(FaultKey key) {
  std::vector<std::size_t> changed;
  for (const auto& active : patches_)
    if (active.key == key) changed.push_back(active.link);
  patches_.erase(std::remove_if(patches_.begin(), patches_.end(),
                                [&](const ActivePatch& active) { return active.key == key; }),
                 patches_.end());
  for (const auto link : changed) {
    configure(link);
    review(ports_[link / 2].segment);
  }
}

// ---- segments

void Network::review(std::uint32_t number) {
  Switch& segment = switches_[number];
  segment.each_port_differs = segment.snooper || segment.reboots > 0 || !partitions_.empty() ||
                              stage_.now < segment.listening_until;
  segment.plain = !segment.hub && !segment.each_port_differs;
  const bool was_in_step = segment.lock_step_from != Instant::max();
  bool in_step = !segment.each_port_differs && !segment.nics.empty();
  Instant last_arrival{};
  for (const auto nic : segment.nics) {
    auto& cable = ports_[nic].to_nic;
    // What was flooded is not overtaken by what goes to one NIC alone.
    if (was_in_step) cable.last_arrival = std::max(cable.last_arrival, segment.last_flood);
    last_arrival = std::max(last_arrival, cable.last_arrival);
    in_step = in_step && cable.impaired == nullptr && cable.jitter == Duration{} &&
              cable.delay == ports_[segment.nics.front()].to_nic.delay;
  }
  if (!in_step) {
    segment.lock_step_from = Instant::max();
    return;
  }
  segment.delay = ports_[segment.nics.front()].to_nic.delay;
  segment.lock_step_from = last_arrival - segment.delay;
}

void Network::add_partition(FaultKey key, const PartitionFault& fault) {
  remove_partition(key);
  const auto hosts = stage_.scenario.hosts.size();
  Partition partition{key, std::vector<bool>(hosts), std::vector<bool>(hosts), fault.both_ways,
                      fault.match};
  for (const auto host : fault.from) partition.from[host] = true;
  for (const auto host : fault.to) partition.to[host] = true;
  partitions_.push_back(std::move(partition));
  for (std::uint32_t segment = 0; segment < switches_.size(); ++segment) review(segment);
}

void Network::remove_partition(FaultKey key) {
  partitions_.erase(std::remove_if(partitions_.begin(), partitions_.end(),
                                   [&](const Partition& one) { return one.key == key; }),
                    partitions_.end());
  for (std::uint32_t segment = 0; segment < switches_.size(); ++segment) review(segment);
}

void Network::begin_reboot(std::uint32_t segment) {
  ++switches_[segment].reboots;
  if (switches_[segment].snooper) switches_[segment].snooper->clear();
  review(segment);
  flush(segment);
}

void Network::end_reboot(std::uint32_t segment) {
  if (--switches_[segment].reboots > 0) return;
  review(segment);
  for (const auto nic : switches_[segment].nics)
    if (carrier(nic)) start_listening(nic);
  ask_for_memberships(segment);
}

void Network::flush(std::uint32_t segment) {
  switches_[segment].table.clear();
  listener_.switch_changed(segment);
}

void Network::begin_querier_outage(std::uint32_t segment) { ++switches_[segment].querier_outages; }

void Network::end_querier_outage(std::uint32_t segment) {
  if (--switches_[segment].querier_outages == 0) ask_for_memberships(segment);
}

}  // namespace understudy::sim
