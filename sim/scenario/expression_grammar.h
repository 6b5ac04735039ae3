// How expressions are read: recursive descent with binding powers (Pratt), types checked on the
// way. Inside of expression_parser.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "sim/scenario/expression.h"
#include "sim/scenario/expression_atoms.h"
#include "sim/scenario/expression_lexer.h"
#include "sim/scenario/expression_node.h"
#include "sim/scenario/expression_parser.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {

/// One text, read once: call one of condition(), counter(), value(), over_measures(),
/// only_moment(). The first error ends it.
class ExpressionGrammar {
 public:
  ExpressionGrammar(std::string_view text, const Scenario& scenario);

  tl::expected<Expression, ExpressionError> condition();
  tl::expected<Expression, ExpressionError> counter();
  tl::expected<Expression, ExpressionError> value();
  tl::expected<Expression, ExpressionError> over_measures();
  tl::expected<Moment, ExpressionError> only_moment();

 private:
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
  static constexpr int kPowerOfNot = 3, kPowerOfComparison = 4;
  static const OperatorSign kOperators[10];

  void advance() { token_ = next_token(text_, token_.offset + token_.length); }
  bool is_sign(std::string_view sign) const {
    return token_.kind == Token::Kind::sign && token_.text == sign;
  }
  bool is_word(std::string_view word) const {
    return token_.kind == Token::Kind::word && token_.text == word;
  }

  // Errors. The first one stays.
  static std::string quoted(std::string_view text) {
    return "'" + std::string(text.substr(0, 60)) + "'";
  }
  std::nullopt_t fail(std::size_t offset, std::size_t length, std::string message,
                      std::string hint = {});
  std::nullopt_t fail_at(const Token& token, std::string message, std::string hint = {});
  std::nullopt_t fail_unknown(const Token& token, std::string_view kind,
                              const std::vector<std::string_view>& candidates);
  void fail_unexpected();
  void fail_bad_token();

  // Grammar.
  std::optional<Operand> expression(int lowest_power, int depth);
  std::optional<Operand> prefix(int depth);
  std::optional<Operand> parenthesized(int depth);
  std::optional<Operand> negation(int depth);
  std::optional<Operand> number();
  static Operand bare_name(const Token& token);
  /// Adds a step, which stands between these two bytes of the text.
  Operand push(ExpressionStep step, std::size_t start, std::size_t end);
  Operand constant(ValueType type, std::int64_t value, const Token& token);
  void finish(const Operand& root);
  tl::expected<Expression, ExpressionError> result();

  // Types.
  bool is_boolean(const Operand& operand);
  std::optional<Operand> combine(const OperatorSign& sign, const Token& token, Operand left,
                                 Operand right);
  std::optional<Operand> null_test(const OperatorSign& sign, const Token& token,
                                   const Operand& left, const Operand& right);
  bool match_types(const OperatorSign& sign, const Token& token, Operand& left, Operand& right);
  struct Range {
    std::int64_t lowest, highest;
  };
  Range range_of(const ExpressionStep& step) const;
  bool is_possible(const OperatorSign& sign, const Operand& left, const Operand& right);
  bool fail_types(const Token& token, const Operand& left, const Operand& right);
  bool resolve(Operand& operand, ValueType type);
  std::optional<std::int64_t> constant_named(const Token& token, ValueType type);

  // Atoms and moments.
  std::optional<Operand> atom(const Token& name);
  std::optional<Operand> close_atom(const Atom& found, const Token& name, ExpressionStep step);
  bool comma(const Atom& atom_found);
  bool argument(const Atom& atom_found, Parameter parameter, ExpressionStep& step, Token& instance,
                bool& has_host);
  bool known_argument(Parameter parameter, const Token& token, ExpressionStep& step);
  bool known_instance(const ExpressionStep& step, const Token& instance, bool of_host);
  bool interval(ExpressionStep& step);
  bool filter(ExpressionStep& step);
  std::optional<Operand> field(const Token& token);
  std::optional<Operand> measure(const Token& token);
  std::optional<Moment> parse_moment_here();
  std::optional<Moment> add_offset(Moment moment, const Token& first);
  bool event(const Token& token, Moment& moment);

  std::string_view text_;
  const Scenario& scenario_;
  ExpressionNode node_;
  Token token_;
  std::optional<ExpressionError> error_;
  bool in_filter_ = false;      // inside of adverts(host, ...)
  bool over_measures_ = false;  // bare names are measures of the scenario
};

}  // namespace understudy::sim
