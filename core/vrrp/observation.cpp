#include "core/vrrp/observation.h"

namespace understudy {

namespace {

/// "(256 - 90)/256 s = 0.648437 s"
std::string skew_text(const MasterChange& change, Duration value) {
  std::string text = "(256 - " + std::to_string(change.to_priority) + ")/256";
  text += change.version == 2 ? " s" : " x " + seconds_text(change.advert_interval);
  return text + " = " + seconds_text(value);
}

}  // namespace

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
  switch (change.reason) {
    case Reason::first_seen:
      return "the first advert heard";
    case Reason::graceful_shutdown:
      if (!change.to) return "priority 0 heard, and nobody took over";
      return "priority 0 heard " + seconds_text(change.silence) + " before; skew of priority " +
             to + " is " + skew_text(change, change.expected);
    case Reason::master_silent: {
      const std::string& priority = change.to ? to : from;
      MasterChange waiting = change;
      if (!change.to) waiting.to_priority = change.from_priority;
      return "silent for " + seconds_text(change.silence) + "; down interval of priority " +
             priority + " is 3 x " + seconds_text(change.advert_interval) + " + " +
             skew_text(waiting, change.expected);
    }
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

std::string_view to_string(FindingCode code) {
  constexpr std::string_view kNames[] = {
      "dual_master", "bad_checksum",  "bad_ttl",           "bad_length",           "bad_version",
      "bad_type",    "auth_mismatch", "interval_mismatch", "address_list_mismatch"};
  return kNames[static_cast<std::uint8_t>(code)];
}

}  // namespace understudy
