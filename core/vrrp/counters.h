// What a virtual router counts. The only thing that a refused packet changes.
#pragma once

#include <array>
#include <cstdint>

#include "core/vrrp/decode_error.h"

namespace understudy {

struct Counters {
  std::uint64_t adverts_received = 0;  // passed every check
  std::uint64_t adverts_sent = 0;      // handed to the host
  std::uint64_t adverts_not_sent = 0;  // the host could not
  std::uint64_t resignations_received = 0;
  std::uint64_t resignations_sent = 0;
  std::uint64_t lower_priority_received = 0;
  std::uint64_t became_master = 0;
  std::uint64_t announcements = 0;                         // bursts asked for
  std::array<std::uint64_t, kDecodeErrorCount> refused{};  // by DecodeError
  std::uint64_t refused_total = 0;

  friend bool operator==(const Counters&, const Counters&) = default;
};

}  // namespace understudy
