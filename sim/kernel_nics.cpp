// NICs of a simulated host that stand still: frames wait on both sides.
#include "sim/kernel.h"

namespace understudy::sim {

void HostKernel::hold_nic(std::uint32_t nic) {
  if (!powered_) return;
  if (!holds_) holds_ = std::make_unique<NicHolds>(nic_count_);
  const auto& config = stage_.host(host_).nics[nic];
  const auto& segment = stage_.scenario.segments[config.segment].link;
  auto& hold = (*holds_)[nic];
  hold.active = true;
  hold.incoming_max = config.from_segment.value_or(segment).queue;
  hold.outgoing_max = config.to_segment.value_or(segment).queue;
}

void HostKernel::release_nic(std::uint32_t nic, bool deliver) {
  if (!holds_ || !(*holds_)[nic].active) return;
  auto hold = std::exchange((*holds_)[nic], {});
  if (!holds_->any()) holds_.reset();
  for (const auto frame : hold.outgoing) network_.send(number(nic), frame);
  for (const auto& frame : hold.incoming)
    if (deliver && powered_) listener_.frame_freed(host_, nic, frame);
}

bool HostKernel::keep_outgoing(std::uint32_t nic, std::uint32_t frame) {
  auto& hold = (*holds_)[nic];
  if (!hold.active) return false;
  if (hold.outgoing.size() < hold.outgoing_max) {
    hold.outgoing.push_back(frame);
  } else {
    stage_.frames[frame].references = 1;
    stage_.frames.release(frame);
  }
  return true;
}

bool HostKernel::keep_incoming(std::uint32_t nic, const Frame& frame) {
  auto& hold = (*holds_)[nic];
  if (!hold.active) return false;
  if (hold.incoming.size() < hold.incoming_max) hold.incoming.push_back(frame);
  return true;
}

void HostKernel::forget_held(std::uint32_t nic) {
  auto& hold = (*holds_)[nic];
  for (const auto frame : hold.outgoing) {
    stage_.frames[frame].references = 1;
    stage_.frames.release(frame);
  }
  hold.outgoing.clear();
  hold.incoming.clear();
}

}  // namespace understudy::sim
