// The engine's reports as log lines, in keepalived's words where it has them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/node/node_config.h"
#include "core/vrrp/report.h"
#include "core/vrrp/virtual_router.h"
#include "daemon/log.h"
#include "daemon/repeat_limiter.h"

namespace understudy::daemon {

/// "1.500 s"
std::string in_seconds(Duration duration);

struct NarratorOptions {
  bool detail = false;         // -D
  bool unknown_vrids = false;  // log_unknown_vrids
};

/// Tells one report at a time. What a flood or a long quarrel would repeat is told once per cause
/// and source, then summed up.
class Narrator {
 public:
  /// `config` must outlive it.
  Narrator(const NodeConfig& config, NarratorOptions options);

  void tell(const Report& report, Instant now, std::vector<LogLine>& lines);
  /// What they are now: after a reload, whose adopted states nobody reports.
  void remember(std::span<const VirtualRouter> routers);
  /// An advert left the host: ends a series of failures.
  void tell_sent(std::uint16_t virtual_router, std::vector<LogLine>& lines);
  /// Adds the summaries that are due.
  void sum_up(Instant now, std::vector<LogLine>& lines);
  /// Adds all that is not summed up yet.
  void finish(std::vector<LogLine>& lines);
  std::optional<Instant> next_summary() const { return limiter_.next_due(); }

 private:
  struct Script {
    bool told = false;  // a result was told before
    bool timed_out = false;
    int exit_status = 0;
  };
  // What becomes of takeovers: one that ends before long was for nothing.
  struct Takeovers {
    Instant master_since = Instant::min();
    bool after_silence = false;
    unsigned in_vain = 0;
    Instant first_in_vain{};
  };
  using Lines = std::vector<LogLine>;
  // What is told once, by kind; the subject is a virtual router unless it says otherwise.
  enum Kind : std::uint8_t {
    refused,
    refused_elsewhere,  // by interface
    lower_priority,
    own_address,
    address_list,
    not_sent,
    late,
    interval,
    owner_conflict,
    clock_skew,
    group_waits,
    flapping,
    file_value,      // by file
    process_status,  // by process
  };

  void tell(const StateChanged& event, Instant now, Lines& lines);
  void tell(const AdvertRefused& event, Instant now, Lines& lines);
  void tell(const LowerPriorityHeard& event, Instant now, Lines& lines);
  void tell(const HigherPriorityHeard& event, Instant now, Lines& lines);
  void tell(const ResignationHeard& event, Instant now, Lines& lines);
  void tell(const OwnAddressHeard& event, Instant now, Lines& lines);
  void tell(const AddressListDiffers& event, Instant now, Lines& lines);
  void tell(const PriorityChanged& event, Instant now, Lines& lines);
  void tell(const DeadlineLate& event, Instant now, Lines& lines);
  void tell(const AdvertNotSent& event, Instant now, Lines& lines);
  void tell(const InterfaceChanged& event, Instant now, Lines& lines);
  void tell(const ScriptChanged& event, Instant now, Lines& lines);
  void tell(const ScriptResult& event, Instant now, Lines& lines);
  void tell(const ScriptSkipped& event, Instant now, Lines& lines);
  void tell(const ScriptTimedOut& event, Instant now, Lines& lines);
  void tell(const IntervalLearnt& event, Instant now, Lines& lines);
  void tell(const OwnerConflict& event, Instant now, Lines& lines);
  void tell(const PreemptionDelayed& event, Instant now, Lines& lines);
  void tell(const GroupWaits& event, Instant now, Lines& lines);
  void tell(const GroupChanged& event, Instant now, Lines& lines);
  void tell(const ClockSkewHeard& event, Instant now, Lines& lines);
  void tell(const FileValueChanged& event, Instant now, Lines& lines);
  void tell(const ProcessStatusChanged& event, Instant now, Lines& lines);
  void tell(const StartupDelayed& event, Instant now, Lines& lines);

  void look_for_flapping(const StateChanged& event, Instant now, Lines& lines);
  bool first(const RepeatLimiter::Key& key, Instant now, Lines& lines,
             Duration over_after = Duration::max());
  void add_summaries(const RepeatLimiter::Summaries& summaries, Lines& lines);
  std::string sum_up(const RepeatLimiter::Summary& summary) const;
  const std::string& name(std::uint16_t virtual_router) const;

  const NodeConfig& config_;
  NarratorOptions options_;
  RepeatLimiter limiter_;
  std::vector<State> states_;
  std::vector<bool> not_sent_;
  std::vector<Script> scripts_;
  std::vector<Takeovers> takeovers_;
};

}  // namespace understudy::daemon
