#include "core/node/node_config.h"

#include <algorithm>

namespace understudy {
namespace {

using Kind = TrackedConfig::Kind;

template <typename List, typename Projection>
int find_by_name(const List& list, std::string_view name, Projection name_of) {
  const auto found = std::find_if(list.begin(), list.end(),
                                  [&](const auto& item) { return name_of(item) == name; });
  return found == list.end() ? -1 : static_cast<int>(found - list.begin());
}

template <typename List>
int find_named(const List& list, std::string_view name) {
  return find_by_name(list, name, [](const auto& item) -> std::string_view { return item.name; });
}

HmacRules make_hmac(const config::AuthHmac& from) {
  HmacRules rules;
  for (const auto& key : from.keys) rules.keys.push_back({key.id, key.bytes});
  rules.active_key = from.active_key;
  rules.mode = static_cast<HmacRules::Mode>(from.mode);
  rules.monotonic = from.monotonic;
  rules.window_seconds = from.time_window;
  return rules;
}

Family family_of(const config::VrrpInstance& instance) {
  if (!instance.addresses.empty()) return instance.addresses.front().address.address.family();
  return instance.source.is_unspecified() ? Family::ipv4 : instance.source.family();
}

void set_rules(const config::VrrpInstance& instance, Profile profile, ReceiveRules& rules) {
  rules.profile = profile;
  rules.family = family_of(instance);
  rules.version = instance.version;
  rules.vrid = instance.vrid;
  rules.owner = instance.priority == 255;
  rules.owner_ignores_adverts = instance.owner_ignores_adverts;
  rules.auth_type = static_cast<AuthType>(instance.authentication.type);
  rules.auth_data = instance.authentication.key;
  rules.advert_interval = instance.advert_interval;
  // Both kinds of peers are heard (RFC 9568 leaves the pseudo header out, RFC 5798 as keepalived
  // and FRR read it does not); a bad checksum is refused in either form.
  rules.checksum_form = profile == Profile::rfc ? ChecksumForm::message : ChecksumForm::either;
  rules.unicast = !instance.unicast_peers.empty();
  for (const auto& peer : instance.unicast_peers)
    rules.peers.push_back({peer.address, peer.min_ttl, peer.max_ttl});
  rules.check_peers = rules.unicast && instance.check_unicast_source;
  if (instance.auth_hmac) rules.hmac = make_hmac(*instance.auth_hmac);
  for (const auto& line : instance.addresses) {
    const auto bytes = line.address.address.bytes();
    rules.addresses.insert(rules.addresses.end(), bytes.begin(), bytes.end());
  }
}

void set_transport(const config::VrrpInstance& instance, VirtualRouterConfig& router) {
  const auto& rules = router.rules;
  router.source = instance.source;
  router.source_must_exist = instance.track_source && !instance.source.is_unspecified();
  if (rules.unicast) {
    for (const auto& peer : instance.unicast_peers) router.destinations.push_back(peer.address);
    router.ttl = instance.unicast_ttl;
  } else if (!instance.multicast_group.is_unspecified()) {
    router.destinations.push_back(instance.multicast_group);
  } else {
    router.destinations.push_back(
        rules.family == Family::ipv4 ? IpAddress{kVrrpGroup4} : IpAddress::from_bytes(kVrrpGroup6));
  }
  router.send_form = instance.checksum_without_pseudo_header || rules.profile == Profile::rfc
                         ? ChecksumForm::message
                         : ChecksumForm::pseudo_header;
  // RFC 9568, section 7.2: the virtual MAC, always.
  if (!instance.virtual_mac && rules.profile != Profile::rfc) return;
  const auto wanted = instance.virtual_mac.value_or(config::VirtualMac{});
  VirtualMacConfig made;
  made.mac = wanted.mac.value_or(virtual_mac(instance.vrid, rules.family));
  made.interface = wanted.interface;
  if (made.interface.empty())
    made.interface = (rules.family == Family::ipv4 ? "vrrp." : "vrrp6.") +
                     std::to_string(static_cast<int>(instance.vrid));
  made.transmits_on_base = wanted.transmits_on_base;
  router.virtual_mac = made;
}

void set_holdings(const config::VrrpInstance& instance, VirtualRouterConfig& router) {
  for (const auto& line : instance.addresses) router.addresses.push_back(line.address);
  for (const auto& line : instance.excluded_addresses)
    router.excluded_addresses.push_back(line.address);
  router.routes = instance.routes;
  router.routing_rules = instance.routing_rules;
  router.accept = instance.accept;
}

void set_elections(const config::VrrpInstance& instance, VirtualRouterConfig& router) {
  router.priority = instance.priority;
  router.starts_as_master = instance.starts_as_master;
  router.preempt = instance.preempt;
  router.preempt_delay = instance.preempt_delay;
  router.down_timer_adverts = instance.down_timer_adverts;
  router.skip_check_adv_addr = instance.skip_check_adv_addr;
  router.notifies_lower_priority = !instance.notify.lower_priority.argv.empty();
  router.lower_prio_no_advert = instance.lower_prio_no_advert;
  router.higher_prio_send_advert = instance.higher_prio_send_advert;
  router.yields_when_held_up = instance.timer_expired_backup.has_value() && !instance.preempt;
  router.held_up_priority = instance.timer_expired_backup.value_or(254);
  router.tracks_interface = instance.track_primary;
}

void set_announcements(const config::VrrpInstance& instance, VirtualRouterConfig& router) {
  router.garp_master_repeat = instance.garp_master_repeat;
  router.garp_master_delay = instance.garp_master_delay;
  router.garp_lower_prio_repeat = instance.garp_lower_prio_repeat;
  router.garp_lower_prio_delay = instance.garp_lower_prio_delay;
  router.garp_refresh = instance.garp_master_refresh;
  router.garp_refresh_repeat = instance.garp_master_refresh_repeat;
  router.garp_extra = instance.garp_extra;
  router.garp_extra_all = instance.garp_extra_all;
  router.garp_interval = instance.garp_interval;
  router.advertisement_interval = instance.gna_interval;
}

// The RFC's own defaults, where keepalived's differ from them.
void keep_to_rfc(VirtualRouterConfig& router) {
  // One announcement of each address, once (RFC 9568, section 6.4.2).
  router.garp_master_repeat = 1;
  router.garp_master_delay = Duration{};
  router.garp_lower_prio_repeat = 0;
  router.higher_prio_send_advert = false;
  router.lower_prio_no_advert = false;
  router.accept = false;  // Accept_Mode is False (section 6.1); version 2 has none
}

VirtualRouterConfig make_router(const config::VrrpInstance& instance, Profile profile) {
  VirtualRouterConfig router;
  router.name = instance.name;
  set_rules(instance, profile, router.rules);
  set_transport(instance, router);
  set_holdings(instance, router);
  set_elections(instance, router);
  set_announcements(instance, router);
  if (profile == Profile::rfc) keep_to_rfc(router);
  return router;
}

class Maker {
 public:
  Maker(const config::Config& config, NodeConfig& made) : config_(config), made_(made) {}

