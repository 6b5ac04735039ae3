// Judges the expectations of a scenario while it runs.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/net/instant.h"
#include "sim/run_result.h"
#include "sim/scenario/scenario.h"
#include "sim/world_view.h"

namespace understudy::sim {

/// The simulator calls observe() once after all events of an instant at which WorldView::version()
/// changed, and at every next_check(). Both refer to the world as it then is.
class ExpectationMonitor {
 public:
  ExpectationMonitor(const Scenario& scenario, const WorldView& world);
  ~ExpectationMonitor();
  ExpectationMonitor(const ExpectationMonitor&) = delete;
  ExpectationMonitor& operator=(const ExpectationMonitor&) = delete;

  /// A fault has just happened (or ended, when `end`). Called before observe() of that instant.
  void fault_happened(std::size_t fault, bool end, Instant now);
  void observe(Instant now);
  /// When observe() is wanted though nothing may change: times of `at`, limits of `within` and
  /// `longer_than`.
  std::optional<Instant> next_check() const;
  /// At the end of the run, after the last observe().
  std::vector<ExpectationResult> finish(Instant end);

 private:
  struct Item;
  std::vector<Item> items_;
  Instant now_ = Instant::min();  // of the last observe()
};

}  // namespace understudy::sim
