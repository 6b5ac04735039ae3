#include "sim/chronicle.h"

#include <type_traits>

namespace understudy::sim {
namespace {

/// The host a fault is about; none when it is about the network or several.
std::size_t host_of(const Verb& verb) {
  return std::visit(
      [](const auto& fault) {
        if constexpr (requires { fault.host; })
          return static_cast<std::size_t>(fault.host);
        else
          return kNoHost;
      },
      verb);
}

bool tells_better(TimelineEntry::Kind kind) {
  return kind == TimelineEntry::Kind::fault || kind == TimelineEntry::Kind::transition ||
         kind == TimelineEntry::Kind::announcement || kind == TimelineEntry::Kind::blackout;
}

}  // namespace

Chronicle::Chronicle(const Stage& stage, const SimHosts& hosts)
    : stage_(stage),
      hosts_(hosts),
      causes_(hosts.size()),
      routers_(hosts.size()),
      last_change_(hosts.size(), kNone),
      last_script_look_(hosts.size(), kNone),
      last_tracker_(hosts.size()),
      faults_(stage.scenario.timeline.size(), kNone),
      fault_ends_(stage.scenario.timeline.size(), kNone),
      open_blackouts_(stage.scenario.probes.size(), kNone) {
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    const auto& host = stage.host(i);
    configs_.push_back(host.config ? &*host.config : nullptr);
    story_->hosts.push_back(host.name);
    auto& names = story_->instances.emplace_back();
    if (!hosts[i].daemon) continue;
    for (const auto& router : hosts[i].daemon->config().virtual_routers)
      names.push_back(router.name);
  }
  for (const auto& probe : stage.scenario.probes)
    story_->probes.push_back(
        {probe.name, probe.from, probe.target, Instant{probe.start}, probe.every});
}

// ---- what belongs to what

std::uint32_t Chronicle::add(Happening happening) {
  if (story_->happenings.size() >= kMost) {
    story_->cut = true;
    return kNone;
  }
  story_->happenings.push_back(std::move(happening));
  return static_cast<std::uint32_t>(story_->happenings.size() - 1);
}

void Chronicle::begin_event() {
  ++event_;
  root_ = kNone;
  arrival_ = {};
}

std::uint32_t Chronicle::cause_on(std::size_t host) const {
  if (host < causes_.size() && causes_[host].event == event_) return causes_[host].happening;
  return root_;
}

void Chronicle::become_cause(std::size_t host, std::uint32_t happening) {
  if (happening != kNone && host < causes_.size()) causes_[host] = {event_, happening};
}

Happening Chronicle::on_host(std::size_t host, HappeningKind kind, std::string text) const {
  Happening happening;
  happening.at = stage_.now;
  happening.kind = kind;
  happening.parent = cause_on(host);
  happening.host = host;
  happening.text = std::move(text);
  return happening;
}

Chronicle::RouterMemory& Chronicle::memory(std::size_t host, std::size_t router) {
  auto& routers = routers_[host];
  // A reload may have brought more.
  if (routers.size() <= router) routers.resize(router + 1);
  return routers[router];
}

// ---- what the world tells

void Chronicle::told(Instant at, TimelineEntry::Kind kind, std::size_t host,
                     const std::string& text) {
  if (in_effects_ > 0 || tells_better(kind)) return;
  auto happening = on_host(
      host, kind == TimelineEntry::Kind::refusal ? HappeningKind::refusal : HappeningKind::change,
      text);
  happening.at = at;
  // What a script does comes from what it looked at.
  if (kind == TimelineEntry::Kind::script && happening.parent == kNone &&
      host < last_change_.size())
    happening.parent = last_change_[host];
  const auto index = add(std::move(happening));
  if (kind == TimelineEntry::Kind::refusal) return;
  become_cause(host, index);
  if (host < last_change_.size()) last_change_[host] = index;
}

void Chronicle::fault_happened(std::size_t fault, bool end) {
  const auto& happens = stage_.scenario.timeline[fault];
  if (fault >= faults_.size()) {  // one that was added
    faults_.resize(fault + 1, kNone);
    fault_ends_.resize(fault + 1, kNone);
  }
  auto happening =
      on_host(host_of(happens.verb), end ? HappeningKind::fault_end : HappeningKind::fault,
              end ? "end of " + happens.text : happens.text);
  happening.subject = static_cast<std::uint32_t>(fault);
  if (end)
    happening.parent = faults_[fault];
  else if (happens.after)
    happening.parent = (happens.after_end ? fault_ends_ : faults_)[*happens.after];
  if (happens.position.line > 0)
    happening.config = {stage_.scenario.file, happens.position.line, ""};
  const auto host = happening.host;
  root_ = add(std::move(happening));
  (end ? fault_ends_ : faults_)[fault] = root_;
  if (host < last_change_.size()) last_change_[host] = root_;
  if (const auto* daemon = std::get_if<DaemonFault>(&happens.verb);
      daemon && daemon->config && !end)
    configs_[host] = &daemon->config->config;
}

