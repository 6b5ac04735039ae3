// What the narrator left out, in a line each.
#include <fmt/format.h>

#include <cstring>

#include "daemon/narrator.h"

namespace understudy::daemon {
namespace {

// Lines of one summary; the rest is added up.
constexpr std::size_t kSummaryLines = 16;

}  // namespace

void Narrator::sum_up(Instant now, Lines& lines) { add_summaries(limiter_.take_due(now), lines); }

void Narrator::finish(Lines& lines) { add_summaries(limiter_.take_all(), lines); }

void Narrator::add_summaries(const RepeatLimiter::Summaries& summaries, Lines& lines) {
  std::uint64_t rest = summaries.elsewhere;
  std::size_t told = 0;
  for (const auto& summary : summaries.list) {
    if (told++ >= kSummaryLines)
      rest += summary.more;
    else
      lines.push_back({LogLevel::warning, sum_up(summary)});
  }
  if (rest > 0)
    lines.push_back(
        {LogLevel::warning, fmt::format("and {} more of other causes and sources", rest)});
}

std::string Narrator::sum_up(const RepeatLimiter::Summary& summary) const {
  const auto& [key, more] = summary;
  const auto source = to_string(key.source);
  const auto of_router = [&](const std::string& text) {
    return fmt::format("({}) {}", name(key.subject), text);
  };
  switch (static_cast<Kind>(key.kind)) {
    case refused:
      return of_router(fmt::format("Refused {} more from {}: {}", more, source,
                                   to_string(static_cast<DecodeError>(key.cause))));
    case refused_elsewhere:
      return fmt::format("{}: ignored {} more from {}: {}", config_.interfaces[key.subject], more,
                         source, to_string(static_cast<DecodeError>(key.cause)));
    case lower_priority:
      return of_router(
          fmt::format("{} more adverts of lower priority {} from {}", more, key.cause, source));
    case own_address:
      return of_router(fmt::format("{} more adverts with our IP address", more));
    case address_list:
      return of_router(fmt::format("{} more adverts with other addresses from {}", more, source));
    case not_sent:
      return of_router(fmt::format("{} more adverts not sent ({})", more,
                                   std::strerror(static_cast<int>(key.cause))));
    case late:
      return of_router(fmt::format("was late {} more times", more));
    case interval:
      return of_router(fmt::format("learnt the interval {:.2f} sec of {} {} more times",
                                   key.cause / 100.0, source, more));
    case owner_conflict:
      return of_router(
          fmt::format("{} more adverts from {} for what this host owns", more, source));
    case clock_skew:
      return of_router(fmt::format("{} more adverts from {}, whose clock differs", more, source));
    case group_waits:
      return of_router(fmt::format("waited {} more times for the rest of its group", more));
    case flapping:
      return of_router(fmt::format("flapped on, {} more times", more));
    case file_value:
      return fmt::format("Track file `{}` changed {} more times", config_.files[key.subject].name,
                         more);
    case process_status:
      return fmt::format("Track process `{}` changed {} more times",
                         config_.processes[key.subject].name, more);
  }
  return {};
}

}  // namespace understudy::daemon
