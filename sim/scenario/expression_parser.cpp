#include "sim/scenario/expression_parser.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "sim/scenario/expression_atoms.h"
#include "sim/scenario/expression_node.h"
#include "sim/scenario/names.h"
#include "sim/scenario/units.h"
#include "sim/world_view.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kMostSteps = 500;
constexpr int kDeepestParentheses = 50;

/// One side of an operator: a finished value, or a bare name or null that takes its meaning from
/// the other side.
struct Operand {
  enum class Kind : std::uint8_t { value, name, null };
  Kind kind = Kind::value;
  std::uint32_t index = 0;
  ValueType type = ValueType::boolean;
  bool comparison = false;  // and not in parentheses
  Token token;              // of a name
  std::size_t start = 0, end = 0;
};

struct OperatorSign {
  std::string_view sign;
  Operation operation;
  int power;
};

constexpr int kPowerOfNot = 3, kPowerOfComparison = 4;

constexpr OperatorSign kOperators[] = {
    {"or", Operation::logical_or, 1}, {"and", Operation::logical_and, 2},
    {"==", Operation::equal, 4},      {"!=", Operation::not_equal, 4},
    {"<", Operation::less, 4},        {"<=", Operation::less_equal, 4},
    {">", Operation::greater, 4},     {">=", Operation::greater_equal, 4},
    {"+", Operation::add, 5},         {"-", Operation::subtract, 5},
};

std::string quoted(std::string_view text) { return "'" + std::string(text.substr(0, 60)) + "'"; }

/// Recursive descent with binding powers (Pratt). The first error ends it.
class Parser {
 public:
  Parser(std::string_view text, const Scenario& scenario) : text_(text), scenario_(scenario) {
    for (const Host& host : scenario.hosts) node_.host_names.push_back(host.name);
    advance();
  }

  tl::expected<Expression, ExpressionError> condition() {
    const auto root = expression(0, 0);
    if (root && !error_) finish(*root);
    if (!error_ && root->type != ValueType::boolean)
      fail(root->start, root->end - root->start,
           "this is " + std::string(name_of(root->type)) + ", not a condition",
           "compare it with something: `masters(VI_1) == 1`");
    return result();
  }

  tl::expected<Expression, ExpressionError> counter() {
    const auto root = expression(0, 0);
    if (root && !error_) finish(*root);
    if (!error_ && !counts(node_.steps.back().operation))
      fail(root->start, root->end - root->start, "`count` wants one counting atom and nothing else",
           "transitions(instance, host, STATE), flaps(instance), adverts(host), garps(host, ip) or "
           "lost(probe)");
    return result();
  }

  tl::expected<Moment, ExpressionError> only_moment() {
    const auto moment = parse_moment_here();
    if (moment && token_.kind != Token::Kind::end) fail_at(token_, "this is one word too many");
    if (error_) return tl::unexpected(*error_);
    return *moment;
  }

 private:
  static bool counts(Operation operation) {
    return std::any_of(kAtoms.begin(), kAtoms.end(), [&](const Atom& atom) {
      return atom.operation == operation && atom.counts;
    });
  }

  void advance() {
    previous_end_ = token_.offset + token_.length;
    token_ = next_token(text_, token_.offset + token_.length);
  }
  bool is_sign(std::string_view sign) const {
    return token_.kind == Token::Kind::sign && token_.text == sign;
  }
  bool is_word(std::string_view word) const {
    return token_.kind == Token::Kind::word && token_.text == word;
  }
  std::nullopt_t fail(std::size_t offset, std::size_t length, std::string message,
                      std::string hint = {}) {
    if (!error_)
      error_ = {offset, std::max<std::size_t>(length, 1), std::move(message), std::move(hint)};
    return std::nullopt;
  }
  std::nullopt_t fail_at(const Token& token, std::string message, std::string hint = {}) {
    return fail(token.offset, token.length, std::move(message), std::move(hint));
  }
  std::nullopt_t fail_unknown(const Token& token, std::string_view kind,
                              const std::vector<std::string_view>& candidates) {
    return fail_at(token, "there is no " + std::string(kind) + " " + quoted(token.text),
                   suggestion(token.text, candidates));
  }

