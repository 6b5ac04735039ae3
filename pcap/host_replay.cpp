#include "pcap/host_replay.h"

#include <algorithm>

#include "core/vrrp/observer_rules.h"
#include "core/vrrp/timers.h"
#include "pcap/router_replay.h"

namespace understudy::capture {

namespace {

/// What lies between a daemon's deadline and the capture of its packet.
constexpr Duration kSlack = std::chrono::milliseconds{50};
constexpr std::size_t kMostDisagreements = 1000;

/// One virtual router of the host on its way through the capture.
class RouterReplay {
 public:
  RouterReplay(const WireRecord& record, const std::shared_ptr<const NodeConfig>& node,
               const HostConfig& host, HostReplay& result)
      : record_(record), result_(result), engine_(node, host.addresses, result), host_(host) {
    const VirtualRouterConfig& router = engine_.router();
    interval_ = router.rules.advert_interval;
    down_ = master_down_interval(router.rules.version, router.priority, interval_,
                                 router.down_timer_adverts);
    configured_priority_ = router.priority;
    collect();
  }

  void run(Instant start, Instant end) {
    begin(start);
    for (next_ = 0; next_ < mine_.size(); ++next_) {
      const Heard& heard = mine_[next_];
      if (engine_.runs() && heard.at > engine_now_) pass_to(heard.at);
      if (heard.own) {
        hear_own(heard);
      } else if (engine_.runs()) {
        engine_.receive(heard.at, record_.packet(*heard.entry));
      }
      engine_now_ = heard.at;
    }
    if (engine_.runs()) pass_to(end);
    close(end);
    if (!heard_) {
      add(Disagreement::Kind::never_heard, start, end, {},
          "none of its adverts is in the capture: it was never master, or they did not reach the "
          "capture point");
    }
  }

 private:
  struct Heard {
    Instant at;
    const WireRecord::Entry* entry;
    bool own;
    std::uint8_t priority;
  };

  void collect() {
    const ReceiveRules& rules = engine_.router().rules;
    Instant latest = Instant::min();
    for (const WireRecord::Entry& entry : record_.entries()) {
      observing::Message message;
      const auto packet = record_.packet(entry);
      const auto decoded = observing::decode_observed(packet, message);
      if (decoded && (decoded->advert.vrid != rules.vrid || decoded->advert.family != rules.family))
        continue;
      const bool own = decoded && std::find(host_.addresses.begin(), host_.addresses.end(),
                                            decoded->source) != host_.addresses.end();
      latest = std::max(latest, entry.at);
      mine_.push_back({latest, &entry, own, decoded ? decoded->advert.priority : std::uint8_t{0}});
    }
  }

  void begin(Instant start) {
    const auto first =
        std::find_if(mine_.begin(), mine_.end(), [](const Heard& h) { return h.own; });
    // Master already when the capture begins: it has been waiting before.
    if (first != mine_.end() && first->priority != 0 && first->at - start < 2 * interval_) {
      enter(first->at - down_);
    } else {
      enter(start);
    }
  }

  void enter(Instant at) {
    engine_.start(at);
    engine_now_ = at;
    presence_ = Presence{engine_.router().name, at, at, false, true};
  }

  void leave(Instant at, bool resigned) {
    if (!presence_) return;
    presence_->to = at;
    presence_->resigned = resigned;
    presence_->open = false;
    result_.presences.push_back(*presence_);
    presence_.reset();
  }

  /// Time passes; whether the host keeps silent where its engine would speak.
  void pass_to(Instant at) {
    engine_.advance(at);
    engine_now_ = at;
    if (engine_.state() != State::master) return;
    const Instant spoke = std::max(engine_.since(), last_own_);
    if (at - spoke <= down_) return;
    const bool had_spoken = last_own_ >= engine_.since();
    add(Disagreement::Kind::silent, had_spoken ? last_own_ + interval_ : spoke, at, {},
        had_spoken
            ? "it should have gone on advertising but did not: the daemon was stopped without a "
              "word or its adverts did not reach the capture point"
            : "it should have become master and spoken but did not: the daemon was stopped or its "
              "adverts did not reach the capture point");
    leave(had_spoken ? last_own_ : spoke, false);
    engine_.vanish();
    // What the engine did that nobody saw is not what the host did.
    if (!had_spoken && !result_.changes.empty()) result_.changes.pop_back();
  }

