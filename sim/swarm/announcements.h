// Whether a client that talks to the wrong host was told, or could have been.
#pragma once

#include "sim/scenario/scenario.h"
#include "sim/story.h"

namespace understudy::sim::swarm {

/// Whether every wrong entry of a client at this instant is nobody's mistake, by what happened: the
/// master announced later than the client came to believe in the other host (the announcement was
/// lost on the way), or it had no reason to, because nothing of the other host's reached it from
/// then on, and that one said all it could: a master that yields to an advert it has heard speaks
/// once more. An entry with a MAC that no host has was damaged on its way.
bool announcements_explain(const Scenario& scenario, const Story& story, Instant at);

}  // namespace understudy::sim::swarm
