// Addresses in adverts, and where adverts come from and go to.
#include <algorithm>
#include <string>
#include <utility>

#include "core/config/instance_rules.h"
#include "core/config/values.h"

namespace understudy::config {
namespace {

constexpr std::size_t kMostAddresses = 255;  // the count is one byte
constexpr std::size_t kMtu = 1500;
constexpr std::size_t kTrailer = 28;  // of auth_hmac

// How many addresses an advert has room for.
std::size_t most_addresses(const InstanceRules& rules) {
  const bool ipv6 = rules.family() == Family::ipv6;
  // IPv4: IP header, AH or not, VRRP header and the authentication data of version 2.
  const std::size_t fixed = (ipv6 ? 40 + 8 : 20 + 24 + 8 + 8) + (rules.draft.hmac ? kTrailer : 0);
  return std::min(kMostAddresses, (kMtu - fixed) / address_size(rules.family()));
}

void exclude_overflow(InstanceRules& rules) {
  auto& addresses = rules.draft.addresses;
  const auto most = most_addresses(rules);
  if (addresses.size() <= most) return;
  const auto more = addresses.size() - most;
  rules.findings.warning("too-many-addresses", addresses[most].at,
                         "An advert has room for " + std::to_string(most) +
                             " addresses: from here "
                             "on they are excluded ones, " +
                             std::to_string(more) + " in number",
                         "put them into 'virtual_ipaddress_excluded', on every host the same ones");
  auto& excluded = rules.draft.excluded;
  excluded.insert(excluded.begin(),
                  std::make_move_iterator(addresses.begin() + static_cast<std::ptrdiff_t>(most)),
                  std::make_move_iterator(addresses.end()));
  addresses.resize(most);
}

void check_link_local(const InstanceRules& rules) {
  const auto& addresses = rules.draft.addresses;
  if (rules.family() != Family::ipv6 || addresses.empty()) return;
  const auto is_link_local = [](const AddressDraft& draft) {
    return draft.address.address.address.is_link_local();
  };
  if (is_link_local(addresses.front())) return;
  const auto found = std::find_if(addresses.begin(), addresses.end(), is_link_local);
  rules.findings.add(
      rules.draft.instance.strict ? Severity::error : Severity::warning, "first-not-link-local",
      addresses.front().at, "The first IPv6 address must be link-local (RFC 9568, section 5.2.9)",
      found == addresses.end()
          ? "write one such as fe80::" +
                std::to_string(std::max<int>(rules.draft.instance.vrid, 1)) + "/64 first"
          : "put " + in_quotes(to_string(found->address.address.address)) + " first");
}

// The addresses of the wrong family are left out.
void check_families(InstanceRules& rules) {
  const auto family = rules.family();
  std::erase_if(rules.draft.addresses, [&](const AddressDraft& draft) {
    if (draft.address.address.address.family() == family) return false;
    rules.findings.error("wrong-family", draft.at,
                         "An instance has virtual addresses of one family",
                         "put this one into 'virtual_ipaddress_excluded', or into an instance of "
                         "its own in the same vrrp_sync_group");
    return true;
  });
}

void set_peers(InstanceRules& rules) {
  auto& draft = rules.draft;
  auto& instance = draft.instance;
  for (const auto& [peer, at] : draft.peers) {
    if (peer.address.family() != rules.family())
      rules.findings.error("wrong-family", at, "The virtual addresses are of the other family",
                           "write a peer's address of that family");
    else if (draft.source && peer.address == *draft.source)
      rules.findings.error("own-peer", at,
                           "This host is its own peer: the address is its source address",
                           "list the other hosts only");
    instance.unicast_peers.push_back(peer);
    instance.check_unicast_source |= peer.has_ttl_limits;
  }
  instance.check_unicast_source |=
      rules.unicast() && rules.option(&SharedOptions::check_unicast_source).value_or(false);
  if (rules.unicast()) return;
  if (draft.places.has("unicast_peer") && !rules.findings.has_errors())
    rules.findings.warning("empty-block", draft.places.keyword("unicast_peer"),
                           "There is no peer in the block: adverts go to the multicast group");
  for (const auto* keyword : {"unicast_ttl", "check_unicast_src"})
    if (draft.places.has(keyword))
      rules.findings.warning("no-effect", draft.places.keyword(keyword),
                             in_quotes(keyword) + " has no effect without 'unicast_peer'");
  instance.unicast_ttl = 255;
}

void set_source(InstanceRules& rules) {
  auto& draft = rules.draft;
  if (draft.source && draft.source->family() != rules.family())
    rules.findings.error("wrong-family", draft.source_at,
                         "The virtual addresses are of the other family",
                         "write an address of this host of that family");
  else if (draft.source)
    draft.instance.source = *draft.source;
  if (draft.instance.track_source && !draft.source) {
    rules.findings.warning("no-effect", draft.places.keyword("track_src_ip"),
                           "'track_src_ip' has no effect without 'unicast_src_ip' or "
                           "'mcast_src_ip'");
    draft.instance.track_source = false;
  }
}

void set_group(InstanceRules& rules) {
  auto& draft = rules.draft;
  const auto family = rules.family();
  const auto place = draft.places.value("mcast_dst_ip");
  if (rules.unicast()) {
    if (draft.group)
      rules.findings.warning("no-effect", draft.places.keyword("mcast_dst_ip"),
                             "'mcast_dst_ip' has no effect: the adverts go to the unicast peers",
                             "delete it, or 'unicast_peer'");
    return;
  }
  auto group = family == Family::ipv4 ? rules.defaults.group4 : rules.defaults.group6;
  if (draft.group && draft.group->family() != family)
    rules.findings.error("wrong-family", place, "The virtual addresses are of the other family",
                         "write a group of that family");
  else if (draft.group)
    group = draft.group;
  const IpAddress usual =
      family == Family::ipv4 ? IpAddress(kVrrpGroup4) : IpAddress::from_bytes(kVrrpGroup6);
  if (group && *group != usual) draft.instance.multicast_group = *group;
}

void set_virtual_mac(InstanceRules& rules) {
  auto& draft = rules.draft;
  auto& instance = draft.instance;
  if (!draft.virtual_mac) {
    if (draft.vmac_transmits_on_base)
      rules.findings.warning("no-effect", draft.places.keyword("vmac_xmit_base"),
                             "'vmac_xmit_base' has no effect without 'use_vmac'");
    return;
  }
  VirtualMac vmac;
  vmac.interface = draft.virtual_mac->name;
  vmac.transmits_on_base = draft.vmac_transmits_on_base;
  if (instance.strict && !draft.virtual_mac->mac.empty())
    rules.findings.warning("strict-mac", draft.virtual_mac->mac_at,
                           "In strict mode the virtual MAC is that of the RFC: this one is passed "
                           "over");
  else
    vmac.mac = parse_virtual_mac(draft.virtual_mac->mac, instance.vrid);
  if (!vmac.interface.empty() && vmac.interface == instance.interface)
    rules.findings.error("bad-value", draft.places.value("use_vmac"),
                         "The virtual interface needs a name of its own");
  instance.virtual_mac = std::move(vmac);
}

void set_checksum(InstanceRules& rules) {
  auto& draft = rules.draft;
  const bool applies = draft.instance.version == 3 && rules.family() == Family::ipv4;
  if (!applies && draft.shared.checksum_as_v2.value_or(false))
    rules.findings.warning("no-effect", draft.places.keyword("v3_checksum_as_v2"),
                           "'v3_checksum_as_v2' has no effect but in version 3 over IPv4");
  draft.instance.checksum_without_pseudo_header =
      applies && rules.option(&SharedOptions::checksum_as_v2).value_or(false);
}

}  // namespace

void set_addresses(InstanceRules& rules) {
  check_families(rules);
  check_link_local(rules);
  exclude_overflow(rules);
  for (const auto& draft : rules.draft.addresses)
    rules.draft.instance.addresses.push_back(draft.address);
  for (const auto& draft : rules.draft.excluded)
    rules.draft.instance.excluded_addresses.push_back(draft.address);
}

void set_wire(InstanceRules& rules) {
  set_source(rules);
  set_peers(rules);
  set_group(rules);
  set_virtual_mac(rules);
  set_checksum(rules);
}

}  // namespace understudy::config
