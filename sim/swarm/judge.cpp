#include "sim/swarm/judge.h"

#include <algorithm>

#include "sim/run.h"

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
  if (outcome.failure && outcome.failure->oracle == "true_arp") {
    const auto delivered = failure_of(run(with_announcements_delivered(scenario), quiet()));
    if (!delivered || delivered->oracle != "true_arp")
      outcome.failure->explanation = Explanation::lost_announcement;
  }
  return outcome;
}

}  // namespace understudy::sim::swarm
