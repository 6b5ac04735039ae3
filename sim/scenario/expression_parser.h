// Text -> Expression, with every name resolved against a scenario and every type checked.
#pragma once

#include <optional>
#include <string_view>
#include <tl/expected.hpp>

#include "sim/scenario/expression.h"
#include "sim/scenario/expression_lexer.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {

/// A condition: `master(VI_1) == lb1 and blackout(web) <= 800ms`. `scenario` must know its hosts,
/// services, probes and timeline already.
tl::expected<Expression, ExpressionError> parse_condition(std::string_view text,
                                                          const Scenario& scenario);

/// A counting atom for `count:`: transitions, adverts, garps, flaps or lost, nothing around it.
tl::expected<Expression, ExpressionError> parse_counter(std::string_view text,
                                                        const Scenario& scenario);

/// A measure: a number, a duration or a condition.
tl::expected<Expression, ExpressionError> parse_measure(std::string_view text,
                                                        const Scenario& scenario);

/// A condition over the measures of `scenario` by their names: `spurious > 0`. Evaluated with
/// MeasureView (sim/scenario/measure_view.h).
tl::expected<Expression, ExpressionError> parse_verdict_condition(std::string_view text,
                                                                  const Scenario& scenario);

/// A moment: a duration since the start ("9s"), or an event of the timeline ("drop", "drop.end"),
/// either with "+ 2s" or "- 2s" behind it.
struct Moment {
  std::optional<EventReference> event;
  Duration offset{};  // from the event, else from the start; may be negative after an event
};
tl::expected<Moment, ExpressionError> parse_moment(std::string_view text, const Scenario& scenario);

/// When an event of the timeline happens. The timeline's `after` chains must not be circular.
Duration event_time(const Scenario& scenario, EventReference event);
Duration time_of(const Scenario& scenario, const Moment& moment);

}  // namespace understudy::sim
