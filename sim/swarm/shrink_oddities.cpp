#include <algorithm>
#include <string>

#include "sim/random_stream.h"
#include "sim/swarm/shrinker.h"

namespace understudy::sim::swarm {
namespace {

using namespace std::chrono_literals;

/// Sets a member to a value, unless it is that already.
template <typename Value>
bool set(Value& member, const Value& value) {
  if (member == value) return false;
  member = value;
  return true;
}

bool set(DurationRange& range, Duration value) {
  if (range.lowest == value && range.highest == value) return false;
  range = {value, value};
  return true;
}

bool make_plain(LinkSettings& link) {
  LinkSettings plain;
  plain.delay = link.delay;
  return set(link, plain);
}

template <typename Fault>
bool any_fault_of(const Scenario& scenario, std::size_t host) {
  return std::any_of(scenario.timeline.begin(), scenario.timeline.end(), [host](const auto& fault) {
    const auto* verb = std::get_if<Fault>(&fault.verb);
    return verb != nullptr && verb->host == host;
  });
}

bool drops_all(const std::optional<Share>& share) { return share == kAlways; }

}  // namespace

// ---- hosts

void Shrinker::plain_hosts() {
  for (std::size_t host = 0; host < best_.hosts.size() && !tired(); ++host) plain_host(host);
}

void Shrinker::plain_host(std::size_t index) {
  const auto change_host = [&](auto apply) {
    change([&](Scenario& candidate) { return apply(candidate.hosts[index]); });
  };
  const auto highest = best_.hosts[index].wakeup.highest;
  change_host([](Host& host) { return set(host.wakeup, 0ns); });
  if (best_.hosts[index].wakeup.highest != 0ns)
    change_host([&](Host& host) { return set(host.wakeup, highest); });
  change_host([](Host& host) { return set(host.phase, Duration{}); });
  change_host([](Host& host) { return set(host.clock_offset, Duration{}); });
  change_host([](Host& host) { return set(host.clock_drift, std::int64_t{0}); });
  change_host([](Host& host) {
    const auto& boot = host.boot;
    if (boot.interfaces == 0ns && boot.addresses == 0ns && boot.services == 0ns &&
        boot.daemon == 0ns)
      return false;
    host.boot = {};
    return true;
  });
  change_host([](Host& host) { return set(host.boot.interfaces, Duration{}); });
  change_host([](Host& host) { return set(host.boot.addresses, Duration{}); });
  change_host([](Host& host) { return set(host.boot.services, Duration{}); });
  change_host([](Host& host) { return set(host.boot.daemon, Duration{}); });
  change_host([](Host& host) { return set(host.restart_after, std::optional<Duration>{}); });
  change_host([](Host& host) { return set(host.stack, StackKind::linux_); });
  change_host([](Host& host) { return set(host.ignores_garp, false); });
  change_host([](Host& host) { return set(host.firewall, {}); });
  for (std::size_t nic = 0; nic < best_.hosts[index].nics.size(); ++nic)
    change_host([&](Host& host) {
      const bool one = set(host.nics[nic].to_segment, {});
      return set(host.nics[nic].from_segment, {}) || one;
    });
  plain_checks(index);
  // What nobody speaks of any more.
  if (best_.hosts[index].checks.empty() && !any_fault_of<ServiceFault>(best_, index))
    change_host([](Host& host) {
      const bool some = !host.services.empty();
      host.services.clear();
      return some;
    });
  if (!any_fault_of<FileFault>(best_, index))
    change_host([](Host& host) {
      const bool some = !host.files.empty();
      host.files.clear();
      return some;
    });
  if (!any_fault_of<ProcessFault>(best_, index))
    change_host([](Host& host) {
      const bool some = !host.processes.empty();
      host.processes.clear();
      return some;
    });
}

void Shrinker::plain_checks(std::size_t host) {
  for (std::size_t check = best_.hosts[host].checks.size(); check-- > 0 && !tired();) {
    const auto change_check = [&](auto apply) {
      return change(
          [&](Scenario& candidate) { return apply(candidate.hosts[host].checks[check]); });
    };
    if (change([&](Scenario& candidate) {
          auto& checks = candidate.hosts[host].checks;
          checks.erase(checks.begin() + static_cast<std::ptrdiff_t>(check));
          return true;
        }))
      continue;
    const auto clear = [](auto member) {
      return [member](Check& one) {
        const bool some = (one.*member).has_value();
        (one.*member).reset();
        return some;
      };
    };
    change_check(clear(&Check::hangs_when));
    change_check(clear(&Check::restarts));
    change_check(clear(&Check::stops_daemon_when));
    change_check(clear(&Check::passes_when));
    change_check([](Check& one) { return set(one.prints_instead, false); });
    const auto runtime = best_.hosts[host].checks[check].runtime;
    for (const auto fixed : {Duration{15ms}, runtime.highest, runtime.lowest})
      if (change_check([&](Check& one) { return set(one.runtime, fixed); })) break;
  }
}

// ---- the network

void Shrinker::plain_segments() {
  for (std::size_t index = 0; index < best_.segments.size() && !tired(); ++index) {
    const auto change_segment = [&](auto apply) {
      return change([&](Scenario& candidate) { return apply(candidate.segments[index]); });
    };
    change_segment([](Segment& one) { return set(one.kind, SegmentKind::switched); });
    change_segment([](Segment& one) { return set(one.mac_aging, Duration{300s}); });
    change_segment([](Segment& one) { return set(one.igmp_snooping, IgmpSnooping::off); });
    change_segment([](Segment& one) { return set(one.stp_delay, Duration{}); });
    if (!change_segment([](Segment& one) { return make_plain(one.link); }))
      change_segment([](Segment& one) {
        const auto whole = one.link.delay + one.link.jitter;
        return make_plain(one.link) && set(one.link.delay, whole);
      });
    for (const Duration delay : {0us, 50us, 100us, 1000us}) {
      if (best_.segments[index].link.delay == delay) break;
      if (change_segment([&](Segment& one) { return set(one.link.delay, delay); })) break;
    }
  }
}

// ---- faults

void Shrinker::plain_faults() {
  for (std::size_t index = 0; index < best_.timeline.size() && !tired(); ++index) {
    change([&](Scenario& candidate) {
      auto& fault = candidate.timeline[index];
      const bool some = fault.every.has_value();
      fault.every.reset();
      fault.until.reset();
      return some;
    });
    if (std::holds_alternative<LinkFault>(best_.timeline[index].verb)) plain_link(index);
    if (std::holds_alternative<PartitionFault>(best_.timeline[index].verb)) plain_partition(index);
    if (std::holds_alternative<InjectFault>(best_.timeline[index].verb)) plain_injection(index);
  }
}

void Shrinker::plain_link(std::size_t index) {
  const auto change_link = [&](auto apply) {
    return change([&](Scenario& candidate) {
      return apply(std::get<LinkFault>(candidate.timeline[index].verb));
    });
  };
  const auto link = [&]() -> const LinkFault& {
    return std::get<LinkFault>(best_.timeline[index].verb);
  };
  const auto clear = [](auto member) {
    return [member](LinkFault& fault) {
      const bool some = (fault.set.*member).has_value();
      (fault.set.*member).reset();
      return some;
    };
  };
  // One that loses everything needs nothing else.
  change_link([](LinkFault& fault) {
    LinkPatch cut;
    cut.loss = kAlways;
    const bool is_one = drops_all(fault.set.loss) && !fault.set.delay && !fault.set.jitter &&
                        !fault.set.duplicate && !fault.set.reorder && !fault.set.corrupt &&
                        !fault.set.rate && !fault.set.match && !fault.set.loss_burst &&
                        !fault.set.loss_mask;
    fault.set = cut;
    return !is_one;
  });
  change_link(clear(&LinkPatch::rate));
  change_link(clear(&LinkPatch::queue));
  change_link(clear(&LinkPatch::jitter));
  change_link(clear(&LinkPatch::delay));
  change_link(clear(&LinkPatch::duplicate));
  change_link(clear(&LinkPatch::corrupt));
  change_link(clear(&LinkPatch::reorder));
  change_link(clear(&LinkPatch::reorder_delay));
  change_link(clear(&LinkPatch::loss_burst));
  change_link(clear(&LinkPatch::loss));
  change_link(clear(&LinkPatch::match));
  for (auto member : {&LinkPatch::loss, &LinkPatch::duplicate, &LinkPatch::reorder})
    if (link().set.*member)
      change_link([&](LinkFault& fault) { return set(fault.set.*member, std::optional(kAlways)); });
  if (link().to_segment && link().from_segment) {
    if (!change_link([](LinkFault& fault) { return set(fault.from_segment, false); }))
      change_link([](LinkFault& fault) { return set(fault.to_segment, false); });
  }
  mask_losses(index);
}

/// Which frames are lost, instead of how many: the seed has no say any more.
void Shrinker::mask_losses(std::size_t index) {
  const auto& set_before = std::get<LinkFault>(best_.timeline[index].verb).set;
  const bool by_chance =
      (set_before.loss && *set_before.loss != kAlways && *set_before.loss != Share{}) ||
      set_before.corrupt;
  constexpr std::size_t kLongest = 64;
  constexpr std::uint64_t kTries = 24;
  const auto with_mask = [&](const std::string& mask) {
    return change([&](Scenario& candidate) {
      auto& fault = std::get<LinkFault>(candidate.timeline[index].verb).set;
      fault.loss.reset();
      fault.corrupt.reset();
      fault.loss_burst.reset();
      return set(fault.loss_mask, std::optional(mask));
    });
  };
  if (by_chance) {
    const std::uint64_t share =
        set_before.loss ? set_before.loss->per_billion : set_before.corrupt->per_billion;
    for (std::uint64_t number = 0; number < kTries && !tired(); ++number) {
      RandomStream draws(number, "swarm/mask");
      std::string mask;
      while (mask.size() < kLongest) mask += draws.below(kAlways.per_billion) < share ? '1' : '0';
      if (with_mask(mask)) break;
    }
  }
  const auto mask_now = [&] {
    return std::get<LinkFault>(best_.timeline[index].verb).set.loss_mask.value_or("");
  };
  while (!mask_now().empty() && !tired() &&
         with_mask(mask_now().substr(0, mask_now().size() / 2))) {
  }
  for (std::size_t i = 0; i < mask_now().size() && !tired(); ++i) {
    auto mask = mask_now();
    if (mask[i] == '0') continue;
    mask[i] = '0';
    with_mask(mask);
  }
  if (auto mask = mask_now(); !mask.empty() && mask.back() == '0') {
    mask.erase(mask.find_last_of('1') == std::string::npos ? 1 : mask.find_last_of('1') + 1);
    with_mask(mask);
  }
}

void Shrinker::plain_partition(std::size_t index) {
  const auto change_partition = [&](auto apply) {
    return change([&](Scenario& candidate) {
      return apply(std::get<PartitionFault>(candidate.timeline[index].verb));
    });
  };
  change_partition([](PartitionFault& fault) { return set(fault.match, TrafficMatch{}); });
  change_partition([](PartitionFault& fault) { return set(fault.both_ways, true); });
  for (auto side : {&PartitionFault::from, &PartitionFault::to}) {
    const auto count = (std::get<PartitionFault>(best_.timeline[index].verb).*side).size();
    for (std::size_t i = count; i-- > 0 && !tired();)
      change_partition([&](PartitionFault& fault) {
        if ((fault.*side).size() < 2) return false;
        (fault.*side).erase((fault.*side).begin() + static_cast<std::ptrdiff_t>(i));
        return true;
      });
  }
}

void Shrinker::plain_injection(std::size_t index) {
  const auto count = std::get<InjectFault>(best_.timeline[index].verb).frames.size();
  for (std::size_t i = count; i-- > 0 && !tired();)
    change([&](Scenario& candidate) {
      auto& frames = std::get<InjectFault>(candidate.timeline[index].verb).frames;
      if (frames.size() < 2) return false;
      frames.erase(frames.begin() + static_cast<std::ptrdiff_t>(i));
      return true;
    });
}

}  // namespace understudy::sim::swarm
