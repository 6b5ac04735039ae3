// Why frames do not arrive, for people.
#pragma once

#include <string_view>

#include "sim/network_listener.h"

namespace understudy::sim {

constexpr std::string_view describe(LossCause cause) {
  switch (cause) {
    case LossCause::no_carrier:
      return "its cable is dark";
    case LossCause::not_taken:
      return "the machine stands still";
    case LossCause::random_loss:
      return "the link loses frames";
    case LossCause::loss_mask:
      return "the link's loss mask";
    case LossCause::queue_full:
      return "the queue is full";
    case LossCause::stp:
      return "the switch's port still listens and learns (STP)";
    case LossCause::snooping:
      return "the switch forwards this group there no more (IGMP snooping)";
    case LossCause::partition:
      return "the network is partitioned";
    case LossCause::switch_down:
      return "the switch is down";
  }
  return "lost";
}

constexpr std::string_view describe(FrameChange change) {
  constexpr std::string_view kTexts[] = {"comes twice", "a bit was flipped on the way",
                                         "held back, others may have overtaken"};
  return kTexts[static_cast<std::size_t>(change)];
}

}  // namespace understudy::sim