  void make(Profile profile) {
    for (const auto& instance : config_.instances) interface(instance.interface);
    for (const auto& instance : config_.instances) add(instance, profile);
    for (const auto& group : config_.sync_groups) add(group);
    for (const auto& delays : config_.interface_delays) add(delays);
    made_.statics = config_.statics;
    made_.startup_delay = config_.global.startup_delay;
    made_.delay_after_boot = config_.global.delay_after_boot;
  }

 private:
  std::uint16_t interface(std::string_view name) {
    const int known = made_.find_interface(name);
    if (known >= 0) return static_cast<std::uint16_t>(known);
    made_.interfaces.emplace_back(name);
    return static_cast<std::uint16_t>(made_.interfaces.size() - 1);
  }

  // Only what some instance tracks is run and watched. The place of `name` among those, or nullopt
  // when there is no such thing (the parser has said so).
  template <typename List>
  std::optional<std::uint16_t> place(const List& from, List& to, std::string_view name) {
    const int source = find_named(from, name);
    if (source < 0) return std::nullopt;
    int known = find_named(to, name);
    if (known < 0) {
      known = static_cast<int>(to.size());
      to.push_back(from[static_cast<std::size_t>(source)]);
    }
    return static_cast<std::uint16_t>(known);
  }

  static void track(std::vector<TrackedConfig>& list, const TrackedConfig& tracked) {
    const bool known = std::any_of(list.begin(), list.end(), [&](const TrackedConfig& each) {
      return each.kind == tracked.kind && each.object == tracked.object;
    });
    if (!known) list.push_back(tracked);
  }

