// Atoms with their arguments, and moments of the timeline.
#include <algorithm>

#include "sim/scenario/expression_grammar.h"
#include "sim/scenario/names.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

std::string usage(const Atom& atom_found) {
  constexpr std::string_view kNames[] = {"",        "host",  "instance", "address",
                                         "service", "probe", "STATE"};
  std::string text = std::string(atom_found.name) + "(";
  for (std::size_t i = 0; i < 3 && atom_found.parameters[i] != Parameter::none; ++i)
    text += (i == 0 ? "" : ", ") +
            std::string(kNames[static_cast<std::uint8_t>(atom_found.parameters[i])]);
  return text + ")";
}

}  // namespace

std::optional<ExpressionGrammar::Operand> ExpressionGrammar::atom(const Token& name) {
  const auto* found = std::find_if(kAtoms.begin(), kAtoms.end(),
                                   [&](const Atom& a) { return a.name == name.text; });
  if (found == kAtoms.end()) {
    std::vector<std::string_view> names;
    names.reserve(kAtoms.size());
    for (const Atom& known : kAtoms) names.push_back(known.name);
    return fail_unknown(name, "atom", names);
  }
  if (in_filter_)
    return fail_at(name, "a condition on adverts may speak of priority, vrid, version and instance",
                   "adverts(lb1, priority == 0)");
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
  if (found->operation == Operation::adverts && is_sign(",") && !filter(step)) return std::nullopt;
  return close_atom(*found, name, std::move(step));
}

std::optional<ExpressionGrammar::Operand> ExpressionGrammar::close_atom(const Atom& found,
                                                                        const Token& name,
                                                                        ExpressionStep step) {
  if (is_sign(","))
    return fail_at(token_, "one argument too many for " + std::string(found.name) + "()");
  if (!is_sign(")")) {
    if (token_.kind == Token::Kind::end)
      return fail_at(name, std::string(found.name) + "( is never closed");
    fail_unexpected();
    return std::nullopt;
  }
  const std::size_t end = token_.offset + 1;
  step.text = text_.substr(name.offset, end - name.offset);
  advance();
  return push(std::move(step), name.offset, end);
}

bool ExpressionGrammar::comma(const Atom& atom_found) {
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

bool ExpressionGrammar::argument(const Atom& atom_found, Parameter parameter, ExpressionStep& step,
                                 Token& instance, bool& has_host) {
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
  if (!known_argument(parameter, token, step)) return false;
  if (parameter == Parameter::host) has_host = true;
  if (parameter == Parameter::instance) instance = token;
  advance();
  return instance.length == 0 || known_instance(step, instance, has_host);
}

bool ExpressionGrammar::known_argument(Parameter parameter, const Token& token,
                                       ExpressionStep& step) {
  std::optional<std::size_t> index;
  const Host* host = step.host < scenario_.hosts.size() ? &scenario_.hosts[step.host] : nullptr;
  switch (parameter) {
    case Parameter::host:
      index = find_host(scenario_, token.text);
      if (!index) fail_unknown(token, "host", host_names(scenario_));
      step.host = index.value_or(0);
      return index.has_value();
    case Parameter::address:
      if (const auto address = parse_ip_address(token.text)) {
        step.address = *address;
        return true;
      }
      fail_at(token, quoted(token.text) + " is not an IP address");
      return false;
    case Parameter::service:
      index = find_service(*host, token.text);
      if (!index)
        fail_unknown(token, "service on host '" + host->name + "' called", service_names(*host));
      break;
    case Parameter::probe:
      index = find_probe(scenario_, token.text);
      if (!index) fail_unknown(token, "probe", probe_names(scenario_));
      break;
    case Parameter::state:
      if (const auto state = find_state(token.text)) {
        step.state = *state;
        return true;
      }
      fail_unknown(token, "state", state_names());
      return false;
    default:
      step.instance = token.text;
      return true;
  }
  step.item = index.value_or(0);
  return index.has_value();
}

bool ExpressionGrammar::known_instance(const ExpressionStep& step, const Token& instance,
                                       bool of_host) {
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
bool ExpressionGrammar::interval(ExpressionStep& step) {
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
    Boundary& boundary = (to ? step.to : step.from).emplace();
    boundary.offset = moment->offset;
    if (!moment->event) continue;
    boundary.fault = moment->event->fault;
    boundary.end = moment->event->end;
  }
  return true;
}

/// ", CONDITION" on the fields of an advert.
bool ExpressionGrammar::filter(ExpressionStep& step) {
  advance();
  for (const auto name : instance_names(scenario_, step.host))
    if (std::find(node_.instance_names.begin(), node_.instance_names.end(), name) ==
        node_.instance_names.end())
      node_.instance_names.emplace_back(name);
  in_filter_ = true;
  const auto condition = expression(0, 1);
  in_filter_ = false;
  if (!condition || error_ || !is_boolean(*condition)) return false;
  step.filter = condition->index;
  return true;
}

/// A field of an advert, inside of adverts(host, ...).
std::optional<ExpressionGrammar::Operand> ExpressionGrammar::field(const Token& token) {
  struct Field {
    std::string_view name;
    Operation operation;
    ValueType type;
  };
  static constexpr Field kFields[] = {
      {"priority", Operation::advert_priority, ValueType::integer},
      {"vrid", Operation::advert_vrid, ValueType::integer},
      {"version", Operation::advert_version, ValueType::integer},
      {"instance", Operation::advert_instance, ValueType::instance}};
  for (const Field& known : kFields) {
    if (known.name != token.text) continue;
    ExpressionStep step;
    step.operation = known.operation;
    step.type = known.type;
    return push(std::move(step), token.offset, token.offset + token.length);
  }
  return bare_name(token);
}

tl::expected<Moment, ExpressionError> ExpressionGrammar::only_moment() {
  const auto moment = parse_moment_here();
  if (moment && token_.kind != Token::Kind::end) fail_at(token_, "this is one word too many");
  if (error_) return tl::unexpected(*error_);
  return *moment;
}

std::optional<Moment> ExpressionGrammar::parse_moment_here() {
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
  return is_sign("+") || is_sign("-") ? add_offset(moment, token) : moment;
}

std::optional<Moment> ExpressionGrammar::add_offset(Moment moment, const Token& first) {
  const bool minus = is_sign("-");
  advance();
  const auto duration = token_.kind == Token::Kind::number
                            ? parse_duration(token_.text)
                            : tl::unexpected(std::string("a duration is wanted here"));
  if (!duration) return fail_at(token_, duration.error());
  moment.offset += minus ? -*duration : *duration;
  if (!moment.event && moment.offset < Duration{})
    return fail(first.offset, token_.offset + token_.length - first.offset,
                "this lies before the start");
  advance();
  return moment;
}

bool ExpressionGrammar::event(const Token& token, Moment& moment) {
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

}  // namespace understudy::sim