  void hear_own(const Heard& heard) {
    heard_ = true;
    if (heard.priority == 0) return hear_resignation(heard);
    if (!engine_.runs()) come_back(heard);
    engine_.advance(heard.at);
    if (engine_.state() == State::backup) {
      engine_.advance(heard.at + kSlack);
      engine_now_ = heard.at + kSlack;
    }
    last_own_ = heard.at;
    if (engine_.state() != State::master) return judge_advert_of_backup(heard);
    quarrel_.reset();
    compare(heard);
    if (heard.priority != engine_.priority()) {
      engine_.set_priority(std::max(heard.at, engine_now_), heard.priority);
      tell_priority(heard);
    }
  }

  void hear_resignation(const Heard& heard) {
    if (!engine_.runs()) return;
    engine_.advance(heard.at);
    engine_.stop(heard.at);
    leave(heard.at, true);
    last_own_ = heard.at;
  }

  /// It must have been waiting for a down interval before it speaks again.
  void come_back(const Heard& heard) {
    enter(heard.at - down_);
    for (std::size_t i = 0; i < next_; ++i) {
      if (mine_[i].at < heard.at - down_ || mine_[i].own) continue;
      engine_.receive(mine_[i].at, record_.packet(*mine_[i].entry));
    }
  }

  void judge_advert_of_backup(const Heard& heard) {
    const bool answers = heard.at - engine_.yielded_at() <= std::max(interval_ / 4, kSlack);
    if (answers) return;
    if (quarrel_) {
      result_.disagreements[*quarrel_].until = heard.at;
      return;
    }
    const bool yielded = engine_.yielded_at() > Instant::min();
    quarrel_ = add(yielded ? Disagreement::Kind::not_yielded : Disagreement::Kind::early, heard.at,
                   heard.at, {heard.entry->file, heard.entry->number},
                   yielded ? "it should have yielded but went on: it does not hear the better "
                             "master's adverts, or runs another configuration"
                           : "it speaks though it should be waiting: it does not hear the master's "
                             "adverts, or runs another configuration");
  }

  void compare(const Heard& heard) {
    if (compared_) return;
    compared_ = true;
    observing::Message message;
    const auto decoded = observing::decode_observed(record_.packet(*heard.entry), message);
    const ReceiveRules& rules = engine_.router().rules;
    std::string text;
    const auto differs = [&](const std::string& what) {
      text += (text.empty() ? "" : ", ") + what;
    };
    if (decoded->advert.version != rules.version)
      differs("version " + std::to_string(decoded->advert.version));
    if (decoded->advert.advert_interval != rules.advert_interval)
      differs("advert interval " + seconds_text(decoded->advert.advert_interval));
    if (!std::ranges::equal(decoded->advert.addresses, rules.addresses))
      differs("other virtual addresses");
    if (rules.version == 2 &&
        (decoded->advert.auth_type != static_cast<std::uint8_t>(rules.auth_type) ||
         (rules.auth_type == AuthType::pass && decoded->advert.auth_data != rules.auth_data)))
      differs("another authentication");
    if (text.empty()) return;
    add(Disagreement::Kind::settings, heard.at, heard.at, {heard.entry->file, heard.entry->number},
        "its adverts show " + text + ": it runs another configuration than this one");
  }

  void tell_priority(const Heard& heard) {
    if (heard.priority == configured_priority_) return;
    const int difference = heard.priority - configured_priority_;
    std::string text = "priority " + std::to_string(heard.priority) + " on the wire, " +
                       std::to_string(configured_priority_) + " configured";
    for (std::size_t i = 0; i < host_.node->virtual_routers.size(); ++i) {
      if (host_.node->virtual_routers[i].name != engine_.router().name) continue;
      for (const TrackedConfig& tracked : host_.node->tracked[i]) {
        if (tracked.weight != difference) continue;
        const char* state = difference < 0 ? " is down" : " is up";
        if (tracked.kind == TrackedConfig::Kind::script)
          text += ": script " + host_.node->scripts[tracked.object].name + state;
        if (tracked.kind == TrackedConfig::Kind::interface)
          text += ": interface " + host_.node->interfaces[tracked.object] + state;
        if (tracked.kind == TrackedConfig::Kind::process)
          text += ": process " + host_.node->processes[tracked.object].name + state;
      }
    }
    add(Disagreement::Kind::priority, heard.at, heard.at, {heard.entry->file, heard.entry->number},
        text);
  }

