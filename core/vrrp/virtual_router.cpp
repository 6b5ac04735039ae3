#include "core/vrrp/virtual_router.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/net/contract.h"
#include "core/vrrp/advert_writer.h"
#include "core/vrrp/timers.h"

namespace understudy {

namespace {

// Near the end of the 32 bits a sender stops counting until the next election (keepalived).
constexpr std::uint32_t kLastAhSequence = 0xfffffffe;

std::size_t senders_to_remember(const ReceiveRules& rules) {
  if (!rules.hmac) return 0;
  return rules.unicast ? rules.peers.size() : HmacMarks::kMostOnMulticast;
}

}  // namespace

VirtualRouter::VirtualRouter(const VirtualRouterConfig& config)
    : rules_(config.rules),
      effective_priority_(config.priority),
      plain_(config.rules.plain()),
      owner_(config.owner()),
      group_(config.group),
      master_interval_(config.rules.advert_interval),
      config_(&config),
      hmac_marks_(senders_to_remember(config.rules)) {
  down_interval_ = compute_down_interval();
}

void VirtualRouter::set_priority(std::uint8_t priority) {
  effective_priority_ = priority;
  down_interval_ = compute_down_interval();
}

void VirtualRouter::set_master_interval(Duration interval) {
  master_interval_ = interval;
  down_interval_ = compute_down_interval();
}

void VirtualRouter::note_time(Instant now) {
  ensure(now >= last_input_);
  last_input_ = now;
}

// Equal counts as higher in BACKUP: no addresses are compared. Nearly every advert ends here, hence
// no call.
[[gnu::always_inline]] inline void VirtualRouter::obey(const AdvertReceived& input, Backup& backup,
                                                       Effects& effects) {
  const auto& received = input.received;
  if (received.advert.priority >= effective_priority_) backup.preempt_at.reset();
  if (received.advert.advert_interval != master_interval_) [[unlikely]]
    learn_interval(received, effects);
  if (received.address_list_differs &&
      !(config_->skip_check_adv_addr && received.source == backup.master))
    effects.report(AddressListDiffers{config_->index, received.source});
  backup.master_down_at = input.received_at + down_interval_;
  backup.takeover_reason = Reason::master_silent;
  backup.master = received.source;
  backup.wants_master = false;
  if (std::exchange(backup.owes_last_word, false)) [[unlikely]]
    send_advert(input.received_at, effective_priority_, effects);
}

// ---- inputs

void VirtualRouter::handle(Instant now, Startup, Effects& effects) {
  note_time(now);
  if (state() != State::init) return;
  if (faulty_) {
    state_ = Fault{};
    change_state(State::init, Reason::fault, effects);
    return;
  }
  leave_init_or_fault(now, Reason::startup, effects);
}

void VirtualRouter::handle(Instant now, Shutdown, Effects& effects) {
  note_time(now);
  const auto from = state();
  if (from == State::init) return;
  if (from == State::master) resign(effects);
  state_ = Init{};
  change_state(from, Reason::shutdown, effects);
}

void VirtualRouter::handle(Instant now, DeadlineReached, Effects& effects) {
  note_time(now);
  if (const auto* backup = std::get_if<Backup>(&state_)) {
    if (now >= backup->master_down_at) take_over_or_wait(now, effects);
    return;
  }
  auto* master = std::get_if<Master>(&state_);
  if (master == nullptr) return;
  if (now >= master->next_advert_at) {
    if (held_up(now)) {
      effects.add(RemoveAddresses{config_->index});
      enter_backup(now, Reason::held_up, IpAddress{}, effects);
      return;
    }
    advertise_in_time(now, effects);
  }
  if (now >= master->announce_at) announce_what_is_due(now, effects);
}

void VirtualRouter::handle(Instant now, const AdvertReceived& input, Effects& effects) {
  note_time(now);
  ++counters_.adverts_received;
  if (!plain_) [[unlikely]]
    accept_sequences(input, effects);
  if (auto* backup = std::get_if<Backup>(&state_)) [[likely]] {
    const auto priority = input.received.advert.priority;
    if (priority >= effective_priority_ && priority != 0 && !owner_) [[likely]]
      obey(input, *backup, effects);
    else
      receive_in_backup(input, *backup, effects);
  } else if (state() == State::master) {
    receive_in_master(now, input, effects);
  }
}

void VirtualRouter::handle(Instant now, FaultRaised, Effects& effects) {
  note_time(now);
  faulty_ = true;
  const auto from = state();
  if (from != State::backup && from != State::master) return;
  if (from == State::master) resign(effects);
  state_ = Fault{};
  change_state(from, Reason::fault, effects);
}

void VirtualRouter::handle(Instant now, FaultCleared, Effects& effects) {
  note_time(now);
  faulty_ = false;
  if (state() == State::fault) leave_init_or_fault(now, Reason::recovered, effects);
}

void VirtualRouter::handle(Instant now, EffectivePriorityChanged input, Effects& effects) {
  note_time(now);
  if (input.priority == effective_priority_ || config_->owner()) return;
  effects.report(PriorityChanged{config_->index, effective_priority_, input.priority});
  const auto before = down_interval_;
  set_priority(input.priority);
  if (auto* backup = std::get_if<Backup>(&state_))
    backup->master_down_at += down_interval_ - before;
}

void VirtualRouter::handle(Instant now, const SourceAddressChanged& input, Effects&) {
  note_time(now);
  source_ = input.source;
}

void VirtualRouter::handle(Instant now, SendFailed input, Effects& effects) {
  note_time(now);
  ++counters_.adverts_not_sent;
  effects.report(AdvertNotSent{config_->index, input.error_number});
  if (auto* backup = std::get_if<Backup>(&state_))
    backup->owes_last_word = config_->higher_prio_send_advert && keeps_to_keepalived();
}

void VirtualRouter::handle(Instant now, GroupTakesOver input, Effects& effects) {
  note_time(now);
  if (state() == State::backup) become_master(now, now, input.reason, effects);
}

void VirtualRouter::handle(Instant now, GroupYields, Effects& effects) {
  note_time(now);
  if (state() != State::master) return;
  effects.add(RemoveAddresses{config_->index});
  enter_backup(now, Reason::group, IpAddress{}, effects);
}

void VirtualRouter::handle(Instant now, AnnounceAgain, Effects& effects) {
  note_time(now);
  if (state() == State::master) announce_after_rival(now, effects);
}

void VirtualRouter::refuse(DecodeError error, std::uint8_t vrid, const IpAddress& source,
                           Effects& effects) {
  ++counters_.refused[static_cast<std::size_t>(error)];
  ++counters_.refused_total;
  effects.report(AdvertRefused{config_->index, config_->interface, vrid, error, source});
}

// ---- adverts

void VirtualRouter::accept_sequences(const AdvertReceived& input, Effects& effects) {
  const auto& received = input.received;
  if (config_->rules.auth_type == AuthType::ah)
    ah_sequence_ = static_cast<std::uint32_t>(received.sequence);
  if (!received.has_hmac) return;
  hmac_marks_.remember(received.source, received.sequence);
  const auto& hmac = *config_->rules.hmac;
  if (hmac.monotonic) return;
  const auto ours = std::chrono::floor<std::chrono::seconds>(wall_time(input.received_at)).count();
  const auto skew = ours - static_cast<std::int64_t>(received.sequence >> 32);
  if (std::abs(skew) > std::int64_t{hmac.window_seconds / 2})
    effects.report(ClockSkewHeard{config_->index, skew, hmac.window_seconds, received.source});
}

// RFC 9568, section 6.4.2: never from priority 0. An interval of 0 (erratum 8301) teaches nothing.
void VirtualRouter::learn_interval(const ReceivedAdvert& received, Effects& effects) {
  const auto interval = received.advert.advert_interval;
  if (config_->rules.version == 2 || interval == Duration{}) return;
  set_master_interval(interval);
  effects.report(
      IntervalLearnt{config_->index, interval, config_->rules.advert_interval, received.source});
}

void VirtualRouter::receive_in_backup(const AdvertReceived& input, Backup& backup,
                                      Effects& effects) {
  const auto& received = input.received;
  const auto& advert = received.advert;
  if (advert.priority == 0) {
    ++counters_.resignations_received;
    backup.master_down_at = input.received_at + skew_time(config_->rules.version,
                                                          effective_priority_, master_interval_);
    backup.takeover_reason = Reason::graceful_shutdown;
    effects.report(ResignationHeard{config_->index, received.source});
    return;
  }
  if (config_->owner() && effective_priority_ != config_->priority &&
      (advert.priority != 255 || received.source != backup.master)) {
    // The rogue owner we gave way to is gone.
    effects.report(PriorityChanged{config_->index, effective_priority_, config_->priority});
    set_priority(config_->priority);
  }
  if (obeys_for_now(input, backup, effects)) return obey(input, backup, effects);
  // Discarded: the timer runs on, and we take over when it ends (RFC 9568, section 6.4.2).
  ++counters_.lower_priority_received;
  backup.takeover_reason = Reason::preempted;
  effects.report(LowerPriorityHeard{config_->index, State::backup, advert.priority,
                                    effective_priority_, received.source});
}

// preempt_delay (keepalived): lower priorities are obeyed until it has passed since the first of
// them, unless a higher one comes between.
bool VirtualRouter::obeys_for_now(const AdvertReceived& input, Backup& backup, Effects& effects) {
  if (input.received.advert.priority >= effective_priority_ || !config_->preempt) return true;
  if (config_->preempt_delay == Duration{}) return false;
  if (!backup.preempt_at) {
    backup.preempt_at = input.received_at + config_->preempt_delay;
    effects.report(PreemptionDelayed{config_->index, config_->preempt_delay});
  }
  return input.received_at < *backup.preempt_at;
}

void VirtualRouter::receive_in_master(Instant now, const AdvertReceived& input, Effects& effects) {
  const auto& [received, received_at] = input;
  const auto priority = received.advert.priority;
  if (received.address_list_differs)
    effects.report(AddressListDiffers{config_->index, received.source});
  if (received.local_owner && received.source != source_)
    effects.report(OwnerConflict{config_->index, priority, received.source});
  if (priority == 0) {
    ++counters_.resignations_received;
    effects.report(ResignationHeard{config_->index, received.source});
    // One that piled up before we last spoke has its answer already.
    if (received_at >= std::get<Master>(state_).last_advert_at) speak(now, now, effects);
    // Who resigns was master, and clients may still have its MAC. The RFC and keepalived leave it
    // at the advert.
    if (keeps_to_keepalived()) announce_after_rival(now, effects);
    return;
  }
  if (priority == effective_priority_ && received.source == source_) {
    // A looped copy or a duplicate address. An answer would loop too.
    effects.report(OwnAddressHeard{config_->index});
    return;
  }
  if (priority > effective_priority_)
    yield(input, Reason::preempted, effects);
  else if (priority == effective_priority_ && received.source > source_)
    yield(input, Reason::tie_break, effects);
  else
    contest(now, input, effects);
}

void VirtualRouter::yield(const AdvertReceived& input, Reason reason, Effects& effects) {
  const auto& [received, received_at] = input;
  effects.report(HigherPriorityHeard{config_->index, received.advert.priority, effective_priority_,
                                     received.source});
  // A last word, so that the winner learns of the contest and announces again: else clients may
  // keep our MAC.
  if (config_->higher_prio_send_advert && keeps_to_keepalived())
    send_advert(last_input_, effective_priority_, effects);
  effects.add(RemoveAddresses{config_->index});
  if (received.advert.advert_interval != master_interval_) learn_interval(received, effects);
  enter_backup(received_at, reason, received.source, effects);
}

// RFC 3768 lets a master ignore a lower advert; RFC 9568 and keepalived answer it at once. Whether
// the answer counts as the next advert the texts leave open: as in RFC 9568's pseudo code the
// advert timer runs on under profile rfc, with keepalived it starts again. keepalived also
// announces the addresses again.
void VirtualRouter::contest(Instant now, const AdvertReceived& input, Effects& effects) {
  const auto& [received, received_at] = input;
  const auto& rules = config_->rules;
  ++counters_.lower_priority_received;
  effects.report(LowerPriorityHeard{config_->index, State::master, received.advert.priority,
                                    effective_priority_, received.source});
  if (rules.profile == Profile::rfc && rules.version == 2) return;
  if (received_at < std::get<Master>(state_).last_advert_at)
    return;  // it piled up: our answer is out already
  if (rules.auth_type == AuthType::ah && ah_sequence_ < kLastAhSequence) ++ah_sequence_;
  if (rules.profile == Profile::rfc) {
    std::get<Master>(state_).last_advert_at = now;
    send_advert(now, effective_priority_, effects);
    return;
  }
  if (!config_->lower_prio_no_advert) speak(now, now, effects);
  announce_after_rival(now, effects);
  if (config_->notifies_lower_priority)
    effects.add(
        Notify{config_->index, State::master, effective_priority_, Notify::Event::lower_priority});
  if (config_->owner() && received.advert.priority == 255) contest_rogue_owner(input, effects);
}

// keepalived: two owners, and the one that ought to yield goes on for two of our adverts and 1.2
// intervals more. Then we call ourselves 254, so that there is one master.
void VirtualRouter::contest_rogue_owner(const AdvertReceived& input, Effects& effects) {
  auto& rogue = std::get<Master>(state_).rogue;
  if (!rogue) {
    rogue = Rogue{};
  } else if (rogue->own_adverts_left == 0 && input.received_at >= rogue->until) {
    effects.report(PriorityChanged{config_->index, effective_priority_, 254});
    set_priority(254);
    rogue.reset();
  }
}

// ---- transitions

void VirtualRouter::leave_init_or_fault(Instant now, Reason reason, Effects& effects) {
  set_master_interval(config_->rules.advert_interval);
  if (owner_) set_priority(config_->priority);
  const bool grouped = config_->group != kNoGroup;
  if (config_->owner() && !grouped) return become_master(now, now, reason, effects);
  enter_backup(now, reason, IpAddress{}, effects);
  auto& backup = std::get<Backup>(state_);
  backup.wants_master = config_->owner();
  // The head start of `state MASTER` inside a group.
  if (grouped && config_->starts_as_master && reason == Reason::startup)
    backup.master_down_at =
        now + master_down_interval(config_->rules.version, 255, master_interval_, 1);
}

void VirtualRouter::enter_backup(Instant since, Reason reason, const IpAddress& master,
                                 Effects& effects) {
  const auto from = state();
  const auto takeover =
      reason == Reason::startup || reason == Reason::recovered ? reason : Reason::master_silent;
  Backup backup;
  backup.master_down_at = since + down_interval_;
  backup.takeover_reason = takeover;
  backup.master = master;
  state_ = backup;
  change_state(from, reason, effects);
}

// A member of a sync group waits for the others; its Node looks who is ready.
void VirtualRouter::take_over_or_wait(Instant now, Effects& effects) {
  auto& backup = std::get<Backup>(state_);
  if (config_->group == kNoGroup)
    return become_master(backup.master_down_at, now, backup.takeover_reason, effects);
  if (!backup.wants_master) effects.report(GroupWaits{config_->index, config_->group});
  backup.wants_master = true;
  const auto again = backup.master_down_at + down_interval_;
  backup.master_down_at = again > now ? again : now + down_interval_;
}

// Once, also on a fault, where keepalived does it twice.
void VirtualRouter::resign(Effects& effects) {
  send_advert(last_input_, 0, effects);
  effects.add(RemoveAddresses{config_->index});
}

// The order decides the client's blackout: advert, addresses, announcement.
void VirtualRouter::become_master(Instant due, Instant now, Reason reason, Effects& effects) {
  const auto from = state();
  set_master_interval(config_->rules.advert_interval);
  if (ah_sequence_ >= kLastAhSequence) ah_sequence_ = 0;
  Master master;
  master.refused_seen = counters_.refused_total;
  if (config_->garp_refresh > Duration{})
    master.refresh_at = now + config_->garp_master_delay + config_->garp_refresh;
  if (config_->garp_extra > Duration{}) master.extra_at = now + config_->garp_extra;
  state_ = master;
  ++counters_.became_master;
  speak(due, now, effects);
  effects.add(AddAddresses{config_->index});
  announce(now, config_->garp_master_repeat, config_->garp_master_delay, effects);
  change_state(from, reason, effects);
}

void VirtualRouter::change_state(State from, Reason reason, Effects& effects) {
  effects.report(StateChanged{config_->index, from, state(), reason});
  effects.add(Notify{config_->index, state(), effective_priority_});
}

// Sends our advert; the next is due one interval after this one was, or after now when that has
// passed.
void VirtualRouter::speak(Instant due, Instant now, Effects& effects) {
  const auto interval = config_->rules.advert_interval;
  if (now - due > interval / 8) effects.report(DeadlineLate{config_->index, now - due});
  send_advert(now, effective_priority_, effects);
  auto& master = std::get<Master>(state_);
  master.last_advert_at = now;
  master.next_advert_at = due + interval > now ? due + interval : now + interval;
  if (master.rogue && master.rogue->own_adverts_left > 0 && --master.rogue->own_adverts_left == 0)
    master.rogue->until = now + interval * 6 / 5;
}

void VirtualRouter::advertise_in_time(Instant now, Effects& effects) {
  auto& master = std::get<Master>(state_);
  speak(master.next_advert_at, now, effects);
  // Adverts for our VRID were refused, and now there are none any more: a rival that held our
  // addresses has gone, and clients may still have its MAC.
  const bool refused = counters_.refused_total != master.refused_seen;
  master.refused_seen = counters_.refused_total;
  if (master.rival_refused && !refused && keeps_to_keepalived()) announce_after_rival(now, effects);
  master.rival_refused = refused;
}

bool VirtualRouter::held_up(Instant now) const {
  if (!config_->yields_when_held_up) return false;
  const auto& rules = config_->rules;
  return now - std::get<Master>(state_).last_advert_at >=
         master_down_interval(rules.version, config_->held_up_priority, rules.advert_interval,
                              config_->down_timer_adverts);
}

// ---- announcements

void VirtualRouter::announce(Instant now, unsigned repeat, Duration delay, Effects& effects) {
  auto& master = std::get<Master>(state_);
  if (repeat > 0) {
    ++counters_.announcements;
    effects.add(AnnounceAddresses{config_->index, static_cast<std::uint16_t>(repeat)});
  }
  master.second_at = repeat > 0 && delay > Duration{} ? now + delay : Instant::max();
  master.second_repeat = static_cast<std::uint16_t>(repeat);
  master.announce_at = std::min({master.second_at, master.refresh_at, master.extra_at});
}

/// Somebody else had our addresses, and clients may still have his MAC (garp_lower_prio_repeat).
void VirtualRouter::announce_after_rival(Instant now, Effects& effects) {
  if (config_->garp_lower_prio_repeat > 0)
    announce(now, config_->garp_lower_prio_repeat, config_->garp_lower_prio_delay, effects);
}

void VirtualRouter::announce_what_is_due(Instant now, Effects& effects) {
  auto& master = std::get<Master>(state_);
  // Due again one period after it was due, or after now when that has passed.
  const auto renew = [now](Instant& at, Duration period) {
    at = at + period > now ? at + period : now + period;
  };
  if (now >= master.second_at) announce(now, master.second_repeat, Duration{}, effects);
  if (now >= master.refresh_at) {
    ++counters_.announcements;
    effects.add(AnnounceAddresses{config_->index,
                                  static_cast<std::uint16_t>(config_->garp_refresh_repeat)});
    renew(master.refresh_at, config_->garp_refresh);
  }
  if (now >= master.extra_at) {
    AnnounceAddresses extra{config_->index, 1};
    extra.elsewhere_only = !config_->garp_extra_all;
    effects.add(extra);
    renew(master.extra_at, config_->garp_extra);
  }
  master.announce_at = std::min({master.second_at, master.refresh_at, master.extra_at});
}

// ---- sending

void VirtualRouter::send_advert(Instant now, std::uint8_t priority, Effects& effects) {
  const auto& rules = config_->rules;
  if (source_.is_unspecified()) return;  // nothing to send from; the node holds us in FAULT then
  AdvertStamp stamp;
  stamp.priority = priority;
  if (rules.auth_type == AuthType::ah && ah_sequence_ < kLastAhSequence) ++ah_sequence_;
  stamp.ah_sequence = ah_sequence_;
  if (rules.hmac && rules.hmac->signs()) {
    hmac_sequence_ = next_hmac_sequence(wall_time(now), hmac_sequence_, *rules.hmac);
    stamp.hmac_sequence = hmac_sequence_;
  }
  ++(priority == 0 ? counters_.resignations_sent : counters_.adverts_sent);
  const auto send_to = [&](const IpAddress& destination) {
    if (++identification_ == 0) identification_ = 1;
    stamp.identification = identification_;
    const auto offset = effects.arena_size();
    const auto room = effects.reserve_packet(advert_packet_size(*config_));
    const auto size = write_advert(*config_, stamp, source_, destination, room);
    effects.add(SendAdvert{config_->index, offset, static_cast<std::uint32_t>(size), destination});
  };
  for (const auto& destination : config_->destinations) send_to(destination);
  if (config_->destinations.empty())
    send_to(rules.family == Family::ipv4 ? IpAddress{kVrrpGroup4}
                                         : IpAddress::from_bytes(kVrrpGroup6));
}

// ---- what hosts ask

std::optional<Instant> VirtualRouter::next_deadline() const {
  const auto deadline = deadline_or_never();
  if (deadline == Instant::max()) return std::nullopt;
  return deadline;
}

IpAddress VirtualRouter::master_address() const {
  if (const auto* backup = std::get_if<Backup>(&state_)) return backup->master;
  return state() == State::master ? source_ : IpAddress{};
}

bool VirtualRouter::wants_master() const {
  const auto* backup = std::get_if<Backup>(&state_);
  return backup != nullptr && backup->wants_master;
}

Reason VirtualRouter::takeover_reason() const {
  const auto* backup = std::get_if<Backup>(&state_);
  return backup == nullptr ? Reason::startup : backup->takeover_reason;
}

void VirtualRouter::continue_from(const VirtualRouter& former) {
  const auto* config = config_;
  *this = former;
  config_ = config;
  rules_ = PlainRules{config->rules};
  plain_ = config->rules.plain();
  owner_ = config->owner();
  group_ = config->group;
  effective_priority_ = config->priority;
  if (config->rules.version == 2) master_interval_ = config->rules.advert_interval;
  down_interval_ = compute_down_interval();
  if (!former.config_->rules.hmac) hmac_marks_ = HmacMarks{senders_to_remember(config_->rules)};
}

void VirtualRouter::resume(Instant now, Effects& effects) {
  note_time(now);
  if (auto* backup = std::get_if<Backup>(&state_)) {
    backup->master_down_at = now + down_interval_;
  } else if (state() == State::master) {
    speak(now, now, effects);
    effects.add(AddAddresses{config_->index});
    announce(now, config_->garp_master_repeat, config_->garp_master_delay, effects);
  }
}

}  // namespace understudy
