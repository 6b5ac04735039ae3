// A TCP segment that has arrived: headers read, payload borrowed from the frame.
#pragma once

#include <cstdint>
#include <span>

#include "core/net/ip_address.h"
#include "core/net/tcp_header.h"

namespace understudy::sim {

struct TcpSegment {
  IpAddress source, destination;
  TcpHeader header;
  std::span<const std::uint8_t> payload;
  std::uint32_t from_nic = 0;  // that sent the frame

  bool has(std::uint8_t flag) const { return (header.flags & flag) != 0; }
  /// Places it takes in the sequence space: payload, SYN and FIN.
  std::uint32_t length() const {
    return static_cast<std::uint32_t>(payload.size()) + (has(TcpFlags::kSyn) ? 1 : 0) +
           (has(TcpFlags::kFin) ? 1 : 0);
  }
};

}  // namespace understudy::sim
