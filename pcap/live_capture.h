// Packets as they pass an interface, by libpcap.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "pcap/packet.h"

struct pcap;

namespace understudy::capture {

/// What tells about virtual routers, as a BPF expression for the kernel: VRRP, also behind an
/// authentication header, ARP and Neighbour Discovery; untagged and behind one or two VLAN tags.
std::string advert_filter();

class LiveCapture {
 public:
  /// Opens `interface` ("any" for all) in immediate mode, promiscuous, with nanoseconds where the
  /// system has them. `filter` is compiled for the kernel. Fails with what is wrong and what to do:
  /// no such interface, a missing capability, an expression that makes no sense.
  static tl::expected<LiveCapture, std::string> open(const std::string& interface,
                                                     const std::string& filter);

  /// The next packet, good until the next call; nullptr when none came within `patience_ms`, or a
  /// signal did, or the interface failed: see fault().
  const CapturedPacket* next(int patience_ms);

  const std::optional<std::string>& fault() const { return fault_; }
  /// Packets that the kernel had no room for.
  std::uint64_t dropped() const;
  int link_type() const { return packet_.link_type; }

 private:
  struct Close {
    void operator()(pcap* handle) const;
  };
  explicit LiveCapture(std::unique_ptr<pcap, Close> handle);

  std::unique_ptr<pcap, Close> handle_;
  int descriptor_ = -1;
  std::int64_t fraction_ = 1000;  // nanoseconds
  CapturedPacket packet_;
  std::optional<std::string> fault_;
};

/// Names that open() takes, but for "any".
std::vector<std::string> capture_interfaces();

}  // namespace understudy::capture
