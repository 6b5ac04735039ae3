// A change of master, with the figures that its reason rests on.
#include "core/vrrp/observer.h"
#include "core/vrrp/observer_rules.h"

namespace understudy {

MasterChange Observer::change_between(const Router& router, const Speaker* from, const Speaker* to,
                                      Instant at, Reason reason) {
  MasterChange change;
  change.at = at;
  change.key = router.key;
  change.reason = reason;
  if (from != nullptr) {
    change.from = from->source;
    change.from_priority = from->priority;
    change.version = from->version;
    change.advert_interval = from->advert_interval;
    change.silence = at - from->last;
  }
  if (to != nullptr) {
    change.to = to->source;
    change.to_priority = to->priority;
    change.version = to->version;
    change.advert_interval = to->advert_interval;
  }
  return change;
}

MasterChange Observer::fall(const Router& router, const HeardSpeaker& master) {
  MasterChange change;
  change.key = router.key;
  change.kind = ChangeKind::fall;
  change.from = master.source;
  change.from_priority = master.priority;
  change.version = master.version;
  change.advert_interval = master.advert_interval;
  if (master.resigned_at) {
    change.at = *master.resigned_at;
    change.reason = Reason::graceful_shutdown;
  } else {
    change.expected = observing::down_interval(master, master);
    change.silence = change.expected;
    change.at = master.last + change.expected;
    change.reason = Reason::master_silent;
  }
  return change;
}

void Observer::add_change(MasterChange change) {
  if (changes_.size() == kMostChanges) {
    ++left_out_;
    return;
  }
  changes_.push_back(std::move(change));
}

}  // namespace understudy
