#include "sim/swarm/judge.h"

#include <algorithm>

#include "sim/run.h"
#include "sim/swarm/fault_facts.h"

namespace understudy::sim::swarm {
namespace {

RunOptions quiet() {
  RunOptions options;
  options.timeline = false;
  return options;
}

std::optional<Failure> failure_of(const tl::expected<RunResult, std::string>& result) {
  if (!result) return Failure{"run_ends", "", result.error(), {}, Explanation::none};
  std::optional<Failure> first;
  for (const auto& oracle : result->oracles) {
    if (oracle.verdict != Verdict::fail) continue;
    const auto at = oracle.at.value_or(Instant{});
    if (!first || at < first->at)
      first = Failure{oracle.name, oracle.subject, oracle.detail, at, Explanation::none};
  }
  return first;
}

constexpr std::uint16_t kAnnouncements = TrafficMatch::kArp | TrafficMatch::kNd;
constexpr auto kAllButAdverts =
    static_cast<std::uint16_t>(TrafficMatch::kAll & ~TrafficMatch::kVrrp);

void spare_announcements(LinkSettings& link) {
  link.match.kinds &= static_cast<std::uint16_t>(~kAnnouncements);
  link.rate = 0;
}

void spare_announcements(std::optional<TrafficMatch>& match) {
  match = TrafficMatch{
      static_cast<std::uint16_t>(match.value_or(TrafficMatch{}).kinds & ~kAnnouncements)};
}

/// False: the fault is to go altogether.
bool spare_announcements(const Scenario& scenario, Fault& fault) {
  if (auto* link = std::get_if<LinkFault>(&fault.verb)) {
    spare_announcements(link->set.match);
    const bool cut = link->set.loss == kAlways && link->from_segment;  // both ways, for certain
    if (!cut) link->set.match->kinds &= kAllButAdverts;
    link->set.rate.reset();
    return link->set.match->kinds != 0;
  }
  if (auto* partition = std::get_if<PartitionFault>(&fault.verb)) {
    partition->match.kinds &= static_cast<std::uint16_t>(~kAnnouncements);
    if (!partition->both_ways) partition->match.kinds &= kAllButAdverts;
    return partition->match.kinds != 0;
  }
  if (auto* machine = std::get_if<SwitchFault>(&fault.verb)) {
    if (machine->verb != SwitchVerb::reboot) return true;
    machine->verb = SwitchVerb::flush;
    fault.lasts.reset();
    return true;
  }
  if (const auto* firewall = std::get_if<FirewallFault>(&fault.verb))
    return firewall->rule.chain != FirewallChain::output;
  const auto is_client = [&](std::size_t host) { return !scenario.hosts[host].config; };
  if (const auto* pause = std::get_if<PauseFault>(&fault.verb))
    return pause->what != PauseWhat::nic && !is_client(pause->host);
  if (const auto* nic = std::get_if<NicFault>(&fault.verb)) return !is_client(nic->host);
  if (const auto* arp = std::get_if<ArpFault>(&fault.verb)) return arp->verb != ArpVerb::pin;
  return true;
}

bool stops_daemon(const Verb& verb) {
  const auto* daemon = std::get_if<DaemonFault>(&verb);
  const auto* host = std::get_if<HostFault>(&verb);
  return (daemon != nullptr && daemon->verb != DaemonVerb::start) ||
         (host != nullptr && host->verb != HostVerb::boot);
}

bool cuts(const Verb& verb) {
  return std::holds_alternative<LinkFault>(verb) || std::holds_alternative<PartitionFault>(verb) ||
         std::holds_alternative<FirewallFault>(verb) || std::holds_alternative<SwitchFault>(verb);
}

/// A master that goes while it is cut off has nobody to hear its last word.
bool stops_while_cut(const Scenario& scenario) {
  const auto& timeline = scenario.timeline;
  for (std::size_t stop = 0; stop < timeline.size(); ++stop)
    for (std::size_t cut = 0; cut < timeline.size(); ++cut)
      if (stops_daemon(timeline[stop].verb) && cuts(timeline[cut].verb) &&
          timeline[cut].at <= over_at(scenario, stop) &&
          timeline[stop].at <= over_at(scenario, cut))
        return true;
  return false;
}

bool true_arp_holds(const Scenario& scenario) {
  const auto failure = failure_of(run(scenario, quiet()));
  return !failure || failure->oracle != "true_arp";
}

/// Whether no more is wrong than that nobody could know that he ought to announce.
bool announcements_explain(const Scenario& scenario) {
  auto other = with_announcements_delivered(scenario);
  if (true_arp_holds(other)) return true;
  if (!stops_while_cut(scenario)) return false;
  for (auto& host : other.hosts)
    if (host.config)
      for (auto& instance : host.config->instances)
        instance.garp_master_refresh = std::chrono::seconds{1};
  return true_arp_holds(other);
}

}  // namespace

Scenario with_announcements_delivered(const Scenario& scenario) {
  auto other = scenario;
  for (auto& segment : other.segments) {
    spare_announcements(segment.link);
    segment.stp_delay = {};
  }
  for (auto& host : other.hosts)
    for (auto& nic : host.nics)
      for (auto* link : {&nic.to_segment, &nic.from_segment})
        if (*link) spare_announcements(**link);
  const bool chained = std::any_of(other.timeline.begin(), other.timeline.end(),
                                   [](const Fault& fault) { return fault.after.has_value(); });
  if (chained) {
    for (auto& fault : other.timeline)
      if (!spare_announcements(scenario, fault)) fault.verb = NoteFault{fault.text};
    return other;
  }
  std::erase_if(other.timeline,
                [&](Fault& fault) { return !spare_announcements(scenario, fault); });
  return other;
}

Outcome judge(const Scenario& scenario) {
  Outcome outcome;
  const auto result = run(scenario, quiet());
  outcome.failure = failure_of(result);
  if (result) {
    outcome.events = result->events;
    for (const auto& transition : result->transitions)
      ++outcome.transitions[std::string(to_string(transition.from)) + " -> " +
                            std::string(to_string(transition.to)) + " (" +
                            std::string(to_string(transition.reason)) + ")"];
    for (const auto& oracle : result->oracles) outcome.oracles[oracle.name] = oracle.verdict;
  }
  if (outcome.failure && outcome.failure->oracle == "true_arp" && announcements_explain(scenario))
    outcome.failure->explanation = Explanation::lost_announcement;
  return outcome;
}

}  // namespace understudy::sim::swarm
