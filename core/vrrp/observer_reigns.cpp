// Who reigns: takeovers, contests, falls.
#include <algorithm>

#include "core/vrrp/observer.h"
#include "core/vrrp/observer_rules.h"
#include "core/vrrp/timers.h"

namespace understudy {

using observing::down_interval;
using observing::is_better;
using observing::yield_time;

namespace {

/// How long an outbid master may take for its answer.
Duration answer_time(const Speaker& speaker) {
  return std::max<Duration>(speaker.advert_interval / 4, std::chrono::milliseconds{20});
}

/// Whether an outbid master that spoke at `last` for the last time said no more than its answer.
bool fell_quiet(const Speaker& speaker, Instant outbid_at, Instant last) {
  return last <= outbid_at + answer_time(speaker);
}

}  // namespace

void Observer::resign(Router& router, HeardSpeaker& speaker, Instant at, PacketPlace place) {
  // Only a master resigns; if it is the first packet of all, it was master before we listened.
  if (router.master == nullptr) {
    MasterChange change = change_between(router, nullptr, &speaker, at, Reason::first_seen);
    change.packet = place;
    add_change(std::move(change));
    enthrone(router, speaker, at);
  }
  if (!speaker.reigns || speaker.resigned_at) return;
  settle(router, speaker, at, at);
  HeardSpeaker* heir = nullptr;
  for (const auto& other : router.speakers) {
    if (other.get() == &speaker || !other->reigns || other->resigned_at) continue;
    // Outbid by this one, and quiet since but for an answer: it has yielded.
    if (other->outbid_at && other->outbid_by == speaker.source &&
        fell_quiet(*other, *other->outbid_at, other->last)) {
      yield(router, *other);
      continue;
    }
    if (at - other->last > down_interval(*other, *other)) continue;
    if (heir == nullptr || is_better(*other, *heir)) heir = other.get();
  }
  if (heir == nullptr) {
    speaker.resigned_at = at;
    return;
  }
  const bool counted = router.master == &speaker;
  if (!speaker.takeover_told) {
    MasterChange change = change_between(router, &speaker, heir, at, Reason::graceful_shutdown);
    change.kind = counted ? ChangeKind::remains : ChangeKind::yield;
    change.packet = place;
    add_change(std::move(change));
  }
  end_reign(router, speaker, {MastershipEnd::resigned, at});
  if (counted) router.master = heir;
}

void Observer::hear(Router& router, HeardSpeaker& speaker, Instant at, Instant previous,
                    PacketPlace place) {
  settle(router, speaker, at, previous);
  if (speaker.reigns) {
    hear_again(router, speaker, at, previous, place);
  } else {
    hear_new(router, speaker, at, place);
  }
  if (speaker.reigns) outbid(router, speaker, at);
}

/// A master speaks once more.
void Observer::hear_again(Router& router, HeardSpeaker& speaker, Instant at, Instant previous,
                          PacketPlace place) {
  const bool alone = router.master == &speaker;
  const Duration patience = down_interval(speaker, speaker) + speaker.advert_interval / 8;
  if (speaker.resigned_at || (alone && at - previous >= patience)) {
    // Nobody succeeded it: first the fall, then the return.
    const bool resigned = speaker.resigned_at.has_value();
    const Instant now_last = speaker.last;
    speaker.last = previous;
    add_change(fall(router, speaker));
    MasterChange change = change_between(router, nullptr, &speaker, at,
                                         resigned ? Reason::startup : Reason::recovered);
    change.silence = at - speaker.resigned_at.value_or(previous);
    change.packet = place;
    add_change(std::move(change));
    end_reign(router, speaker,
              {resigned ? MastershipEnd::resigned : MastershipEnd::silent,
               speaker.resigned_at.value_or(previous)});
    speaker.last = now_last;
    speaker.periodic = false;
    enthrone(router, speaker, at);
    if (resigned) expect_announcements(router, speaker, at);
    return;
  }
  if (!speaker.outbid_at) return;
  // A master that is outbid may answer once before it yields.
  if (!speaker.answered && at - *speaker.outbid_at <= answer_time(speaker)) {
    speaker.answered = true;
    speaker.periodic = false;
    return;
  }
  const HeardSpeaker* better = router.master;
  for (const auto& other : router.speakers)
    if (other->source == speaker.outbid_by) better = other.get();
  if (better != nullptr && better != &speaker) contend(router, speaker, *better, at, place);
  speaker.outbid_at.reset();
  speaker.takeover_told = false;
}

/// Somebody speaks who was no master.
void Observer::hear_new(Router& router, HeardSpeaker& speaker, Instant at, PacketPlace place) {
  speaker.periodic = false;
  HeardSpeaker* master = router.master;
  MasterChange change;
  if (master == nullptr) {
    change = change_between(router, nullptr, &speaker, at, Reason::first_seen);
    change.packet = place;
    add_change(std::move(change));
    return enthrone(router, speaker, at);
  }
  const Duration silence = at - master->resigned_at.value_or(master->last);
  const Duration forgiven = speaker.advert_interval / 8;
  const Duration patience = down_interval(speaker, *master);
  Reason reason = Reason::master_silent;
  ChangeKind kind = ChangeKind::takeover;
  Duration expected = patience;
  if (master->resigned_at) {
    reason = Reason::graceful_shutdown;
    expected = skew_time(speaker.version, speaker.priority, master->advert_interval);
  } else if (silence < patience - forgiven) {
    expected = {};
    if (is_better(speaker, *master)) {
      reason = speaker.priority == master->priority ? Reason::tie_break : Reason::preempted;
    } else {
      kind = ChangeKind::contest;
    }
  }
  change = change_between(router, master, &speaker, at, reason);
  change.kind = kind;
  change.packet = place;
  change.silence = silence;
  change.expected = expected;
  if (reason == Reason::master_silent)
    change.advert_interval =
        speaker.version == 2 ? speaker.advert_interval : master->advert_interval;
  if (kind == ChangeKind::contest) change.why_deaf = observing::why_refused(*master, speaker);
  add_change(std::move(change));

  enthrone(router, speaker, at);
  if (kind == ChangeKind::contest) {
    router.master = master;
    contend(router, speaker, *master, at, place);
  } else if (reason == Reason::graceful_shutdown) {
    end_reign(router, *master, {MastershipEnd::resigned, *master->resigned_at});
  } else if (reason == Reason::master_silent) {
    end_reign(router, *master, {MastershipEnd::silent, master->last});
  } else {
    master->outbid_at = at;
    master->outbid_by = speaker.source;
    master->takeover_told = true;
    master->answered = false;
  }
  // Much later than the timers say it was master before, and nobody here has seen it take over.
  const bool witnessed = kind == ChangeKind::contest || reason == Reason::preempted ||
                         reason == Reason::tie_break ||
                         silence <= expected + 2 * speaker.advert_interval;
  if (witnessed) expect_announcements(router, speaker, at);
  watch_flapping(router, speaker, at, place);
}

/// The worse masters should give way from now on.
void Observer::outbid(Router& router, HeardSpeaker& better, Instant at) {
  for (const auto& other : router.speakers) {
    if (other.get() == &better || !other->reigns || other->outbid_at || other->resigned_at)
      continue;
    if (!is_better(better, *other)) continue;
    other->outbid_at = at;
    other->outbid_by = better.source;
    other->takeover_told = false;
    other->answered = false;
  }
  // Among several masters the best one that lives counts.
  HeardSpeaker* master = router.master;
  if (master == &better || master == nullptr || !is_better(better, *master)) return;
  router.master = &better;
}

/// Ends the reigns of those that have given way, or died beside another one. `speaker` is about to
/// be heard.
void Observer::settle(Router& router, const HeardSpeaker& speaker, Instant at, Instant previous) {
  if (router.master == nullptr) return;  // nobody reigns
  for (const auto& one : router.speakers) {
    HeardSpeaker& other = *one;
    const bool speaks = &other == &speaker;
    if (!other.reigns || &other == router.master) continue;
    // It is deaf to the master, so its silence is no yielding: keepalived's timer of the next
    // advert begins anew with each advert that it refuses.
    if (observing::surely_refused(*router.master, other)) continue;
    if (other.outbid_at) {
      // One that speaks after it was silent for so long takes over anew.
      const bool goes_on = speaks && !fell_quiet(other, *other.outbid_at, previous);
      if (goes_on || at - *other.outbid_at <= yield_time(other)) continue;
      yield(router, other);
    } else if (!speaks &&
               at - other.last > down_interval(other, other) + other.advert_interval / 8) {
      end_reign(router, other, {MastershipEnd::silent, other.last});
    }
  }
  HeardSpeaker& master = *router.master;
  if (!speaker.reigns || &master == &speaker || master.resigned_at) return;
  if (at - master.last <= down_interval(master, master) + master.advert_interval / 8) return;
  // The better of two masters died; the other one is left.
  MasterChange change = fall(router, master);
  change.to = speaker.source;
  change.to_priority = speaker.priority;
  change.kind = ChangeKind::remains;
  add_change(std::move(change));
  end_reign(router, master, {MastershipEnd::silent, master.last});
  for (const auto& one : router.speakers)
    if (one->source == speaker.source) router.master = one.get();
}

void Observer::yield(Router& router, HeardSpeaker& loser) {
  if (!loser.takeover_told) {
    const Speaker* better = router.master;
    for (const auto& other : router.speakers)
      if (other->source == loser.outbid_by) better = other.get();
    const bool tie = better->priority == loser.priority;
    MasterChange change = change_between(router, &loser, better, *loser.outbid_at,
                                         tie ? Reason::tie_break : Reason::preempted);
    change.kind = ChangeKind::yield;
    add_change(std::move(change));
  }
  end_reign(router, loser, {MastershipEnd::outbid, *loser.outbid_at});
}

void Observer::contend(Router& router, HeardSpeaker& rival, const HeardSpeaker& better, Instant at,
                       PacketPlace place) {
  const bool deaf = observing::surely_refused(better, rival);
  if (rival.dual_finding) {
    const Finding& known = findings_.all()[*rival.dual_finding];
    if (known.other == better.source &&
        (deaf || at - known.until <= down_interval(rival, better))) {
      // A single advert of the worse one is what the end of a split looks like, too.
      findings_.sight(*rival.dual_finding, at, place).severity = FindingSeverity::error;
      return;
    }
  }
  rival.dual_finding =
      findings_.open(rival.takeover_told ? rival.outbid_at.value_or(at) : at, place);
  if (!rival.dual_finding) return;
  Finding& finding = findings_.edit(*rival.dual_finding);
  finding.until = at;
  finding.severity = FindingSeverity::warning;
  finding.code = FindingCode::dual_master;
  finding.key = router.key;
  finding.source = rival.source;
  finding.other = better.source;
  finding.message = to_string(rival.source) + " (priority " + std::to_string(rival.priority) +
                    ") advertises beside " + to_string(better.source) + " (priority " +
                    std::to_string(better.priority) + ")";
  finding.because = observing::why_deaf(rival, better);
  if (rival.takeover_told || deaf) finding.severity = FindingSeverity::error;
}

void Observer::enthrone(Router& router, HeardSpeaker& speaker, Instant at) {
  speaker.reigns = true;
  speaker.reign_from = at;
  speaker.resigned_at.reset();
  speaker.outbid_at.reset();
  speaker.takeover_told = false;
  speaker.dual_finding.reset();
  router.master = &speaker;
}

void Observer::end_reign(Router& router, HeardSpeaker& speaker, Reign reign) {
  speaker.reigns = false;
  speaker.resigned_at.reset();
  speaker.outbid_at.reset();
  speaker.takeover_told = false;
  if (ended_.size() == kMostChanges) {
    ++left_out_;
    return;
  }
  ended_.push_back({router.key, speaker.source, speaker.reign_from, reign.at, reign.end});
}

}  // namespace understudy
