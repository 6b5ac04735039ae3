#include "core/vrrp/virtual_router.h"

#include <algorithm>

#include "core/net/contract.h"
#include "core/net/digest.h"
#include "core/net/ipv4_header.h"
#include "core/vrrp/timers.h"

namespace understudy {

VirtualRouter::VirtualRouter(const VirtualRouterConfig& config)
    : config_(&config), effective_priority_(config.priority) {}

Duration VirtualRouter::down_interval(std::uint8_t priority) const {
  return master_down_interval(config_->rules.version, priority, config_->rules.advert_interval,
                              config_->down_timer_adverts);
}

void VirtualRouter::note_time(Instant now) {
  ensure(now >= last_input_);
  last_input_ = now;
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
    if (now >= backup->master_down_at)
      become_master(backup->master_down_at, now, backup->takeover_reason, effects);
    return;
  }
  auto* master = std::get_if<Master>(&state_);
  if (master == nullptr) return;
  if (now >= master->next_advert_at) speak(master->next_advert_at, now, effects);
  if (master->second_announce_at && now >= *master->second_announce_at) {
    const auto repeat = master->second_announce_repeat;
    announce(now, repeat, Duration{}, effects);
  }
}

void VirtualRouter::handle(Instant now, const AdvertReceived& input, Effects& effects) {
  note_time(now);
  ++counters_.adverts_received;
  if (state() == State::backup)
    receive_in_backup(input, effects);
  else if (state() == State::master)
    receive_in_master(now, input, effects);
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
  if (auto* backup = std::get_if<Backup>(&state_))
    backup->master_down_at += down_interval(input.priority) - down_interval(effective_priority_);
  effects.report(PriorityChanged{config_->index, effective_priority_, input.priority});
  effective_priority_ = input.priority;
}

void VirtualRouter::handle(Instant now, const SourceAddressChanged& input, Effects&) {
  note_time(now);
  source_ = input.source;
}

void VirtualRouter::handle(Instant now, SendFailed input, Effects& effects) {
  note_time(now);
  ++counters_.adverts_not_sent;
  effects.report(AdvertNotSent{config_->index, input.error_number});
}

void VirtualRouter::refuse(DecodeError error, std::uint8_t vrid, const IpAddress& source,
                           Effects& effects) {
  ++counters_.refused[static_cast<std::size_t>(error)];
  effects.report(AdvertRefused{config_->index, config_->interface, vrid, error, source});
}

// ---- adverts

void VirtualRouter::receive_in_backup(const AdvertReceived& input, Effects& effects) {
  auto& backup = std::get<Backup>(state_);
  const auto& advert = input.received.advert;
  if (advert.priority == 0) {
    ++counters_.resignations_received;
    const auto& rules = config_->rules;
    backup.master_down_at =
        input.received_at + skew_time(rules.version, effective_priority_, rules.advert_interval);
    backup.takeover_reason = Reason::graceful_shutdown;
    effects.report(ResignationHeard{config_->index, input.received.source});
    return;
  }
  if (advert.priority < effective_priority_ && config_->preempt) {
    // Discarded: the timer runs on, and we take over when it ends (RFC 3768, section 6.4.2).
    ++counters_.lower_priority_received;
    backup.takeover_reason = Reason::preempted;
    effects.report(LowerPriorityHeard{config_->index, State::backup, advert.priority,
                                      effective_priority_, input.received.source});
    return;
  }
  backup.master_down_at = input.received_at + down_interval(effective_priority_);
  backup.takeover_reason = Reason::master_silent;
  backup.master = input.received.source;
  if (input.received.address_list_differs)
    effects.report(AddressListDiffers{config_->index, input.received.source});
}

