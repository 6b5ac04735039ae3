#include <algorithm>

#include "sim/scenario/expression_parser.h"
#include "sim/swarm/dice.h"
#include "sim/swarm/draw.h"
#include "sim/swarm/subnets.h"

namespace understudy::sim::swarm {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostClientSubnets = 6, kMostTargets = 2;

/// A virtual address that clients can ask for, and where.
struct Target {
  InterfaceAddress address;
  std::size_t segment;
};

std::vector<Target> targets_of(const Scenario& scenario) {
  std::vector<Target> targets;
  for (const auto& host : scenario.hosts) {
    if (!host.config) continue;
    for (const auto& instance : host.config->instances)
      for (const auto* list : {&instance.addresses, &instance.excluded_addresses})
        for (const auto& line : *list) {
          const auto& device =
              line.address.device.empty() ? instance.interface : line.address.device;
          auto nic = std::find_if(host.nics.begin(), host.nics.end(),
                                  [&](const Nic& one) { return one.name == device; });
          if (nic == host.nics.end())  // a virtual interface lies on the instance's
            nic = std::find_if(host.nics.begin(), host.nics.end(),
                               [&](const Nic& one) { return one.name == instance.interface; });
          if (nic == host.nics.end() || line.address.address.is_link_local()) continue;
          const auto known = [&](const Target& target) {
            return target.address.address == line.address.address;
          };
          if (std::none_of(targets.begin(), targets.end(), known))
            targets.push_back({line.address, nic->segment});
        }
  }
  return targets;
}

std::vector<IpAddress> addresses_in_use(const Scenario& scenario) {
  std::vector<IpAddress> taken;
  for (const auto& target : targets_of(scenario)) taken.push_back(target.address.address);
  for (const auto& host : scenario.hosts) {
    for (const auto& nic : host.nics) {
      taken.push_back(nic.address.address);
      for (const auto& more : nic.more_addresses) taken.push_back(more.address);
    }
    if (!host.config) continue;
    for (const auto& instance : host.config->instances)
      for (const auto& peer : instance.unicast_peers) taken.push_back(peer.address);
  }
  return taken;
}

class SurroundingsDrawer {
 public:
  SurroundingsDrawer(Scenario& scenario, FeatureSet features, std::uint64_t seed, std::uint64_t run)
      : scenario_(scenario), features_(features), seed_(seed), run_(run) {}

  void draw() {
    for (std::size_t i = 0; i < scenario_.segments.size(); ++i) draw_segment(i);
    for (auto& host : scenario_.hosts) draw_host(host);
    Dice dice = dice_of("clients");
    const auto clients = 1 + dice.below(3);
    const auto targets = targets_of(scenario_);
    for (std::size_t i = 0; i < clients && !targets.empty(); ++i) add_client(targets, i);
  }

 private:
  Dice dice_of(const std::string& aspect) const { return {seed_, run_, aspect}; }

  void draw_segment(std::size_t index) {
    auto& segment = scenario_.segments[index];
    Dice dice = dice_of("segment/" + segment.name);
    segment.link.delay = dice.spread(10us, dice.chance(20) ? 20ms : 1ms);
    if (features_.has(Feature::jitter))
      segment.link.jitter = dice.spread(10us, dice.chance(20) ? 10ms : 500us);
    if (!features_.has(Feature::odd_switches)) return;
    if (dice.chance(15)) {
      segment.kind = SegmentKind::hub;
      return;
    }
    if (dice.chance(40)) segment.mac_aging = dice.pick(std::vector<Duration>{2s, 15s, 60s});
    if (dice.chance(40)) segment.igmp_snooping = IgmpSnooping::on;
    if (dice.chance(30)) segment.stp_delay = dice.pick(std::vector<Duration>{2s, 15s, 30s});
  }

