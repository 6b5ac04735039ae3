// Cutting parts out of a scenario: what referred to them goes along, all other indices move up.
#pragma once

#include <optional>
#include <vector>

#include "sim/scenario/scenario.h"

namespace understudy::sim::swarm {

/// Without what only judges, measures or draws: expectations, measures, sweeps.
Scenario without_questions(const Scenario& scenario);

/// Keeps the faults whose place in `keep` is true. nullopt: one that stays waits for one that goes.
std::optional<Scenario> with_faults(const Scenario& scenario, const std::vector<bool>& keep);

/// Without a host, its probes and what happens to it. nullopt: a check, or a fault that waits,
/// needs it.
std::optional<Scenario> without_host(const Scenario& scenario, std::size_t host);

/// Without a segment that no NIC is in. nullopt: there is one.
std::optional<Scenario> without_segment(const Scenario& scenario, std::size_t segment);

/// Without a NIC on which nothing hangs. nullopt: the host's configuration uses it, or it is the
/// only one.
std::optional<Scenario> without_nic(const Scenario& scenario, std::size_t host, std::size_t nic);

}  // namespace understudy::sim::swarm
