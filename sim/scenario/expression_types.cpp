// Types of expressions: what an operator may join, and what bare names mean.
#include <algorithm>
#include <limits>

#include "sim/scenario/expression_grammar.h"
#include "sim/scenario/names.h"

namespace understudy::sim {
bool ExpressionGrammar::is_boolean(const Operand& operand) {
  if (operand.kind == Operand::Kind::value && operand.type == ValueType::boolean) return true;
  fail(operand.start, operand.end - operand.start,
       operand.kind == Operand::Kind::value
           ? "a condition is wanted here, not " + std::string(name_of(operand.type))
           : "a condition is wanted here, not a name");
  return false;
}

std::optional<ExpressionGrammar::Operand> ExpressionGrammar::combine(const OperatorSign& sign,
                                                                     const Token& token,
                                                                     Operand left, Operand right) {
  ExpressionStep step;
  step.operation = sign.operation;
  if (sign.power < kPowerOfNot) {
    if (!is_boolean(left) || !is_boolean(right)) return std::nullopt;
  } else if (sign.power == kPowerOfComparison) {
    if (left.comparison) return fail_at(token, "one comparison at a time", "join two with `and`");
    if (left.kind == Operand::Kind::null || right.kind == Operand::Kind::null)
      return null_test(sign, token, left, right);
    if (!match_types(sign, token, left, right)) return std::nullopt;
    if (!is_possible(sign, left, right)) return std::nullopt;
  } else {
    if (!match_types(sign, token, left, right)) return std::nullopt;
    step.type = left.type;
  }
  step.left = left.index;
  step.right = right.index;
  Operand result = push(std::move(step), left.start, right.end);
  result.comparison = sign.power == kPowerOfComparison;
  return result;
}

std::optional<ExpressionGrammar::Operand> ExpressionGrammar::null_test(const OperatorSign& sign,
                                                                       const Token& token,
                                                                       const Operand& left,
                                                                       const Operand& right) {
  const Operand& other = left.kind == Operand::Kind::null ? right : left;
  const bool equality =
      sign.operation == Operation::equal || sign.operation == Operation::not_equal;
  if (!equality || other.kind != Operand::Kind::value)
    return fail_at(token, "null can only be compared with an atom, by == or !=");
  ExpressionStep step;
  step.operation = sign.operation == Operation::equal ? Operation::is_null : Operation::is_not_null;
  step.left = other.index;
  Operand result = push(std::move(step), left.start, right.end);
  result.comparison = true;
  return result;
}

/// The values that an atom can have at all.
ExpressionGrammar::Range ExpressionGrammar::range_of(const ExpressionStep& step) const {
  switch (step.operation) {
    case Operation::masters:
    case Operation::holders:
      return {0, static_cast<std::int64_t>(scenario_.hosts.size())};
    case Operation::priority:
    case Operation::advert_priority:
    case Operation::advert_vrid:
      return {0, 255};
    case Operation::blackout:
    case Operation::lost:
    case Operation::flaps:
    case Operation::transitions:
    case Operation::adverts:
    case Operation::garps:
      return {0, std::numeric_limits<std::int64_t>::max()};
    default:
      return {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
  }
}

/// A comparison that no run can make true is a slip: blackout(web) < 0s, priority(lb1, VI_1) > 255.
bool ExpressionGrammar::is_possible(const OperatorSign& sign, const Operand& left,
                                    const Operand& right) {
  const ExpressionStep& first = node_.steps[left.index];
  const ExpressionStep& second = node_.steps[right.index];
  const bool turned = first.operation == Operation::constant;
  if (turned == (second.operation == Operation::constant)) return true;
  const Range range = range_of(turned ? second : first);
  const std::int64_t bound = (turned ? first : second).constant;
  bool possible = true;
  switch (sign.operation) {
    case Operation::equal:
      possible = bound >= range.lowest && bound <= range.highest;
      break;
    case Operation::less:
      possible = turned ? bound < range.highest : bound > range.lowest;
      break;
    case Operation::less_equal:
      possible = turned ? bound <= range.highest : bound >= range.lowest;
      break;
    case Operation::greater:
      possible = turned ? bound > range.lowest : bound < range.highest;
      break;
    case Operation::greater_equal:
      possible = turned ? bound >= range.lowest : bound <= range.highest;
      break;
    default:
      break;
  }
  if (possible) return true;
  fail(left.start, right.end - left.start,
       quoted(text_.substr(left.start, right.end - left.start)) + " can never be true");
  return false;
}

bool ExpressionGrammar::match_types(const OperatorSign& sign, const Token& token, Operand& left,
                                    Operand& right) {
  if (left.kind == Operand::Kind::null || right.kind == Operand::Kind::null) {
    fail_at(token, "there is no arithmetic with null");
    return false;
  }
  if (left.kind == Operand::Kind::name && right.kind == Operand::Kind::name) {
    // Two bare words: the left one was probably meant to be an atom.
    fail_at(left.token, quoted(left.token.text) + " is only a name",
            "one side must be an atom, such as master(VI_1)");
    return false;
  }
  if (left.kind == Operand::Kind::name && !resolve(left, right.type)) return false;
  if (right.kind == Operand::Kind::name && !resolve(right, left.type)) return false;
  const bool orders = sign.operation != Operation::equal && sign.operation != Operation::not_equal;
  const bool ordered = left.type == ValueType::integer || left.type == ValueType::duration;
  if (left.type != right.type) return fail_types(token, left, right);
  if (orders && !ordered) {
    fail_at(token, quoted(token.text) + " does not work on " + std::string(name_of(left.type)),
            sign.power == kPowerOfComparison ? "only == and != do" : "");
    return false;
  }
  return true;
}

bool ExpressionGrammar::fail_types(const Token& token, const Operand& left, const Operand& right) {
  const bool unit_missing =
      (left.type == ValueType::duration && right.type == ValueType::integer) ||
      (left.type == ValueType::integer && right.type == ValueType::duration);
  if (!unit_missing) {
    fail_at(token, quoted(token.text) + " joins " + std::string(name_of(left.type)) + " and " +
                       std::string(name_of(right.type)));
    return false;
  }
  const Operand& bare = left.type == ValueType::integer ? left : right;
  const std::string_view text = text_.substr(bare.start, bare.end - bare.start);
  fail(bare.start, bare.end - bare.start,
       quoted(text) + " is a bare number where a duration is needed",
       "write its unit: " + std::string(text) + "s");
  return false;
}

/// Gives a bare name the meaning that the other side asks for.
bool ExpressionGrammar::resolve(Operand& operand, ValueType type) {
  const Token token = operand.token;
  const auto value = constant_named(token, type);
  if (value) operand = constant(type, *value, token);
  return value.has_value();
}

std::optional<std::int64_t> ExpressionGrammar::constant_named(const Token& token, ValueType type) {
  const std::string_view name = token.text;
  if (type == ValueType::host) {
    if (const auto host = find_host(scenario_, name)) return static_cast<std::int64_t>(*host);
    return fail_unknown(token, "host", host_names(scenario_));
  }
  if (type == ValueType::state) {
    if (const auto state = find_state(name)) return static_cast<std::int64_t>(*state);
    return fail_unknown(token, "state", state_names());
  }
  if (type == ValueType::service_status) {
    const std::vector<std::string_view> statuses{"up", "down", "hung"};
    const auto found = std::find(statuses.begin(), statuses.end(), name);
    if (found != statuses.end()) return found - statuses.begin();
    return fail_unknown(token, "service status", statuses);
  }
  if (type == ValueType::instance) {
    const auto& names = node_.instance_names;
    const auto found = std::find(names.begin(), names.end(), name);
    if (found != names.end()) return found - names.begin();
    return fail_unknown(token, "vrrp_instance on this host called", {names.begin(), names.end()});
  }
  if (type == ValueType::mac) {
    if (const auto mac = parse_mac_address(name)) return to_number(*mac);
  }
  return fail_at(token,
                 quoted(name) + " is only a name: " + std::string(name_of(type)) + " is wanted");
}

}  // namespace understudy::sim
