#include "daemon/virtual_macs.h"

#include <fmt/format.h>
#include <linux/ip.h>

#include <algorithm>

#include "daemon/interface_settings.h"

namespace understudy::daemon {
namespace {

// IPv4 settings of the interface below while it bears a macvlan.
struct WantedSetting {
  const char* name;
  unsigned number;
  std::uint32_t at_least;
};
constexpr WantedSetting kOfBase[] = {
    // It must not answer for addresses that are on the macvlan ...
    {"arp_ignore", IPV4_DEVCONF_ARP_IGNORE, 1},
    // ... nor ask for a client's MAC in the name of one, which would teach the client its own MAC:
    // answers of the virtual address leave here.
    {"arp_announce", IPV4_DEVCONF_ARP_ANNOUNCE, 2},
};

std::uint32_t setting_of(Family family, const std::string& interface, const char* name) {
  return static_cast<std::uint32_t>(read_setting(family, interface, name).value_or(0));
}

}  // namespace

std::optional<std::string> macvlan_obstacle(Netlink& netlink, const std::string& name,
                                            const std::string& base) {
  const auto existing = netlink.link(name);
  const auto below = netlink.link(base);
  if (!existing || !below) return std::nullopt;
  if (netlink.is_macvlan_on(name, below->ifindex)) return std::nullopt;
  return "there is an interface '" + name + "' already, and it is no macvlan on " + base;
}

VirtualMacs::VirtualMacs(const NodeConfig& config) {
  for (const auto& router : config.virtual_routers) {
    if (!router.virtual_mac) continue;
    Macvlan macvlan;
    macvlan.router = router.name;
    macvlan.name = router.virtual_mac->interface;
    macvlan.base = config.interfaces[router.interface];
    macvlan.mac = router.virtual_mac->mac;
    for (std::size_t number = 0; number < router.address_count(); ++number)
      (router.held_address(number).address.is_ipv4() ? macvlan.ipv4 : macvlan.ipv6) = true;
    macvlans_.push_back(std::move(macvlan));
  }
}

void VirtualMacs::inherit(VirtualMacs& former) {
  for (auto& macvlan : macvlans_) {
    const auto same =
        std::find_if(former.macvlans_.begin(), former.macvlans_.end(), [&](const Macvlan& other) {
          return other.ifindex != 0 && other.name == macvlan.name && other.base == macvlan.base &&
                 other.mac == macvlan.mac && other.ipv4 == macvlan.ipv4 &&
                 other.ipv6 == macvlan.ipv6;
        });
    if (same == former.macvlans_.end()) continue;
    macvlan.ifindex = std::exchange(same->ifindex, 0);
    const auto base =
        std::find_if(former.bases_.begin(), former.bases_.end(),
                     [&](const BaseSettings& each) { return each.base == macvlan.base; });
    if (base == former.bases_.end()) continue;
    bases_.push_back(std::move(*base));
    former.bases_.erase(base);
  }
}

std::string VirtualMacs::open(Netlink& netlink) {
  for (auto& macvlan : macvlans_) {
    if (macvlan.ifindex != 0) continue;  // inherited
    const auto base = netlink.link(macvlan.base);
    if (!base) return macvlan.base + ": no such interface";
    if (const auto obstacle = macvlan_obstacle(netlink, macvlan.name, macvlan.base))
      return fmt::format("({}) use_vmac: {}", macvlan.router, *obstacle);
    if (const auto error = make(netlink, macvlan, *base); !error.empty())
      return fmt::format("({}) cannot make {} on {}: {}", macvlan.router, macvlan.name,
                         macvlan.base, error);
  }
  return {};
}

// Makes one that is not there, or replaces one that a predecessor left.
std::string VirtualMacs::make(Netlink& netlink, Macvlan& macvlan, const LinkState& base) {
  if (const auto left = netlink.link(macvlan.name)) {
    if (auto error = netlink.remove_link(left->ifindex); !error.empty()) return error;
    lines_.push_back({LogLevel::warning, fmt::format("({}) {} was left on {}: replaced",
                                                     macvlan.router, macvlan.name, macvlan.base)});
  }
  if (auto error = netlink.add_macvlan(macvlan.name, macvlan.mac, base.ifindex); !error.empty())
    return error;
  const auto made = netlink.link(macvlan.name);
  if (!made) return "it went away again";
  macvlan.ifindex = made->ifindex;
  if (macvlan.ipv4) change_base(netlink, macvlan.base, base.ifindex);
  if (auto error = set_up(netlink, macvlan); !error.empty()) return error;
  return bring_up(netlink, macvlan);
}

std::string VirtualMacs::set_up(Netlink& netlink, const Macvlan& macvlan) {
  const auto& name = macvlan.name;
  // Answers leave by the interface below. The larger of this and the setting of "all" counts: where
  // the host is strict, loose (2) is as far as one interface can opt out.
  const auto rp_filter = setting_of(Family::ipv4, "all", "rp_filter") == 0 ? 0U : 2U;
  const auto forwarding = setting_of(Family::ipv4, macvlan.base, "forwarding");
  const Ipv4Setting settings[] = {{IPV4_DEVCONF_ARP_IGNORE, 1},
                                  {IPV4_DEVCONF_ACCEPT_LOCAL, 1},
                                  {IPV4_DEVCONF_PROMOTE_SECONDARIES, 1},
                                  {IPV4_DEVCONF_RP_FILTER, rp_filter},
                                  {IPV4_DEVCONF_FORWARDING, forwarding}};
  if (auto error = netlink.set_ipv4(macvlan.ifindex, settings); !error.empty()) return error;
  const auto set_ipv6 = [&](const char* setting, int value) {
    const auto now = read_setting(Family::ipv6, name, setting);
    if (!now || *now == value || write_setting(Family::ipv6, name, setting, value)) return;
    lines_.push_back({LogLevel::warning, fmt::format("({}) cannot set net.ipv6.conf.{}.{} to {}",
                                                     macvlan.router, name, setting, value)});
  };
  if (!macvlan.ipv6) {
    set_ipv6("disable_ipv6", 1);
    return {};
  }
  // Router advertisements would make addresses of the virtual MAC (RFC 9568, section 7.4).
  set_ipv6("accept_ra", 0);
  set_ipv6("autoconf", 0);
  set_ipv6("forwarding", static_cast<int>(setting_of(Family::ipv6, macvlan.base, "forwarding")));
  set_ipv6("disable_ipv6", 0);
  return {};
}

std::string VirtualMacs::bring_up(Netlink& netlink, const Macvlan& macvlan) {
  if (auto error = netlink.set_up(macvlan.ifindex); !error.empty()) return error;
  if (!macvlan.ipv6) return {};
  // It has no link-local address, so the kernel gives it no way to link-local clients.
  return netlink.add_link_local_route(macvlan.ifindex);
}

void VirtualMacs::change_base(Netlink& netlink, const std::string& base, int ifindex) {
  const auto known = std::find_if(bases_.begin(), bases_.end(),
                                  [&](const BaseSettings& each) { return each.base == base; });
  if (known != bases_.end() && known->ifindex == ifindex) return;
  if (known != bases_.end()) bases_.erase(known);
  BaseSettings changed{base, ifindex, {}};
  std::vector<Ipv4Setting> wanted;
  for (const auto& setting : kOfBase) {
    const auto before = setting_of(Family::ipv4, base, setting.name);
    if (before >= setting.at_least) continue;
    changed.before.push_back({setting.number, before});
    wanted.push_back({setting.number, setting.at_least});
  }
  if (!wanted.empty())
    if (const auto error = netlink.set_ipv4(ifindex, wanted); !error.empty()) {
      changed.before.clear();
      lines_.push_back(
          {LogLevel::error,
           fmt::format("{}: cannot set arp_ignore and arp_announce: {}", base, error)});
    }
  bases_.push_back(std::move(changed));
}

void VirtualMacs::repair(Netlink& netlink) {
  for (auto& macvlan : macvlans_) {
    const auto base = netlink.link(macvlan.base);
    if (!base) {
      macvlan.ifindex = 0;
      continue;
    }
    const auto now = netlink.link(macvlan.name);
    const bool there = now && now->ifindex == macvlan.ifindex;  // it goes with the one below
    if (there && now->admin_up) continue;
    auto error = there ? bring_up(netlink, macvlan) : std::string{};
    if (!there) {
      const auto obstacle = macvlan_obstacle(netlink, macvlan.name, macvlan.base);
      error = obstacle ? *obstacle : make(netlink, macvlan, *base);
    }
    if (error.empty()) {
      lines_.push_back({LogLevel::warning,
                        fmt::format("({}) {} was {}: {}", macvlan.router, macvlan.name,
                                    there ? "down" : "gone", there ? "brought up" : "made anew")});
    } else if (!macvlan.failed) {
      lines_.push_back({LogLevel::error,
                        fmt::format("({}) {} is lost: {}", macvlan.router, macvlan.name, error)});
    }
    macvlan.failed = !error.empty();
  }
}

void VirtualMacs::close(Netlink& netlink) {
  for (auto& macvlan : macvlans_) {
    const auto link = macvlan.ifindex == 0 ? std::nullopt : netlink.link(macvlan.name);
    if (!link || link->ifindex != macvlan.ifindex) continue;
    if (const auto error = netlink.remove_link(link->ifindex); !error.empty())
      lines_.push_back({LogLevel::error, fmt::format("({}) cannot remove {}: {}", macvlan.router,
                                                     macvlan.name, error)});
    macvlan.ifindex = 0;
  }
  for (const auto& base : bases_) {
    const auto link = netlink.link(base.base);
    if (!link || link->ifindex != base.ifindex || base.before.empty()) continue;
    if (const auto error = netlink.set_ipv4(base.ifindex, base.before); !error.empty())
      lines_.push_back(
          {LogLevel::error, fmt::format("{}: cannot put its settings back: {}", base.base, error)});
  }
  bases_.clear();
}

}  // namespace understudy::daemon
