// A change of a link's settings, applied.
#pragma once

#include "sim/scenario/scenario.h"

namespace understudy::sim {

/// What the patch says replaces what `settings` had.
inline void apply(const LinkPatch& patch, LinkSettings& settings) {
  const auto set = [](auto& value, const auto& wanted) {
    if (wanted) value = *wanted;
  };
  set(settings.delay, patch.delay);
  set(settings.jitter, patch.jitter);
  set(settings.loss, patch.loss);
  set(settings.loss_burst, patch.loss_burst);
  set(settings.loss_mask, patch.loss_mask);
  set(settings.duplicate, patch.duplicate);
  set(settings.reorder, patch.reorder);
  set(settings.reorder_delay, patch.reorder_delay);
  set(settings.corrupt, patch.corrupt);
  set(settings.rate, patch.rate);
  set(settings.queue, patch.queue);
  set(settings.match, patch.match);
}

}  // namespace understudy::sim
