#include "sim/scenario/expression_parser.h"

#include "sim/scenario/expression_grammar.h"

namespace understudy::sim {

tl::expected<Expression, ExpressionError> parse_condition(std::string_view text,
                                                          const Scenario& scenario) {
  return ExpressionGrammar(text, scenario).condition();
}

tl::expected<Expression, ExpressionError> parse_counter(std::string_view text,
                                                        const Scenario& scenario) {
  return ExpressionGrammar(text, scenario).counter();
}

tl::expected<Expression, ExpressionError> parse_measure(std::string_view text,
                                                        const Scenario& scenario) {
  return ExpressionGrammar(text, scenario).value();
}

tl::expected<Expression, ExpressionError> parse_verdict_condition(std::string_view text,
                                                                  const Scenario& scenario) {
  return ExpressionGrammar(text, scenario).over_measures();
}

tl::expected<Moment, ExpressionError> parse_moment(std::string_view text,
                                                   const Scenario& scenario) {
  return ExpressionGrammar(text, scenario).only_moment();
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
