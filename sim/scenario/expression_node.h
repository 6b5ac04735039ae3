// What an Expression holds: its operations in one flat array, operands by index.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/instant.h"
#include "core/net/ip_address.h"
#include "core/net/mac_address.h"
#include "core/vrrp/state.h"

namespace understudy::sim {

enum class ValueType : std::uint8_t {
  boolean,
  integer,
  duration,
  state,
  host,
  mac,
  service_status,
};

/// "a number", "a duration", "a host", ... for messages.
std::string_view name_of(ValueType type);

enum class Operation : std::uint8_t {
  constant,
  // atoms
  state,
  master,
  masters,
  holders,
  arp,
  mac,
  service,
  priority,
  blackout,
  lost,
  flaps,
  transitions,
  adverts,
  garps,
  // operators
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  is_null,
  is_not_null,
  add,
  subtract,
  logical_not,
  logical_and,
  logical_or,
};

/// A MAC as its 48 bits.
constexpr std::int64_t to_number(const MacAddress& mac) {
  std::int64_t value = 0;
  for (const std::uint8_t byte : mac.bytes) value = value << 8 | byte;
  return value;
}

/// One operation. A value is an optional 64-bit integer: nanoseconds, a host's index, a MAC's 48
/// bits, an enumerator; empty is null.
struct ExpressionStep {
  Operation operation = Operation::constant;
  ValueType type = ValueType::boolean;
  std::uint32_t left = 0, right = 0;  // operands
  std::int64_t constant = 0;
  std::size_t host = 0;
  std::size_t item = 0;  // service or probe
  State state = State::init;
  IpAddress address;
  Instant from{}, to = Instant::max();  // of blackout()
  std::string instance;
  std::string text;  // an atom as written
};

struct ExpressionNode {
  std::vector<ExpressionStep> steps;  // operands before their operators; the last is the root
  std::vector<std::string> host_names;
  bool changes_unseen = false;
};

}  // namespace understudy::sim
