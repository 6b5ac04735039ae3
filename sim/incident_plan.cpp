// What happened, read off the reigns of an explained capture.
#include <algorithm>
#include <map>

#include "core/vrrp/timers.h"
#include "sim/incident.h"

namespace understudy::sim {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Duration down_interval(const Speaker& speaker, std::uint8_t priority) {
  return master_down_interval(speaker.version, priority, speaker.advert_interval);
}

class Planner {
 public:
  explicit Planner(const capture::Explanation& explanation)
      : explanation_(explanation), seen_(explanation.observation) {}

  Incident plan() {
    for (const ObservedRouter& router : seen_.routers)
      for (const Speaker& speaker : router.speakers) place(router, speaker);
    name_hosts();
    // Everything begins after the longest wait for a first master.
    for (const IncidentHost& host : incident_.hosts)
      for (const auto& instance : host.instances)
        lead_ = std::max(lead_, down_interval(*instance.speaker, instance.priority));
    lead_ = (lead_ / seconds{1} + 2) * seconds{1};
    incident_.duration = lead_ + (explanation_.end - explanation_.start);
    incident_.duration = (incident_.duration / seconds{1} + 1) * seconds{1};
    for (std::size_t i = 0; i < incident_.hosts.size(); ++i) plan_host(i);
    plan_contests();
    plan_losses();
    expect_changes();
    std::stable_sort(incident_.deeds.begin(), incident_.deeds.end(),
                     [](const IncidentDeed& a, const IncidentDeed& b) { return a.at < b.at; });
    incident_.limits.emplace_back("prefix lengths are taken as 24 and 64");
    incident_.limits.emplace_back("routers that never were master are not in the capture");
    incident_.limits.emplace_back("scripts are not in a capture: their weights became reloads");
    return std::move(incident_);
  }

 private:
  Duration since_start(Instant at) const { return lead_ + (at - explanation_.start); }

  std::size_t host_of(const RouterKey& key, const IpAddress& source) const {
    for (std::size_t i = 0; i < incident_.hosts.size(); ++i)
      for (const auto& nic : incident_.hosts[i].nics)
        if (nic.vlan == key.vlan &&
            std::find(nic.addresses.begin(), nic.addresses.end(), source) != nic.addresses.end())
          return i;
    return incident_.hosts.size();
  }

  /// The same network card on a VLAN is the same host; a virtual MAC says nothing.
  void place(const ObservedRouter& router, const Speaker& speaker) {
    std::size_t index = host_of(router.key, speaker.source);
    if (index == incident_.hosts.size() && speaker.mac && !is_virtual_mac(*speaker.mac)) {
      for (std::size_t i = 0; i < incident_.hosts.size(); ++i)
        for (const auto& nic : incident_.hosts[i].nics)
          if (nic.mac == speaker.mac) index = i;
    }
    if (index == incident_.hosts.size()) incident_.hosts.emplace_back();
    IncidentHost& host = incident_.hosts[index];
    auto nic = std::find_if(host.nics.begin(), host.nics.end(),
                            [&](const auto& one) { return one.vlan == router.key.vlan; });
    if (nic == host.nics.end()) {
      nic = host.nics.insert(nic, IncidentHost::Nic{router.key.vlan, {}, {}});
      auto& vlans = incident_.vlans;
      if (std::find(vlans.begin(), vlans.end(), router.key.vlan) == vlans.end())
        vlans.push_back(router.key.vlan);
    }
    if (std::find(nic->addresses.begin(), nic->addresses.end(), speaker.source) ==
        nic->addresses.end())
      nic->addresses.push_back(speaker.source);
    if (speaker.mac && !is_virtual_mac(*speaker.mac)) nic->mac = speaker.mac;
    std::uint8_t priority = speaker.priority;
    for (const SettingChange& change : speaker.changes) {
      if (change.setting != Setting::priority) continue;
      priority = static_cast<std::uint8_t>(std::stoi(change.from));
      break;
    }
    host.instances.push_back({router.key, &speaker, std::max<std::uint8_t>(priority, 1)});
  }

