// What an Expression holds: its operations in one flat array, operands by index.
#pragma once

#include <cstdint>
#include <optional>
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
  instance,  // of an advert: an index into ExpressionNode::instance_names
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
  measure,  // of a sweep's runs
  // what the condition of adverts() may ask of an advert
  advert_priority,
  advert_vrid,
  advert_version,
  advert_instance,
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

/// One end of blackout()'s interval: an event of the timeline or the start, and an offset.
struct Boundary {
  std::optional<std::size_t> fault;
  bool end = false;
  Duration offset{};
};

inline constexpr std::uint32_t kNoStep = 0xffffffff;

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
  std::optional<Boundary> from, to;  // of blackout()
  std::uint32_t filter = kNoStep;    // of adverts(): its condition's root
  std::string instance;
  std::string text;  // an atom as written
};

struct ExpressionNode {
  std::vector<ExpressionStep> steps;  // operands come before their operators; the last is the root
  std::vector<std::string> host_names;
  std::vector<std::string> instance_names;
};

}  // namespace understudy::sim
