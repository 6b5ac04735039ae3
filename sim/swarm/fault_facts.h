// What is to be known of a fault by itself: its name, its words, how long it reaches, whether a
// timeline leaves anything broken.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/scenario/scenario.h"

namespace understudy::sim::swarm {

/// "daemon kill", "link", "switch reboot": what a summary counts by.
std::string kind_of(const Verb& verb);

/// A boot or a start: with these healing ends.
bool is_repair(const Verb& verb);

/// As a scenario would be read out: "daemon lb1: kill".
std::string describe(const Scenario& scenario, const Verb& verb);

/// The last instant at which a fault of the timeline does anything, its end included.
Duration over_at(const Scenario& scenario, std::size_t fault);
/// The same of the whole timeline; 0 when it is empty.
Duration all_over_at(const Scenario& scenario);

/// Whether everything works again when the timeline is over: what breaks something has an end, two
/// faults that restore the same thing do not overlap, and a host that was switched off and on by
/// several is booted, and its daemon started, at last.
bool heals(const Scenario& scenario);

/// How long after the last fault all must be well, generously: start-up and preemption delays,
/// three silences and more, boots, ports that listen, memberships that are asked for, entries that
/// Linux and Windows find wrong by themselves when they are used.
Duration settling(const Scenario& scenario);

}  // namespace understudy::sim::swarm
