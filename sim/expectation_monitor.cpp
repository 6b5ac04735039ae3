#include "sim/expectation_monitor.h"

#include <algorithm>

#include "sim/scenario/expression_parser.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

/// What happens at an interval's end lies outside, so counters are read this much before it.
constexpr Duration kJustBefore{1};

/// An event of the (drawn) timeline, or the time that the file gives.
std::optional<Instant> moment_of(const Scenario& scenario,
                                 const std::optional<EventReference>& event,
                                 const std::optional<Duration>& time) {
  if (event) return Instant{std::max(event_time(scenario, *event) + event->offset, Duration{})};
  return time ? std::optional(Instant{*time}) : std::nullopt;
}

std::string when(Instant instant) { return to_text(instant.time_since_epoch()); }

}  // namespace

/// One expectation while it runs. Its condition is a step function of time: `value` holds from
/// `since` on, until an observation says otherwise. Intervals are half open, but the end of the run
/// belongs to the last.
struct ExpectationMonitor::Item {
  Item(const Scenario& scenario, const Expectation& of, const WorldView& seen)
      : expectation(&of), world(&seen), run_end_(scenario.duration) {
    result.text = of.text;
    at_ = moment_of(scenario, of.at_event, of.at).value_or(Instant{});
    from_ = moment_of(scenario, of.from_event, of.from);
    before_ = moment_of(scenario, of.before_event, of.before);
    // Counted from an event, not at it: then the moment is known beforehand.
    if (of.after && of.after->offset != Duration{} &&
        event_time(scenario, *of.after) <= scenario.duration)
      from_ = moment_of(scenario, of.after, {});
    if (from_ || (!of.after && !of.during)) start_ = from_.value_or(Instant{});
    end_ = before_;
  }

  void begin(Instant now);
  void end_at(Instant now);
  void observe(Instant now);
  void finish(Instant now);
  std::optional<Instant> next_check(Instant now) const;

  const Expectation* expectation;
  const WorldView* world;
  ExpectationResult result;
  bool decided = false;

 private:
  bool is(ExpectationForm form) const { return expectation->form == form; }
  bool wanted(bool condition) const { return condition != is(ExpectationForm::never); }
  bool runs(Instant now) const { return start_ && now >= *start_ && (!end_ || now < *end_); }
  /// Since when the condition has its value, as far as the interval goes.
  Instant since_in_interval() const { return std::max(since_, *start_); }
  Instant deadline() const { return *start_ + expectation->within; }
  std::string seen() const { return expectation->condition.describe(*world); }
  std::optional<Duration> slack() const;
  std::optional<Duration> distance_of_change() const;
  void decide(Verdict verdict, std::optional<Instant> at, std::optional<Duration> margin,
              std::string detail = {});
  void watch_at(Instant now);
  void watch_count(Instant now);
  void hold(Instant until);
  void reach(Instant at);
  void hold_within(Instant until);
  void hold_always(Instant until);
  void set(Instant now, bool next);
  void set_within(Instant now);
  void conclude(Instant now);
  void conclude_count(Instant now);

  Instant run_end_;
  Instant at_;                                        // form at
  std::optional<Instant> from_, before_;              // known from the start on
  std::optional<Instant> start_, end_;                // of the interval, once known
  std::optional<Instant> last_change_, next_change_;  // at: of the condition, around the moment
  bool looked_ = false, observed_ = false;
  bool value_ = false;
  Instant since_{};
  Duration longest_breach_{};                    // always, never
  std::int64_t count_at_start_ = 0;              // count
  std::optional<std::int64_t> count_at_end_;     // count
  std::optional<std::string> seen_at_deadline_;  // within: missed
};

std::optional<Duration> ExpectationMonitor::Item::slack() const {
  auto slack = expectation->condition.slack(*world);
  if (slack && is(ExpectationForm::never)) slack = -*slack;
  return slack;
}

void ExpectationMonitor::Item::decide(Verdict verdict, std::optional<Instant> at,
                                      std::optional<Duration> margin, std::string detail) {
  decided = true;
  result.verdict = verdict;
  result.at = at;
  result.margin = margin;
  result.detail = std::move(detail);
}

/// The event at which the interval begins.
void ExpectationMonitor::Item::begin(Instant now) {
  if (decided || start_) return;
  start_ = now;
  if (is(ExpectationForm::count)) count_at_start_ = expectation->condition.count(*world);
}

/// The event before which it ends.
void ExpectationMonitor::Item::end_at(Instant now) {
  if (decided || !start_ || end_) return;
  end_ = now;
  if (is(ExpectationForm::count)) count_at_end_ = expectation->condition.count(*world);
}