void VirtualRouter::receive_in_master(Instant now, const AdvertReceived& input, Effects& effects) {
  const auto& [received, received_at] = input;
  const auto priority = received.advert.priority;
  if (received.address_list_differs)
    effects.report(AddressListDiffers{config_->index, received.source});
  if (priority == 0) {
    ++counters_.resignations_received;
    effects.report(ResignationHeard{config_->index, received.source});
    // One that piled up before we last spoke has its answer already.
    if (received_at >= std::get<Master>(state_).last_advert_at) speak(now, now, effects);
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
  if (config_->higher_prio_send_advert && config_->rules.profile == Profile::keepalived)
    send_advert(effective_priority_, effects);
  effects.add(RemoveAddresses{config_->index});
  enter_backup(received_at, reason, received.source, effects);
}

// RFC 3768 lets a master ignore a lower advert; keepalived answers it at once and announces again.
void VirtualRouter::contest(Instant now, const AdvertReceived& input, Effects& effects) {
  const auto& [received, received_at] = input;
  ++counters_.lower_priority_received;
  effects.report(LowerPriorityHeard{config_->index, State::master, received.advert.priority,
                                    effective_priority_, received.source});
  if (config_->rules.profile == Profile::rfc && config_->rules.version == 2) return;
  if (received_at < std::get<Master>(state_).last_advert_at)
    return;  // it piled up: our answer is out already
  if (!config_->lower_prio_no_advert) speak(now, now, effects);
  if (config_->rules.profile == Profile::keepalived && config_->garp_lower_prio_repeat > 0)
    announce(now, config_->garp_lower_prio_repeat, config_->garp_lower_prio_delay, effects);
}

// ---- transitions

void VirtualRouter::leave_init_or_fault(Instant now, Reason reason, Effects& effects) {
  if (config_->owner())
    become_master(now, now, reason, effects);
  else
    enter_backup(now, reason, IpAddress{}, effects);
}

void VirtualRouter::enter_backup(Instant since, Reason reason, const IpAddress& master,
                                 Effects& effects) {
  const auto from = state();
  const auto takeover =
      reason == Reason::startup || reason == Reason::recovered ? reason : Reason::master_silent;
  state_ = Backup{since + down_interval(effective_priority_), takeover, master};
  change_state(from, reason, effects);
}

// Once, also on a fault, where keepalived does it twice.
void VirtualRouter::resign(Effects& effects) {
  send_advert(0, effects);
  effects.add(RemoveAddresses{config_->index});
}

// The order decides the client's blackout: advert, addresses, announcement.
void VirtualRouter::become_master(Instant due, Instant now, Reason reason, Effects& effects) {
  const auto from = state();
  state_ = Master{};
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
  send_advert(effective_priority_, effects);
  auto& master = std::get<Master>(state_);
  master.last_advert_at = now;
  master.next_advert_at = due + interval > now ? due + interval : now + interval;
}

void VirtualRouter::announce(Instant now, unsigned repeat, Duration delay, Effects& effects) {
  auto& master = std::get<Master>(state_);
  ++counters_.announcements;
  effects.add(AnnounceAddresses{config_->index, static_cast<std::uint16_t>(repeat)});
  if (delay > Duration{}) {
    master.second_announce_at = now + delay;
    master.second_announce_repeat = static_cast<std::uint16_t>(repeat);
  } else {
    master.second_announce_at.reset();
  }
}

void VirtualRouter::send_advert(std::uint8_t priority, Effects& effects) {
  const auto& rules = config_->rules;
  if (source_.is_unspecified()) return;  // nothing to send from; the node holds us in FAULT then
  Advert advert;
  advert.version = rules.version;
  advert.vrid = rules.vrid;
  advert.priority = priority;
  advert.auth_type = static_cast<std::uint8_t>(rules.auth_type);
  advert.family = rules.family;
  advert.advert_interval = rules.advert_interval;
  advert.auth_data = rules.auth_data;
  advert.addresses = rules.addresses;
  if (++identification_ == 0) identification_ = 1;
  const IpAddress destination{kVrrpGroup4};
  const auto offset = effects.arena_size();
  const auto room = effects.reserve_packet(kIpv4HeaderSize + encoded_size(advert));
  const auto size = encode_packet(advert, source_, destination, rules.checksum_form,
                                  {.identification = identification_}, room);
  ensure(size.has_value());  // a checked configuration always encodes
  ++(priority == 0 ? counters_.resignations_sent : counters_.adverts_sent);
  effects.add(SendAdvert{config_->index, offset, static_cast<std::uint32_t>(*size), destination});
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

bool operator==(const VirtualRouter& left, const VirtualRouter& right) {
  return *left.config_ == *right.config_ && left.state_ == right.state_ &&
         left.effective_priority_ == right.effective_priority_ && left.faulty_ == right.faulty_ &&
         left.identification_ == right.identification_ && left.source_ == right.source_ &&
         left.counters_ == right.counters_;
}

std::uint64_t VirtualRouter::digest() const {
  Digest digest;
  digest.add(static_cast<std::uint64_t>(state_.index()) << 16 |
             static_cast<std::uint64_t>(effective_priority_) << 8 |
             static_cast<std::uint64_t>(faulty_));
  digest.add(identification_);
  digest.add(source_.bytes());
  if (const auto* backup = std::get_if<Backup>(&state_)) {
    digest.add(static_cast<std::uint64_t>(backup->master_down_at.time_since_epoch().count()));
    digest.add(static_cast<std::uint64_t>(backup->takeover_reason));
    digest.add(backup->master.bytes());
  } else if (const auto* master = std::get_if<Master>(&state_)) {
    digest.add(static_cast<std::uint64_t>(master->next_advert_at.time_since_epoch().count()));
    digest.add(static_cast<std::uint64_t>(master->last_advert_at.time_since_epoch().count()));
    const auto second = master->second_announce_at.value_or(Instant::max());
    digest.add(static_cast<std::uint64_t>(second.time_since_epoch().count()));
    digest.add(master->second_announce_repeat);
  }
  return digest.value();
}

}  // namespace understudy