void Chronicle::daemon_changed(std::size_t host, bool runs) {
  auto& memories = routers_[host];
  memories.clear();
  const auto count = node_config(host).virtual_routers.size();
  for (std::size_t router = 0; router < count; ++router)
    story_->states.push_back(
        {stage_.now, host, router, runs ? std::optional(State::init) : std::nullopt});
}

void Chronicle::script_ended(std::size_t host, std::uint16_t script, int exit_status) {
  if (!hosts_[host].daemon || script >= node_config(host).scripts.size()) return;
  const auto& config = node_config(host).scripts[script];
  auto& [status, count] = exits_[{host, script}];
  const bool first_look = last_script_look_[host] != last_change_[host];
  last_script_look_[host] = last_change_[host];
  count = status == exit_status ? count + 1 : 1;
  status = exit_status;
  const auto decisive = exit_status == 0 ? config.rise : config.fall;
  if (count > decisive && !first_look) return;
  // It says what it has said since ever, and nothing has happened yet.
  if (exit_status == 0 && last_change_[host] == kNone) return;
  auto happening = on_host(host, HappeningKind::script_exit,
                           config.name + " exits with " + std::to_string(exit_status));
  if (happening.parent == kNone) happening.parent = last_change_[host];
  happening.config = keyword_of_script(host, config.name, "script");
  become_cause(host, add(std::move(happening)));
}

std::string Chronicle::owner_of(const MacAddress& mac, std::optional<std::size_t>& host) const {
  for (std::uint32_t nic = 0; nic < stage_.nics.size(); ++nic) {
    const auto& place = stage_.nics[nic];
    if (!hosts_[place.host].kernel.takes(place.nic, mac)) continue;
    if (place.mac == mac) {
      host = place.host;
      return stage_.host(place.host).name + "'s";
    }
  }
  // A virtual MAC: whoever holds it now is known by the address, not by the MAC.
  return "a virtual one";
}

void Chronicle::neighbour_changed(std::size_t host, const IpAddress& address) {
  const auto mac = hosts_[host].kernel.neighbours().find(address);
  std::optional<std::size_t> believed;
  std::string text = "knows no MAC of " + to_string(address) + " any more";
  if (mac) {
    const auto owner = owner_of(*mac, believed);
    text = "takes " + to_string(address) + " to be at " + to_string(*mac) + " (" + owner + ")";
    for (std::size_t other = 0; !believed && other < hosts_.size(); ++other)
      if (hosts_[other].kernel.holds(address)) believed = other;
  }
  auto happening = on_host(host, HappeningKind::neighbour, std::move(text));
  happening.address = address;
  happening.believed = mac ? believed : std::nullopt;
  happening.frame = arrival_;
  add(std::move(happening));
}

// ---- probes

/// What broke it is the last that changed before the first request that got no answer, or until the
/// next would have been sent: that one was on its way.
void Chronicle::blackout_began(std::size_t probe, Instant at) {
  const auto& plan = stage_.scenario.probes[probe];
  Happening happening;
  happening.at = at;
  happening.kind = HappeningKind::blackout;
  happening.host = plan.from;
  happening.subject = static_cast<std::uint32_t>(probe);
  happening.text = "probe " + plan.name + ": no answer from " + to_string(plan.target);
  const auto& all = story_->happenings;
  for (auto i = static_cast<std::uint32_t>(all.size()); i-- > 0 && happening.parent == kNone;) {
    const auto kind = all[i].kind;
    const bool breaks = kind == HappeningKind::fault || kind == HappeningKind::fault_end ||
                        kind == HappeningKind::change || kind == HappeningKind::transition;
    if (breaks && all[i].at <= at + plan.every) happening.parent = i;
  }
  open_blackouts_[probe] = add(std::move(happening));
}

void Chronicle::blackout_ended(std::size_t probe, Instant at) {
  const auto& plan = stage_.scenario.probes[probe];
  Happening happening;
  happening.at = at;
  happening.kind = HappeningKind::blackout_end;
  happening.parent = open_blackouts_[probe];
  happening.host = plan.from;
  happening.subject = static_cast<std::uint32_t>(probe);
  happening.text = "probe " + plan.name + ": answered again";
  const auto& all = story_->happenings;
  const Instant began = happening.parent == kNone ? Instant{} : all[happening.parent].at;
  for (auto i = static_cast<std::uint32_t>(all.size()); i-- > 0;) {
    if (all[i].at > at || all[i].at < began) continue;
    const bool to_target = all[i].kind == HappeningKind::neighbour && all[i].host == plan.from &&
                           all[i].address == plan.target;
    const bool repairs = all[i].kind == HappeningKind::change ||
                         all[i].kind == HappeningKind::fault_end ||
                         all[i].kind == HappeningKind::transition;
    if (!to_target && !repairs) continue;
    happening.parent = i;
    break;
  }
  add(std::move(happening));
}

}  // namespace understudy::sim
