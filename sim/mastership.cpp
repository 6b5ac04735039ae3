#include "sim/mastership.h"

#include <algorithm>
#include <utility>

namespace understudy::sim {

bool has_address(const VirtualRouterConfig& router, const IpAddress& address) {
  for (std::size_t i = 0; i < router.address_count(); ++i)
    if (router.held_address(i).address == address) return true;
  return false;
}

Mastership::Mastership(const Stage& stage, const SimHosts& hosts)
    : stage_(stage), hosts_(hosts), members_(hosts.size()), configs_(hosts.size()) {
  for (std::size_t host = 0; host < hosts.size(); ++host)
    if (hosts[host].daemon) configure(host);
}

std::size_t Mastership::group_of(const std::string& name) {
  const auto found = std::find_if(groups_.begin(), groups_.end(),
                                  [&](const Group& group) { return group.name == name; });
  const auto place = static_cast<std::size_t>(found - groups_.begin());
  if (found == groups_.end()) groups_.push_back({name, {}, std::nullopt, 0});
  return place;
}

void Mastership::know_addresses(const NodeConfig& config) {
  for (const auto& router : config.virtual_routers)
    for (std::size_t i = 0; i < router.address_count(); ++i) {
      const auto& address = router.held_address(i).address;
      const auto [place, is_new] = holders_.try_emplace(address);
      if (!is_new) continue;
      for (const auto& host : hosts_)
        if (host.kernel.holds(address)) place->second.change(stage_.now, true);
    }
}

void Mastership::configure(std::size_t host) {
  const auto& config = hosts_[host].daemon->config();
  configs_[host] = &config;
  know_addresses(config);
  auto former = std::exchange(members_[host], {});
  for (std::size_t i = 0; i < config.virtual_routers.size(); ++i) {
    Member member{i, group_of(config.virtual_routers[i].name)};
    const auto same = std::find_if(former.begin(), former.end(), [&](const Member& other) {
      return other.group == member.group;
    });
    if (same != former.end()) {
      member.master = std::exchange(same->master, false);
      member.entries = std::exchange(same->entries, {});
    }
    members_[host].push_back(member);
  }
  // First those who are, then those who no longer are: nobody else is the only one in between.
  for (std::size_t i = 0; i < members_[host].size(); ++i)
    if (hosts_[host].state(i) == State::master) change(host, i, true);
  for (std::size_t i = 0; i < members_[host].size(); ++i)
    if (hosts_[host].state(i) != State::master) change(host, i, false);
  for (const auto& gone : former)
    if (gone.master) groups_[gone.group].occupancy.change(stage_.now, false);
}

void Mastership::enter(std::size_t host, std::size_t router, std::optional<State> state) {
  Member& member = members_[host][router];
  if (state) ++member.entries[static_cast<std::size_t>(*state)];
  change(host, router, state == State::master);
}

void Mastership::change(std::size_t host, std::size_t router, bool master) {
  Member& member = members_[host][router];
  if (master == member.master) return;
  member.master = master;
  Group& group = groups_[member.group];
  group.occupancy.change(stage_.now, master);
  const auto sole = sole_master(member.group);
  if (!sole) return;
  if (group.last_sole && *group.last_sole != *sole) ++group.flaps;
  group.last_sole = sole;
}

std::optional<std::size_t> Mastership::sole_master(std::size_t group) const {
  if (groups_[group].occupancy.count() != 1) return std::nullopt;
  for (std::size_t host = 0; host < members_.size(); ++host)
    for (const auto& member : members_[host])
      if (member.group == group && member.master) return host;
  return std::nullopt;
}

void Mastership::hold(const IpAddress& address, bool one_more) {
  const auto found = holders_.find(address);
  if (found != holders_.end()) found->second.change(stage_.now, one_more);
}

const Mastership::Group* Mastership::find_group(std::string_view name) const {
  for (const auto& group : groups_)
    if (group.name == name) return &group;
  return nullptr;
}

unsigned Mastership::masters(std::string_view instance) const {
  const Group* group = find_group(instance);
  return group == nullptr ? 0 : group->occupancy.count();
}

std::optional<std::size_t> Mastership::master(std::string_view instance) const {
  const Group* group = find_group(instance);
  if (group == nullptr) return std::nullopt;
  return sole_master(static_cast<std::size_t>(group - groups_.data()));
}

std::uint64_t Mastership::flaps(std::string_view instance) const {
  const Group* group = find_group(instance);
  return group == nullptr ? 0 : group->flaps;
}

std::optional<RouterPlace> Mastership::find(std::size_t host, std::string_view instance) const {
  if (host >= configs_.size() || configs_[host] == nullptr) return std::nullopt;
  const int router = configs_[host]->find_virtual_router(instance);
  if (router < 0) return std::nullopt;
  return RouterPlace{host, static_cast<std::size_t>(router)};
}

std::uint64_t Mastership::transitions(std::string_view instance, std::size_t host,
                                      State state) const {
  const auto place = find(host, instance);
  if (!place) return 0;
  return members_[host][place->router].entries[static_cast<std::size_t>(state)];
}

unsigned Mastership::holders(const IpAddress& address) const {
  const auto found = holders_.find(address);
  return found == holders_.end() ? 0 : found->second.count();
}

std::size_t Mastership::master_of(const IpAddress& address) const {
  std::size_t only = kNoHost;
  for (std::size_t host = 0; host < members_.size(); ++host) {
    for (const auto& member : members_[host]) {
      if (!member.master || !has_address(configs_[host]->virtual_routers[member.router], address))
        continue;
      if (only != kNoHost) return kNoHost;
      only = host;
    }
  }
  return only;
}

void Mastership::fill(RunResult& result) {
  for (auto& group : groups_) {
    group.occupancy.settle(stage_.now);
    result.dual_master[group.name] = group.occupancy.several();
    result.no_master[group.name] = group.occupancy.none();
  }
  for (auto& [address, occupancy] : holders_) {
    occupancy.settle(stage_.now);
    result.dual_holder[to_string(address)] = occupancy.several();
  }
}

}  // namespace understudy::sim
