// What can be judged only once all blocks are read: names across blocks, duplicates.
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "core/config/block_handlers.h"
#include "core/config/instance_rules.h"
#include "core/config/interface_rules.h"
#include "core/config/sync_rules.h"
#include "core/config/tracking_rules.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

class Duplicates {
 public:
  explicit Duplicates(Findings& findings) : findings_(findings) {}

  // False when an instance of this name, or of this VRID on this interface, was seen before.
  bool admit(const InstanceDraft& draft) {
    const auto& instance = draft.instance;
    const auto [named, is_new_name] = names_.emplace(instance.name, &draft);
    if (!is_new_name) {
      findings_.error("duplicate-instance", draft.name_at,
                      "vrrp_instance " + in_quotes(instance.name) +
                          " is defined already, on line " + line_of(*named->second));
      return false;
    }
    check_virtual_interface(draft);
    check_addresses(draft, draft.addresses);
    check_addresses(draft, draft.excluded);
    if (instance.vrid == 0 || instance.interface.empty()) return true;
    const auto family = draft.addresses.empty()
                            ? Family::ipv4
                            : draft.addresses.front().address.address.address.family();
    const auto [found, is_new] =
        routers_.emplace(std::tuple(instance.interface, family, instance.vrid), &draft);
    if (!is_new)
      findings_.error("duplicate-vrid", draft.places.value("virtual_router_id"),
                      "On " + instance.interface + " the virtual_router_id " +
                          std::to_string(instance.vrid) + " is taken by " +
                          in_quotes(found->second->instance.name) + " of line " +
                          line_of(*found->second));
    return is_new;
  }

 private:
  static std::string line_of(const InstanceDraft& draft) {
    return std::to_string(draft.name_at.line.number);
  }

  void check_virtual_interface(const InstanceDraft& draft) {
    const auto& vmac = draft.instance.virtual_mac;
    if (!vmac || vmac->interface.empty()) return;
    const auto [found, is_new] = virtual_interfaces_.emplace(vmac->interface, &draft);
    if (!is_new)
      findings_.error("duplicate-vmac", draft.places.value("use_vmac"),
                      in_quotes(found->second->instance.name) + " of line " +
                          line_of(*found->second) + " names its virtual interface so, too",
                      "give each a name of its own");
  }

  // A link-local address is another one on each interface.
  void check_addresses(const InstanceDraft& draft, const std::vector<AddressDraft>& addresses) {
    for (const auto& [line, at] : addresses) {
      const auto& address = line.address;
      std::string interface;
      if (address.address.is_link_local())
        interface = address.device.empty() ? draft.instance.interface : address.device;
      const auto [found, is_new] =
          addresses_.emplace(std::pair(address.address, interface), &draft);
      if (!is_new && found->second != &draft)
        findings_.warning("duplicate-address", at,
                          in_quotes(to_string(address.address)) + " is an address of " +
                              in_quotes(found->second->instance.name) + " too");
    }
  }

  Findings& findings_;
  std::map<std::string_view, const InstanceDraft*> names_;
  std::map<std::tuple<std::string, Family, std::uint8_t>, const InstanceDraft*> routers_;
  std::map<std::pair<IpAddress, std::string>, const InstanceDraft*> addresses_;
  std::map<std::string_view, const InstanceDraft*> virtual_interfaces_;
};

void finish_instances(Draft& draft, Trackables& trackables, Config& config) {
  for (auto& instance : draft.instances)
    complete_instance(instance, draft.defaults, draft.findings);
  const auto groups = resolve_members(draft);
  Duplicates duplicates(draft.findings);
  for (auto& instance : draft.instances) {
    auto& made = instance.instance;
    TrackingScope scope;
    scope.owner = made.priority == 255;
    if (made.track_primary) scope.own_interface = made.interface;
    const auto group = groups.find(made.name);
    scope.weights_allowed = group == groups.end() || group->second->group.tracking_weight;
    resolve_tracking(
        instance.tracking, scope, trackables, draft.findings,
        {made.track_scripts, made.track_interfaces, made.track_files, made.track_processes});
    if (duplicates.admit(instance)) config.instances.push_back(made);
  }
}

}  // namespace

Config finish(Draft& draft, std::string_view file, bool whole) {
  Config config;
  config.file = file;
  config.global = draft.global;
  Trackables trackables(draft);
  finish_instances(draft, trackables, config);
  config.sync_groups = finish_groups(draft, trackables);
  trackables.scripts.report_unused();
  trackables.files.report_unused();
  trackables.processes.report_unused();
  config.scripts = trackables.scripts.distinct();
  config.track_files = trackables.files.distinct();
  config.track_processes = trackables.processes.distinct();
  finish_interfaces(draft, config);
  if (draft.instances.empty() && whole)
    draft.findings.error("no-instance", Place{}, "There is no vrrp_instance: nothing to run",
                         "write 'vrrp_instance NAME { ... }'");
  return config;
}

}  // namespace understudy::config
