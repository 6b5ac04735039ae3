#include "sim/scenario/expression_grammar.h"

#include <algorithm>
#include <memory>

#include "sim/scenario/names.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kMostSteps = 500;
constexpr int kDeepestParentheses = 50;

bool counts(Operation operation) {
  return std::any_of(kAtoms.begin(), kAtoms.end(),
                     [&](const Atom& atom) { return atom.operation == operation && atom.counts; });
}

}  // namespace

const ExpressionGrammar::OperatorSign ExpressionGrammar::kOperators[10] = {
    {"or", Operation::logical_or, 1}, {"and", Operation::logical_and, 2},
    {"==", Operation::equal, 4},      {"!=", Operation::not_equal, 4},
    {"<", Operation::less, 4},        {"<=", Operation::less_equal, 4},
    {">", Operation::greater, 4},     {">=", Operation::greater_equal, 4},
    {"+", Operation::add, 5},         {"-", Operation::subtract, 5},
};

ExpressionGrammar::ExpressionGrammar(std::string_view text, const Scenario& scenario)
    : text_(text), scenario_(scenario) {
  for (const Host& host : scenario.hosts) node_.host_names.push_back(host.name);
  advance();
}

tl::expected<Expression, ExpressionError> ExpressionGrammar::condition() {
  const auto root = expression(0, 0);
  if (root && !error_) finish(*root);
  if (!error_ && root->type != ValueType::boolean)
    fail(root->start, root->end - root->start,
         "this is " + std::string(name_of(root->type)) + ", not a condition",
         "compare it with something: `masters(VI_1) == 1`");
  return result();
}

tl::expected<Expression, ExpressionError> ExpressionGrammar::counter() {
  const auto root = expression(0, 0);
  if (root && !error_) finish(*root);
  if (!error_ && !counts(node_.steps.back().operation))
    fail(root->start, root->end - root->start, "`count` wants one counting atom and nothing else",
         "transitions(instance, host, STATE), flaps(instance), adverts(host), garps(host, ip) or "
         "lost(probe)");
  return result();
}

tl::expected<Expression, ExpressionError> ExpressionGrammar::value() {
  const auto root = expression(0, 0);
  if (root && !error_) finish(*root);
  if (!error_ && root->type != ValueType::boolean && root->type != ValueType::integer &&
      root->type != ValueType::duration)
    fail(root->start, root->end - root->start,
         "a measure is a number, a duration or a condition, not " +
             std::string(name_of(root->type)));
  return result();
}

tl::expected<Expression, ExpressionError> ExpressionGrammar::over_measures() {
  over_measures_ = true;
  return condition();
}

/// The root must be the last step and a value, and nothing may follow.
void ExpressionGrammar::finish(const Operand& root) {
  if (token_.kind != Token::Kind::end) {
    fail_unexpected();
  } else if (root.kind != Operand::Kind::value) {
    fail(root.start, root.end - root.start,
         quoted(text_.substr(root.start, root.end - root.start)) + " alone says nothing",
         "compare it with an atom: `master(VI_1) == lb1`");
  }
}

std::nullopt_t ExpressionGrammar::fail(std::size_t offset, std::size_t length, std::string message,
                                       std::string hint) {
  if (!error_)
    error_ = {offset, std::max<std::size_t>(length, 1), std::move(message), std::move(hint)};
  return std::nullopt;
}

std::nullopt_t ExpressionGrammar::fail_at(const Token& token, std::string message,
                                          std::string hint) {
  return fail(token.offset, token.length, std::move(message), std::move(hint));
}

std::nullopt_t ExpressionGrammar::fail_unknown(const Token& token, std::string_view kind,
                                               const std::vector<std::string_view>& candidates) {
  return fail_at(token, "there is no " + std::string(kind) + " " + quoted(token.text),
                 suggestion(token.text, candidates));
}

void ExpressionGrammar::fail_unexpected() {
  if (token_.kind == Token::Kind::bad) {
    fail_bad_token();
  } else if (token_.kind == Token::Kind::end) {
    fail_at(token_, "the expression ends too early");
  } else if (is_sign("=")) {
    fail_at(token_, "'=' compares nothing", "write ==");
  } else if (token_.kind == Token::Kind::word || token_.kind == Token::Kind::number) {
    fail_at(token_, quoted(token_.text) + " does not belong here",
            suggestion(token_.text, {"and", "or", "not"}));
  } else {
    fail_at(token_, quoted(token_.text) + " does not belong here");
  }
}

void ExpressionGrammar::fail_bad_token() {
  if (token_.text == "&&")
    fail_at(token_, "'&&' is unknown", "write `and`");
  else if (token_.text == "||")
    fail_at(token_, "'||' is unknown", "write `or`");
  else if (token_.text == "!")
    fail_at(token_, "'!' is unknown", "write `not`");
  else if (token_.text.starts_with('\''))
    fail_at(token_, "this quote has no end");
  else
    fail_at(token_, quoted(token_.text) + " does not belong into an expression");
}

ExpressionGrammar::Operand ExpressionGrammar::push(ExpressionStep step, std::size_t start,
                                                   std::size_t end) {
  Operand operand;
  operand.index = static_cast<std::uint32_t>(node_.steps.size());
  operand.type = step.type;
  operand.start = start;
  operand.end = end;
  node_.steps.push_back(std::move(step));
  return operand;
}

