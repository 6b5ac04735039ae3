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

Instant instant_of(const Boundary& boundary, const WorldView& world) {
  const Instant at = boundary.fault ? world.event_time(*boundary.fault, boundary.end) : Instant{};
  return std::max(at + boundary.offset, Instant{});
}
Instant begin_of(const ExpressionStep& step, const WorldView& world) {
  return step.from ? instant_of(*step.from, world) : Instant{};
}
Instant end_of(const ExpressionStep& step, const WorldView& world) {
  return step.to ? instant_of(*step.to, world) : Instant::max();
}

Value evaluate(const ExpressionNode& node, std::uint32_t index, const WorldView& world,
               const AdvertKind* advert);

std::int64_t adverts(const ExpressionNode& node, const ExpressionStep& step,
                     const WorldView& world) {
  if (step.filter == kNoStep) return number(world.adverts(step.host));
  std::int64_t count = 0;
  for (const AdvertKind& kind : world.adverts_by_kind(step.host))
    if (evaluate(node, step.filter, world, &kind).value_or(0) != 0) count += number(kind.count);
  return count;
}

Value field_of(const ExpressionNode& node, Operation operation, const AdvertKind& advert) {
  if (operation == Operation::advert_priority) return advert.priority;
  if (operation == Operation::advert_vrid) return advert.vrid;
  if (operation == Operation::advert_version) return advert.version;
  const auto& names = node.instance_names;
  const auto found = std::find(names.begin(), names.end(), advert.instance);
  return found == names.end() ? Value{} : found - names.begin();
}

Value atom(const ExpressionNode& node, const ExpressionStep& step, const WorldView& world,
           const AdvertKind* advert) {
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
      return world
          .blackout(step.item, begin_of(step, world), std::min(end_of(step, world), world.now()))
          .count();
    case Operation::lost:
      return number(world.lost(step.item));
    case Operation::flaps:
      return number(world.flaps(step.instance));
    case Operation::transitions:
      return number(world.transitions(step.instance, step.host, step.state));
    case Operation::adverts:
      return adverts(node, step, world);
    case Operation::garps:
      return number(world.garps(step.host, step.address));
    case Operation::measure:
      return world.measure(step.item);
    case Operation::advert_priority:
    case Operation::advert_vrid:
    case Operation::advert_version:
    case Operation::advert_instance:
      return advert == nullptr ? Value{} : field_of(node, step.operation, *advert);
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

/// Depth is bounded by the parser.
Value evaluate(const ExpressionNode& node, std::uint32_t index, const WorldView& world,
               const AdvertKind* advert) {
  const ExpressionStep& step = node.steps[index];
  switch (step.operation) {
    case Operation::constant:
      return step.constant;
    case Operation::logical_not:
      return !*evaluate(node, step.left, world, advert);
    case Operation::logical_and:
      return *evaluate(node, step.left, world, advert) != 0 &&
             *evaluate(node, step.right, world, advert) != 0;
    case Operation::logical_or:
      return *evaluate(node, step.left, world, advert) != 0 ||
             *evaluate(node, step.right, world, advert) != 0;
    case Operation::is_null:
      return !evaluate(node, step.left, world, advert).has_value();
    case Operation::is_not_null:
      return evaluate(node, step.left, world, advert).has_value();
    case Operation::add:
    case Operation::subtract: {
      const Value left = evaluate(node, step.left, world, advert);
      const Value right = evaluate(node, step.right, world, advert);
      if (!left || !right) return std::nullopt;
      return step.operation == Operation::add ? sum(*left, *right) : difference(*left, *right);
    }
    case Operation::equal:
    case Operation::not_equal:
    case Operation::less:
    case Operation::less_equal:
    case Operation::greater:
    case Operation::greater_equal: {
      const Value left = evaluate(node, step.left, world, advert);
      const Value right = evaluate(node, step.right, world, advert);
      if (!left || !right) return step.operation == Operation::not_equal;
      return compare(step.operation, *left, *right);
    }
    default:
      return atom(node, step, world, advert);
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
      const Value left = evaluate(node, step.left, world, nullptr);
      const Value right = evaluate(node, step.right, world, nullptr);
      if (!left || !right) return std::nullopt;
      const bool upper =
          (step.operation == Operation::less || step.operation == Operation::less_equal) != negated;
      return Duration{upper ? difference(*right, *left) : difference(*left, *right)};
    }
    default:
      return std::nullopt;
  }
}

/// What open blackouts do to the values: lines with a slope, until something happens.
class Growth {
 public:
  Growth(const ExpressionNode& node, const WorldView& world) : node_(node), world_(world) {}

