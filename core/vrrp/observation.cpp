#include "core/vrrp/observation.h"

#include <algorithm>

namespace understudy {

namespace {

/// "(256 - 90)/256 s = 0.648437 s"
std::string skew_text(const MasterChange& change, Duration value) {
  std::string text = "(256 - " + std::to_string(change.to_priority) + ")/256";
  text += change.version == 2 ? " s" : " x " + seconds_text(change.advert_interval);
  return text + " = " + seconds_text(value);
}

std::string describe_silence(const MasterChange& change) {
  // Of two masters the one that is left waited for nothing: the interval is the dead one's own.
  const bool successor = change.to && change.kind != ChangeKind::remains;
  const std::uint8_t priority = successor ? change.to_priority : change.from_priority;
  MasterChange waiting = change;
  waiting.to_priority = priority;
  return "silent for " + seconds_text(change.silence) + "; down interval of priority " +
         std::to_string(priority) + " is 3 x " + seconds_text(change.advert_interval) + " + " +
         skew_text(waiting, change.expected) + "; no priority 0 seen: power loss, link or process";
}

std::string describe_contest(const MasterChange& change) {
  const std::string from = change.from ? to_string(*change.from) : std::string("nobody");
  return "though " + from + " (priority " + std::to_string(change.from_priority) + ") spoke " +
         seconds_text(change.silence) + " before: " +
         (change.why_deaf.empty()
              ? "its adverts do not reach the new master, nothing in them is refusable"
              : "its adverts are refused: " + change.why_deaf);
}

std::string describe_resignation(const MasterChange& change) {
  if (!change.to) return "priority 0 heard, and nobody took over";
  if (change.kind == ChangeKind::remains || change.kind == ChangeKind::yield)
    return "priority 0 heard, and the other one goes on";
  return "priority 0 heard " + seconds_text(change.silence) + " before; skew of priority " +
         std::to_string(change.to_priority) + " is " + skew_text(change, change.expected);
}

}  // namespace

void Lateness::add(Duration late) {
  std::size_t bin = 0;
  while (bin < kBounds.size() && late > kBounds[bin]) ++bin;
  ++adverts[bin];
  worst = std::max(worst, late);
}

std::vector<IpAddress> address_list(const Speaker& speaker) {
  Advert advert;
  advert.family = speaker.source.family();
  advert.addresses = speaker.addresses;
  std::vector<IpAddress> addresses;
  addresses.reserve(advert.address_count());
  for (std::size_t i = 0; i < advert.address_count(); ++i) addresses.push_back(advert.address(i));
  return addresses;
}

std::string seconds_text(Duration duration) {
  const std::int64_t microseconds = duration.count() / 1000;
  const std::int64_t magnitude = microseconds < 0 ? -microseconds : microseconds;
  std::string fraction = std::to_string(magnitude % 1'000'000);
  fraction.insert(0, 6 - fraction.size(), '0');
  fraction.erase(fraction.find_last_not_of('0') + 1);
  std::string text = microseconds < 0 ? "-" : "";
  text += std::to_string(magnitude / 1'000'000);
  if (!fraction.empty()) text += "." + fraction;
  return text + " s";
}

std::string describe(const MasterChange& change) {
  const std::string to = std::to_string(change.to_priority);
  const std::string from = std::to_string(change.from_priority);
  if (change.kind == ChangeKind::contest) return describe_contest(change);
  switch (change.reason) {
    case Reason::first_seen:
      return "the first advert heard";
    case Reason::graceful_shutdown:
      return describe_resignation(change);
    case Reason::master_silent:
      return describe_silence(change);
    case Reason::preempted:
      return "priority " + to + " over " + from;
    case Reason::tie_break:
      return "equal priority " + to + ", the higher address wins";
    case Reason::startup:
      return "back " + seconds_text(change.silence) + " after its own priority 0";
    case Reason::recovered:
      return "heard again after " + seconds_text(change.silence) + " of silence";
    case Reason::fault:
    case Reason::shutdown:
    case Reason::held_up:
    case Reason::group:
      break;  // not to be seen from outside
  }
  return {};
}

std::string_view to_string(Setting setting) {
  constexpr std::string_view kNames[] = {"version",        "priority",     "advert_interval",
                                         "authentication", "addresses",    "mac",
                                         "destination",    "checksum_form"};
  return kNames[static_cast<std::uint8_t>(setting)];
}

}  // namespace understudy