ExpressionGrammar::Operand ExpressionGrammar::constant(ValueType type, std::int64_t value,
                                                       const Token& token) {
  ExpressionStep step;
  step.type = type;
  step.constant = value;
  return push(std::move(step), token.offset, token.offset + token.length);
}

std::optional<ExpressionGrammar::Operand> ExpressionGrammar::expression(int lowest_power,
                                                                        int depth) {
  if (depth > kDeepestParentheses) return fail_at(token_, "nested too deeply");
  auto left = prefix(depth);
  while (left && !error_) {
    if (node_.steps.size() > kMostSteps) return fail_at(token_, "the expression is too long");
    if (token_.kind != Token::Kind::word && token_.kind != Token::Kind::sign) break;
    const auto* found = std::find_if(std::begin(kOperators), std::end(kOperators),
                                     [&](const OperatorSign& o) { return o.sign == token_.text; });
    if (found == std::end(kOperators) || found->power < lowest_power) break;
    const Token sign = token_;
    advance();
    const auto right = expression(found->power + 1, depth + 1);
    if (!right) return std::nullopt;
    left = combine(*found, sign, *left, *right);
  }
  return left;
}

std::optional<ExpressionGrammar::Operand> ExpressionGrammar::prefix(int depth) {
  const Token token = token_;
  if (is_sign("(")) return parenthesized(depth);
  if (is_sign("-")) return fail_at(token, "a value must not be negative");
  if (is_word("not")) return negation(depth);
  if (token.kind == Token::Kind::number) return number();
  if (token.kind == Token::Kind::text) {
    advance();
    return bare_name(token);
  }
  if (token.kind != Token::Kind::word || is_word("and") || is_word("or")) {
    fail_unexpected();
    return std::nullopt;
  }
  advance();
  if (is_sign("(") && over_measures_)
    return fail_at(token, "a verdict speaks of measures by their names",
                   "give the value a name under `measure`");
  if (is_sign("(")) return atom(token);
  if (token.text == "true" || token.text == "false")
    return constant(ValueType::boolean, token.text == "true", token);
  if (in_filter_) return field(token);
  return over_measures_ ? measure(token) : bare_name(token);
}

std::optional<ExpressionGrammar::Operand> ExpressionGrammar::parenthesized(int depth) {
  const Token open = token_;
  advance();
  auto inside = expression(0, depth + 1);
  if (!inside || error_) return std::nullopt;
  if (!is_sign(")")) {
    if (token_.kind == Token::Kind::end) return fail_at(open, "this parenthesis is never closed");
    fail_unexpected();
    return std::nullopt;
  }
  inside->start = open.offset;
  inside->end = token_.offset + 1;
  inside->comparison = false;
  advance();
  return inside;
}

std::optional<ExpressionGrammar::Operand> ExpressionGrammar::negation(int depth) {
  const Token token = token_;
  advance();
  const auto operand = expression(kPowerOfNot, depth + 1);
  if (!operand || error_) return std::nullopt;
  if (!is_boolean(*operand)) return std::nullopt;
  ExpressionStep step;
  step.operation = Operation::logical_not;
  step.left = operand->index;
  return push(std::move(step), token.offset, operand->end);
}

std::optional<ExpressionGrammar::Operand> ExpressionGrammar::number() {
  const Token token = token_;
  advance();
  const bool digits = std::all_of(token.text.begin(), token.text.end(),
                                  [](char c) { return c >= '0' && c <= '9'; });
  if (digits) {
    const auto value = parse_integer(token.text, 1'000'000'000'000'000);
    if (!value) return fail_at(token, value.error());
    return constant(ValueType::integer, *value, token);
  }
  if (const auto mac = parse_mac_address(token.text))
    return constant(ValueType::mac, to_number(*mac), token);
  if (parse_ip_address(token.text))
    return fail_at(token, "an address can only be an argument, as in holders(192.168.56.100)");
  const auto duration = parse_duration(token.text);
  if (!duration) return fail_at(token, duration.error());
  return constant(ValueType::duration, duration->count(), token);
}

ExpressionGrammar::Operand ExpressionGrammar::bare_name(const Token& token) {
  Operand operand;
  const bool null = token.kind == Token::Kind::word && token.text == "null";
  operand.kind = null ? Operand::Kind::null : Operand::Kind::name;
  operand.token = token;
  operand.start = token.offset;
  operand.end = token.offset + token.length;
  return operand;
}

std::optional<ExpressionGrammar::Operand> ExpressionGrammar::measure(const Token& token) {
  std::vector<std::string_view> names;
  for (std::size_t i = 0; i < scenario_.measures.size(); ++i) {
    const Measure& known = scenario_.measures[i];
    names.push_back(known.name);
    if (known.name != token.text) continue;
    constexpr ValueType kTypes[] = {ValueType::boolean, ValueType::integer, ValueType::duration};
    ExpressionStep step;
    step.operation = Operation::measure;
    step.type = kTypes[static_cast<std::uint8_t>(known.value.kind())];
    step.item = i;
    step.text = token.text;
    return push(std::move(step), token.offset, token.offset + token.length);
  }
  return fail_unknown(token, "measure", names);
}

tl::expected<Expression, ExpressionError> ExpressionGrammar::result() {
  if (error_) return tl::unexpected(*error_);
  return Expression(std::make_shared<const ExpressionNode>(std::move(node_)), std::string(text_));
}

}  // namespace understudy::sim