  std::optional<Instant> next_change() const {
    std::optional<Instant> next;
    const auto want = [&](std::optional<Instant> at) {
      if (at && *at > world_.now() && (!next || *at < *next)) next = at;
    };
    for (const ExpressionStep& step : node_.steps) {
      if (step.operation == Operation::blackout)
        want(bend(step));
      else if (step.operation >= Operation::equal && step.operation <= Operation::greater_equal)
        want(crossing(step));
    }
    return next;
  }

 private:
  /// Since when the blackout that is open now counts.
  std::optional<Instant> start_of(const ExpressionStep& step) const {
    const auto open = world_.open_blackout(step.item);
    if (!open || end_of(step, world_) <= world_.now()) return std::nullopt;
    return std::max(*open, begin_of(step, world_));
  }
  Duration value_of(const ExpressionStep& step) const {
    return Duration{atom(node_, step, world_, nullptr).value_or(0)};
  }

  /// Where it begins or ceases to grow.
  std::optional<Instant> bend(const ExpressionStep& step) const {
    const auto start = start_of(step);
    if (!start) return std::nullopt;
    const Instant outgrows = *start + value_of(step);  // an earlier, longer one
    return outgrows > world_.now() ? outgrows : end_of(step, world_);
  }

  std::int64_t slope(std::uint32_t index) const {
    const ExpressionStep& step = node_.steps[index];
    if (step.operation == Operation::add) return slope(step.left) + slope(step.right);
    if (step.operation == Operation::subtract) return slope(step.left) - slope(step.right);
    if (step.operation != Operation::blackout) return 0;
    const auto start = start_of(step);
    return start && *start + value_of(step) <= world_.now() ? 1 : 0;
  }

  /// The last instant before the two sides meet, and then the next: one of them decides.
  std::optional<Instant> crossing(const ExpressionStep& step) const {
    const std::int64_t speed = slope(step.left) - slope(step.right);
    if (speed == 0) return std::nullopt;
    const auto left = evaluate(node_, step.left, world_, nullptr);
    const auto right = evaluate(node_, step.right, world_, nullptr);
    if (!left || !right) return std::nullopt;
    const std::int64_t gap = difference(*left, *right);
    if (gap != 0 && (gap > 0) == (speed > 0)) return std::nullopt;  // they part
    const std::int64_t wait = gap / -speed;
    return world_.now() + Duration{std::max<std::int64_t>(wait, 1)};
  }

  const ExpressionNode& node_;
  const WorldView& world_;
};

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
    case ValueType::instance:
      return node.instance_names.at(static_cast<std::size_t>(*value));
  }
  return {};
}

}  // namespace

std::string_view name_of(ValueType type) {
  constexpr std::string_view kNames[] = {"a condition",      "a number",   "a duration",
                                         "a state",          "a host",     "a MAC",
                                         "a service status", "an instance"};
  return kNames[static_cast<std::uint8_t>(type)];
}

bool Expression::holds(const WorldView& world) const {
  return root_ != nullptr && evaluate(*root_, root_of(*root_), world, nullptr).value_or(0) != 0;
}

std::int64_t Expression::count(const WorldView& world) const {
  return root_ == nullptr ? 0 : evaluate(*root_, root_of(*root_), world, nullptr).value_or(0);
}

std::optional<std::int64_t> Expression::value(const WorldView& world) const {
  return root_ == nullptr ? std::nullopt : evaluate(*root_, root_of(*root_), world, nullptr);
}

ExpressionKind Expression::kind() const {
  if (root_ == nullptr) return ExpressionKind::other;
  switch (root_->steps.back().type) {
    case ValueType::boolean:
      return ExpressionKind::condition;
    case ValueType::integer:
      return ExpressionKind::number;
    case ValueType::duration:
      return ExpressionKind::duration;
    default:
      return ExpressionKind::other;
  }
}

CounterUse Expression::counters() const {
  CounterUse use;
  if (root_ == nullptr) return use;
  for (const ExpressionStep& step : root_->steps) {
    use.adverts = use.adverts || step.operation == Operation::adverts;
    use.garps = use.garps || step.operation == Operation::garps;
    use.lost = use.lost || step.operation == Operation::lost;
    use.advert_kinds = use.advert_kinds || step.filter != kNoStep;
  }
  return use;
}

std::optional<Instant> Expression::next_change(const WorldView& world) const {
  if (root_ == nullptr) return std::nullopt;
  const Growth growth(*root_, world);
  return growth.next_change();
}

std::optional<Duration> Expression::slack(const WorldView& world) const {
  if (root_ == nullptr) return std::nullopt;
  return slack_of(*root_, root_of(*root_), false, world);
}

std::span<const ExpressionStep> Expression::steps() const {
  if (root_ == nullptr) return {};
  return root_->steps;
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
            value_text(*root_, step.type, atom(*root_, step, world, nullptr));
  }
  return text;
}

}  // namespace understudy::sim
