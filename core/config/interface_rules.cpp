#include "core/config/interface_rules.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "core/config/values.h"

namespace understudy::config {
namespace {

// The shortest step of keepalived's timers.
constexpr std::chrono::microseconds kStep{1};

void apply_garp_groups(Draft& draft, Config& config) {
  std::map<std::string_view, const GarpGroupDraft*> groups;
  for (const auto& group : draft.garp_groups) {
    for (const auto& [name, at] : group.interfaces)
      if (!groups.emplace(name, &group).second)
        draft.findings.warning("tracked-twice", at,
                               in_quotes(name) + " is in a garp_group already; it is passed over");
    if (group.interfaces.size() > 1)
      draft.findings.warning("garp-group-shared", group.at,
                             "The interval is kept on each interface of the group by itself, not "
                             "across them");
  }
  for (auto& instance : config.instances) {
    const auto found = groups.find(instance.interface);
    if (found == groups.end()) continue;
    instance.garp_interval = found->second->garp_interval;
    instance.gna_interval = found->second->gna_interval;
  }
}

// A link may not be taken for up longer than a peer waits for adverts.
void finish_delays(Draft& draft, Config& config) {
  std::map<std::string_view, Duration> limits;
  for (const auto& instance : config.instances) {
    const auto limit = (instance.down_timer_adverts - 1) * instance.advert_interval;
    const auto [found, is_new] = limits.emplace(instance.interface, limit);
    if (!is_new) found->second = std::min(found->second, limit);
  }
  std::set<std::string_view> seen;
  for (auto& [delays, at] : draft.interface_delays) {
    if (!seen.insert(delays.interface).second) {
      draft.findings.warning(
          "tracked-twice", at,
          in_quotes(delays.interface) + " has delays already; this line is passed over");
      continue;
    }
    const auto limit = limits.find(delays.interface);
    if (limit != limits.end() && delays.down != Duration{} && delays.down >= limit->second) {
      const Duration most = std::max(limit->second - Duration{kStep}, Duration{});
      draft.findings.warning("delay-reduced", at,
                             "The delay must be below " + seconds_text(limit->second) +
                                 ", 'down_timer_adverts' - 1 intervals of an instance on " +
                                 delays.interface + ": it becomes " + seconds_text(most));
      delays.down = most;
    }
    config.interface_delays.push_back(delays);
  }
}

// The names that keepalived gives; where one VRID is on several interfaces the others are numbered.
void name_virtual_interfaces(Draft& draft, Config& config) {
  std::set<std::string> names;
  for (const auto& instance : config.instances)
    if (instance.virtual_mac) names.insert(instance.virtual_mac->interface);
  std::map<std::string, int> counts;
  for (auto& instance : config.instances) {
    if (!instance.virtual_mac || !instance.virtual_mac->interface.empty()) continue;
    const bool ipv6 =
        !instance.addresses.empty() && !instance.addresses.front().address.address.is_ipv4();
    const auto base =
        draft.defaults.vmac_prefix + (ipv6 ? "6." : ".") + std::to_string(instance.vrid);
    auto& used = counts[base];
    auto name = used == 0 ? base : base + "." + std::to_string(used);
    while (!names.insert(name).second) name = base + "." + std::to_string(++used);
    ++used;
    if (!is_interface_name(name))
      draft.findings.error("bad-value", draft.defaults.places.value("vmac_prefix"),
                           "With this prefix the virtual interface would be " + in_quotes(name) +
                               ": more than 15 bytes");
    instance.virtual_mac->interface = name;
  }
}

void finish_statics(Draft& draft, Config& config) {
  config.statics = std::move(draft.statics);
  for (auto& address : config.statics.addresses) {
    if (!address.address.device.empty()) continue;
    address.address.device = draft.defaults.interface.empty() ? "eth0" : draft.defaults.interface;
  }
}

}  // namespace

void finish_interfaces(Draft& draft, Config& config) {
  apply_garp_groups(draft, config);
  finish_delays(draft, config);
  name_virtual_interfaces(draft, config);
  finish_statics(draft, config);
}

}  // namespace understudy::config
