// JSON with exact decimals: the library writes numbers as doubles, which cannot hold every
// nanosecond. Heavy to include: only for the files that make reports.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/net/instant.h"

namespace understudy::sim {

/// An exact decimal travels as a binary value, a kind that nothing else has; write_json() puts it
/// down as it is. Keys stay in the order in which they were added.
using ExactJson = nlohmann::ordered_json;

ExactJson exact_number(std::string_view decimal);
/// Seconds: 10.6485375.
ExactJson exact_seconds(Duration duration);
inline ExactJson exact_seconds(Instant instant) {
  return exact_seconds(instant.time_since_epoch());
}

/// Appends to `out`. Levels down to `open` get a line for each item; deeper ones stay on theirs.
void write_json(const ExactJson& value, int open, std::string& out);

}  // namespace understudy::sim
