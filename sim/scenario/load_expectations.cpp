// expect and invariants.
#include <algorithm>

#include "sim/scenario/load_expression.h"
#include "sim/scenario/load_parts.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

constexpr std::size_t kMostExpectations = 1'000;

struct Form {
  std::string_view key;
  ExpectationForm form;
  bool needs_that;  // else the key's own value is the condition
};

constexpr Form kForms[] = {{"at", ExpectationForm::at, true},
                           {"within", ExpectationForm::within, true},
                           {"always", ExpectationForm::always, false},
                           {"never", ExpectationForm::never, false},
                           {"eventually", ExpectationForm::eventually, false},
                           {"count", ExpectationForm::count, false},
                           {"sometimes", ExpectationForm::sometimes, false}};

class ExpectationReader {
 public:
  ExpectationReader(LoadContext& context, const YamlNode& node, const Scenario& scenario)
      : context_(context), node_(node), scenario_(scenario) {}

  std::optional<Expectation> read() {
    if (!context_.is_map(node_, "an expectation")) return std::nullopt;
    const std::size_t errors = context_.error_count();
    expectation_.position = node_.position;
    const Form* form = find_form();
    if (context_.error_count() != errors) return std::nullopt;
    if (form != nullptr) expectation_.form = form->form;
    check_keys_of_form();
    if (context_.error_count() != errors) return std::nullopt;
    read_condition(form);
    if (form != nullptr && form->form == ExpectationForm::at) read_at();
    if (form != nullptr && form->form == ExpectationForm::within) read_within();
    read_interval();
    if (form != nullptr && form->form == ExpectationForm::count) read_bounds();
    if (context_.error_count() != errors) return std::nullopt;
    expectation_.text = text_of();
    return expectation_;
  }

 private:
  const Form* find_form() {
    const Form* found = nullptr;
    for (const YamlNode& item : node_.items) {
      const auto* form = std::find_if(std::begin(kForms), std::end(kForms),
                                      [&](const Form& known) { return known.key == item.key; });
      if (form == std::end(kForms)) continue;
      if (found != nullptr) {
        context_.key_error(
            item, "conflict",
            "an expectation has one form: `" + std::string(found->key) + "` or `" + item.key + "`");
        return nullptr;
      }
      found = form;
    }
    return found;
  }

  void check_keys_of_form() {
    switch (expectation_.form) {
      case ExpectationForm::at:
        check_keys(context_, node_, "an `at` expectation", {"at", "that"});
        break;
      case ExpectationForm::within:
        check_keys(context_, node_, "a `within` expectation",
                   {"within", "after", "from", "stays", "that"});
        break;
      case ExpectationForm::always:
        interval_keys("always", true);
        break;
      case ExpectationForm::never:
        interval_keys("never", true);
        break;
      case ExpectationForm::eventually:
        interval_keys("eventually", false);
        break;
      case ExpectationForm::count:
        check_keys(context_, node_, "a `count` expectation",
                   {"count", "from", "before", "during", "after", "equals", "at_least", "at_most"});
        break;
      case ExpectationForm::sometimes:
        interval_keys("sometimes", false);
        break;
      case ExpectationForm::that:
        check_keys_of_that();
        break;
    }
  }
  /// Without a form a slip in any key must still find its "did you mean".
  void check_keys_of_that() {
    const std::size_t errors = context_.error_count();
    check_keys(context_, node_, "an expectation",
               {"that", "at", "within", "always", "never", "eventually", "count", "sometimes",
                "from", "before", "during", "after", "stays", "longer_than"});
    if (context_.error_count() == errors)
      check_keys(context_, node_, "a `that` expectation", {"that"});
  }
  void interval_keys(std::string_view form, bool glitches) {
    const std::string what = "an `" + std::string(form) + "` expectation";
    if (glitches)
      check_keys(context_, node_, what, {form, "from", "before", "during", "after", "longer_than"});
    else
      check_keys(context_, node_, what, {form, "from", "before", "during", "after"});
  }

  void read_condition(const Form* form) {
    const std::string_view key = form == nullptr || form->needs_that ? "that" : form->key;
    const YamlNode* node = node_.find(key);
    if (node == nullptr) {
      context_.error(node_, "missing-key", "an expectation needs `" + std::string(key) + "`",
                     "that: \"master(VI_1) == lb1\"");
      return;
    }
    const auto parse =
        expectation_.form == ExpectationForm::count ? parse_counter : parse_condition;
    if (auto condition = load_expression(context_, *node, scenario_, parse))
      expectation_.condition = std::move(*condition);
  }

  std::optional<Moment> moment(const YamlNode& node) {
    return load_parsed(context_, node, scenario_, "bad-time", parse_moment);
  }

  /// A moment of the run as a time since its start.
  std::optional<Duration> time(std::string_view key, std::optional<EventReference>& event) {
    const YamlNode* node = node_.find(key);
    if (node == nullptr) return std::nullopt;
    const auto parsed = moment(*node);
    if (!parsed) return std::nullopt;
    if (parsed->event) {
      event = parsed->event;
      event->offset = parsed->offset;
    }
    const Duration result = time_of(scenario_, *parsed);
    if (result < Duration{})
      context_.error(*node, "out-of-range", "this lies before the start of the run");
    else if (result > scenario_.duration)
      past_the_end(*node, result);
    return result;
  }
  void past_the_end(const YamlNode& node, Duration result) {
    context_.error(
        node, "past-the-end",
        to_text(result) + " lies past the end of the run, " + to_text(scenario_.duration),
        "raise `duration`");
  }

  void read_at() { expectation_.at = time("at", expectation_.at_event).value_or(Duration{}); }

