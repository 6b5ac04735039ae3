#include "core/node/node_config.h"

#include <algorithm>

namespace understudy {
namespace {

template <typename List, typename Projection>
int find_by_name(const List& list, std::string_view name, Projection name_of) {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const auto& item) { return name_of(item) == name; });
  return found == list.end() ? -1 : static_cast<int>(found - list.begin());
}

VirtualRouterConfig make_router(const config::VrrpInstance& instance, Profile profile) {
  VirtualRouterConfig router;
  router.name = instance.name;
  router.priority = instance.priority;
  router.preempt = instance.preempt;
  router.lower_prio_no_advert = instance.lower_prio_no_advert;
  router.higher_prio_send_advert = instance.higher_prio_send_advert;
  router.garp_master_repeat = instance.garp_master_repeat;
  router.garp_master_delay = instance.garp_master_delay;
  router.garp_lower_prio_repeat = instance.garp_lower_prio_repeat;
  router.garp_lower_prio_delay = instance.garp_lower_prio_delay;
  if (profile == Profile::rfc) {
    // One announcement of each address, once (RFC 3768, section 6.4.2).
    router.garp_master_repeat = 1;
    router.garp_master_delay = Duration{};
    router.higher_prio_send_advert = false;
  }
  auto& rules = router.rules;
  rules.profile = profile;
  rules.version = instance.version;
  rules.vrid = instance.vrid;
  rules.owner = instance.priority == 255;
  rules.auth_type = static_cast<AuthType>(instance.authentication.type);
  rules.auth_data = instance.authentication.key;
  rules.advert_interval = instance.advert_interval;
  for (const auto& line : instance.addresses) {
    router.addresses.push_back(line.address);
    const auto bytes = line.address.address.bytes();
    rules.addresses.insert(rules.addresses.end(), bytes.begin(), bytes.end());
  }
  if (!router.addresses.empty()) rules.family = router.addresses.front().address.family();
  return router;
}

}  // namespace

int NodeConfig::find_interface(std::string_view name) const {
  return find_by_name(interfaces, name,
                      [](const std::string& item) -> std::string_view { return item; });
}

int NodeConfig::find_virtual_router(std::string_view name) const {
  return find_by_name(
      virtual_routers, name,
      [](const VirtualRouterConfig& item) -> std::string_view { return item.name; });
}

std::shared_ptr<const NodeConfig> make_node_config(const config::Config& config, Profile profile) {
  auto made = std::make_shared<NodeConfig>();
  const auto script_name = [](const config::Script& item) -> std::string_view { return item.name; };
  for (const auto& instance : config.instances) {
    auto router = make_router(instance, profile);
    router.index = static_cast<std::uint16_t>(made->virtual_routers.size());
    int interface = made->find_interface(instance.interface);
    if (interface < 0) {
      interface = static_cast<int>(made->interfaces.size());
      made->interfaces.push_back(instance.interface);
    }
    router.interface = static_cast<std::uint16_t>(interface);
    std::vector<TrackedConfig> tracked;
    for (const auto& track : instance.track_scripts) {
      const int source = find_by_name(config.scripts, track.name, script_name);
      if (source < 0) continue;  // the parser has said so
      const auto& script = config.scripts[static_cast<std::size_t>(source)];
      int place = find_by_name(made->scripts, track.name, script_name);
      if (place < 0) {
        place = static_cast<int>(made->scripts.size());
        made->scripts.push_back(script);
      }
      tracked.push_back({TrackedConfig::Kind::script, static_cast<std::uint16_t>(place),
                         track.weight.value_or(script.weight),
                         track.weight_reverse.value_or(script.weight_reverse)});
    }
    made->virtual_routers.push_back(std::move(router));
    made->tracked.push_back(std::move(tracked));
    made->notify.push_back(instance.notify);
  }
  return made;
}

}  // namespace understudy
