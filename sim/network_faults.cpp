// The timeline's faults of links, segments and caches.
#include "sim/fault_injector.h"

namespace understudy::sim {

FaultInjector::Before FaultInjector::apply(const LinkFault&) { return {}; }

void FaultInjector::undo(const LinkFault&, const Before&) {}

FaultInjector::Before FaultInjector::apply(const PartitionFault&) { return {}; }

void FaultInjector::undo(const PartitionFault&, const Before&) {}

FaultInjector::Before FaultInjector::apply(const ArpFault&) { return {}; }

void FaultInjector::undo(const ArpFault&, const Before&) {}

FaultInjector::Before FaultInjector::apply(const SwitchFault&) { return {}; }

void FaultInjector::undo(const SwitchFault&, const Before&) {}

FaultInjector::Before FaultInjector::apply(const InjectFault&) { return {}; }

void FaultInjector::undo(const InjectFault&, const Before&) {}

void FaultInjector::inject(const Event&) {}

}  // namespace understudy::sim
