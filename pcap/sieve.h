// Which of a capture's frames tell something about virtual routers? Judged on the frame's bytes, as
// most tell nothing.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "pcap/link_layer.h"
#include "pcap/packet.h"

namespace understudy::capture {

/// What the sieve held back from judgement, and why.
struct SieveCounts {
  std::uint64_t fragments = 0;           // of IP packets that carry VRRP
  std::map<int, std::uint64_t> unknown;  // frames by link type that nothing is known of
};

class Sieve {
 public:
  /// The network layer of a frame that holds an advert, ARP or Neighbour Discovery (a
  /// solicitation or advertisement), or a fragment of a VRRP packet; else nullptr. Good until the
  /// next call.
  const NetworkPacket* find(const CapturedPacket& packet);

  const SieveCounts& counts() const { return counts_; }

 private:
  bool find_usual(const CapturedPacket& packet);
  bool find_rare(const CapturedPacket& packet);
  /// nullptr for those that nothing is known of.
  LinkLayer* link_layer_of(int link_type);

  NetworkPacket found_;
  SieveCounts counts_;
  std::vector<LinkLayer> link_layers_;  // those met so far
};

}  // namespace understudy::capture
