// Events as lines of text, to find the first at which two runs part.
#pragma once

#include <cstdint>
#include <string>

#include "sim/event_queue.h"
#include "sim/stage.h"

namespace understudy::sim {

/// What is about to happen, before it does: "10.000050000 switch_arrival lb1.eth0 advert 54 bytes
/// 9f3c0a11d2e4b567 from lb1.eth0", its hexadecimal number a digest of the frame's bytes.
std::string event_text(Stage& stage, const Event& event);

/// Seconds since the run began with all nine decimals: "10.000050000".
std::string clock_text(Instant at);

/// 16 hexadecimal digits.
std::string digest_text(std::uint64_t value);

}  // namespace understudy::sim