void ExpectationMonitor::Item::observe(Instant now) {
  if (decided || is(ExpectationForm::that)) return;
  if (is(ExpectationForm::at)) return watch_at(now);
  if (is(ExpectationForm::count)) return watch_count(now);
  hold(now);
  if (!decided && end_ && now >= *end_) conclude(*end_);
  if (!decided) set(now, expectation->condition.holds(*world));
}

void ExpectationMonitor::Item::watch_at(Instant now) {
  if (next_change_) return;
  const bool holds = expectation->condition.holds(*world);
  if (observed_ && now > at_) {
    if (holds != value_) next_change_ = now;
    return;
  }
  if (looked_ && holds != value_) last_change_ = now;
  looked_ = true;
  value_ = holds;
  if (now < at_) return;
  observed_ = true;
  result.margin = slack();
  result.detail = holds ? "" : seen();
}

/// How far the nearest change of the condition was from the moment that counts.
std::optional<Duration> ExpectationMonitor::Item::distance_of_change() const {
  std::optional<Duration> distance;
  if (last_change_) distance = at_ - *last_change_;
  if (next_change_) distance = std::min(distance.value_or(Duration::max()), *next_change_ - at_);
  if (distance && !value_) distance = -std::max(*distance, Duration{1});
  return distance;
}

void ExpectationMonitor::Item::watch_count(Instant now) {
  if (from_ && now < *from_) count_at_start_ = expectation->condition.count(*world);
  if (before_ && now < *before_) count_at_end_ = expectation->condition.count(*world);
}

/// `value` held up to here.
void ExpectationMonitor::Item::hold(Instant until) {
  if (end_) until = std::min(until, *end_);
  if (!observed_ || !start_ || until <= since_in_interval()) return;
  if (is(ExpectationForm::within)) {
    hold_within(until);
  } else if (is(ExpectationForm::eventually) || is(ExpectationForm::sometimes)) {
    if (value_) reach(since_in_interval());
  } else {
    hold_always(until);
  }
}

/// It was true once; the margin is what was left of the interval.
void ExpectationMonitor::Item::reach(Instant at) {
  decide(Verdict::pass, at, end_.value_or(run_end_) - at);
}

void ExpectationMonitor::Item::hold_within(Instant until) {
  const Instant from = since_in_interval();
  const Duration margin = deadline() - from;
  if (value_ && until - from >= expectation->stays.value_or(Duration{})) {
    if (margin >= Duration{})
      decide(Verdict::pass, from, margin);
    else
      decide(Verdict::fail, from, margin,
             "came " + to_text(-margin) + " too late, at " + when(from));
  } else if (until > deadline() && !(value_ && margin >= Duration{}) && !seen_at_deadline_) {
    seen_at_deadline_ = "not by " + when(deadline());
  }
}

void ExpectationMonitor::Item::hold_always(Instant until) {
  if (wanted(value_)) return;
  const Instant from = since_in_interval();
  const Duration length = until - from;
  longest_breach_ = std::max(longest_breach_, length);
  const Duration forgiven = expectation->longer_than.value_or(Duration{});
  if (length > forgiven)
    decide(Verdict::fail, from,
           expectation->longer_than ? std::optional(forgiven - length) : std::nullopt,
           "broken from " + when(from) + " on, for " + to_text(length) + " at least");
}

/// From now on the condition is `next`.
void ExpectationMonitor::Item::set(Instant now, bool next) {
  if (!observed_ || next != value_) since_ = now;
  observed_ = true;
  value_ = next;
  if (!runs(now)) return;
  if (is(ExpectationForm::within)) {
    set_within(now);
  } else if (is(ExpectationForm::eventually) || is(ExpectationForm::sometimes)) {
    if (value_) reach(now);
  } else if (!wanted(value_) && !expectation->longer_than) {
    decide(Verdict::fail, now, std::nullopt, "at " + when(now) + " " + seen());
  }
}

void ExpectationMonitor::Item::set_within(Instant now) {
  const Instant from = since_in_interval();
  if (value_ && now - from >= expectation->stays.value_or(Duration{}))
    hold_within(now);
  else if (now >= deadline() && !(value_ && from <= deadline()) && !seen_at_deadline_)
    seen_at_deadline_ = "at " + when(now) + " " + seen();
}

