#include "sim/swarm/fault_facts.h"

#include <algorithm>
#include <array>
#include <tuple>

#include "sim/nic_identity.h"
#include "sim/scenario/expression_parser.h"
#include "sim/scenario/firewall_rule.h"
#include "sim/scenario/units.h"
#include "sim/scenario/words.h"

namespace understudy::sim::swarm {
namespace {

template <typename... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <typename... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

template <typename Words, typename Value>
std::string text_of(const Words& words, Value value) {
  return std::string(word_of(words, value));
}

/// What a fault changes and puts back: kind of thing, host or segment, and which of its things.
using Resource = std::tuple<char, std::size_t, std::size_t, std::string>;

Resource resource_of(const Verb& verb) {
  return std::visit(Overloaded{
                        [](const ServiceFault& f) {
                          return Resource{'s', f.host, f.service, ""};
                        },
                        [](const DaemonFault& f) {
                          return Resource{'h', f.host, 0, ""};
                        },
                        [](const HostFault& f) {
                          return Resource{'h', f.host, 0, ""};
                        },
                        [](const PauseFault& f) {
                          return f.what == PauseWhat::nic ? Resource{'p', f.host, f.nic, ""}
                                                          : Resource{'h', f.host, 0, ""};
                        },
                        [](const NicFault& f) {
                          return Resource{'n', f.host, f.nic, ""};
                        },
                        [](const FirewallFault& f) {
                          return Resource{'w', f.host, 0, ""};
                        },
                        [](const FileFault& f) {
                          return Resource{'f', f.host, 0, f.path};
                        },
                        [](const ProcessFault& f) {
                          return Resource{'r', f.host, 0, f.name};
                        },
                        [](const ClockFault& f) {
                          return Resource{'c', f.host, 0, ""};
                        },
                        [](const LinkFault& f) {
                          return Resource{'l', f.host, f.nic, ""};
                        },
                        [](const PartitionFault&) {
                          return Resource{'x', 0, 0, ""};
                        },
                        [](const ArpFault& f) {
                          return Resource{'a', f.host, 0, ""};
                        },
                        [](const SwitchFault& f) {
                          return Resource{'t', f.segment, 0, ""};
                        },
                        [](const InjectFault& f) {
                          return Resource{'i', f.host, f.nic, ""};
                        },
                        [](const NoteFault&) {
                          return Resource{'-', 0, 0, ""};
                        },
                    },
                    verb);
}

/// Whether it is over at once, or is itself a repair.
bool needs_no_end(const Verb& verb) {
  return std::visit(Overloaded{
                        [](const ServiceFault& f) { return f.verb == ServiceVerb::start; },
                        [](const DaemonFault& f) {
                          return f.verb != DaemonVerb::stop && f.verb != DaemonVerb::kill;
                        },
                        [](const HostFault& f) { return f.verb != HostVerb::power_off; },
                        [](const NicFault& f) { return f.up; },
                        [](const ArpFault& f) { return f.verb == ArpVerb::flush; },
                        [](const SwitchFault& f) { return f.verb != SwitchVerb::querier_lost; },
                        [](const InjectFault&) { return true; },
                        [](const NoteFault&) { return true; },
                        [](const auto&) { return false; },
                    },
                    verb);
}

bool boots(const Verb& verb, std::size_t host) {
  const auto* fault = std::get_if<HostFault>(&verb);
  return fault != nullptr && fault->host == host && fault->verb == HostVerb::boot;
}

bool starts_daemon(const Verb& verb, std::size_t host) {
  const auto* fault = std::get_if<DaemonFault>(&verb);
  return fault != nullptr && fault->host == host && fault->verb == DaemonVerb::start;
}

Duration starts_at(const Scenario& scenario, std::size_t fault) {
  return event_time(scenario, {fault, false, {}});
}

/// A boot of `host`, then a start of the daemon it has, after all else has happened to it.
bool repaired_at_last(const Scenario& scenario, std::size_t host) {
  Duration last{}, booted{-1}, started{-1};
  for (std::size_t i = 0; i < scenario.timeline.size(); ++i) {
    const auto& fault = scenario.timeline[i];
    const auto resource = resource_of(fault.verb);
    if (std::get<0>(resource) != 'h' || std::get<1>(resource) != host) continue;
    if (boots(fault.verb, host) && !fault.lasts)
      booted = std::max(booted, starts_at(scenario, i));
    else if (starts_daemon(fault.verb, host) && !fault.lasts)
      started = std::max(started, starts_at(scenario, i));
    else
      last = std::max(last, over_at(scenario, i));
  }
  return booted >= last && (!scenario.hosts[host].config || started >= booted);
}

/// Its end takes away what it brought and nothing else, so that two of them may overlap.
bool undoes_itself(const Resource& resource) {
  const char kind = std::get<0>(resource);
  return kind == 'w' || kind == 'x' || kind == '-';
}

/// Whether the end of one could put back what the other has broken.
bool collide(const Scenario& scenario, std::size_t one, std::size_t other) {
  return resource_of(scenario.timeline[one].verb) == resource_of(scenario.timeline[other].verb) &&
         starts_at(scenario, other) <= over_at(scenario, one) &&
         over_at(scenario, other) >= starts_at(scenario, one);
}

std::string patch_text(const LinkPatch& patch) {
  std::string text;
  const auto add = [&](std::string_view key, const std::string& value) {
    text += (text.empty() ? "" : ", ") + std::string(key) + " " + value;
  };
  if (patch.delay) add("delay", to_text(*patch.delay));
  if (patch.jitter) add("jitter", to_text(*patch.jitter));
  if (patch.loss) add("loss", quantity_text(*patch.loss));
  if (patch.loss_mask) add("loss_mask", *patch.loss_mask);
  if (patch.duplicate) add("duplicate", quantity_text(*patch.duplicate));
  if (patch.reorder) add("reorder", quantity_text(*patch.reorder));
  if (patch.corrupt) add("corrupt", quantity_text(*patch.corrupt));
  if (patch.rate) add("rate", std::to_string(*patch.rate) + "bit");
  if (patch.match && patch.match->kinds == TrafficMatch::kVrrp) add("match", "vrrp");
  return text;
}

std::string names(const Scenario& scenario, const std::vector<std::size_t>& hosts) {
  std::string text;
  for (const auto host : hosts) text += (text.empty() ? "" : ", ") + scenario.hosts[host].name;
  return text;
}

}  // namespace

std::string kind_of(const Verb& verb) {
  return std::visit(
      Overloaded{
          [](const ServiceFault& f) { return "service " + text_of(kServiceWords, f.verb); },
          [](const DaemonFault& f) { return "daemon " + text_of(kDaemonWords, f.verb); },
          [](const HostFault& f) { return "host " + text_of(kHostWords, f.verb); },
          [](const PauseFault& f) { return "pause " + text_of(kPauseWords, f.what); },
          [](const NicFault& f) { return std::string(f.up ? "nic up" : "nic down"); },
          [](const FirewallFault&) { return std::string("firewall"); },
          [](const FileFault&) { return std::string("file"); },
          [](const ProcessFault&) { return std::string("process"); },
          [](const ClockFault& f) { return std::string(f.drift ? "clock drift" : "clock step"); },
          [](const LinkFault&) { return std::string("link"); },
          [](const PartitionFault&) { return std::string("partition"); },
          [](const ArpFault& f) { return "arp " + text_of(kArpWords, f.verb); },
          [](const SwitchFault& f) { return "switch " + text_of(kSwitchWords, f.verb); },
          [](const InjectFault&) { return std::string("inject"); },
          [](const NoteFault&) { return std::string("note"); },
      },
      verb);
}

bool is_repair(const Verb& verb) {
  const auto* host = std::get_if<HostFault>(&verb);
  const auto* daemon = std::get_if<DaemonFault>(&verb);
  return (host != nullptr && host->verb == HostVerb::boot) ||
         (daemon != nullptr && daemon->verb == DaemonVerb::start);
}

std::string describe(const Scenario& scenario, const Verb& verb) {
  const auto host = [&](std::size_t index) { return scenario.hosts[index].name; };
  const auto nic = [&](std::size_t h, std::size_t n) { return nic_name(scenario, h, n); };
  return std::visit(
      Overloaded{
          [&](const ServiceFault& f) {
            return "service " + host(f.host) + "/" +
                   scenario.hosts[f.host].services[f.service].name + ": " +
                   text_of(kServiceWords, f.verb);
          },
          [&](const DaemonFault& f) {
            return "daemon " + host(f.host) + ": " + text_of(kDaemonWords, f.verb);
          },
          [&](const HostFault& f) {
            return "host " + host(f.host) + ": " + text_of(kHostWords, f.verb);
          },
          [&](const PauseFault& f) {
            return "pause " + (f.what == PauseWhat::nic ? nic(f.host, f.nic) : host(f.host)) +
                   ": " + text_of(kPauseWords, f.what);
          },
          [&](const NicFault& f) {
            return "nic " + nic(f.host, f.nic) + (f.up ? ": up" : ": down");
          },
          [&](const FirewallFault& f) {
            return "firewall " + host(f.host) + ": " + to_text(f.rule);
          },
          [&](const FileFault& f) {
            return "file " + host(f.host) + ": " + f.path + " = " +
                   (f.value ? std::to_string(*f.value) : "none");
          },
          [&](const ProcessFault& f) {
            return "process " + host(f.host) + "/" + f.name + ": " + std::to_string(f.count) +
                   " running";
          },
          [&](const ClockFault& f) {
            return "clock " + host(f.host) + ": " +
                   (f.drift ? "drift " + std::to_string(*f.drift) + " ppb"
                            : "step " + to_text(f.step));
          },
          [&](const LinkFault& f) {
            const auto* arrow = f.to_segment && f.from_segment ? " <-> "
                                : f.to_segment                 ? " -> "
                                                               : " <- ";
            return "link " + nic(f.host, f.nic) + arrow +
                   scenario.segments[scenario.hosts[f.host].nics[f.nic].segment].name + ": " +
                   patch_text(f.set);
          },
          [&](const PartitionFault& f) {
            return "partition " + names(scenario, f.from) + (f.both_ways ? " | " : " -/-> ") +
                   names(scenario, f.to) + (f.match.kinds == TrafficMatch::kVrrp ? " (vrrp)" : "");
          },
          [&](const ArpFault& f) {
            return "arp " + host(f.host) + ": " + text_of(kArpWords, f.verb);
          },
          [&](const SwitchFault& f) {
            return "switch " + scenario.segments[f.segment].name + ": " +
                   text_of(kSwitchWords, f.verb);
          },
          [&](const InjectFault& f) {
            return "inject " + nic(f.host, f.nic) + ": " + std::to_string(f.frames.size()) +
                   (f.frames.size() == 1 ? " frame" : " frames");
          },
          [](const NoteFault& f) { return f.text; },
      },
      verb);
}

Duration over_at(const Scenario& scenario, std::size_t index) {
  const auto& fault = scenario.timeline[index];
  auto start = starts_at(scenario, index);
  if (fault.every) start = std::max(start, fault.until.value_or(scenario.duration));
  auto over = start + fault.lasts.value_or(Duration{});
  if (const auto* inject = std::get_if<InjectFault>(&fault.verb))
    if (!inject->frames.empty()) over += inject->frames.back().after;
  return over;
}

Duration all_over_at(const Scenario& scenario) {
  Duration last{};
  for (std::size_t i = 0; i < scenario.timeline.size(); ++i)
    last = std::max(last, over_at(scenario, i));
  return last;
}

bool heals(const Scenario& scenario) {
  const auto& timeline = scenario.timeline;
  for (std::size_t i = 0; i < timeline.size(); ++i) {
    const auto resource = resource_of(timeline[i].verb);
    if (std::get<0>(resource) == 'h' && repaired_at_last(scenario, std::get<1>(resource))) continue;
    if (!timeline[i].lasts && !needs_no_end(timeline[i].verb)) return false;
    if (!timeline[i].lasts || undoes_itself(resource)) continue;
    for (std::size_t other = 0; other < timeline.size(); ++other)
      if (other != i && collide(scenario, i, other)) return false;
  }
  return true;
}

Duration settling(const Scenario& scenario) {
  using std::chrono::seconds;
  Duration delay{}, interval = seconds{1}, boot{};
  bool probing = false, snooping = false;
  unsigned silences = 3;
  for (const auto& host : scenario.hosts) {
    boot = std::max(
        {boot, host.boot.interfaces, host.boot.addresses, host.boot.services, host.boot.daemon});
    delay = std::max(delay, host.restart_after.value_or(Duration{}) + host.wakeup.highest);
    if (!host.config) {
      probing = probing || host.stack != StackKind::cisco;
      continue;
    }
    Duration longest = host.config->global.startup_delay + host.config->global.delay_after_boot;
    for (const auto& change : host.config->interface_delays)
      longest = std::max(longest, longest + change.up + change.down);
    for (const auto& process : host.config->track_processes)
      longest = std::max(longest, process.fork_delay + process.terminate_delay);
    for (const auto& instance : host.config->instances) {
      interval = std::max(interval, instance.advert_interval);
      silences = std::max(silences, instance.down_timer_adverts);
      delay = std::max(delay, longest + instance.preempt_delay);
    }
  }
  Duration way{}, listening{};
  for (const auto& segment : scenario.segments) {
    way = std::max(way, segment.link.delay + segment.link.jitter + segment.link.reorder_delay);
    listening = std::max(listening, segment.stp_delay);
    snooping = snooping || segment.igmp_snooping != IgmpSnooping::off;
  }
  constexpr Duration kSecondBurst = seconds{5}, kRepair = seconds{60}, kQuery = seconds{140};
  return delay + boot + listening + 10 * way +
         static_cast<std::int64_t>(2 * (silences + 2)) * interval + kSecondBurst +
         (probing ? kRepair : Duration{}) + (snooping ? kQuery : Duration{});
}

}  // namespace understudy::sim::swarm
