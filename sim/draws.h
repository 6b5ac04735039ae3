// What a scenario leaves to the seed: phases, clocks, moments.
#pragma once

#include <cstdint>

#include "sim/random_stream.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {

/// A normally distributed number in integers: by an inverse table, exact to 0.001 deviations, never
/// further from the mean than 6.3 of them. One draw. `deviation` at least 0.
std::int64_t draw_normal(RandomStream& stream, std::int64_t mean, std::int64_t deviation);

/// Puts what `draws` gives for the scenario's seed in its place; no instant becomes negative. Doing
/// it again changes nothing: each value is drawn from the start of its own stream.
void apply_draws(Scenario& scenario);

}  // namespace understudy::sim