  std::optional<std::size_t> add(Disagreement::Kind kind, Instant at, Instant until,
                                 PacketPlace packet, std::string text) {
    if (result_.disagreements.size() == kMostDisagreements) return std::nullopt;
    result_.disagreements.push_back(
        {at, until, kind, engine_.router().name, std::move(text), packet});
    return result_.disagreements.size() - 1;
  }

  void close(Instant end) {
    if (!presence_) return;
    presence_->to = end;
    result_.presences.push_back(*presence_);
  }

  const WireRecord& record_;
  HostReplay& result_;
  RouterEngine engine_;
  const HostConfig& host_;
  Duration interval_{}, down_{};
  std::uint8_t configured_priority_ = 0;
  std::vector<Heard> mine_;
  std::size_t next_ = 0;
  Instant engine_now_ = Instant::min();
  Instant last_own_ = Instant::min();
  bool heard_ = false;
  bool compared_ = false;
  std::optional<std::size_t> quarrel_;
  std::optional<Presence> presence_;
};

void sort_by_time(HostReplay& replay) {
  const auto by_time = [](const auto& left, const auto& right) { return left.at < right.at; };
  std::stable_sort(replay.changes.begin(), replay.changes.end(), by_time);
  std::stable_sort(replay.disagreements.begin(), replay.disagreements.end(), by_time);
  std::stable_sort(replay.refusals.begin(), replay.refusals.end(), by_time);
}

/// The changes of `one` that `other` does not have within a tenth of a second.
std::vector<ReplayedChange> only_in(const std::vector<ReplayedChange>& one,
                                    const std::vector<ReplayedChange>& other) {
  std::vector<ReplayedChange> result;
  for (const ReplayedChange& change : one) {
    const bool known = std::any_of(other.begin(), other.end(), [&](const ReplayedChange& twin) {
      return twin.instance == change.instance && twin.to == change.to && twin.from == change.from &&
             std::max(twin.at, change.at) - std::min(twin.at, change.at) <=
                 std::chrono::milliseconds{100};
    });
    if (!known) result.push_back(change);
  }
  return result;
}

/// The other side of a what-if: one virtual router runs through one presence.
void rerun(const WireRecord& record, RouterEngine& engine, const HostConfig& host,
           const Presence& presence) {
  const ReceiveRules& rules = engine.router().rules;
  engine.start(presence.from);
  Instant latest = presence.from;
  for (const WireRecord::Entry& entry : record.entries()) {
    latest = std::max(latest, entry.at);
    if (entry.at < presence.from || latest > presence.to) continue;
    observing::Message message;
    const auto decoded = observing::decode_observed(record.packet(entry), message);
    if (!decoded || decoded->advert.vrid != rules.vrid || decoded->advert.family != rules.family)
      continue;
    if (std::find(host.addresses.begin(), host.addresses.end(), decoded->source) !=
        host.addresses.end())
      continue;
    engine.receive(latest, record.packet(entry));
  }
  engine.advance(presence.to);
  if (presence.resigned) {
    engine.stop(presence.to);
  } else {
    engine.vanish();
  }
}

}  // namespace

HostReplay replay(const WireRecord& record, const HostConfig& host, Instant start, Instant end) {
  HostReplay result;
  result.addresses = host.addresses;
  result.file = host.file;
  for (const auto& part : take_apart(*host.node))
    RouterReplay(record, part, host, result).run(start, end);
  sort_by_time(result);
  return result;
}

HostReplay what_if(const WireRecord& record, const HostConfig& host, const HostReplay& known,
                   Instant start, Instant end) {
  HostReplay result;
  result.addresses = host.addresses;
  result.file = host.file;
  for (const auto& part : take_apart(*host.node)) {
    const std::string& name = part->virtual_routers[0].name;
    RouterEngine engine(part, host.addresses, result);
    bool was_there = false;
    for (const Presence& presence : known.presences) {
      if (presence.instance != name) continue;
      was_there = true;
      rerun(record, engine, host, presence);
      result.presences.push_back(presence);
    }
    if (!was_there) rerun(record, engine, host, {name, start, end, false, true});
  }
  sort_by_time(result);
  result.gone = only_in(known.changes, result.changes);
  result.added = only_in(result.changes, known.changes);
  return result;
}

std::string_view to_string(Disagreement::Kind kind) {
  constexpr std::string_view kNames[] = {"silent",   "not_yielded", "early",
                                         "priority", "settings",    "never_heard"};
  return kNames[static_cast<std::uint8_t>(kind)];
}

}  // namespace understudy::capture
