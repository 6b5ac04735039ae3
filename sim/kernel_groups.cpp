// How a simulated kernel joins multicast groups.
#include "sim/kernel.h"

namespace understudy::sim {

/// Only where somebody listens, so that other networks carry no membership reports.
void HostKernel::listen_to_queries() {
  const auto& nics = stage_.host(host_).nics;
  std::vector<bool> snooped;
  bool any = false;
  for (const auto& nic : nics) {
    const auto& segment = stage_.scenario.segments[nic.segment];
    snooped.push_back(segment.kind == SegmentKind::switched &&
                      segment.igmp_snooping != IgmpSnooping::off);
    any = any || snooped.back();
  }
  if (any)
    reporter_ = std::make_unique<GroupReporter>(static_cast<GroupLink&>(*this), std::move(snooped),
                                                stage_.scenario.seed, stage_.host(host_).name);
}

void HostKernel::leave_groups() {
  groups_.clear();
  if (reporter_) reporter_->leave_all(stage_.now);
}

void HostKernel::reach_report_deadline() {
  if (powered_ && reporter_) reporter_->reach_deadline(stage_.now);
}

IpAddress HostKernel::report_source(std::uint32_t nic, Family family) const {
  return family == Family::ipv4 ? primary_address(nic) : link_local_address(nic);
}

void HostKernel::send_report(std::uint32_t nic, std::span<const std::uint8_t> packet) {
  send_packet(nic, packet);
}

void HostKernel::wake_reports_at(Instant at) {
  stage_.queue.push(at, EventKind::report_due, static_cast<std::uint32_t>(host_));
}

}  // namespace understudy::sim
