// Makes the timeline's faults happen, and undoes them when their time is over.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "sim/host_control.h"

namespace understudy::sim {

class FaultListener {
 public:
  virtual ~FaultListener() = default;
  virtual void fault_happened(std::size_t fault, bool end) = 0;
};

/// The end of a fault restores what was before it. One that comes again (`every`) while it still
/// lasts ends first. Followers follow each occurrence; a follower with an `every` of its own begins
/// its series anew with each.
class FaultInjector {
 public:
  FaultInjector(Stage& stage, Network& network, SimHosts& hosts, HostControl& control,
                FaultListener& listener);

  /// Plans the faults that hang on no other.
  void start();
  /// The timeline has grown by a fault, the last, which happens now, at this place among the
  /// events: the event that stands in the queue for it.
  Event add(std::uint64_t order);
  /// The end of one that was added without `for`, now; and its place among the events.
  Event add_end(std::size_t fault);
  std::uint64_t end_order(std::size_t fault) const { return progress_[fault].end_order; }
  /// EventKind::fault and fault_end.
  void handle(const Event& event);
  /// EventKind::injection.
  void inject(const Event& event);

  /// More occurrences in a run than this are a mistake, and none happens any more.
  static constexpr std::uint64_t kOccurrencesMax = 1'000'000;
  /// The fault that would have been one too many.
  std::optional<std::size_t> overrun() const { return overrun_; }

 private:
  struct DaemonBefore {
    bool ran = false;
    std::shared_ptr<const NodeConfig> file;  // null: it stays
  };
  using Before = std::variant<std::monostate, ServiceTable::Condition, bool, std::uint32_t,
                              std::optional<std::int64_t>, DaemonBefore>;
  /// What a fault has come to.
  struct Progress {
    Before before;
    std::uint32_t occurrence = 0;  // the latest
    bool in_force = false;         // its end is still to come
    std::uint32_t planned = 0;     // how often its first time was planned
    std::uint32_t series = 0;      // of those, the one that goes on
    std::uint64_t end_order = 0;   // of one that was added without `for`
  };

  /// Frames that are put on a wire one after the other.
  struct Injection {
    const InjectFault* fault = nullptr;  // null: over
    std::size_t next = 0;
    Instant started_at{};
    std::uint64_t due = 0;  // the event that stands in the queue for it
  };

  void plan(std::uint32_t fault, Instant at);
  void plan_followers(std::size_t fault, bool end);
  void begin(std::uint32_t index, std::uint32_t series);
  void repeat(std::uint32_t index);
  void end(std::uint32_t index);
  void announce(std::uint32_t index, bool end);
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
  std::vector<Progress> progress_;  // by fault
  std::size_t first_added_;         // from here on they were added
  std::uint64_t occurrences_ = 0;
  std::optional<std::size_t> overrun_;
  std::vector<Injection> injections_;
};

}  // namespace understudy::sim
