#include "sim/scenario/expression.h"

#include <algorithm>
#include <limits>

#include "sim/scenario/expression_node.h"
#include "sim/scenario/units.h"
#include "sim/world_view.h"

namespace understudy::sim {
namespace {

using Value = std::optional<std::int64_t>;

MacAddress mac_of(std::int64_t value) {
  MacAddress mac;
  for (std::size_t i = 6; i-- > 0; value >>= 8)
    mac.bytes[i] = static_cast<std::uint8_t>(value & 0xff);
  return mac;
}

std::int64_t number(std::uint64_t count) { return static_cast<std::int64_t>(count); }

Value atom(const ExpressionStep& step, const WorldView& world) {
  switch (step.operation) {
    case Operation::state:
      if (const auto state = world.state(step.host, step.instance))
        return static_cast<std::int64_t>(*state);
      return std::nullopt;
    case Operation::master:
      if (const auto host = world.master(step.instance)) return number(*host);
      return std::nullopt;
    case Operation::masters:
      return world.masters(step.instance);
    case Operation::holders:
      return world.holders(step.address);
    case Operation::arp:
      if (const auto mac = world.arp(step.host, step.address)) return to_number(*mac);
      return std::nullopt;
    case Operation::mac:
      return to_number(world.mac(step.host));
    case Operation::service:
      return static_cast<std::int64_t>(world.service(step.host, step.item));
    case Operation::priority:
      if (const auto priority = world.priority(step.host, step.instance)) return *priority;
      return std::nullopt;
    case Operation::blackout:
      return world.blackout(step.item, step.from, std::min(step.to, world.now())).count();
    case Operation::lost:
      return number(world.lost(step.item));
    case Operation::flaps:
      return number(world.flaps(step.instance));
    case Operation::transitions:
      return number(world.transitions(step.instance, step.host, step.state));
    case Operation::adverts:
      return number(world.adverts(step.host));
    case Operation::garps:
      return number(world.garps(step.host, step.address));
    default:
      return std::nullopt;
  }
}

bool compare(Operation operation, std::int64_t left, std::int64_t right) {
  switch (operation) {
    case Operation::equal:
      return left == right;
    case Operation::not_equal:
      return left != right;
    case Operation::less:
      return left < right;
    case Operation::less_equal:
      return left <= right;
    case Operation::greater:
      return left > right;
    default:
      return left >= right;
  }
}

/// Sums saturate: a value past the range of 64 bits stays at its end.
std::int64_t sum(std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  if (!__builtin_add_overflow(left, right, &result)) return result;
  return right < 0 ? std::numeric_limits<std::int64_t>::min()
                   : std::numeric_limits<std::int64_t>::max();
}

std::int64_t difference(std::int64_t left, std::int64_t right) {
  std::int64_t result = 0;
  if (!__builtin_sub_overflow(left, right, &result)) return result;
  return right > 0 ? std::numeric_limits<std::int64_t>::min()
                   : std::numeric_limits<std::int64_t>::max();
}

/// Depth is bounded by the parser.
Value evaluate(const ExpressionNode& node, std::uint32_t index, const WorldView& world) {
  const ExpressionStep& step = node.steps[index];
  switch (step.operation) {
    case Operation::constant:
      return step.constant;
    case Operation::logical_not:
      return !*evaluate(node, step.left, world);
    case Operation::logical_and:
      return *evaluate(node, step.left, world) != 0 && *evaluate(node, step.right, world) != 0;
    case Operation::logical_or:
      return *evaluate(node, step.left, world) != 0 || *evaluate(node, step.right, world) != 0;
    case Operation::is_null:
      return !evaluate(node, step.left, world).has_value();
    case Operation::is_not_null:
      return evaluate(node, step.left, world).has_value();
    case Operation::add:
    case Operation::subtract: {
      const Value left = evaluate(node, step.left, world);
      const Value right = evaluate(node, step.right, world);
      if (!left || !right) return std::nullopt;
      return step.operation == Operation::add ? sum(*left, *right) : difference(*left, *right);
    }
    case Operation::equal:
    case Operation::not_equal:
    case Operation::less:
    case Operation::less_equal:
    case Operation::greater:
    case Operation::greater_equal: {
      const Value left = evaluate(node, step.left, world);
      const Value right = evaluate(node, step.right, world);
      if (!left || !right) return step.operation == Operation::not_equal;
      return compare(step.operation, *left, *right);
    }
    default:
      return atom(step, world);
  }
}

std::uint32_t root_of(const ExpressionNode& node) {
  return static_cast<std::uint32_t>(node.steps.size() - 1);
}

/// `negated`: below a `not`, where bounds turn round.
std::optional<Duration> slack_of(const ExpressionNode& node, std::uint32_t index, bool negated,
                                 const WorldView& world) {
  const ExpressionStep& step = node.steps[index];
  switch (step.operation) {
    case Operation::logical_not:
      return slack_of(node, step.left, !negated, world);
    case Operation::logical_and:
    case Operation::logical_or: {
      const auto left = slack_of(node, step.left, negated, world);
      const auto right = slack_of(node, step.right, negated, world);
      if (!left || !right) return left ? left : right;
      const bool all_wanted = (step.operation == Operation::logical_and) != negated;
      return all_wanted ? std::min(*left, *right) : std::max(*left, *right);
    }
    case Operation::less:
    case Operation::less_equal:
    case Operation::greater:
    case Operation::greater_equal: {
      if (node.steps[step.left].type != ValueType::duration) return std::nullopt;
      const Value left = evaluate(node, step.left, world);
      const Value right = evaluate(node, step.right, world);
      if (!left || !right) return std::nullopt;
      const bool upper =
          (step.operation == Operation::less || step.operation == Operation::less_equal) != negated;
      return Duration{upper ? difference(*right, *left) : difference(*left, *right)};
    }
    default:
      return std::nullopt;
  }
}

std::string value_text(const ExpressionNode& node, ValueType type, const Value& value) {
  if (!value) return "null";
  switch (type) {
    case ValueType::boolean:
      return *value != 0 ? "true" : "false";
    case ValueType::integer:
      return std::to_string(*value);
    case ValueType::duration:
      return to_text(Duration{*value});
    case ValueType::state:
      return std::string(to_string(static_cast<State>(*value)));
    case ValueType::host:
      return node.host_names.at(static_cast<std::size_t>(*value));
    case ValueType::mac:
      return to_string(mac_of(*value));
    case ValueType::service_status:
      return *value == 0 ? "up" : *value == 1 ? "down" : "hung";
  }
  return {};
}

}  // namespace

std::string_view name_of(ValueType type) {
  constexpr std::string_view kNames[] = {"a condition", "a number", "a duration",      "a state",
                                         "a host",      "a MAC",    "a service status"};
  return kNames[static_cast<std::uint8_t>(type)];
}

bool Expression::holds(const WorldView& world) const {
  return root_ != nullptr && evaluate(*root_, root_of(*root_), world).value_or(0) != 0;
}

std::int64_t Expression::count(const WorldView& world) const {
  return root_ == nullptr ? 0 : evaluate(*root_, root_of(*root_), world).value_or(0);
}

bool Expression::changes_unseen() const { return root_ != nullptr && root_->changes_unseen; }

std::optional<Duration> Expression::slack(const WorldView& world) const {
  if (root_ == nullptr) return std::nullopt;
  return slack_of(*root_, root_of(*root_), false, world);
}

std::string Expression::describe(const WorldView& world) const {
  std::string text;
  if (root_ == nullptr) return text;
  std::vector<std::string_view> named;
  for (const ExpressionStep& step : root_->steps) {
    if (step.text.empty() || std::find(named.begin(), named.end(), step.text) != named.end())
      continue;
    named.push_back(step.text);
    text += (text.empty() ? "" : ", ") + step.text + " is " +
            value_text(*root_, step.type, atom(step, world));
  }
  return text;
}

}  // namespace understudy::sim
