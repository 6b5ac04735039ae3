// The arithmetic of VRRP's timers, stated once.
#pragma once

#include <cstdint>

#include "core/net/instant.h"

namespace understudy {

/// Version 2: (256 - priority) / 256 s, whatever the interval (RFC 3768, section 6.1), exact in
/// nanoseconds. Version 3: (256 - priority) x interval / 256 (RFC 9568, section 6.1), cut down to
/// whole nanoseconds.
constexpr Duration skew_time(std::uint8_t version, std::uint8_t priority,
                             Duration master_advert_interval) {
  const std::int64_t parts = 256 - priority;
  if (version == 2) return Duration{parts * 3'906'250};
  return Duration{parts * master_advert_interval.count() / 256};
}

/// down_timer_adverts (3 in the RFCs) intervals of the master, and the skew.
constexpr Duration master_down_interval(std::uint8_t version, std::uint8_t priority,
                                        Duration master_advert_interval,
                                        unsigned down_timer_adverts = 3) {
  return static_cast<std::int64_t>(down_timer_adverts) * master_advert_interval +
         skew_time(version, priority, master_advert_interval);
}

}  // namespace understudy
