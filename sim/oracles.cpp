#include "sim/oracles.h"

#include <algorithm>
#include <utility>

#include "core/vrrp/timers.h"

namespace understudy::sim {

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
  for (const auto& segment : stage_.scenario.segments)
    way = std::max(way, 2 * (segment.link.delay + segment.link.jitter));
  settling_time_ = static_cast<std::int64_t>(adverts) * interval + skew + 2 * way + wakeup + delay;
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

void Oracles::judge() {
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