  void draw_host(Host& host) {
    Dice dice = dice_of("host/" + host.name);
    if (features_.has(Feature::wakeups)) {
      // Below the smallest skew: later ones may call for elections, which are no failure but noise.
      host.wakeup.highest = dice.spread(10us, 3ms);
      if (dice.chance(50)) host.wakeup.lowest = dice.uniform(0us, host.wakeup.highest);
    }
    if (features_.has(Feature::phases)) host.phase = dice.spread(1ms, 8s);
    if (features_.has(Feature::clock_drift)) {
      host.clock_drift = static_cast<std::int64_t>(dice.below(400'001)) - 200'000;
      host.clock_offset = dice.uniform(0s, 2s) - 1s;
    }
    if (features_.has(Feature::boot_times)) {
      host.boot.interfaces = dice.spread(10ms, 8s);
      host.boot.addresses = dice.spread(10ms, 8s);
      host.boot.services = dice.spread(10ms, 8s);
      host.boot.daemon = dice.spread(10ms, 8s);
    }
    if (features_.has(Feature::supervisors) && dice.chance(70))
      host.restart_after = dice.spread(50ms, 5s);
    for (auto& check : host.checks) draw_check(host, check, dice);
  }

  void draw_check(const Host& host, Check& check, Dice& dice) {
    const auto index = static_cast<std::size_t>(&check - host.checks.data());
    if (features_.has(Feature::late_checks)) {
      // One that is sometimes too late goes on failing now and then when all else is well.
      check.runtime.highest =
          dice.spread(1ms, std::max<Duration>(2ms, timeout_of(host, check) * 3 / 4));
      check.runtime.lowest = dice.uniform(0ms, check.runtime.highest);
      if (dice.chance(50)) check.hangs_when = condition(host, index, "hung");
      if (dice.chance(15)) check.prints_instead = true;
    }
    if (!features_.has(Feature::helpful_checks)) return;
    if (dice.chance(70)) check.restarts = index;
    if (dice.chance(30)) check.stops_daemon_when = condition(host, index, "down");
  }

  static Duration timeout_of(const Host& host, const Check& check) {
    for (const auto& script : host.config->scripts)
      if (script.name == check.script) return script.timeout;
    return 1s;
  }

  std::optional<Expression> condition(const Host& host, std::size_t service,
                                      const std::string& state) const {
    auto parsed = parse_condition(
        "service(" + host.name + ", " + host.services[service].name + ") == " + state, scenario_);
    return parsed ? std::optional(*parsed) : std::nullopt;
  }

  void add_client(const std::vector<Target>& targets, std::size_t number) {
    Dice dice = dice_of("client/" + std::to_string(number));
    Host client;
    client.name = "client" + std::to_string(number + 1);
    const auto segment = dice.pick(targets).segment;
    Nic nic;
    nic.name = "eth0";
    nic.segment = segment;
    auto taken = addresses_in_use(scenario_);
    std::vector<IpAddress> asked;
    for (const auto& target : targets) {
      if (target.segment != segment) continue;
      asked.push_back(target.address.address);
      if (!covers(nic, target.address.address) && nic.more_addresses.size() < kMostClientSubnets)
        add_address(nic, free_address(subnet_at(target), taken));
    }
    client.nics.push_back(std::move(nic));
    draw_stack(client, dice);
    scenario_.hosts.push_back(std::move(client));
    for (std::size_t i = 0; i < kMostTargets; ++i) {
      const auto which = dice.below(asked.size());
      add_probe(asked[which], dice);
      asked.erase(asked.begin() + static_cast<std::ptrdiff_t>(which));
      if (asked.empty()) break;
    }
  }

  /// As the hosts have it: they may know a wider subnet than the virtual address shows.
  InterfaceAddress subnet_at(const Target& target) const {
    for (const auto& host : scenario_.hosts)
      for (const auto& nic : host.nics) {
        if (nic.segment != target.segment) continue;
        if (!nic.address.address.is_unspecified() && contains(nic.address, target.address.address))
          return nic.address;
        for (const auto& more : nic.more_addresses)
          if (contains(more, target.address.address)) return more;
      }
    return subnet_of(target.address);
  }

  static bool covers(const Nic& nic, const IpAddress& address) {
    return (!nic.address.address.is_unspecified() && contains(nic.address, address)) ||
           std::any_of(nic.more_addresses.begin(), nic.more_addresses.end(),
                       [&](const auto& own) { return contains(own, address); });
  }

  static void add_address(Nic& nic, const InterfaceAddress& address) {
    if (nic.address.address.is_unspecified())
      nic.address = address;
    else
      nic.more_addresses.push_back(address);
  }

  void draw_stack(Host& client, Dice& dice) const {
    if (!features_.has(Feature::odd_stacks)) return;
    client.stack = dice.pick(std::vector<StackKind>{StackKind::cisco, StackKind::cisco,
                                                    StackKind::windows, StackKind::linux_});
    // Who hears no announcement must find out by himself.
    client.ignores_garp = client.stack != StackKind::cisco && dice.chance(30);
  }

  void add_probe(const IpAddress& target, Dice& dice) {
    Probe probe;
    probe.name = "probe" + std::to_string(scenario_.probes.size() + 1);
    probe.from = scenario_.hosts.size() - 1;
    probe.kind = dice.pick(std::vector<ProbeKind>{ProbeKind::get, ProbeKind::tcp, ProbeKind::ping});
    probe.target = target;
    probe.every = dice.pick(std::vector<Duration>{200ms, 500ms, 1s, 1s});
    probe.start = dice.uniform(0s, 10s);
    scenario_.probes.push_back(std::move(probe));
  }

  Scenario& scenario_;
  FeatureSet features_;
  std::uint64_t seed_, run_;
};

}  // namespace

void draw_surroundings(Scenario& scenario, FeatureSet features, std::uint64_t seed,
                       std::uint64_t run) {
  SurroundingsDrawer(scenario, features, seed, run).draw();
}

}  // namespace understudy::sim::swarm
