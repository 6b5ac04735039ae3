// The search of shrink.h: a smallest scenario so far, and ways to try smaller ones.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "sim/swarm/shrink.h"

namespace understudy::sim::swarm {

class Shrinker {
 public:
  Shrinker(Scenario scenario, Failure failure, const ShrinkOptions& options);

  /// Until nothing helps any more, or the tries are used up.
  void run();

  const Scenario& smallest() const { return best_; }
  const Failure& failure() const { return failure_; }
  std::size_t runs() const { return runs_; }
  bool fails_alike(const Scenario& scenario);

 private:
  /// Takes the candidate when it fails alike.
  bool try_this(Scenario candidate);
  bool try_this(std::optional<Scenario> candidate) {
    return candidate && try_this(std::move(*candidate));
  }
  /// Changes a copy and tries it.
  template <typename Change>
  bool change(const Change& apply) {
    Scenario candidate = best_;
    if (!apply(candidate)) return false;
    return try_this(std::move(candidate));
  }
  bool tired() const { return tired_ || runs_ >= options_.runs_max; }
  /// Moves the beginning of judgement to where it belongs after a change of faults.
  void retime(Scenario& scenario) const;

  // ---- shrinker.cpp: parts that go
  void drop_faults();
  void drop_hosts();
  void drop_probes();
  void drop_nics_and_segments();
  void cut_end();
  void try_seed_zero();
  // ---- shrink_oddities.cpp: parts that become plain
  void plain_hosts();
  void plain_host(std::size_t host);
  void plain_checks(std::size_t host);
  void plain_segments();
  void plain_faults();
  void plain_link(std::size_t fault);
  void plain_partition(std::size_t fault);
  void plain_injection(std::size_t fault);
  void mask_losses(std::size_t fault);
  // ---- shrink_times.cpp
  void round_times();
  void begin_earlier();

  Scenario best_;
  Failure failure_;
  const ShrinkOptions& options_;
  const bool healed_;
  std::size_t runs_ = 0;
  bool tired_ = false;
  bool progress_ = false;
};

}  // namespace understudy::sim::swarm
