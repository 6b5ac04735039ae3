#include <algorithm>
#include <functional>

#include "sim/swarm/dice.h"
#include "sim/swarm/draw.h"
#include "sim/swarm/fault_facts.h"

namespace understudy::sim::swarm {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMostFaults = 14;
constexpr std::uint8_t kVrrpProtocol = 112;

class FaultDrawer {
 public:
  FaultDrawer(Scenario& scenario, FeatureSet features, std::uint64_t seed, std::uint64_t run)
      : scenario_(scenario), features_(features), dice_(seed, run, "faults") {
    for (std::size_t i = 0; i < scenario.hosts.size(); ++i)
      (scenario.hosts[i].config ? daemons_ : clients_).push_back(i);
    stopping_checks_ =
        std::any_of(scenario.hosts.begin(), scenario.hosts.end(), [](const Host& host) {
          return std::any_of(host.checks.begin(), host.checks.end(), [](const Check& check) {
            return check.stops_daemon_when.has_value();
          });
        });
  }

  void draw() {
    const auto drawers = drawers_on();
    if (!drawers.empty()) {
      window_ = dice_.spread(4s, 60s);
      const auto count = 1 + dice_.below(kMostFaults);
      for (std::size_t i = 0; i < count; ++i) drawers[dice_.below(drawers.size())]();
    }
    for (auto& fault : of_machines_) scenario_.timeline.push_back(std::move(fault));
    heal_machines();
    std::stable_sort(scenario_.timeline.begin(), scenario_.timeline.end(),
                     [](const Fault& left, const Fault& right) { return left.at < right.at; });
    for (std::size_t i = 0; i < scenario_.timeline.size(); ++i)
      scenario_.timeline[i].id = "f" + std::to_string(i + 1);
  }

 private:
  using Drawer = std::function<void()>;

  std::vector<Drawer> drawers_on() {
    std::vector<Drawer> drawers;
    const auto add = [&](Feature feature, bool possible, void (FaultDrawer::*drawer)()) {
      if (features_.has(feature) && possible)
        drawers.push_back([this, drawer] { (this->*drawer)(); });
    };
    const auto any = [&](auto member) {
      return std::any_of(daemons_.begin(), daemons_.end(), [&](std::size_t host) {
        return !(scenario_.hosts[host].*member).empty();
      });
    };
    add(Feature::services, any(&Host::services), &FaultDrawer::service);
    add(Feature::daemons, true, &FaultDrawer::daemon);
    add(Feature::reloads, true, &FaultDrawer::reload);
    add(Feature::machines, true, &FaultDrawer::machine);
    add(Feature::pauses, true, &FaultDrawer::pause);
    add(Feature::nics, true, &FaultDrawer::nic);
    add(Feature::links, true, &FaultDrawer::link);
    add(Feature::cuts, true, &FaultDrawer::cut);
    add(Feature::partitions, true, &FaultDrawer::partition);
    add(Feature::firewalls, true, &FaultDrawer::firewall);
    add(Feature::clocks, true, &FaultDrawer::clock);
    add(Feature::arp, !clients_.empty(), &FaultDrawer::arp);
    add(Feature::switches, true, &FaultDrawer::switch_fault);
    add(Feature::files, any(&Host::files), &FaultDrawer::file);
    add(Feature::processes, any(&Host::processes), &FaultDrawer::process);
    add(Feature::strangers, true, &FaultDrawer::stranger);
    return drawers;
  }

  // ---- when

  /// Often at the very instant of another one, or of its end: races are where mistakes live.
  Duration instant() {
    if (!scenario_.timeline.empty() && dice_.chance(20)) {
      const auto index = dice_.below(scenario_.timeline.size());
      const auto& other = scenario_.timeline[index];
      return dice_.chance(50) ? other.at : over_at(scenario_, index);
    }
    const auto at = dice_.uniform(0s, window_);
    return dice_.chance(30) ? at - at % 1s : at;
  }

  Duration length() { return dice_.spread(1ms, std::max<Duration>(window_ / 2, 1s)); }

  // ---- adding

  Fault make(Verb verb, std::optional<Duration> lasts) {
    Fault fault;
    fault.text = describe(scenario_, verb);
    fault.at = instant();
    fault.lasts = lasts;
    fault.verb = std::move(verb);
    return fault;
  }

  /// Not where its end could put back what another one has broken.
  void add(Verb verb, std::optional<Duration> lasts, bool repeatable = true) {
    auto fault = make(std::move(verb), lasts);
    if (repeatable && lasts && features_.has(Feature::again_and_again) && dice_.chance(30)) {
      fault.every = *lasts + dice_.spread(1ms, 5s);
      fault.until = fault.at + dice_.spread(100ms, 20s);
    }
    scenario_.timeline.push_back(std::move(fault));
    if (!heals(scenario_)) scenario_.timeline.pop_back();
  }

