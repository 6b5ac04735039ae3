// The timeline's faults of links, segments and caches.
#include <algorithm>

#include "core/net/ethernet.h"
#include "sim/fault_injector.h"

namespace understudy::sim {

// ---- links

FaultInjector::Before FaultInjector::apply(const LinkFault& fault) {
  const auto nic = stage_.nic_number(fault.host, fault.nic);
  if (fault.to_segment) network_.patch_link(&fault, nic, true, fault.set);
  if (fault.from_segment) network_.patch_link(&fault, nic, false, fault.set);
  return {};
}

void FaultInjector::undo(const LinkFault& fault, const Before&) { network_.unpatch_link(&fault); }

// ---- segments

FaultInjector::Before FaultInjector::apply(const PartitionFault& fault) {
  network_.add_partition(&fault, fault);
  return {};
}

void FaultInjector::undo(const PartitionFault& fault, const Before&) {
  network_.remove_partition(&fault);
}

FaultInjector::Before FaultInjector::apply(const SwitchFault& fault) {
  const auto segment = static_cast<std::uint32_t>(fault.segment);
  switch (fault.verb) {
    case SwitchVerb::reboot:
      network_.begin_reboot(segment);
      if (!lasts(fault)) network_.end_reboot(segment);
      break;
    case SwitchVerb::flush:
      network_.flush(segment);
      break;
    case SwitchVerb::querier_lost:
      network_.begin_querier_outage(segment);
      break;
  }
  return {};
}

void FaultInjector::undo(const SwitchFault& fault, const Before&) {
  const auto segment = static_cast<std::uint32_t>(fault.segment);
  if (fault.verb == SwitchVerb::reboot) network_.end_reboot(segment);
  if (fault.verb == SwitchVerb::querier_lost) network_.end_querier_outage(segment);
}

bool FaultInjector::lasts(const SwitchFault& verb) const {
  for (const auto& fault : stage_.scenario.timeline)
    if (std::get_if<SwitchFault>(&fault.verb) == &verb) return fault.lasts.has_value();
  return false;
}

// ---- caches

FaultInjector::Before FaultInjector::apply(const ArpFault& fault) {
  auto& kernel = hosts_[fault.host].kernel;
  if (fault.verb == ArpVerb::flush)
    kernel.flush_neighbours();
  else
    kernel.pin_neighbours();
  return {};
}

void FaultInjector::undo(const ArpFault& fault, const Before&) {
  if (fault.verb == ArpVerb::pin) hosts_[fault.host].kernel.unpin_neighbours();
}

// ---- frames of nobody

FaultInjector::Before FaultInjector::apply(const InjectFault& fault) {
  auto place = std::find_if(injections_.begin(), injections_.end(),
                            [](const Injection& one) { return one.fault == nullptr; });
  if (place == injections_.end()) place = injections_.insert(place, Injection{});
  *place = {&fault, 0, stage_.now};
  plan_injection(static_cast<std::uint32_t>(place - injections_.begin()));
  return {};
}

void FaultInjector::undo(const InjectFault& fault, const Before&) {
  for (auto& injection : injections_)
    if (injection.fault == &fault) injection.fault = nullptr;
}

/// One frame at a time, so that a long capture does not fill the queue.
void FaultInjector::plan_injection(std::uint32_t number) {
  Injection& injection = injections_[number];
  if (injection.next == injection.fault->frames.size()) {
    injection.fault = nullptr;
    return;
  }
  injection.due = stage_.queue.take_order(EventKind::injection);
  const auto at = injection.started_at + injection.fault->frames[injection.next].after;
  stage_.queue.push(Event{std::max(at, stage_.now), injection.due, number, 0});
}

void FaultInjector::inject(const Event& event) {
  Injection& injection = injections_[event.target];
  if (injection.fault == nullptr || injection.due != event.order) return;  // it ended before
  const auto& [host, nic, frames] = *injection.fault;
  const auto& bytes = frames[injection.next++].frame;
  const bool sends =
      hosts_[host].alive() && hosts_[host].kernel.nic_up(static_cast<std::uint32_t>(nic));
  if (sends && bytes.size() >= kEthernetHeaderSize && bytes.size() <= kFrameSizeMax)
    network_.send_crafted(stage_.nic_number(host, nic), bytes);
  else
    stage_.tell(TimelineEntry::Kind::note, host,
                sends ? "no Ethernet frame has " + std::to_string(bytes.size()) + " bytes"
                      : "a frame is not injected: its NIC does not send");
  plan_injection(event.target);
}

}  // namespace understudy::sim
