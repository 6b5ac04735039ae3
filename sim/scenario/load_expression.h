// Expressions in the scalars of a scenario file; errors get their place inside of them.
#pragma once

#include <optional>
#include <string>

#include "sim/scenario/expression_parser.h"
#include "sim/scenario/load_context.h"

namespace understudy::sim {

/// What `parse` (of expression_parser.h) makes of a scalar; nullopt after an error, which has this
/// code.
template <typename Value>
std::optional<Value> load_parsed(LoadContext& context, const YamlNode& node,
                                 const Scenario& scenario, const char* code,
                                 tl::expected<Value, ExpressionError> (*parse)(std::string_view,
                                                                               const Scenario&)) {
  const auto text = context.string(node);
  if (!text) return std::nullopt;
  auto parsed = parse(*text, scenario);
  if (parsed) return std::move(*parsed);
  const ExpressionError& error = parsed.error();
  context.report(Severity::error, context.place_in(node, error.offset), error.length, code,
                 error.message, error.hint);
  return std::nullopt;
}

inline std::optional<Expression> load_expression(
    LoadContext& context, const YamlNode& node, const Scenario& scenario,
    tl::expected<Expression, ExpressionError> (*parse)(std::string_view, const Scenario&)) {
  return load_parsed(context, node, scenario, "bad-expression", parse);
}

}  // namespace understudy::sim