  void name_hosts() {
    for (std::size_t i = 0; i < incident_.hosts.size(); ++i)
      incident_.hosts[i].name = "r" + std::to_string(i + 1);
    std::sort(incident_.vlans.begin(), incident_.vlans.end());
  }

  void add(Duration at, std::size_t host, std::string text) {
    incident_.deeds.push_back({std::max(at, Duration{}), std::move(text), host, {}});
  }

  std::string nic_name(std::size_t host, std::uint16_t vlan) const {
    const auto& vlans = incident_.vlans;
    const auto index = std::find(vlans.begin(), vlans.end(), vlan) - vlans.begin();
    return incident_.hosts[host].name + ".eth" + std::to_string(index);
  }

  const MasterChange* change_to(const RouterKey& key, const IpAddress& source, Instant at) const {
    for (const MasterChange& change : seen_.changes)
      if (change.key == key && change.to == source && change.at == at &&
          (change.kind == ChangeKind::takeover || change.kind == ChangeKind::contest))
        return &change;
    return nullptr;
  }

  /// The daemon's life goes by the first virtual router; the others follow it.
  void plan_host(std::size_t index) {
    const IncidentHost& host = incident_.hosts[index];
    const auto& instance = host.instances.front();
    std::vector<const Mastership*> reigns;
    for (const Mastership& reign : seen_.masters)
      if (reign.key == instance.key && reign.source == instance.speaker->source)
        reigns.push_back(&reign);
    bool runs = false;
    bool off_line = false;
    for (std::size_t i = 0; i < reigns.size(); ++i) {
      const Mastership& reign = *reigns[i];
      const MasterChange* change = change_to(instance.key, reign.source, reign.from);
      const std::uint8_t priority = priority_at(index, 0, reign.from);
      const Duration begin = since_start(reign.from) - down_interval(*instance.speaker, priority);
      const bool waited =
          change != nullptr && change->kind == ChangeKind::takeover &&
          (change->reason == Reason::master_silent || change->reason == Reason::graceful_shutdown);
      if (off_line) {
        add(begin, index, "nic: " + nic_name(index, instance.key.vlan) + ", do: up");
      } else if (!runs) {
        // A successor was waiting all along; anybody else has just come.
        add(waited && i == 0 ? others_begin(instance.key) : begin, index,
            "daemon: " + host.name + ", do: start");
      }
      runs = true;
      off_line = false;
      if (reign.end == MastershipEnd::resigned) {
        add(since_start(reign.to), index, "daemon: " + host.name + ", do: stop");
        runs = false;
      } else if (reign.end == MastershipEnd::silent) {
        const Duration at = since_start(reign.to) + instance.speaker->advert_interval / 4;
        const bool returns = i + 1 < reigns.size();
        add(at, index,
            returns ? "nic: " + nic_name(index, instance.key.vlan) + ", do: down"
                    : "host: " + host.name + ", do: power_off");
        off_line = returns;
      }
    }
    plan_priorities(index);
  }

  /// When the first master speaks: whoever waits for its end hears it from then on.
  Duration others_begin(const RouterKey& key) const {
    for (const Mastership& reign : seen_.masters)
      if (reign.key == key) return since_start(reign.from) + milliseconds{1};
    return {};
  }

  std::uint8_t priority_at(std::size_t host, std::size_t instance, Instant at) const {
    const auto& one = incident_.hosts[host].instances[instance];
    std::uint8_t priority = one.priority;
    for (const SettingChange& change : one.speaker->changes)
      if (change.setting == Setting::priority && change.at <= at)
        priority = static_cast<std::uint8_t>(std::stoi(change.to));
    return priority;
  }

  void plan_priorities(std::size_t index) {
    const IncidentHost& host = incident_.hosts[index];
    for (const auto& instance : host.instances) {
      for (const SettingChange& change : instance.speaker->changes) {
        if (change.setting == Setting::advert_interval || change.setting == Setting::addresses)
          incident_.limits.push_back(host.name + " changed its " +
                                     std::string(to_string(change.setting)) +
                                     ", which is not rehearsed");
        if (change.setting != Setting::priority) continue;
        IncidentDeed deed;
        deed.at = since_start(change.at) - instance.speaker->advert_interval / 4;
        deed.host = index;
        deed.text = "daemon: " + host.name + ", do: reload";
        for (std::size_t i = 0; i < host.instances.size(); ++i)
          deed.reload.push_back(std::max<std::uint8_t>(priority_at(index, i, change.at), 1));
        incident_.deeds.push_back(std::move(deed));
      }
    }
  }