  void read_within() {
    const YamlNode& limit = *node_.find("within");
    expectation_.within = context_.duration(limit).value_or(Duration{});
    if (const YamlNode* stays = node_.find("stays")) expectation_.stays = context_.duration(*stays);
  }

  void read_interval() {
    if (const YamlNode* after = node_.find("after")) read_after(*after);
    expectation_.from = time("from", expectation_.from_event);
    expectation_.before = time("before", expectation_.before_event);
    if (const YamlNode* during = node_.find("during")) read_during(*during);
    if (const YamlNode* glitch = node_.find("longer_than"))
      expectation_.longer_than = context_.duration(*glitch);
    if (node_.find("after") != nullptr && node_.find("from") != nullptr)
      context_.key_error(*node_.find("from"), "conflict",
                         "`after` and `from` both say where the interval begins");
    if (node_.find("during") != nullptr)
      for (const std::string_view key : {"after", "from", "before"})
        if (const YamlNode* other = node_.find(key))
          context_.key_error(*other, "conflict",
                             "`during` says where the interval begins and ends already");
    check_interval();
  }

  void read_after(const YamlNode& node) {
    const auto parsed = moment(node);
    if (!parsed) return;
    if (!parsed->event)
      context_.error(node, "bad-event", "`after` names an event of the timeline",
                     "write `from: 2s` for a time");
    else if (time_of(scenario_, *parsed) < Duration{})
      context_.error(node, "out-of-range", "this lies before the start of the run");
    else if (time_of(scenario_, *parsed) > scenario_.duration)
      past_the_end(node, time_of(scenario_, *parsed));
    else {
      expectation_.after = parsed->event;
      expectation_.after->offset = parsed->offset;
    }
  }

  void read_during(const YamlNode& node) {
    const auto parsed = moment(node);
    if (!parsed) return;
    if (!parsed->event || parsed->event->end || parsed->offset != Duration{})
      context_.error(node, "bad-event", "`during` names a fault of the timeline");
    else if (!scenario_.timeline[parsed->event->fault].lasts)
      context_.error(node, "bad-event", "this fault has no end", "give it `for: 10s`");
    else
      expectation_.during = parsed->event->fault;
  }

  void check_interval() {
    const Duration start = expectation_.after ? event_time(scenario_, *expectation_.after)
                                              : expectation_.from.value_or(Duration{});
    if (expectation_.before && *expectation_.before <= start)
      context_.error(*node_.find("before"), "empty-interval",
                     "the interval is empty: it begins at " + to_text(start) + " and ends before " +
                         to_text(*expectation_.before));
    if (start > scenario_.duration && expectation_.after) {
      past_the_end(*node_.find("after"), start);
    } else if (expectation_.form == ExpectationForm::within) {
      const Duration end = start + expectation_.within + expectation_.stays.value_or(Duration{});
      if (end > scenario_.duration) past_the_end(*node_.find("within"), end);
    }
  }

  void read_bounds() {
    const auto bound = [&](std::string_view key) -> std::optional<std::int64_t> {
      const YamlNode* node = node_.find(key);
      return node == nullptr ? std::nullopt : context_.integer(*node);
    };
    expectation_.equals = bound("equals");
    expectation_.at_least = bound("at_least");
    expectation_.at_most = bound("at_most");
    const bool equals = node_.find("equals") != nullptr;
    const bool range = node_.find("at_least") != nullptr || node_.find("at_most") != nullptr;
    if (equals == range)
      context_.error(node_, equals ? "conflict" : "missing-key",
                     equals ? "`equals` goes with neither `at_least` nor `at_most`"
                            : "`count` needs `equals`, `at_least` or `at_most`");
    else if (expectation_.at_least && expectation_.at_most &&
             *expectation_.at_least > *expectation_.at_most)
      context_.error(*node_.find("at_most"), "out-of-range",
                     "`at_most` is smaller than `at_least`: nothing fits");
  }

  /// As a person would say it: "within 3.8s after dies: master(VI_1) == lb2".
  std::string text_of() const {
    std::string text;
    for (const std::string_view key :
         {"at", "within", "stays", "always", "never", "eventually", "count", "sometimes", "from",
          "after", "during", "before", "longer_than", "equals", "at_least", "at_most"}) {
      const YamlNode* node = node_.find(key);
      if (node == nullptr) continue;
      std::string word(key);
      std::replace(word.begin(), word.end(), '_', ' ');
      if (key == "stays") word = "and stays";
      text += (text.empty() ? "" : " ") + word + " " + node->text;
    }
    const YamlNode* that = node_.find("that");
    if (that == nullptr) return text;
    return text.empty() ? that->text : text + ": " + that->text;
  }

  LoadContext& context_;
  const YamlNode& node_;
  const Scenario& scenario_;
  Expectation expectation_;
};

}  // namespace

std::optional<Expression> load_condition(LoadContext& context, const YamlNode& node,
                                         const Scenario& scenario) {
  return load_expression(context, node, scenario, parse_condition);
}

void load_expectations(LoadContext& context, const YamlNode& node, std::string_view key,
                       Scenario& scenario) {
  if (node.kind == YamlNode::Kind::null || !context.is_list(node, key)) return;
  if (scenario.expectations.size() + node.items.size() > kMostExpectations) {
    context.error(node, "out-of-range",
                  "more than " + std::to_string(kMostExpectations) + " expectations");
    return;
  }
  for (const YamlNode& item : node.items)
    if (auto expectation = ExpectationReader(context, item, scenario).read())
      scenario.expectations.push_back(std::move(*expectation));
}

}  // namespace understudy::sim
