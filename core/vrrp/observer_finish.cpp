// What is known at the end: open reigns, counts, order.
#include <algorithm>

#include "core/vrrp/observer.h"
#include "core/vrrp/observer_rules.h"

namespace understudy {

namespace {

std::string times(std::uint64_t count) {
  return count == 1 ? "once" : std::to_string(count) + " times";
}

std::string worst_text(const Speaker* speaker) {
  return speaker == nullptr ? std::string{}
                            : "; the latest by " + seconds_text(speaker->lateness.worst);
}

/// What could only be known at the end: how often, how long.
void complete_message(Finding& finding, const Speaker* speaker) {
  const std::string source = to_string(finding.source);
  switch (finding.code) {
    case FindingCode::dual_master:
      finding.message += finding.until > finding.at
                             ? " for " + seconds_text(finding.until - finding.at)
                             : std::string(" once");
      return;
    case FindingCode::late_advert:
      finding.message = source + " was late " + times(finding.count) + worst_text(speaker);
      return;
    case FindingCode::lost_adverts:
      finding.message = std::to_string(finding.count) +
                        (finding.count == 1 ? " advert" : " adverts") + " of " + source +
                        (finding.count == 1 ? " is" : " are") +
                        " missing where its interval says that there should be some";
      return;
    case FindingCode::flapping:
      finding.message = std::to_string(finding.count) + " takeovers within " +
                        seconds_text(finding.until - finding.at);
      return;
    case FindingCode::bad_checksum:
    case FindingCode::bad_ttl:
    case FindingCode::bad_length:
    case FindingCode::bad_version:
    case FindingCode::bad_type:
    case FindingCode::ip_header_mismatch:
      if (finding.other) return;
      finding.message = std::to_string(finding.count) +
                        (finding.count == 1 ? " packet" : " packets") + " from " + source +
                        " that every receiver refuses: " + finding.message;
      return;
    default:
      return;
  }
}

}  // namespace

void Observer::add_open_reigns(const Router& router, Instant end, Observation& result) const {
  const HeardSpeaker* master = router.master;
  for (const auto& one : router.speakers) {
    const HeardSpeaker& speaker = *one;
    if (!speaker.reigns) continue;
    Mastership reign{router.key, speaker.source, speaker.reign_from, end, MastershipEnd::lasting};
    const bool deaf = &speaker != master && observing::surely_refused(*master, speaker);
    const bool yielded =
        !deaf && speaker.outbid_at &&
        (speaker.takeover_told || end - *speaker.outbid_at > observing::yield_time(speaker));
    const MasterChange last = fall(router, speaker);
    if (yielded) {
      reign.to = *speaker.outbid_at;
      reign.end = MastershipEnd::outbid;
      if (!speaker.takeover_told) {
        const bool tie = master->priority == speaker.priority;
        MasterChange change = change_between(router, &speaker, master, *speaker.outbid_at,
                                             tie ? Reason::tie_break : Reason::preempted);
        change.kind = ChangeKind::yield;
        result.changes.push_back(std::move(change));
      }
    } else if (!deaf && last.at <= end) {
      reign.to = speaker.resigned_at.value_or(speaker.last);
      reign.end = speaker.resigned_at ? MastershipEnd::resigned : MastershipEnd::silent;
      if (&speaker == master) result.changes.push_back(last);
    }
    result.masters.push_back(reign);
  }
}

Observation Observer::finish(Instant end) const {
  Observation result;
  result.adverts = adverts_;
  result.refused = refused_;
  result.masters = ended_;
  result.changes = changes_;
  result.announcements = announced_;
  result.left_out = left_out_ + findings_.left_out();
  for (const auto& [key, router] : routers_) {
    if (router->master == nullptr) continue;
    ObservedRouter observed;
    observed.key = key;
    for (const auto& speaker : router->speakers) observed.speakers.push_back(*speaker);
    std::sort(observed.speakers.begin(), observed.speakers.end(),
              [](const Speaker& left, const Speaker& right) { return left.source < right.source; });
    observed.version = router->master->version;
    observed.addresses = address_list(*router->master);
    result.routers.push_back(std::move(observed));
    add_open_reigns(*router, end, result);
    AnnouncementWatch waiting = router->announcements;
    for (auto& takeover : waiting.settle(end, true))
      result.announcements.push_back(std::move(takeover));
  }
  FindingList findings = findings_;
  for (TakeoverAnnouncements& takeover : result.announcements) {
    takeover.judged =
        takeover.judged && resolution_seen_[takeover.key.family == Family::ipv4 ? 0 : 1];
    if (takeover.judged) report_missing(findings, takeover);
  }
  result.findings = findings.all();
  for (Finding& finding : result.findings) {
    const Speaker* speaker = nullptr;
    for (const ObservedRouter& router : result.routers)
      if (router.key == finding.key)
        for (const Speaker& one : router.speakers)
          if (one.source == finding.source) speaker = &one;
    complete_message(finding, speaker);
  }
  const auto by_time = [](const auto& left, const auto& right) { return left.at < right.at; };
  std::stable_sort(result.changes.begin(), result.changes.end(), by_time);
  std::stable_sort(result.findings.begin(), result.findings.end(), by_time);
  std::stable_sort(result.announcements.begin(), result.announcements.end(), by_time);
  std::stable_sort(
      result.masters.begin(), result.masters.end(),
      [](const Mastership& left, const Mastership& right) { return left.from < right.from; });
  return result;
}

}  // namespace understudy