  /// A second master does not hear the first: nothing of VRRP passes until one gives way.
  void plan_contests() {
    for (const MasterChange& change : seen_.changes) {
      if (change.kind != ChangeKind::contest || !change.why_deaf.empty()) continue;
      const std::size_t from = host_of(change.key, *change.from);
      const std::size_t to = host_of(change.key, *change.to);
      if (from == to || from == incident_.hosts.size() || to == incident_.hosts.size()) continue;
      const Speaker* speaker = nullptr;
      for (const auto& instance : incident_.hosts[to].instances)
        if (instance.key == change.key) speaker = instance.speaker;
      if (speaker == nullptr) continue;
      const Duration down = down_interval(*speaker, change.to_priority);
      // From just after the last advert it heard, to just before the one it obeyed.
      Duration begin = since_start(change.at) - down + milliseconds{20};
      Duration end = incident_.duration;
      for (const MasterChange& later : seen_.changes)
        if (later.key == change.key && later.kind == ChangeKind::yield && later.from == change.to &&
            later.at >= change.at)
          end = std::min(end, since_start(later.at) - milliseconds{20});
      add(begin, to,
          "partition: { from: [" + incident_.hosts[from].name + "], to: [" +
              incident_.hosts[to].name + "], both_ways: true, match: vrrp }, for: " +
              std::to_string((end - begin) / milliseconds{1}) + "ms");
    }
  }

  /// The first missing adverts of each speaker are taken off its cable.
  void plan_losses() {
    for (const Finding& finding : seen_.findings) {
      if (finding.code != FindingCode::lost_adverts) continue;
      const std::size_t host = host_of(finding.key, finding.source);
      if (host == incident_.hosts.size()) continue;
      for (const auto& instance : incident_.hosts[host].instances) {
        if (instance.key != finding.key) continue;
        const Duration interval = instance.speaker->advert_interval;
        const std::string nic = nic_name(host, finding.key.vlan);
        add(since_start(finding.at) - interval - interval / 2, host,
            "firewall: " + incident_.hosts[host].name +
                ", rule: \"OUTPUT -p vrrp -j DROP\", for: " +
                std::to_string(interval / milliseconds{1}) + "ms");
        if (finding.count > 1)
          incident_.limits.push_back("of " + std::to_string(finding.count) +
                                     " missing adverts of " + nic + " the first is rehearsed");
      }
    }
  }

  void expect_changes() {
    for (const MasterChange& change : seen_.changes) {
      if (!change.to || change.kind == ChangeKind::yield || change.kind == ChangeKind::remains)
        continue;
      const std::size_t host = host_of(change.key, *change.to);
      if (host == incident_.hosts.size()) continue;
      const Duration margin = std::max<Duration>(change.advert_interval / 4, milliseconds{50});
      const Duration at = since_start(change.at);
      if (at + margin >= incident_.duration || overtaken(change, margin)) continue;
      incident_.expectations.push_back({at, margin, host, instance_name(change.key)});
    }
  }

  /// Who lost it again at once cannot be asked for.
  bool overtaken(const MasterChange& change, Duration margin) const {
    return std::any_of(seen_.masters.begin(), seen_.masters.end(), [&](const Mastership& reign) {
      return reign.key == change.key && reign.source == change.to && reign.from == change.at &&
             reign.to <= change.at + 2 * margin && reign.end != MastershipEnd::lasting;
    });
  }

  const capture::Explanation& explanation_;
  const Observation& seen_;
  Incident incident_;
  Duration lead_{};
};

}  // namespace

Incident infer_incident(const capture::Explanation& explanation) {
  return Planner(explanation).plan();
}

std::string instance_name(const RouterKey& key) {
  std::string name = "VI_" + std::to_string(key.vrid);
  if (key.family == Family::ipv6) name += "_v6";
  if (key.vlan != 0) name += "_vlan" + std::to_string(key.vlan);
  return name;
}

}  // namespace understudy::sim
