// Makes the timeline's faults happen, and undoes them when their time is over.
#pragma once

#include <cstdint>
#include <variant>
#include <vector>

#include "sim/host_control.h"

namespace understudy::sim {

class FaultListener {
 public:
  virtual ~FaultListener() = default;
  virtual void fault_happened(std::size_t fault, bool end) = 0;
};

/// The end of a fault restores what was before it.
class FaultInjector {
 public:
  FaultInjector(Stage& stage, Network& network, SimHosts& hosts, HostControl& control,
                FaultListener& listener);

  /// Plans the faults that hang on no other.
  void start();
  /// EventKind::fault and fault_end.
  void handle(const Event& event);
  /// EventKind::injection.
  void inject(const Event& event);

 private:
  using Before = std::variant<std::monostate, ServiceTable::Condition, bool, std::uint32_t,
                              std::optional<std::int64_t>>;

  /// Frames that are put on a wire one after the other.
  struct Injection {
    const InjectFault* fault = nullptr;  // null: over
    std::size_t next = 0;
    Instant started_at{};
    std::uint64_t due = 0;  // the event that stands in the queue for it
  };

  void plan_followers(std::size_t fault, bool end);
  void plan_injection(std::uint32_t number);
  bool lasts(const SwitchFault& verb) const;

  Before apply(const ServiceFault& fault);
  Before apply(const DaemonFault& fault);
  Before apply(const HostFault& fault);
  Before apply(const PauseFault& fault);
  Before apply(const NicFault& fault);
  Before apply(const FirewallFault& fault);
  Before apply(const FileFault& fault);
  Before apply(const ProcessFault& fault);
  Before apply(const ClockFault& fault);
  Before apply(const LinkFault& fault);
  Before apply(const PartitionFault& fault);
  Before apply(const ArpFault& fault);
  Before apply(const SwitchFault& fault);
  Before apply(const InjectFault& fault);
  Before apply(const NoteFault& fault);
  void undo(const ServiceFault& fault, const Before& before);
  void undo(const DaemonFault& fault, const Before& before);
  void undo(const HostFault& fault, const Before& before);
  void undo(const PauseFault& fault, const Before& before);
  void undo(const NicFault& fault, const Before& before);
  void undo(const FirewallFault& fault, const Before& before);
  void undo(const FileFault& fault, const Before& before);
  void undo(const ProcessFault& fault, const Before& before);
  void undo(const ClockFault& fault, const Before& before);
  void undo(const LinkFault& fault, const Before& before);
  void undo(const PartitionFault& fault, const Before& before);
  void undo(const ArpFault& fault, const Before& before);
  void undo(const SwitchFault& fault, const Before& before);
  void undo(const InjectFault& fault, const Before& before);
  void undo(const NoteFault& fault, const Before& before);

  Stage& stage_;
  Network& network_;
  SimHosts& hosts_;
  HostControl& control_;
  FaultListener& listener_;
  std::vector<Before> before_;  // by fault
  std::vector<Injection> injections_;
};

}  // namespace understudy::sim