  // `Block` is an instance or a sync group.
  template <typename Block>
  void track_all(const Block& block, std::vector<TrackedConfig>& list) {
    for (const auto& line : block.track_scripts)
      if (const auto at = place(config_.scripts, made_.scripts, line.name))
        track(list, merged(Kind::script, *at, line, made_.scripts[*at]));
    for (const auto& line : block.track_files)
      if (const auto at = place(config_.track_files, made_.files, line.name))
        track(list, merged(Kind::file, *at, line, made_.files[*at]));
    for (const auto& line : block.track_processes)
      if (const auto at = place(config_.track_processes, made_.processes, line.name))
        track(list, merged(Kind::process, *at, line, made_.processes[*at]));
    for (const auto& line : block.track_interfaces)
      track(list, {Kind::interface, interface(line.name), line.weight.value_or(0),
                   line.weight_reverse.value_or(false)});
  }

  template <typename Object>
  static TrackedConfig merged(Kind kind, std::uint16_t at, const config::Tracked& line,
                              const Object& object) {
    return {kind, at, line.weight.value_or(object.weight),
            line.weight_reverse.value_or(object.weight_reverse)};
  }

  // keepalived tracks the interfaces of addresses and routes, too.
  void track_devices(const VirtualRouterConfig& router, std::vector<TrackedConfig>& list) {
    const auto add_device = [&](const std::string& device) {
      if (device.empty() || device == made_.interfaces[router.interface]) return;
      if (router.virtual_mac && device == router.virtual_mac->interface) return;
      track(list, {Kind::interface, interface(device), 0, false});
    };
    for (std::size_t i = 0; i < router.address_count(); ++i)
      add_device(router.held_address(i).device);
    for (const auto& route : router.routes)
      if (route.tracked) add_device(route.device);
  }

  void add(const config::VrrpInstance& instance, Profile profile) {
    auto router = make_router(instance, profile);
    router.index = static_cast<std::uint16_t>(made_.virtual_routers.size());
    router.interface = interface(instance.interface);
    std::vector<TrackedConfig> tracked;
    track_all(instance, tracked);
    track_devices(router, tracked);
    made_.virtual_routers.push_back(std::move(router));
    made_.tracked.push_back(std::move(tracked));
    made_.notify.push_back(instance.notify);
  }

  void add(const config::SyncGroup& group) {
    SyncGroupConfig made;
    made.name = group.name;
    made.notify = group.notify;
    for (const auto& member : group.members) {
      const int router = made_.find_virtual_router(member.name);
      if (router < 0 || made_.virtual_routers[static_cast<std::size_t>(router)].group != kNoGroup)
        continue;  // the parser has said so
      made_.virtual_routers[static_cast<std::size_t>(router)].group =
          static_cast<std::uint16_t>(made_.groups.size());
      made.members.push_back(static_cast<std::uint16_t>(router));
      track_all(group, made_.tracked[static_cast<std::size_t>(router)]);
    }
    if (!made.members.empty()) made_.groups.push_back(std::move(made));
  }

  void add(const config::InterfaceDelays& delays) {
    const int at = made_.find_interface(delays.interface);
    if (at < 0) return;
    made_.link_delays.resize(std::max(made_.link_delays.size(), static_cast<std::size_t>(at) + 1));
    made_.link_delays[static_cast<std::size_t>(at)] = {delays.down, delays.up};
  }

  const config::Config& config_;
  NodeConfig& made_;
};

}  // namespace

int NodeConfig::find_interface(std::string_view name) const {
  return find_by_name(interfaces, name,
                      [](const std::string& item) -> std::string_view { return item; });
}

int NodeConfig::find_virtual_router(std::string_view name) const {
  return find_named(virtual_routers, name);
}

std::shared_ptr<const NodeConfig> make_node_config(const config::Config& config, Profile profile) {
  auto made = std::make_shared<NodeConfig>();
  Maker(config, *made).make(profile);
  return made;
}

}  // namespace understudy
