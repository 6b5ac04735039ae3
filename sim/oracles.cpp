#include "sim/oracles.h"

#include <algorithm>
#include <utility>

#include "core/vrrp/timers.h"

namespace understudy::sim {
namespace {

// Beyond them a queue's delay is of no interest: it settles within no run.
constexpr std::uint64_t kTurnMax = 1'000'000'000'000, kTurnsMax = 1'000;

}  // namespace

Oracles::Oracles(const Stage& stage, const SimHosts& hosts)
    : stage_(stage), hosts_(hosts), inspector_(stage) {
  collect_groups();
  compute_settling_time();
}

void Oracles::collect_groups() {
  for (std::size_t host = 0; host < hosts_.size(); ++host) {
    if (!hosts_[host].daemon) continue;
    const auto& config = hosts_[host].daemon->config();
    for (std::size_t i = 0; i < config.virtual_routers.size(); ++i) {
      const auto& router = config.virtual_routers[i];
      const int nic = hosts_[host].kernel.find_nic(config.interfaces[router.interface]);
      if (nic < 0) continue;
      const auto segment =
          stage_.nics[stage_.nic_number(host, static_cast<std::size_t>(nic))].segment;
      auto group = std::find_if(groups_.begin(), groups_.end(), [&](const Group& one) {
        return one.segment == segment && one.vrid == router.rules.vrid &&
               one.family == router.rules.family;
      });
      if (group == groups_.end())
        group = groups_.insert(group, {segment, router.rules.vrid, router.rules.family, {}});
      group->members.push_back({host, i, &router});
    }
  }
}

namespace {

/// The lowest priority that what it tracks can leave a virtual router.
std::uint8_t lowest_priority(const NodeConfig& node, std::size_t router) {
  int lowest = node.virtual_routers[router].priority;
  for (const auto& tracked : node.tracked[router]) {
    // A file's number is multiplied by the weight, and may be anything.
    if (tracked.kind == TrackedConfig::Kind::file && tracked.weight != 0) return 1;
    lowest -= tracked.weight < 0 ? -tracked.weight : tracked.reverse ? tracked.weight : 0;
  }
  return static_cast<std::uint8_t>(std::max(lowest, 1));
}

/// What else may pass before a host's virtual routers act: start-up, links and processes that must
/// have changed for a while.
Duration hesitation(const NodeConfig& node) {
  Duration longest{};
  for (const auto& delays : node.link_delays) longest = std::max({longest, delays.down, delays.up});
  for (const auto& process : node.processes)
    longest = std::max({longest, process.fork_delay, process.terminate_delay});
  return longest + std::max(node.startup_delay, node.delay_after_boot);
}

}  // namespace

void Oracles::compute_settling_time() {
  Duration interval{}, skew{}, way{}, wakeup{}, delay{};
  unsigned adverts = 3;
  for (const auto& group : groups_) {
    // Version 3 obeys the interval of the master, whoever that is.
    Duration longest{};
    for (const auto& member : group.members)
      longest = std::max(longest, member.config->rules.advert_interval);
    interval = std::max(interval, longest);
    for (const auto& member : group.members) {
      const auto& node = hosts_[member.host].daemon->config();
      const auto priority = lowest_priority(node, member.router);
      skew = std::max(skew, skew_time(member.config->rules.version, priority, longest));
      adverts = std::max(adverts, member.config->down_timer_adverts);
      wakeup = std::max(wakeup, stage_.host(member.host).wakeup.highest);
      delay = std::max(delay, member.config->preempt_delay + hesitation(node));
    }
  }
  way = 2 * longest_way();
  const auto by_clock = static_cast<std::int64_t>(adverts) * interval + skew + delay;
  HostClock slowest;
  slowest.set_drift({}, slowest_drift());
  settling_time_ = slowest.true_span(by_clock) + 2 * way + wakeup;
}

namespace {

/// What a frame may need for one direction of a cable: with a rate, a full queue before it.
Duration longest_passage(const LinkSettings& link) {
  auto longest = link.delay + link.jitter;
  if (link.reorder.per_billion > 0) longest += link.reorder_delay;
  if (link.rate > 0) {
    constexpr std::uint64_t kNanosecondBits = kFrameSizeMax * 8 * 1'000'000'000ULL;
    const auto turns = std::uint64_t{link.queue} + 1;
    longest += Duration{static_cast<std::int64_t>(
        std::min(kNanosecondBits / link.rate + 1, kTurnMax) * std::min(turns, kTurnsMax))};
  }
  return longest;
}

LinkSettings patched(LinkSettings link, const LinkPatch& patch) {
  link.delay = std::max(link.delay, patch.delay.value_or(Duration{}));
  link.jitter = std::max(link.jitter, patch.jitter.value_or(Duration{}));
  link.reorder_delay = std::max(link.reorder_delay, patch.reorder_delay.value_or(Duration{}));
  if (patch.reorder) link.reorder = *patch.reorder;
  if (patch.queue) link.queue = *patch.queue;
  if (patch.rate) link.rate = *patch.rate;
  return link;
}

}  // namespace

/// Of one cable, in any condition that the timeline puts it into.
Duration Oracles::longest_way() const {
  const auto& scenario = stage_.scenario;
  Duration way{};
  for (const auto& segment : scenario.segments) way = std::max(way, longest_passage(segment.link));
  for (const auto& place : stage_.nics) {
    const auto& nic = scenario.hosts[place.host].nics[place.nic];
    const auto& segment = scenario.segments[nic.segment].link;
    for (const auto& link :
         {nic.to_segment.value_or(segment), nic.from_segment.value_or(segment)}) {
      way = std::max(way, longest_passage(link));
      for (const auto& fault : scenario.timeline)
        if (const auto* change = std::get_if<LinkFault>(&fault.verb))
          way = std::max(way, longest_passage(patched(link, change->set)));
    }
  }
  return way;
}

std::int64_t Oracles::slowest_drift() const {
  std::int64_t slowest = 0;
  for (const auto& host : stage_.scenario.hosts) slowest = std::min(slowest, host.clock_drift);
  for (const auto& fault : stage_.scenario.timeline)
    if (const auto* clock = std::get_if<ClockFault>(&fault.verb))
      slowest = std::min(slowest, clock->drift.value_or(0));
  return slowest;
}

void Oracles::configuration_changed() {
  groups_.clear();
  collect_groups();
  compute_settling_time();
  disturbed();
}

Instant Oracles::judges_from() const {
  return std::max(disturbed_at_ + settling_time_,
                  Instant{stage_.scenario.oracles_from.value_or(Duration{})});
}

std::optional<Instant> Oracles::next_check() const {
  const auto settled_at = judges_from();
  if (judged_at_ && *judged_at_ >= settled_at) return std::nullopt;
  return settled_at;
}

/// A daemon that is about to wake up late, stopped or frozen is not meant.
void Oracles::judge_timers() {
  if (breaches_[static_cast<std::size_t>(Oracle::no_stuck_timer)]) return;
  for (std::size_t host = 0; host < hosts_.size(); ++host) {
    const auto& machine = hosts_[host];
    if (!machine.daemon || !machine.alive()) continue;
    if (const auto missed = machine.daemon->missed_deadline())
      breach(Oracle::no_stuck_timer, stage_.host(host).name + " sleeps past its deadline of " +
                                         std::to_string(missed->time_since_epoch().count()) +
                                         " ns by its clock");
  }
}

void Oracles::judge() {
  judge_timers();
  if (stage_.now < judges_from()) return;
  judged_at_ = stage_.now;
  for (const auto& group : groups_) judge(group);
}

bool Oracles::acts_as_master(const Member& member) const {
  const auto& host = hosts_[member.host];
  return host.alive() && host.state(member.router) == State::master;
}

bool Oracles::healthy(const Member& member) const {
  const auto& host = hosts_[member.host];
  if (!host.alive() || !host.daemon->running() || host.daemon->paused()) return false;
  const auto state = host.state(member.router);
  return state == State::backup || state == State::master;
}

void Oracles::judge(const Group& group) {
  const Member* master = nullptr;
  std::string names;
  unsigned masters = 0;
  for (const auto& member : group.members) {
    if (!acts_as_master(member)) continue;
    ++masters;
    master = &member;
    if (!breaches_[static_cast<std::size_t>(Oracle::one_master)])
      names += (names.empty() ? "" : " and ") + name(member);
  }
  if (masters > 1)
    breach(Oracle::one_master, label(group) + ": " + names + " are MASTER", label(group));
  if (masters == 0) {
    const auto fit = std::find_if(group.members.begin(), group.members.end(),
                                  [this](const Member& member) { return healthy(member); });
    if (fit != group.members.end())
      breach(Oracle::some_master,
             label(group) + ": nobody is MASTER, though " + name(*fit) + " is fit", label(group));
  }
  judge_holders(group);
  if (masters == 1) judge_arp(group, *master);
}

void Oracles::judge_holders(const Group& group) {
  for (const auto& member : group.members) {
    const auto& host = hosts_[member.host];
    if (!host.alive() || member.config->owner()) continue;
    const bool master = host.state(member.router) == State::master;
    for (std::size_t i = 0; i < member.config->address_count(); ++i) {
      const auto& address = member.config->held_address(i).address;
      if (host.kernel.holds(address) == master) continue;
      breach(Oracle::holder_is_master,
             label(group) + ": " + name(member) +
                 (master ? " is MASTER without " : " is not MASTER and holds ") +
                 to_string(address),
             label(group));
    }
  }
}

void Oracles::judge_arp(const Group& group, const Member& master) {
  const auto& owner = hosts_[master.host];
  for (std::size_t host = 0; host < hosts_.size(); ++host) {
    if (hosts_[host].daemon || !hosts_[host].alive()) continue;
    for (std::size_t i = 0; i < master.config->address_count(); ++i) {
      const auto& held = master.config->held_address(i);
      const int interface = owner.daemon->interface_of(*master.config, held);
      const auto entry = hosts_[host].kernel.neighbours().find(held.address);
      if (interface < 0 || !entry) continue;
      const auto& mac = owner.kernel.mac(static_cast<std::uint32_t>(interface));
      if (*entry != mac)
        breach(Oracle::true_arp,
               stage_.host(host).name + " sends frames for " + to_string(held.address) + " to " +
                   to_string(*entry) + ", " + name(master) + " has " + to_string(mac) + " (" +
                   label(group) + ")",
               label(group));
    }
  }
}

void Oracles::inspect_closely(std::uint32_t nic, const Frame& frame) {
  const auto& place = stage_.nics[nic];
  const auto& daemon = hosts_[place.host].daemon;
  auto complaint = inspector_.inspect(nic, frame, daemon ? &*daemon : nullptr);
  if (!complaint.empty())
    breach(Oracle::valid_adverts,
           "an advert of " + stage_.host(place.host).name + ": " + complaint);
}

void Oracles::breach(Oracle oracle, std::string detail, std::string subject) {
  auto& first = breaches_[static_cast<std::size_t>(oracle)];
  if (!first) first = {stage_.now, std::move(detail), std::move(subject)};
}

std::string Oracles::label(const Group& group) const {
  return group.members.front().config->name + " (VRID " + std::to_string(group.vrid) + ")";
}

std::vector<OracleResult> Oracles::results() const {
  std::vector<OracleResult> results;
  for (std::size_t i = 0; i < kOracleCount; ++i) {
    OracleResult result;
    result.name = to_string(static_cast<Oracle>(i));
    if (breaches_[i]) {
      result.verdict = Verdict::fail;
      result.at = breaches_[i]->at;
      result.detail = breaches_[i]->detail;
      result.subject = breaches_[i]->subject;
    }
    for (const auto& waiver : stage_.scenario.waivers) {
      if (waiver.oracle != result.name) continue;
      result.verdict = Verdict::waived;
      result.detail = waiver.reason;
    }
    results.push_back(std::move(result));
  }
  return results;
}

}  // namespace understudy::sim