  std::uint32_t push(ExpressionStep step) {
    node_.steps.push_back(std::move(step));
    return static_cast<std::uint32_t>(node_.steps.size() - 1);
  }
  Operand constant(ValueType type, std::int64_t value, const Token& token) {
    ExpressionStep step;
    step.type = type;
    step.constant = value;
    Operand operand;
    operand.type = type;
    operand.index = push(std::move(step));
    operand.start = token.offset;
    operand.end = token.offset + token.length;
    return operand;
  }

  /// The root must be the last step and a value, and nothing may follow.
  void finish(const Operand& root) {
    if (token_.kind != Token::Kind::end) {
      fail_unexpected();
    } else if (root.kind != Operand::Kind::value) {
      fail(root.start, root.end - root.start,
           quoted(text_.substr(root.start, root.end - root.start)) + " alone says nothing",
           "compare it with an atom: `master(VI_1) == lb1`");
    }
  }

  void fail_unexpected() {
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
  void fail_bad_token() {
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

  std::optional<Operand> expression(int lowest_power, int depth) {
    if (depth > kDeepestParentheses) return fail_at(token_, "nested too deeply");
    auto left = prefix(depth);
    while (left && !error_) {
      if (node_.steps.size() > kMostSteps) return fail_at(token_, "the expression is too long");
      if (token_.kind != Token::Kind::word && token_.kind != Token::Kind::sign) break;
      const auto* found =
          std::find_if(std::begin(kOperators), std::end(kOperators),
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

  std::optional<Operand> prefix(int depth) {
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
    if (is_sign("(")) return atom(token);
    if (token.text == "true" || token.text == "false")
      return constant(ValueType::boolean, token.text == "true", token);
    return bare_name(token);
  }

  static Operand bare_name(const Token& token) {
    Operand operand;
    const bool null = token.kind == Token::Kind::word && token.text == "null";
    operand.kind = null ? Operand::Kind::null : Operand::Kind::name;
    operand.token = token;
    operand.start = token.offset;
    operand.end = token.offset + token.length;
    return operand;
  }

  std::optional<Operand> parenthesized(int depth) {
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

  std::optional<Operand> negation(int depth) {
    const Token token = token_;
    advance();
    const auto operand = expression(kPowerOfNot, depth + 1);
    if (!operand || error_) return std::nullopt;
    if (!is_boolean(*operand)) return std::nullopt;
    ExpressionStep step;
    step.operation = Operation::logical_not;
    step.left = operand->index;
    Operand result;
    result.index = push(std::move(step));
    result.start = token.offset;
    result.end = operand->end;
    return result;
  }

  std::optional<Operand> number() {
    const Token token = token_;
    advance();
    const bool digits = std::all_of(token.text.begin(), token.text.end(),
                                    [](char c) { return c >= '0' && c <= '9'; });
    if (digits) {
      const auto value = parse_integer(token.text, 1'000'000'000'000'000);
      if (!value) return fail_at(token, value.error());
      return constant(ValueType::integer, *value, token);
    }
    if (const auto mac = parse_mac_address(token.text)) {
      std::int64_t value = 0;
      for (const std::uint8_t byte : mac->bytes) value = value << 8 | byte;
      return constant(ValueType::mac, value, token);
    }
    if (parse_ip_address(token.text))
      return fail_at(token, "an address can only be an argument, as in holders(192.168.56.100)");
    const auto duration = parse_duration(token.text);
    if (!duration) return fail_at(token, duration.error());
    return constant(ValueType::duration, duration->count(), token);
  }

  bool is_boolean(const Operand& operand) {
    if (operand.kind == Operand::Kind::value && operand.type == ValueType::boolean) return true;
    fail(operand.start, operand.end - operand.start,
         operand.kind == Operand::Kind::value
             ? "a condition is wanted here, not " + std::string(name_of(operand.type))
             : "a condition is wanted here, not a name");
    return false;
  }

  std::optional<Operand> combine(const OperatorSign& sign, const Token& token, Operand left,
                                 Operand right) {
    Operand result;
    result.start = left.start;
    result.end = right.end;
    ExpressionStep step;
    step.operation = sign.operation;
    if (sign.power < kPowerOfNot) {
      if (!is_boolean(left) || !is_boolean(right)) return std::nullopt;
    } else if (sign.power == kPowerOfComparison) {
      if (left.comparison) return fail_at(token, "one comparison at a time", "join two with `and`");
      result.comparison = true;
      if (left.kind == Operand::Kind::null || right.kind == Operand::Kind::null)
        return null_test(sign, token, left, right, result);
      if (!match_types(sign, token, left, right)) return std::nullopt;
    } else {
      if (!match_types(sign, token, left, right)) return std::nullopt;
      step.type = result.type = left.type;
    }
    step.left = left.index;
    step.right = right.index;
    result.index = push(std::move(step));
    return result;
  }

  std::optional<Operand> null_test(const OperatorSign& sign, const Token& token,
                                   const Operand& left, const Operand& right, Operand result) {
    const Operand& other = left.kind == Operand::Kind::null ? right : left;
    const bool equality =
        sign.operation == Operation::equal || sign.operation == Operation::not_equal;
    if (!equality || other.kind != Operand::Kind::value)
      return fail_at(token, "null can only be compared with an atom, by == or !=");
    ExpressionStep step;
    step.operation =
        sign.operation == Operation::equal ? Operation::is_null : Operation::is_not_null;
    step.left = other.index;
    result.index = push(std::move(step));
    return result;
  }

  bool match_types(const OperatorSign& sign, const Token& token, Operand& left, Operand& right) {
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
    const bool orders =
        sign.operation != Operation::equal && sign.operation != Operation::not_equal;
    const bool ordered = left.type == ValueType::integer || left.type == ValueType::duration;
    if (left.type != right.type) {
      const bool unit_missing =
          (left.type == ValueType::duration && right.type == ValueType::integer) ||
          (left.type == ValueType::integer && right.type == ValueType::duration);
      const Operand& bare = left.type == ValueType::integer ? left : right;
      const std::string_view bare_text = text_.substr(bare.start, bare.end - bare.start);
      if (unit_missing)
        fail(bare.start, bare.end - bare.start,
             quoted(bare_text) + " is a bare number where a duration is needed",
             "write its unit: " + std::string(bare_text) + "s");
      else
        fail_at(token, quoted(token.text) + " joins " + std::string(name_of(left.type)) + " and " +
                           std::string(name_of(right.type)));
      return false;
    }
    if (orders && !ordered) {
      fail_at(token, quoted(token.text) + " does not work on " + std::string(name_of(left.type)),
              sign.power == kPowerOfComparison ? "only == and != do" : "");
      return false;
    }
    return true;
  }

  /// Gives a bare name the meaning that the other side asks for.
  bool resolve(Operand& operand, ValueType type) {
    const std::string_view name = operand.token.text;
    std::optional<std::int64_t> value;
    if (type == ValueType::host) {
      const auto host = find_host(scenario_, name);
      if (!host) {
        fail_unknown(operand.token, "host", host_names(scenario_));
        return false;
      }
      value = static_cast<std::int64_t>(*host);
    } else if (type == ValueType::state) {
      const auto state = find_state(name);
      if (!state) {
        fail_unknown(operand.token, "state", state_names());
        return false;
      }
      value = static_cast<std::int64_t>(*state);
    } else if (type == ValueType::service_status) {
      constexpr std::string_view kStatuses[] = {"up", "down", "hung"};
      const auto* found = std::find(std::begin(kStatuses), std::end(kStatuses), name);
      if (found == std::end(kStatuses)) {
        fail_unknown(operand.token, "service status", {"up", "down", "hung"});
        return false;
      }
      value = found - std::begin(kStatuses);
    } else {
      if (const auto mac = type == ValueType::mac ? parse_mac_address(name) : std::nullopt) {
        std::int64_t number = 0;
        for (const std::uint8_t byte : mac->bytes) number = number << 8 | byte;
        operand = constant(type, number, operand.token);
        return true;
      }
      fail_at(operand.token,
              quoted(name) + " is only a name: " + std::string(name_of(type)) + " is wanted here");
      return false;
    }
    operand = constant(type, *value, operand.token);
    return true;
  }

  std::optional<Operand> atom(const Token& name) {
    const auto* found = std::find_if(kAtoms.begin(), kAtoms.end(),
                                     [&](const Atom& a) { return a.name == name.text; });
    if (found == kAtoms.end()) {
      std::vector<std::string_view> names;
      for (const Atom& known : kAtoms) names.push_back(known.name);
      return fail_unknown(name, "atom", names);
    }
    advance();  // the parenthesis
    ExpressionStep step;
    step.operation = found->operation;
    step.type = found->type;
    Token instance;
    bool has_host = false;
    for (std::size_t i = 0; i < 3 && found->parameters[i] != Parameter::none; ++i) {
      if (i > 0 && !comma(*found)) return std::nullopt;
      if (!argument(*found, found->parameters[i], step, instance, has_host)) return std::nullopt;
    }
    if (found->operation == Operation::blackout && !interval(step)) return std::nullopt;
    if (found->operation == Operation::adverts && is_sign(","))
      return fail_at(token_, "a condition on adverts() is not supported yet");
    if (!is_sign(")")) {
      if (is_sign(","))
        return fail_at(token_, "one argument too many for " + std::string(found->name) + "()");
      if (token_.kind == Token::Kind::end)
        return fail_at(name, std::string(found->name) + "( is never closed");
      fail_unexpected();
      return std::nullopt;
    }
    Operand result;
    result.type = found->type;
    result.start = name.offset;
    result.end = token_.offset + 1;
    step.text = text_.substr(result.start, result.end - result.start);
    advance();
    node_.changes_unseen = node_.changes_unseen || found->changes_unseen;
    result.index = push(std::move(step));
    return result;
  }

  bool comma(const Atom& atom_found) {
    if (is_sign(",")) {
      advance();
      return true;
    }
    if (is_sign(")"))
      fail_at(token_,
              std::string(atom_found.name) + "() needs another argument: " + usage(atom_found));
    else
      fail_unexpected();
    return false;
  }

  static std::string usage(const Atom& atom_found) {
    constexpr std::string_view kNames[] = {"",        "host",  "instance", "address",
                                           "service", "probe", "STATE"};
    std::string text = std::string(atom_found.name) + "(";
    for (std::size_t i = 0; i < 3 && atom_found.parameters[i] != Parameter::none; ++i)
      text += (i == 0 ? "" : ", ") +
              std::string(kNames[static_cast<std::uint8_t>(atom_found.parameters[i])]);
    return text + ")";
  }

  bool argument(const Atom& atom_found, Parameter parameter, ExpressionStep& step, Token& instance,
                bool& has_host) {
    const Token token = token_;
    if (token.kind != Token::Kind::word && token.kind != Token::Kind::number &&
        token.kind != Token::Kind::text) {
      if (token.kind == Token::Kind::bad)
        fail_bad_token();
      else
        fail_at(token,
                std::string(atom_found.name) + "() wants an argument here: " + usage(atom_found));
      return false;
    }
    switch (parameter) {
      case Parameter::host: {
        const auto host = find_host(scenario_, token.text);
        if (!host) return fail_unknown(token, "host", host_names(scenario_)), false;
        step.host = *host;
        has_host = true;
        break;
      }
      case Parameter::instance:
        instance = token;
        step.instance = token.text;
        break;
      case Parameter::address: {
        const auto address = parse_ip_address(token.text);
        if (!address) return fail_at(token, quoted(token.text) + " is not an IP address"), false;
        step.address = *address;
        break;
      }
      case Parameter::service: {
        const auto service = find_service(scenario_.hosts[step.host], token.text);
        if (!service)
          return fail_unknown(token, "service", service_names(scenario_.hosts[step.host])), false;
        step.item = *service;
        break;
      }
      case Parameter::probe: {
        const auto probe = find_probe(scenario_, token.text);
        if (!probe) return fail_unknown(token, "probe", probe_names(scenario_)), false;
        step.item = *probe;
        break;
      }
      case Parameter::state: {
        const auto state = find_state(token.text);
        if (!state) return fail_unknown(token, "state", state_names()), false;
        step.state = *state;
        break;
      }
      case Parameter::none:
        break;
    }
    advance();
    return instance.length == 0 || known_instance(step, instance, has_host);
  }

  bool known_instance(const ExpressionStep& step, const Token& instance, bool of_host) {
    const auto names =
        instance_names(scenario_, of_host ? std::optional<std::size_t>(step.host) : std::nullopt);
    if (std::find(names.begin(), names.end(), instance.text) != names.end()) return true;
    const std::string kind =
        of_host ? "vrrp_instance on host '" + scenario_.hosts[step.host].name + "' called"
                : "vrrp_instance";
    fail_unknown(instance, kind, names);
    return false;
  }

  /// ", from=MOMENT, to=MOMENT" or the same without the names.
  bool interval(ExpressionStep& step) {
    for (int i = 0; i < 2 && is_sign(","); ++i) {
      advance();
      bool to = i == 1;
      const Token name = token_;
      if (is_word("from") || is_word("to")) {
        Token after = next_token(text_, name.offset + name.length);
        if (after.text == "=" || after.text == "==") {
          if (after.text == "==") return fail_at(after, "write = here"), false;
          to = name.text == "to";
          advance();
          advance();
        }
      }
      const auto moment = parse_moment_here();
      if (!moment) return false;
      (to ? step.to : step.from) = Instant{std::max(time_of(scenario_, *moment), Duration{})};
    }
    return true;
  }

  std::optional<Moment> parse_moment_here() {
    Moment moment;
    const Token token = token_;
    if (token.kind == Token::Kind::number) {
      const auto duration = parse_duration(token.text);
      if (!duration) return fail_at(token, duration.error());
      moment.offset = *duration;
    } else if (token.kind == Token::Kind::word || token.kind == Token::Kind::text) {
      if (!event(token, moment)) return std::nullopt;
    } else {
      if (token.kind == Token::Kind::bad)
        fail_bad_token();
      else if (is_sign("-"))
        fail_at(token, "a time must not be negative");
      else
        fail_at(token, "a time or an event of the timeline is wanted here");
      return std::nullopt;
    }
    advance();
    if (!is_sign("+") && !is_sign("-")) return moment;
    const bool minus = is_sign("-");
    advance();
    const auto duration = token_.kind == Token::Kind::number
                              ? parse_duration(token_.text)
                              : tl::unexpected(std::string("a duration is wanted here"));
    if (!duration) return fail_at(token_, duration.error());
    moment.offset += minus ? -*duration : *duration;
    if (!moment.event && moment.offset < Duration{})
      return fail(token.offset, token_.offset + token_.length - token.offset,
                  "this lies before the start");
    advance();
    return moment;
  }

  bool event(const Token& token, Moment& moment) {
    std::string_view name = token.text;
    EventReference reference;
    constexpr std::string_view kEnd = ".end";
    if (name.size() > kEnd.size() && name.ends_with(kEnd)) {
      name.remove_suffix(kEnd.size());
      reference.end = true;
    }
    const auto fault = find_fault(scenario_, name);
    if (!fault) {
      Token shown = token;
      shown.text = name;
      shown.length = name.size();
      fail_unknown(shown, "event", fault_names(scenario_));
      return false;
    }
    if (reference.end && !scenario_.timeline[*fault].lasts) {
      fail_at(token, "event " + quoted(name) + " has no end", "give it `for: 10s`");
      return false;
    }
    reference.fault = *fault;
    moment.event = reference;
    return true;
  }

  tl::expected<Expression, ExpressionError> result() {
    if (error_) return tl::unexpected(*error_);
    return Expression(std::make_shared<const ExpressionNode>(std::move(node_)), std::string(text_));
  }

  std::string_view text_;
  const Scenario& scenario_;
  ExpressionNode node_;
  Token token_;
  std::size_t previous_end_ = 0;
  std::optional<ExpressionError> error_;
};

}  // namespace

tl::expected<Expression, ExpressionError> parse_condition(std::string_view text,
                                                          const Scenario& scenario) {
  return Parser(text, scenario).condition();
}

tl::expected<Expression, ExpressionError> parse_counter(std::string_view text,
                                                        const Scenario& scenario) {
  return Parser(text, scenario).counter();
}

tl::expected<Moment, ExpressionError> parse_moment(std::string_view text,
                                                   const Scenario& scenario) {
  return Parser(text, scenario).only_moment();
}

Duration event_time(const Scenario& scenario, EventReference event) {
  Duration time{};
  // A chain is at most as long as the timeline.
  for (std::size_t hops = 0; hops <= scenario.timeline.size(); ++hops) {
    const Fault& fault = scenario.timeline[event.fault];
    time += fault.at;
    if (event.end) time += fault.lasts.value_or(Duration{});
    if (!fault.after) break;
    event = {*fault.after, fault.after_end};
  }
  return time;
}

Duration time_of(const Scenario& scenario, const Moment& moment) {
  return moment.event ? event_time(scenario, *moment.event) + moment.offset : moment.offset;
}

}  // namespace understudy::sim