void ExpectationMonitor::Item::finish(Instant now) {
  if (decided) return;
  if (is(ExpectationForm::that)) {
    const bool holds = expectation->condition.holds(*world);
    return decide(holds ? Verdict::pass : Verdict::fail, now, slack(), holds ? "" : seen());
  }
  if (is(ExpectationForm::at)) {
    if (!observed_)
      return decide(Verdict::vacuous, std::nullopt, std::nullopt, "the run ended before");
    return decide(value_ ? Verdict::pass : Verdict::fail, at_,
                  result.margin ? result.margin : distance_of_change(), result.detail);
  }
  hold(now);
  if (!decided) conclude(end_ ? std::min(now, *end_) : now);
}

/// The interval is over and nothing has decided before.
void ExpectationMonitor::Item::conclude(Instant now) {
  const bool never_began = !start_ || *start_ > now;
  if (never_began || (end_ && *end_ <= *start_))
    return decide(Verdict::vacuous, std::nullopt, std::nullopt,
                  start_ ? "the interval is empty" : "the event never happened");
  switch (expectation->form) {
    case ExpectationForm::count:
      return conclude_count(now);
    case ExpectationForm::eventually:
      return decide(Verdict::fail, now, std::nullopt, "never; last " + seen());
    case ExpectationForm::sometimes:
      return decide(Verdict::vacuous, std::nullopt, std::nullopt, "never reached; last " + seen());
    case ExpectationForm::within:
      if (observed_ && value_ && since_in_interval() <= deadline())
        return decide(Verdict::fail, now, std::nullopt,
                      "true since " + when(since_in_interval()) + ", but the run ended before " +
                          to_text(expectation->stays.value_or(Duration{})) + " had passed");
      return decide(Verdict::fail, std::min(now, deadline()), std::nullopt,
                    seen_at_deadline_.value_or("at the end " + seen()));
    default:
      return decide(Verdict::pass, now,
                    expectation->longer_than
                        ? std::optional(*expectation->longer_than - longest_breach_)
                        : slack());
  }
}

void ExpectationMonitor::Item::conclude_count(Instant now) {
  const std::int64_t last = count_at_end_ ? *count_at_end_ : expectation->condition.count(*world);
  const std::int64_t count = last - count_at_start_;
  const bool good = (!expectation->equals || count == *expectation->equals) &&
                    (!expectation->at_least || count >= *expectation->at_least) &&
                    (!expectation->at_most || count <= *expectation->at_most);
  decide(good ? Verdict::pass : Verdict::fail, now, std::nullopt,
         "counted " + std::to_string(count));
}

std::optional<Instant> ExpectationMonitor::Item::next_check(Instant now) const {
  if (decided || is(ExpectationForm::that)) return std::nullopt;
  std::optional<Instant> next;
  const auto want = [&](Instant at) {
    if (at > now && (!next || at < *next)) next = at;
  };
  if (is(ExpectationForm::at)) {
    if (!observed_) next = at_;
    return next;
  }
  const Duration early = is(ExpectationForm::count) ? kJustBefore : Duration{};
  if (from_) want(*from_ - early);
  if (before_) want(*before_ - early);
  if (is(ExpectationForm::count)) return next;
  if (is(ExpectationForm::within) && start_) {
    want(deadline());
    if (expectation->stays && observed_ && value_) want(since_in_interval() + *expectation->stays);
  }
  if (runs(now))
    if (const auto change = expectation->condition.next_change(*world)) want(*change);
  return next;
}

ExpectationMonitor::ExpectationMonitor(const Scenario& scenario, const WorldView& world) {
  for (const Expectation& expectation : scenario.expectations)
    items_.emplace_back(scenario, expectation, world);
}

ExpectationMonitor::~ExpectationMonitor() = default;

void ExpectationMonitor::fault_happened(std::size_t fault, bool end, Instant now) {
  for (Item& item : items_) {
    const auto& after = item.expectation->after;
    if (after && after->offset == Duration{} && after->fault == fault && after->end == end)
      item.begin(now);
    if (item.expectation->during != fault) continue;
    if (end)
      item.end_at(now);
    else
      item.begin(now);
  }
}

void ExpectationMonitor::observe(Instant now) {
  now_ = now;
  for (Item& item : items_) item.observe(now);
}

std::optional<Instant> ExpectationMonitor::next_check() const {
  std::optional<Instant> next;
  for (const Item& item : items_) {
    const auto wanted = item.next_check(now_);
    if (wanted && (!next || *wanted < *next)) next = wanted;
  }
  return next;
}

std::vector<ExpectationResult> ExpectationMonitor::finish(Instant end) {
  std::vector<ExpectationResult> results;
  for (Item& item : items_) {
    item.finish(end);
    results.push_back(item.result);
  }
  return results;
}

}  // namespace understudy::sim
