// What the parts of a world tell it, and whom it tells in turn.
#include <algorithm>
#include <utility>

#include "core/vrrp/timers.h"
#include "sim/frame_words.h"
#include "sim/ip_packet.h"
#include "sim/run_trace.h"
#include "sim/world.h"

namespace understudy::sim {
namespace {

// An announcement is worth a line when it is the first as master, or the first after a while:
// neither the rest of a burst nor the second burst.
constexpr Duration kQuiet = std::chrono::seconds{10};

/// What of an address goes into the digest: all of an IPv4 one.
std::uint64_t address_bits(const IpAddress& address) {
  return address.is_ipv4() ? address.ipv4().value : digest_of(address.bytes());
}

}  // namespace

// ---- network

void World::frame_sent(std::uint32_t nic, const Frame& frame) {
  if (frame.kind == FrameKind::advert) oracles_->inspect(nic, frame);
  if (watches_frames_) [[unlikely]]
    frame_sent_watched(nic, frame);
}

void World::frame_sent_watched(std::uint32_t nic, const Frame& frame) {
  if (taps_) taps_->write(nic, stage_.now, frame);
  if (options_.trace != nullptr)
    options_.trace->keep_frame(stage_, nic, frame, RunTrace::Fate::sent);
  if (!chronicle_) return;
  chronicle_->frame_sent(nic, frame, ledger_->next_place(nic));
  ledger_->sent(nic, frame, chronicle_->why_sent(frame));
}

bool World::frame_arrived(std::uint32_t nic, const Frame& frame) {
  if (watches_frames_) [[unlikely]]
    return frame_arrived_watched(nic, frame);
  const auto& place = stage_.nics[nic];
  auto& host = hosts_[place.host];
  if (host.frozen) return false;
  if (!host.kernel.passes_on(frame))
    host.kernel.receive(place.nic, frame);
  else if (host.daemon)
    host.daemon->packet(place.nic, frame.payload(),
                        frame.heard_by_many ? &frame.judgement : nullptr);
  return true;
}

void World::frame_nears(std::uint32_t nic, const Frame& frame) {
  const auto& place = stage_.nics[nic];
  const auto& host = hosts_[place.host];
  __builtin_prefetch(&host);
  __builtin_prefetch(&host.kernel.clock());
  if (host.daemon) host.daemon->expect(place.nic, frame.payload());
}

bool World::frame_arrived_watched(std::uint32_t nic, const Frame& frame) {
  if (taps_) taps_->write(nic, stage_.now, frame);
  const auto& place = stage_.nics[nic];
  auto& host = hosts_[place.host];
  const bool taken = !host.frozen;
  if (options_.trace != nullptr)
    options_.trace->keep_frame(stage_, nic, frame,
                               taken ? RunTrace::Fate::arrived : RunTrace::Fate::not_taken);
  if (!chronicle_) {
    if (taken) host.kernel.receive(place.nic, frame);
    return taken;
  }
  // Its record lies before those of what it sets off.
  const auto captured = ledger_->next_place(nic);
  const auto record = ledger_->arrived(nic, frame, taken);
  if (!taken) return false;
  chronicle_->begin_arrival(nic, frame, captured);
  host.kernel.receive(place.nic, frame);
  ledger_->remark(record, chronicle_->refusal_of_arrival(place.host));
  chronicle_->end_arrival();
  return true;
}

void World::frame_lost(std::uint32_t nic, const Frame& frame, LossCause cause) {
  if (options_.trace != nullptr) [[unlikely]]
    options_.trace->keep_loss(stage_, nic, frame, cause);
  if (!chronicle_) return;
  chronicle_->frame_lost(nic, frame, cause);
  ledger_->lost(nic, frame, cause);
}

void World::frame_changed(std::uint32_t nic, const Frame& frame, FrameChange change) {
  if (chronicle_) ledger_->changed(nic, frame, change);
}

void World::switch_changed(std::uint32_t) {
  for (auto& probe : probes_) update_reach(probe);
}

// ---- kernels

void World::vrrp_received(std::size_t host, std::uint32_t nic,
                          std::span<const std::uint8_t> packet) {
  if (chronicle_) chronicle_->advert_heard(host);
  if (auto& daemon = hosts_[host].daemon) daemon->packet(nic, packet);
}

void World::frame_freed(std::size_t host, std::uint32_t nic, const Frame& frame) {
  auto& kernel = hosts_[host].kernel;
  if (!chronicle_) return kernel.receive(nic, frame);
  chronicle_->begin_arrival(stage_.nic_number(host, nic), frame, {});
  kernel.receive(nic, frame);
  chronicle_->end_arrival();
}

bool World::client_segment(std::size_t host, const TcpSegment& segment) {
  for (const auto probe : probes_of_host_[host]) {
    if (!probes_[probe].runner.receive(segment)) continue;
    watch_blackouts();
    return true;
  }
  return false;
}

void World::client_echo(std::size_t host, const EchoReply& reply) {
  for (const auto probe : probes_of_host_[host])
    if (probes_[probe].runner.receive(reply)) return watch_blackouts();
}

void World::client_refused(std::size_t host, const Refusal& refusal) {
  for (const auto probe : probes_of_host_[host])
    if (probes_[probe].runner.refused(refusal)) return watch_blackouts();
}

void World::neighbour_changed(std::size_t host, const IpAddress& address) {
  ++stage_.version;
  const auto mac = hosts_[host].kernel.neighbours().find(address);
  std::uint64_t bits = 0;
  if (mac)
    for (const auto byte : mac->bytes) bits = bits << 8 | byte;
  stage_.trace(TraceMark::neighbour, host << 32 | address_bits(address), bits);
  for (const auto probe : probes_of_host_[host]) update_reach(probes_[probe]);
  if (chronicle_) [[unlikely]]
    chronicle_->neighbour_changed(host, address);
}

void World::addresses_changed(std::size_t host, const IpAddress& address, bool held) {
  ++stage_.version;
  mastership_->hold(address, held);
  stage_.trace(TraceMark::address, host << 1 | static_cast<std::uint64_t>(held),
               address_bits(address));
}

void World::announcement_heard(std::size_t host, std::uint32_t from_nic, const IpAddress& address) {
  for (const auto index : probes_of_host_[host]) {
    auto& runner = probes_[index].runner;
    if (runner.config().target == address)
      runner.log().marks().add(OutageMark::announced, stage_.now, stage_.nics[from_nic].host);
  }
}

// ---- scripts

void World::script_starts_service(std::size_t host, std::size_t service) {
  control_->try_start_service(host, service);
}

void World::script_stops_daemon(std::size_t host) {
  const bool runs = hosts_[host].daemon && hosts_[host].daemon->running();
  if (stage_.with_timeline && runs)
    stage_.tell(TimelineEntry::Kind::script, host, "a check gives up and stops the daemon");
  control_->stop_daemon(host);
}

void World::script_ended(std::size_t host, std::uint32_t daemon, std::uint16_t script,
                         std::uint32_t run, int exit_status) {
  if (chronicle_) [[unlikely]]
    chronicle_->script_ended(host, script, exit_status);
  if (hosts_[host].daemon) hosts_[host].daemon->script_ended(daemon, script, run, exit_status);
}

// ---- daemons

void World::state_changed(std::size_t host, const StateChanged& change, Duration late) {
  ++stage_.version;
  const auto& router = hosts_[host].daemon->config().virtual_routers[change.virtual_router];
  stage_.trace(TraceMark::transition, host << 32 | change.virtual_router,
               static_cast<std::uint64_t>(change.from) << 16 |
                   static_cast<std::uint64_t>(change.to) << 8 |
                   static_cast<std::uint64_t>(change.reason));
  const bool fit_now = change.to == State::backup && change.from != State::master;
  if (fit_now) oracles_->disturbed();
  transitions_.push_back({stage_.now, host, router.name, change.from, change.to, change.reason});
  mastership_->enter(host, change.virtual_router, change.to);
  if (change.from == State::master) {
    mark(OutageMark::noticed, stage_.now, host, router);
    for (std::size_t i = 0; i < router.address_count(); ++i)
      announcements_[{host, router.held_address(i).address}].last.reset();
  }
  if (change.to == State::master) {
    if (change.reason == Reason::master_silent)
      mark(OutageMark::noticed, silence_noticed(host, change.virtual_router, late), host, router);
    mark(OutageMark::elected, stage_.now, host, router);
  }
  if (stage_.with_timeline)
    stage_.tell(TimelineEntry::Kind::transition, host,
                router.name + ": " + std::string(to_string(change.from)) + " -> " +
                    std::string(to_string(change.to)) + " (" +
                    std::string(to_string(change.reason)) + ")");
}

void World::tracked_changed(std::size_t host, bool up) {
  oracles_->disturbed();
  if (up) return;
  // A master that knows of its fault has noticed it, though its priority may take time to tell.
  for (const auto& router : hosts_[host].node()->virtual_routers())
    if (router.state() == State::master)
      mark(OutageMark::noticed, stage_.now, host, router.config());
}

// A silence looks normal until the next advert would have come.
Instant World::silence_noticed(std::size_t host, std::size_t router, Duration late) const {
  const auto& state = hosts_[host].node()->virtual_routers()[router];
  const auto& config = state.config();
  const auto interval = hosts_[host].daemon->obeyed_interval(router);
  const auto down = master_down_interval(config.rules.version, state.effective_priority(), interval,
                                         config.down_timer_adverts);
  return stage_.now - late - down + interval;
}

void World::daemon_changed(std::size_t host, bool runs) {
  ++stage_.version;
  oracles_->disturbed();
  if (chronicle_) [[unlikely]]
    chronicle_->daemon_changed(host, runs);
  if (runs) return;
  const auto count = hosts_[host].daemon->config().virtual_routers.size();
  for (std::size_t router = 0; router < count; ++router)
    mastership_->enter(host, router, std::nullopt);
}

void World::configuration_changed(std::size_t host) {
  ++stage_.version;
  mastership_->configure(host);
  oracles_->configuration_changed();
}

void World::announced(std::size_t host, const IpAddress& address) {
  auto& announcement = announcements_[{host, address}];
  ++announcement.count;
  if (watched_.garps) ++stage_.version;
  const bool worth_a_line = !announcement.last || stage_.now - *announcement.last >= kQuiet;
  announcement.last = stage_.now;
  if (worth_a_line && stage_.with_timeline)
    stage_.tell(TimelineEntry::Kind::announcement, host, announcement_text(address));
}

void World::advert_watched(std::size_t host, std::size_t router,
                           std::span<const std::uint8_t> packet) {
  if (watched_.adverts) ++stage_.version;
  if (!counts_kinds_) return;
  const auto ip = read_ip(packet);
  if (!ip) return;
  const auto message = vrrp_message(*ip);
  if (message.size() < 3) return;
  const auto& config = hosts_[host].daemon->config().virtual_routers[router];
  AdvertKind kind{config.name, message[1], static_cast<std::uint8_t>(message[0] >> 4), message[2],
                  1};
  for (AdvertKind& known : advert_kinds_[host]) {
    if (known.priority != kind.priority || known.vrid != kind.vrid ||
        known.version != kind.version || known.instance != kind.instance)
      continue;
    ++known.count;
    return;
  }
  advert_kinds_[host].push_back(std::move(kind));
}

// ---- control and faults

void World::repaired(std::size_t host) {
  for (auto& probe : probes_)
    probe.runner.log().marks().add(OutageMark::repaired, stage_.now, host);
}

void World::power_lost(std::size_t host) {
  for (const auto probe : probes_of_host_[host]) probes_[probe].runner.abandon();
}

void World::fault_happened(std::size_t fault, bool end) {
  if (!std::holds_alternative<NoteFault>(stage_.scenario.timeline[fault].verb))
    oracles_->disturbed();
  if (chronicle_) [[unlikely]]
    chronicle_->fault_happened(fault, end);
  // Even a fault that changes nothing is an instant worth looking at.
  ++stage_.version;
  monitor_->fault_happened(fault, end, stage_.now);
}

// ---- outages

void World::mark(OutageMark mark, Instant at, std::size_t host, const VirtualRouterConfig& router) {
  for (auto& probe : probes_)
    if (has_address(router, probe.runner.config().target))
      probe.runner.log().marks().add(mark, at, host);
}

std::size_t World::reach_of(std::size_t from, const IpAddress& target) const {
  const auto mac = hosts_[from].kernel.neighbours().find(target);
  if (!mac) return kNoHost;
  for (std::uint32_t nic = 0; nic < stage_.nics.size(); ++nic) {
    const auto& place = stage_.nics[nic];
    if (!hosts_[place.host].kernel.takes(place.nic, *mac)) continue;
    const auto port = network_.place_of(place.segment, *mac);
    if (port && *port != nic) {
      if (place.mac == *mac) return kNoHost;
      continue;  // a virtual MAC, at home on several hosts
    }
    // A frame that goes everywhere reaches all who take it; the one that has the address answers.
    if (port || place.mac == *mac || hosts_[place.host].kernel.holds(target)) return place.host;
  }
  return kNoHost;
}

void World::update_reach(ProbeSlot& probe) {
  const auto& config = probe.runner.config();
  const auto reached = reach_of(config.from, config.target);
  if (reached == probe.reached) return;
  probe.reached = reached;
  probe.runner.log().marks().add(OutageMark::reached, stage_.now, reached);
}

void World::keep_blackouts(const ProbeSlot& probe) {
  const auto index =
      static_cast<std::size_t>(&probe.runner.config() - stage_.scenario.probes.data());
  const auto& log = probe.runner.log();
  const auto& blackouts = log.record().blackouts;
  // No optional: g++ 12 takes a comparison with one for a look at what is not there.
  auto seen = probe.seen_open.value_or(Instant::min());
  for (auto i = probe.seen_blackouts; i < blackouts.size(); ++i) {
    if (seen != blackouts[i].start) chronicle_->blackout_began(index, blackouts[i].start);
    chronicle_->blackout_ended(index, blackouts[i].end);
    seen = Instant::min();
  }
  const auto open = log.open_since();
  if (open && *open != seen) chronicle_->blackout_began(index, *open);
}

void World::watch_blackouts() {
  for (auto& probe : probes_) {
    const auto& log = probe.runner.log();
    const auto& blackouts = log.record().blackouts;
    const auto& name = probe.runner.config().name;
    const auto host = probe.runner.config().from;
    const auto open = log.open_since();
    if (watched_.lost && log.lost_count() != probe.seen_lost) {
      probe.seen_lost = log.lost_count();
      ++stage_.version;
    }
    if (open == probe.seen_open && blackouts.size() == probe.seen_blackouts) continue;
    ++stage_.version;
    if (chronicle_) [[unlikely]]
      keep_blackouts(probe);
    if (open && open != probe.seen_open)
      stage_.tell_at(*open, TimelineEntry::Kind::blackout, host, "probe " + name + ": no answer");
    for (; probe.seen_blackouts < blackouts.size(); ++probe.seen_blackouts)
      stage_.tell_at(blackouts[probe.seen_blackouts].end, TimelineEntry::Kind::blackout, host,
                     "probe " + name + ": answered again");
    probe.seen_open = open;
  }
}

}  // namespace understudy::sim
