#include "core/vrrp/observer.h"

#include <algorithm>

#include "core/vrrp/timers.h"

namespace understudy {

namespace {

FindingCode finding_code(DecodeError error) {
  switch (error) {
    case DecodeError::bad_checksum:
      return FindingCode::bad_checksum;
    case DecodeError::bad_version:
      return FindingCode::bad_version;
    case DecodeError::bad_ttl:
      return FindingCode::bad_ttl;
    case DecodeError::bad_type:
      return FindingCode::bad_type;
    default:
      return FindingCode::bad_length;
  }
}

/// The IP source of a packet whose payload was refused, and its VRID; as far as they are there.
struct Origin {
  IpAddress source;
  std::optional<std::uint8_t> vrid;
};

Origin origin_of(std::span<const std::uint8_t> packet) {
  Origin origin;
  if (packet.size() < 20) return origin;
  std::size_t header = 40;
  if (packet[0] >> 4 == 4) {
    header = std::size_t{4} * (packet[0] & 0x0fU);
    origin.source = IpAddress::from_bytes(packet.subspan(12, 4));
  } else {
    if (packet.size() < header) return origin;
    origin.source = IpAddress::from_bytes(packet.subspan(8, 16));
  }
  if (header >= 20 && packet.size() > header + 1) origin.vrid = packet[header + 1];
  return origin;
}

std::vector<IpAddress> address_list(const Speaker& speaker, Family family) {
  Advert advert;
  advert.family = family;
  advert.addresses = speaker.addresses;
  std::vector<IpAddress> addresses;
  for (std::size_t i = 0; i < advert.address_count(); ++i) addresses.push_back(advert.address(i));
  return addresses;
}

bool same_addresses(const Speaker& one, const Speaker& other, Family family) {
  if (one.addresses == other.addresses) return true;
  auto left = address_list(one, family);
  auto right = address_list(other, family);
  std::sort(left.begin(), left.end());
  std::sort(right.begin(), right.end());
  return left == right;
}

bool same_authentication(const Speaker& one, const Speaker& other) {
  if (one.auth_type != other.auth_type) return false;
  return one.auth_type != static_cast<std::uint8_t>(AuthType::pass) ||
         one.auth_data == other.auth_data;
}

Duration down_interval(const Speaker& waiting, const Speaker& master) {
  // Version 3 learns the interval from the master, version 2 goes by its own.
  const Duration interval = waiting.version == 2 ? waiting.advert_interval : master.advert_interval;
  return master_down_interval(waiting.version, waiting.priority, interval);
}

/// What could only be known at the end: how often, how long.
void complete_message(Finding& finding) {
  if (finding.code == FindingCode::dual_master) {
    finding.message += finding.until > finding.at
                           ? " for " + seconds_text(finding.until - finding.at)
                           : std::string(" once");
  } else if (!finding.other) {
    const bool once = finding.count == 1;
    finding.message = std::to_string(finding.count) + (once ? " packet" : " packets") + " from " +
                      to_string(finding.source) +
                      " that every receiver refuses: " + finding.message;
  }
}

}  // namespace

void Observer::observe(const ObservedPacket& packet) {
  const Instant at = std::max(packet.at, latest_);
  latest_ = at;
  const auto decoded = decode_packet(packet.packet);
  if (!decoded) return refuse(packet, at, decoded.error());
  if (decoded->ttl != 255 && decoded->destination.is_multicast()) {
    return refuse(packet, at, DecodeError::bad_ttl);
  }
  ++adverts_;
  const Advert& advert = decoded->advert;
  const RouterKey key{packet.vlan, advert.family, advert.vrid};
  Router& router = routers_[key];
  const auto [place, is_new] = router.speakers.try_emplace(decoded->source);
  HeardSpeaker& speaker = place->second;
  if (is_new) {
    speaker.source = decoded->source;
    speaker.first = at;
    speaker.last = at;
  }
  const Instant previous = speaker.last;
  speaker.last = at;
  ++speaker.adverts;
  speaker.mac = packet.mac;
  speaker.version = advert.version;
  if (advert.priority != 0) speaker.priority = advert.priority;
  speaker.auth_type = advert.auth_type;
  speaker.auth_data = advert.auth_data;
  speaker.advert_interval = advert.advert_interval;
  if (!std::ranges::equal(speaker.addresses, advert.addresses)) {
    speaker.addresses.assign(advert.addresses.begin(), advert.addresses.end());
  }
  compare_settings(key, router, speaker, at);
  if (advert.priority == 0) {
    resign(key, router, speaker, at);
  } else {
    hear(key, router, speaker, at, previous);
  }
}

void Observer::refuse(const ObservedPacket& packet, Instant at, DecodeError error) {
  ++refused_;
  const Origin origin = origin_of(packet.packet);
  const FindingCode code = finding_code(error);
  const RefusalKey key{packet.vlan, origin.source, code, origin.vrid ? *origin.vrid : -1};
  Finding& finding = sight(refusals_.try_emplace(key, findings_.size()).first->second, at);
  if (finding.count > 1) return;
  finding.code = code;
  finding.key = {packet.vlan, origin.source.family(), origin.vrid.value_or(0)};
  finding.has_vrid = origin.vrid.has_value();
  finding.source = origin.source;
  finding.message = describe(error);
}

Finding& Observer::sight(std::size_t index, Instant at) {
  if (index == findings_.size()) findings_.emplace_back().at = at;
  Finding& finding = findings_[index];
  finding.until = at;
  ++finding.count;
  return finding;
}

void Observer::resign(const RouterKey& key, Router& router, HeardSpeaker& speaker, Instant at) {
  // Only a master resigns; if it is the first packet of all, it was master before we listened.
  if (!router.master) crown(key, router, speaker, at, Reason::first_seen);
  if (*router.master == speaker.source) {
    if (!router.resigned_at) router.resigned_at = at;
  } else {
    speaker.dual_finding.reset();
    speaker.outbid_at.reset();
  }
}

void Observer::hear(const RouterKey& key, Router& router, HeardSpeaker& speaker, Instant at,
                    Instant previous) {
  if (!router.master) return crown(key, router, speaker, at, Reason::first_seen);
  HeardSpeaker& master = router.speakers.at(*router.master);
  if (&master == &speaker) return hear_master(key, router, master, at, previous);
  if (router.resigned_at) return crown(key, router, speaker, at, Reason::graceful_shutdown);
  const Duration forgiven = speaker.advert_interval / 8;
  if (at - master.last >= down_interval(speaker, master) - forgiven) {
    return crown(key, router, speaker, at, Reason::master_silent);
  }
  if (speaker.priority > master.priority) {
    return crown(key, router, speaker, at, Reason::preempted);
  }
  if (speaker.priority == master.priority && speaker.source > master.source) {
    return crown(key, router, speaker, at, Reason::tie_break);
  }
  contend(key, master, speaker, at);
}

void Observer::hear_master(const RouterKey& key, Router& router, HeardSpeaker& master, Instant at,
                           Instant previous) {
  if (router.resigned_at) return crown(key, router, master, at, Reason::startup);
  const Duration patience = down_interval(master, master);
  if (at - previous < patience + master.advert_interval / 8) return;
  master.last = previous;
  crown(key, router, master, at, Reason::recovered);
  master.last = at;
}

void Observer::contend(const RouterKey& key, const HeardSpeaker& master, HeardSpeaker& rival,
                       Instant at) {
  const Duration interval = rival.advert_interval;
  const bool just_outbid = rival.outbid_at && at - *rival.outbid_at <= 2 * interval;
  // A master that is outbid may answer once before it yields.
  if (just_outbid && at - *rival.outbid_at <= interval / 2) return;
  if (rival.dual_finding) {
    if (at - findings_[*rival.dual_finding].until <= down_interval(rival, master)) {
      sight(*rival.dual_finding, at).severity = FindingSeverity::error;
      return;
    }
  }
  rival.dual_finding = findings_.size();
  Finding& finding = sight(findings_.size(), at);
  if (just_outbid) finding.at = *rival.outbid_at;
  // A single advert of the lower one is what the end of a split looks like, too.
  finding.severity = just_outbid ? FindingSeverity::error : FindingSeverity::warning;
  finding.code = FindingCode::dual_master;
  finding.key = key;
  finding.source = rival.source;
  finding.other = master.source;
  finding.message = to_string(rival.source) + " (priority " + std::to_string(rival.priority) +
                    ") advertises beside " + to_string(master.source) + " (priority " +
                    std::to_string(master.priority) + ")";
}

/// Ends the present mastership, for whatever `reason` says, and begins the speaker's.
void Observer::crown(const RouterKey& key, Router& router, HeardSpeaker& speaker, Instant at,
                     Reason reason) {
  MasterChange change;
  change.at = at;
  change.key = key;
  change.to = speaker.source;
  change.to_priority = speaker.priority;
  change.reason = reason;
  change.version = speaker.version;
  change.advert_interval = speaker.advert_interval;
  if (router.master) {
    HeardSpeaker& master = router.speakers.at(*router.master);
    const bool outbid = reason == Reason::preempted || reason == Reason::tie_break;
    change.from = master.source;
    change.from_priority = master.priority;
    change.silence = at - router.resigned_at.value_or(master.last);
    if (reason == Reason::graceful_shutdown) {
      change.expected = skew_time(speaker.version, speaker.priority, master.advert_interval);
    } else if (reason == Reason::master_silent) {
      change.expected = down_interval(speaker, master);
      change.advert_interval =
          speaker.version == 2 ? speaker.advert_interval : master.advert_interval;
    }
    if (outbid) master.outbid_at = at;
    if (&master == &speaker) {
      // Nobody succeeded it: first the fall, then the return.
      changes_.push_back(fall(key, router, master));
      change.from.reset();
      change.from_priority = 0;
    }
    ended_.push_back({key, master.source, router.master_since,
                      outbid ? at : router.resigned_at.value_or(master.last),
                      outbid ? MastershipEnd::outbid : end_of(router)});
  }
  changes_.push_back(change);
  router.master = speaker.source;
  router.master_since = at;
  router.resigned_at.reset();
  speaker.outbid_at.reset();
  speaker.dual_finding.reset();
}

MasterChange Observer::fall(const RouterKey& key, const Router& router, const Speaker& master) {
  MasterChange change;
  change.key = key;
  change.from = master.source;
  change.from_priority = master.priority;
  change.version = master.version;
  change.advert_interval = master.advert_interval;
  if (router.resigned_at) {
    change.at = *router.resigned_at;
    change.reason = Reason::graceful_shutdown;
  } else {
    change.expected = down_interval(master, master);
    change.silence = change.expected;
    change.at = master.last + change.expected;
    change.reason = Reason::master_silent;
  }
  return change;
}

void Observer::compare_settings(const RouterKey& key, Router& router, const HeardSpeaker& speaker,
                                Instant at) {
  // Only when the floor passes from one to another: what somebody showed an hour ago may be gone.
  if (router.last_speaker == speaker.source) return;
  const auto before = router.last_speaker;
  router.last_speaker = speaker.source;
  if (!before) return;
  const Speaker& other = router.speakers.at(*before);
  if (speaker.version != other.version) {
    return add_mismatch(key, at, speaker, other, FindingCode::bad_version, FindingSeverity::error,
                        "version " + std::to_string(speaker.version) + " against version " +
                            std::to_string(other.version));
  }
  if (speaker.version == 2 && !same_authentication(speaker, other)) {
    add_mismatch(key, at, speaker, other, FindingCode::auth_mismatch, FindingSeverity::error,
                 speaker.auth_type == other.auth_type
                     ? "the passwords differ"
                     : "authentication type " + std::to_string(speaker.auth_type) + " against " +
                           std::to_string(other.auth_type));
  }
  if (speaker.advert_interval != other.advert_interval) {
    add_mismatch(key, at, speaker, other, FindingCode::interval_mismatch,
                 speaker.version == 2 ? FindingSeverity::error : FindingSeverity::warning,
                 "advert interval " + seconds_text(speaker.advert_interval) + " against " +
                     seconds_text(other.advert_interval));
  }
  if (!same_addresses(speaker, other, key.family)) {
    add_mismatch(key, at, speaker, other, FindingCode::address_list_mismatch,
                 FindingSeverity::warning, "the lists of virtual addresses differ");
  }
}

void Observer::add_mismatch(const RouterKey& key, Instant at, const Speaker& one,
                            const Speaker& other, FindingCode code, FindingSeverity severity,
                            const std::string& text) {
  const auto [lower, higher] = std::minmax(one.source, other.source);
  const MismatchKey pair{key, lower, higher, code};
  Finding& finding = sight(mismatches_.try_emplace(pair, findings_.size()).first->second, at);
  if (finding.count > 1) return;
  finding.severity = severity;
  finding.code = code;
  finding.key = key;
  finding.source = one.source;
  finding.other = other.source;
  finding.message = to_string(one.source) + " and " + to_string(other.source) + ": " + text;
}

Observation Observer::finish(Instant end) const {
  Observation result;
  result.adverts = adverts_;
  result.refused = refused_;
  result.masters = ended_;
  result.changes = changes_;
  result.findings = findings_;
  for (const auto& [key, router] : routers_) {
    ObservedRouter observed;
    observed.key = key;
    for (const auto& [source, speaker] : router.speakers) observed.speakers.push_back(speaker);
    const HeardSpeaker& master = router.speakers.at(*router.master);
    observed.version = master.version;
    observed.addresses = address_list(master, key.family);
    result.routers.push_back(std::move(observed));

    const MasterChange last = fall(key, router, master);
    const bool fallen = last.at <= end;
    if (fallen) result.changes.push_back(last);
    result.masters.push_back({key, master.source, router.master_since,
                              fallen ? router.resigned_at.value_or(master.last) : end,
                              fallen ? end_of(router) : MastershipEnd::lasting});
  }
  for (Finding& finding : result.findings) complete_message(finding);
  const auto by_time = [](const auto& left, const auto& right) { return left.at < right.at; };
  std::stable_sort(result.changes.begin(), result.changes.end(), by_time);
  std::stable_sort(result.findings.begin(), result.findings.end(), by_time);
  std::stable_sort(
      result.masters.begin(), result.masters.end(),
      [](const Mastership& left, const Mastership& right) { return left.from < right.from; });
  return result;
}

}  // namespace understudy
