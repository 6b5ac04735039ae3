#include "sim/report/terminal_report.h"

#include <algorithm>

#include "sim/report/explanation_text.h"
#include "sim/report/page.h"
#include "sim/scenario/units.h"

namespace understudy::sim {
namespace {

/// "10.648538": seconds rounded down to the microsecond; exact ones are in the JSON.
std::string clock_text(Instant at) {
  const std::int64_t count = at.time_since_epoch().count() / 1000;
  std::string fraction = std::to_string(count % 1'000'000);
  fraction.insert(0, 6 - fraction.size(), '0');
  return std::to_string(count / 1'000'000) + "." + fraction;
}

std::string name_of(const RunResult& result) {
  return harmless(result.case_name.empty() ? result.scenario : result.case_name);
}

/// Of a case that does not pass one line says all: the verdict, what the client lost, and the
/// command that shows it again. It is never wrapped, so that the command can be copied.
void heading(Page& page, const RunResult& result, const ReportNotes& notes) {
  if (result.verdict == Verdict::pass)
    return page.heading(name_of(result), word_of(result.verdict), ink_of(result.verdict));
  std::string line = page.ink(ink_of(result.verdict), word_of(result.verdict)) + " " +
                     page.ink(Ink::bold, name_of(result));
  const auto lost = harmless(loss_text(result));
  if (!lost.empty()) line += ": " + lost;
  if (!notes.again.empty()) line += "; again: " + harmless(notes.again);
  page.line(line);
}

/// The causes, then a blank line.
void explanation(Page& page, const RunResult& result) {
  if (result.causes.empty()) return;
  page.entry("  ", 2, "why: " + harmless(result.explained), Ink::dim);
  std::size_t hosts = 0;
  for (const Cause& cause : result.causes) hosts = std::max(hosts, columns(cause.host));
  for (const Cause& cause : result.causes) {
    const std::string time = pad_left(clock_text(cause.at), 12) + " s  ";
    const std::string host = pad(harmless(cause.host), hosts) + "  ";
    const std::string place = place_text(cause);
    page.entry(page.ink(Ink::dim, time) + page.ink(Ink::cyan, host), columns(time + host),
               harmless(cause.what + (place.empty() ? "" : " [" + place + "]")));
  }
  page.line();
}

Ink ink_of(TimelineEntry::Kind kind) {
  switch (kind) {
    case TimelineEntry::Kind::fault:
      return Ink::yellow;
    case TimelineEntry::Kind::transition:
      return Ink::bold;
    case TimelineEntry::Kind::refusal:
    case TimelineEntry::Kind::blackout:
      return Ink::red;
    case TimelineEntry::Kind::announcement:
    case TimelineEntry::Kind::script:
      return Ink::dim;
    default:
      return Ink::plain;
  }
}

/// The engine announces before it reports its new state; people expect the cause first.
std::vector<TimelineEntry> in_reading_order(std::vector<TimelineEntry> entries) {
  std::stable_sort(entries.begin(), entries.end(),
                   [](const TimelineEntry& left, const TimelineEntry& right) {
                     const auto announces = [](const TimelineEntry& entry) {
                       return entry.kind == TimelineEntry::Kind::announcement;
                     };
                     if (left.at != right.at) return left.at < right.at;
                     return !announces(left) && announces(right);
                   });
  return entries;
}

void timeline(Page& page, const RunResult& result) {
  std::size_t hosts = 0;
  for (const TimelineEntry& entry : result.timeline) hosts = std::max(hosts, columns(entry.host));
  for (const TimelineEntry& entry : in_reading_order(result.timeline)) {
    const std::string time = pad_left(clock_text(entry.at), 12) + " s  ";
    const std::string host = pad(harmless(entry.host), hosts) + "  ";
    page.entry(page.ink(Ink::dim, time) + page.ink(Ink::cyan, host), columns(time + host),
               harmless(entry.text), ink_of(entry.kind));
  }
  if (!result.timeline.empty()) page.line();
}

/// Milliseconds with three places, so that columns line up: "648.537".
std::string cell(Duration duration) {
  const std::int64_t count = duration.count() / 1000;
  std::string fraction = std::to_string(std::abs(count % 1000));
  fraction.insert(0, 3 - fraction.size(), '0');
  const bool minus = count < 0 && count > -1000;
  return (minus ? "-" : "") + std::to_string(count / 1000) + "." + fraction;
}

void blackouts(Page& page, const RunResult& result) {
  if (result.probes.empty()) return;
  std::size_t names = 5;
  for (const ProbeRecord& probe : result.probes) names = std::max(names, columns(probe.name));
  constexpr std::string_view kParts[] = {"total ms", "detect",  "elect",
                                         "announce", "relearn", "probe"};
  constexpr std::size_t kFromColumns = 13;
  const std::size_t used = std::min(2 + names + kFromColumns, page.width());
  const std::size_t part_columns =
      std::clamp<std::size_t>((page.width() - used) / std::size(kParts), 10, 12);
  bool any = false;
  for (const ProbeRecord& probe : result.probes) any = any || !probe.blackouts.empty();
  if (any) {
    std::string titles = "  " + pad("probe", names) + pad_left("from", kFromColumns);
    for (const auto part : kParts) titles += pad_left(std::string(part), part_columns);
    page.line(page.ink(Ink::dim, titles));
  }
  for (const ProbeRecord& probe : result.probes) {
    const std::string name = "  " + pad(harmless(probe.name), names);
    for (const BlackoutRecord& blackout : probe.blackouts) {
      std::string row = name;
      row += pad_left(clock_text(blackout.start) + " s", kFromColumns);
      const std::string total = pad_left(cell(blackout.end - blackout.start), part_columns);
      row += page.ink(Ink::bold, total);
      for (const Duration part :
           {blackout.detect, blackout.elect, blackout.announce, blackout.relearn, blackout.probe})
        row += pad_left(cell(part), part_columns);
      page.line(row);
    }
    page.line(name + "  " + std::to_string(probe.answered) + " of " + std::to_string(probe.sent) +
              " requests answered" +
              (probe.blackouts.empty() ? ", no blackout"
               : probe.blackouts.size() > 1
                   ? ", longest blackout " + cell(probe.longest_blackout) + " ms"
                   : ""));
  }
  page.line();
}

/// How long there were two masters or none, where there ever were.
void masterships(Page& page, const RunResult& result) {
  bool any = false;
  const auto show = [&](const std::map<std::string, Duration>& durations, std::string_view what) {
    for (const auto& [name, duration] : durations) {
      if (duration == Duration{}) continue;
      page.line("  " + harmless(name) + ": " + std::string(what) + " for " + cell(duration) +
                " ms");
      any = true;
    }
  };
  show(result.dual_master, "more than one master");
  show(result.no_master, "no master");
  show(result.dual_holder, "on more than one host");
  if (any) page.line();
}

std::string margin_text(const ExpectationResult& expectation) {
  if (!expectation.margin) return {};
  // Towards a miss: a margin is never shown larger than it is.
  const auto shown = std::chrono::floor<std::chrono::microseconds>(*expectation.margin);
  if (shown < Duration{}) return to_text(-shown) + " too much";
  return to_text(shown) + " to spare";
}

void expectations(Page& page, const RunResult& result) {
  constexpr std::size_t kVerdictColumns = 11;
  std::size_t longest = 0;
  for (const auto& expectation : result.expectations)
    longest = std::max(longest, columns(expectation.text));
  for (const ExpectationResult& expectation : result.expectations) {
    const std::string verdict =
        "  " + page.ink(ink_of(expectation.verdict), pad(word_of(expectation.verdict), 9));
    const std::string margin = margin_text(expectation);
    const std::string text = harmless(expectation.text);
    const bool fits = kVerdictColumns + longest + 2 + columns(margin) <= page.width();
    if (margin.empty() || fits) {
      const std::string full = margin.empty() ? text : pad(text, longest + 2) + margin;
      page.entry(verdict, kVerdictColumns, full);
    } else {
      page.entry(verdict, kVerdictColumns, text);
      page.entry(std::string(kVerdictColumns, ' '), kVerdictColumns, margin, Ink::dim);
    }
    if (expectation.verdict != Verdict::pass && !expectation.detail.empty())
      page.entry(std::string(kVerdictColumns, ' '), kVerdictColumns, harmless(expectation.detail),
                 ink_of(expectation.verdict));
  }
}

void oracles(Page& page, const RunResult& result) {
  constexpr std::size_t kVerdictColumns = 11;
  std::string holding;
  for (const OracleResult& oracle : result.oracles) {
    if (oracle.verdict == Verdict::pass) {
      holding += (holding.empty() ? "" : ", ") + oracle.name;
      continue;
    }
    const std::string verdict =
        "  " + page.ink(ink_of(oracle.verdict), pad(word_of(oracle.verdict), 9));
    page.entry(verdict, kVerdictColumns,
               oracle.name + (oracle.at ? " at " + clock_text(*oracle.at) + " s" : "") +
                   (oracle.detail.empty() ? "" : ": " + harmless(oracle.detail)));
  }
  if (!holding.empty())
    page.entry("  " + page.ink(Ink::green, pad("pass", 9)), kVerdictColumns, "oracles: " + holding,
               Ink::dim);
}

}  // namespace

std::string terminal_report(const RunResult& result, const TerminalStyle& style,
                            const ReportNotes& notes) {
  Page page(style);
  heading(page, result, notes);
  if (!notes.about.empty()) page.entry("   ", 3, harmless(notes.about), Ink::dim);
  page.line();
  explanation(page, result);
  timeline(page, result);
  blackouts(page, result);
  masterships(page, result);
  expectations(page, result);
  oracles(page, result);
  if (!notes.captures.empty()) {
    page.line();
    page.line("  captures: " + harmless(notes.captures));
  }
  page.line();
  return page.take();
}

std::string terminal_summary(const std::vector<RunResult>& results, const TerminalStyle& style) {
  Page page(style);
  std::string passed, others;
  std::size_t count = 0;
  for (const RunResult& result : results) {
    if (result.verdict == Verdict::pass) {
      ++count;
      continue;
    }
    others += (others.empty() ? "" : ", ") + harmless(result.case_name) + " " +
              page.ink(ink_of(result.verdict), word_of(result.verdict));
  }
  const std::string all = std::to_string(results.size());
  if (count == results.size())
    page.line(page.ink(Ink::green, all + (count == 1 ? " case passes" : " cases pass")));
  else
    page.line(std::to_string(count) + " of " + all + " cases pass: " + others);
  return page.take();
}

}  // namespace understudy::sim
