// The engine's reports as log lines, in keepalived's words where it has them.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/node/node_config.h"
#include "core/vrrp/report.h"
#include "daemon/log.h"
#include "daemon/repeat_limiter.h"

namespace understudy::daemon {

/// Tells one report at a time. What a flood or a long quarrel would repeat is told once per cause
/// and source, then summed up.
class Narrator {
 public:
  /// `config` must outlive it. `detail` is -D.
  Narrator(const NodeConfig& config, bool detail);

  void tell(const Report& report, Instant now, std::vector<LogLine>& lines);
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
  using Lines = std::vector<LogLine>;

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
  template <typename T>
  void tell(const T&, Instant, Lines&) {}

  bool first(const RepeatLimiter::Key& key, Instant now, Lines& lines,
             Duration over_after = Duration::max());
  void add_summaries(const RepeatLimiter::Summaries& summaries, Lines& lines);
  const std::string& name(std::uint16_t virtual_router) const;

  const NodeConfig& config_;
  bool detail_;
  RepeatLimiter limiter_;
  std::vector<State> states_;
  std::vector<bool> not_sent_;
  std::vector<Script> scripts_;
};

}  // namespace understudy::daemon