  /// What happens to a machine may overlap: it is booted at last.
  void add_to_machine(Verb verb, std::optional<Duration> lasts) {
    of_machines_.push_back(make(std::move(verb), lasts));
  }

  void heal_machines() {
    if (of_machines_.empty() && !stopping_checks_) return;
    const auto over = all_over_at(scenario_);
    const auto at = over - over % 1s + 1s;
    for (const auto host : daemons_) {
      add_repair(HostFault{host, HostVerb::boot}, at);
      // Only when the boot has started what it starts.
      add_repair(DaemonFault{host, DaemonVerb::start, {}},
                 at + scenario_.hosts[host].boot.daemon + 1s);
    }
    for (const auto host : clients_) add_repair(HostFault{host, HostVerb::boot}, at);
  }

  void add_repair(Verb verb, Duration at) {
    auto fault = make(std::move(verb), std::nullopt);
    fault.at = at;
    scenario_.timeline.push_back(std::move(fault));
  }

  // ---- of what

  std::size_t any_daemon() { return dice_.pick(daemons_); }
  /// A host of the cluster more often than a client.
  std::size_t any_host() {
    return clients_.empty() || dice_.chance(75) ? any_daemon() : dice_.pick(clients_);
  }
  std::size_t any_nic(std::size_t host) { return dice_.below(scenario_.hosts[host].nics.size()); }

  void service() {
    const auto host = any_daemon();
    const auto& services = scenario_.hosts[host].services;
    if (services.empty()) return;
    const auto verb = dice_.pick(
        std::vector<ServiceVerb>{ServiceVerb::stop, ServiceVerb::hang, ServiceVerb::break_});
    add(ServiceFault{host, dice_.below(services.size()), verb}, length());
  }

  void daemon() {
    const auto host = any_daemon();
    const auto verb = dice_.pick(std::vector<DaemonVerb>{DaemonVerb::stop, DaemonVerb::kill,
                                                         DaemonVerb::kill, DaemonVerb::restart});
    add_to_machine(DaemonFault{host, verb, {}},
                   verb == DaemonVerb::restart ? std::nullopt : std::optional(length()));
  }

  void reload() { add_to_machine(DaemonFault{any_daemon(), DaemonVerb::reload, {}}, std::nullopt); }

  void machine() {
    const auto host = any_host();
    if (dice_.chance(50))
      add_to_machine(HostFault{host, HostVerb::power_off}, length());
    else
      add_to_machine(HostFault{host, HostVerb::reboot},
                     dice_.chance(50) ? std::optional(length()) : std::nullopt);
  }

  void pause() {
    const auto host = any_host();
    const bool client = !scenario_.hosts[host].config;
    const auto what = dice_.pick(
        std::vector<PauseWhat>{PauseWhat::daemon, PauseWhat::vm, PauseWhat::vm, PauseWhat::nic});
    if (what == PauseWhat::nic) return add(PauseFault{host, what, any_nic(host)}, length());
    add_to_machine(PauseFault{host, client ? PauseWhat::vm : what, 0}, length());
  }

  void nic() {
    const auto host = any_host();
    add(NicFault{host, any_nic(host), false}, length());
  }

  Share share() { return {static_cast<std::uint32_t>(10'000'000 * (1 + dice_.below(90)))}; }

  TrafficMatch match() {
    const auto roll = dice_.below(10);
    return {roll < 6   ? TrafficMatch::kAll
            : roll < 8 ? TrafficMatch::kVrrp
            : roll < 9 ? static_cast<std::uint16_t>(TrafficMatch::kArp | TrafficMatch::kNd)
                       : static_cast<std::uint16_t>(TrafficMatch::kAll & ~TrafficMatch::kVrrp)};
  }

  void direct(LinkFault& fault) {
    const auto roll = dice_.below(3);
    fault.to_segment = roll != 1;
    fault.from_segment = roll != 2;
  }

  void link() {
    const auto host = any_host();
    LinkFault fault{host, any_nic(host), true, true, {}};
    direct(fault);
    auto& set = fault.set;
    if (dice_.chance(50)) set.loss = share();
    if (set.loss && dice_.chance(30))
      set.loss_burst = 1000 + 500 * static_cast<std::uint32_t>(dice_.below(20));
    if (dice_.chance(25)) set.duplicate = share();
    if (dice_.chance(25)) {
      set.reorder = share();
      set.reorder_delay = dice_.spread(100us, 2s);
    }
    if (dice_.chance(25)) set.corrupt = share();
    if (dice_.chance(25)) set.delay = dice_.spread(100us, 2s);
    if (dice_.chance(25)) set.jitter = dice_.spread(100us, 2s);
    if (dice_.chance(15)) {
      set.rate = 10'000 * (1 + dice_.below(100));
      set.queue = static_cast<std::uint32_t>(1 + dice_.below(100));
    }
    if (!set.loss && !set.duplicate && !set.reorder && !set.corrupt && !set.delay && !set.jitter &&
        !set.rate)
      set.loss = share();
    set.match = match();
    add(std::move(fault), length());
  }

