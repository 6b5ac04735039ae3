// Frames in words, for people: what they announce, why they do not arrive.
#pragma once

#include <string>
#include <string_view>

#include "core/net/ip_address.h"
#include "sim/network_listener.h"

namespace understudy::sim {

/// Of a gratuitous ARP, or an unsolicited Neighbour Advertisement, for the address.
inline std::string announcement_text(const IpAddress& address) {
  return "announces " + to_string(address) +
         (address.is_ipv4() ? " by gratuitous ARP" : " by Neighbour Advertisement");
}

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