  void cut() {
    const auto host = any_host();
    LinkFault fault{host, any_nic(host), true, true, {}};
    direct(fault);
    fault.set.loss = kAlways;
    fault.set.match = match();
    add(std::move(fault), length());
  }

  void partition() {
    PartitionFault fault;
    for (std::size_t i = 0; i < scenario_.hosts.size(); ++i) {
      const auto roll = dice_.below(5);
      if (roll < 2) fault.from.push_back(i);
      if (roll == 2 || roll == 3) fault.to.push_back(i);
    }
    if (fault.from.empty() || fault.to.empty()) return;
    fault.both_ways = dice_.chance(50);
    fault.match = match();
    add(std::move(fault), length());
  }

  void firewall() {
    const auto host = any_daemon();
    FirewallRule rule;
    rule.chain = dice_.chance(50) ? FirewallChain::input : FirewallChain::output;
    rule.protocol = kVrrpProtocol;
    if (rule.chain == FirewallChain::input && dice_.chance(30)) {
      const auto& peer = scenario_.hosts[any_daemon()].nics.front().address;
      if (!peer.address.is_unspecified()) {
        rule.source = peer;
        rule.source->prefix_length = peer.address.is_ipv4() ? 32 : 128;
        rule.family = peer.address.family();
      }
    }
    add(FirewallFault{host, std::move(rule)}, length());
  }

  void clock() {
    ClockFault fault{any_daemon(), {}, {}};
    if (dice_.chance(50))
      fault.step = dice_.uniform(0s, 120s) - 60s;
    else
      fault.drift = static_cast<std::int64_t>(dice_.below(1'000'001)) - 500'000;
    add(fault, length(), false);
  }

  void arp() {
    const auto host = dice_.pick(clients_);
    if (dice_.chance(50)) return add(ArpFault{host, ArpVerb::flush}, std::nullopt);
    add(ArpFault{host, ArpVerb::pin}, length());
  }

  void switch_fault() {
    const auto segment = dice_.below(scenario_.segments.size());
    const auto verb = dice_.pick(
        std::vector<SwitchVerb>{SwitchVerb::reboot, SwitchVerb::flush, SwitchVerb::querier_lost});
    add(SwitchFault{segment, verb},
        verb == SwitchVerb::flush ? std::nullopt : std::optional(length()));
  }

  void file() {
    const auto host = any_daemon();
    const auto& files = scenario_.hosts[host].files;
    if (files.empty()) return;
    std::optional<std::int64_t> value;
    if (dice_.chance(80)) value = static_cast<std::int64_t>(dice_.below(301)) - 150;
    add(FileFault{host, dice_.pick(files).path, value}, length());
  }

  void process() {
    const auto host = any_daemon();
    const auto& processes = scenario_.hosts[host].processes;
    if (processes.empty()) return;
    add(ProcessFault{host, dice_.pick(processes).name, static_cast<std::uint32_t>(dice_.below(3))},
        length());
  }

  /// Noise of one who is no VRRP speaker: whatever it is, it must be survived.
  void stranger() {
    const auto host = any_host();
    InjectFault fault{host, any_nic(host), {}};
    const auto count = 1 + dice_.below(20);
    const auto pace = dice_.spread(10us, 1s);
    for (std::size_t i = 0; i < count; ++i) {
      std::vector<std::uint8_t> frame(14 + dice_.below(120));
      for (auto& byte : frame) byte = static_cast<std::uint8_t>(dice_.below(256));
      frame[0] = 0x01, frame[1] = 0x00, frame[2] = 0x5e, frame[3] = 0, frame[4] = 0;
      frame[5] = 0x12;
      frame[6] = 0x02;
      frame[12] = 0x08, frame[13] = 0x00;
      if (frame.size() > 24) frame[14] = 0x45, frame[22] = 255, frame[23] = kVrrpProtocol;
      fault.frames.push_back({static_cast<std::int64_t>(i) * pace, std::move(frame)});
    }
    add(std::move(fault), std::nullopt);
  }

  Scenario& scenario_;
  FeatureSet features_;
  Dice dice_;
  Duration window_{};
  std::vector<std::size_t> daemons_, clients_;
  std::vector<Fault> of_machines_;
  bool stopping_checks_ = false;
};

}  // namespace

void draw_faults(Scenario& scenario, FeatureSet features, std::uint64_t seed, std::uint64_t run) {
  FaultDrawer(scenario, features, seed, run).draw();
}

}  // namespace understudy::sim::swarm
