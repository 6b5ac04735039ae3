#include "sim/swarm/cluster.h"

#include <algorithm>
#include <optional>

#include "core/node/node_config.h"
#include "sim/scenario/expression_parser.h"
#include "sim/swarm/subnets.h"

namespace understudy::sim::swarm {
namespace {

constexpr std::size_t kMostHosts = 20, kMostNics = 16, kMostSubnets = 8;

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// "lb1" of "configs/lb1.conf", "lb1" of "lb1/keepalived.conf".
std::string host_name(const std::string& path, std::size_t number) {
  const auto slash = path.rfind('/');
  std::string stem = path.substr(slash == std::string::npos ? 0 : slash + 1);
  stem = stem.substr(0, stem.rfind('.'));
  if (stem == "keepalived" && slash != std::string::npos) {
    const auto parent = path.rfind('/', slash - 1);
    stem = path.substr(parent == std::string::npos ? 0 : parent + 1,
                       slash - (parent == std::string::npos ? 0 : parent + 1));
  }
  return plain_name(stem, "host" + std::to_string(number + 1));
}

class ClusterMaker {
 public:
  explicit ClusterMaker(const std::vector<ConfigFile>& files) : files_(files) {}

  tl::expected<Scenario, std::string> make() {
    if (files_.size() > kMostHosts)
      return tl::unexpected("more than " + std::to_string(kMostHosts) + " hosts");
    for (std::size_t i = 0; i < files_.size(); ++i)
      if (auto added = add_host(i); !added) return tl::unexpected(added.error());
    join_segments();
    take_addresses();
    for (std::size_t i = 0; i < files_.size(); ++i) give_addresses(i);
    for (auto& host : scenario_.hosts) model_checks(host);
    return std::move(scenario_);
  }

 private:
  tl::expected<void, std::string> add_host(std::size_t number) {
    const auto& file = files_[number];
    Host host;
    host.name = host_name(file.path, number);
    const auto same = [&](const Host& other) { return other.name == host.name; };
    if (std::any_of(scenario_.hosts.begin(), scenario_.hosts.end(), same))
      host.name = "host" + std::to_string(number + 1);
    host.config = file.config;
    host.config_text = file.text;
    nodes_.push_back(make_node_config(file.config));
    for (const auto& name : interfaces_of(number)) {
      const bool fit = is_plain(name[0]) && std::all_of(name.begin(), name.end(), [](char c) {
                         return is_plain(c) || c == '-' || c == '.';
                       });
      if (!fit) return tl::unexpected(file.path + ": no scenario can have a NIC called " + name);
      host.nics.push_back({name, 0, {}, {}, {}, {}, {}});
    }
    if (host.nics.empty())
      return tl::unexpected(file.path + ": there is no vrrp_instance to rehearse");
    if (host.nics.size() > kMostNics)
      return tl::unexpected(file.path + ": more than " + std::to_string(kMostNics) + " interfaces");
    model_tracked(host);
    scenario_.hosts.push_back(std::move(host));
    return {};
  }

  /// Real ones, the virtual routers' first.
  std::vector<std::string> interfaces_of(std::size_t host) const {
    const auto& node = *nodes_[host];
    std::vector<std::string> names, made;
    for (const auto& router : node.virtual_routers)
      if (router.virtual_mac) made.push_back(router.virtual_mac->interface);
    const auto add = [&](const std::string& name) {
      if (!name.empty() && std::find(made.begin(), made.end(), name) == made.end() &&
          std::find(names.begin(), names.end(), name) == names.end())
        names.push_back(name);
    };
    for (const auto& name : node.interfaces) add(name);
    for (const auto& instance : files_[host].config.instances)
      for (const auto* list : {&instance.addresses, &instance.excluded_addresses})
        for (const auto& address : *list) add(address.address.device);
    return names;
  }

  // ---- segments

  struct Port {
    std::size_t host, nic;
    std::size_t group;
  };

  Port* find_port(std::size_t host, std::string_view nic) {
    for (auto& port : ports_)
      if (port.host == host && scenario_.hosts[host].nics[port.nic].name == nic) return &port;
    return nullptr;
  }

  /// Not when a host would have two NICs in one segment.
  void join(Port& left, Port& right) {
    const auto into = left.group, from = right.group;
    if (into == from) return;
    for (const auto& one : ports_)
      for (const auto& other : ports_)
        if (one.group == into && other.group == from && one.host == other.host) return;
    for (auto& port : ports_)
      if (port.group == from) port.group = into;
  }

  void join_routers(std::size_t left, std::size_t right) {
    const auto& theirs = nodes_[right]->virtual_routers;
    for (const auto& router : nodes_[left]->virtual_routers) {
      const auto& interface = nodes_[left]->interfaces[router.interface];
      const VirtualRouterConfig* match = nullptr;
      for (const auto& other : theirs) {
        if (other.rules.vrid != router.rules.vrid || other.rules.family != router.rules.family)
          continue;
        if (match == nullptr || nodes_[right]->interfaces[other.interface] == interface)
          match = &other;
      }
      if (match == nullptr) continue;
      auto* const mine = find_port(left, interface);
      auto* const other = find_port(right, nodes_[right]->interfaces[match->interface]);
      if (mine != nullptr && other != nullptr) join(*mine, *other);
    }
  }

  void join_segments() {
    auto& hosts = scenario_.hosts;
    for (std::size_t h = 0; h < hosts.size(); ++h)
      for (std::size_t n = 0; n < hosts[h].nics.size(); ++n)
        ports_.push_back({h, n, ports_.size()});
    for (std::size_t left = 0; left < hosts.size(); ++left)
      for (std::size_t right = left + 1; right < hosts.size(); ++right) join_routers(left, right);
    for (auto& left : ports_)
      for (auto& right : ports_)
        if (left.host < right.host &&
            hosts[left.host].nics[left.nic].name == hosts[right.host].nics[right.nic].name)
          join(left, right);
    std::vector<std::size_t> groups;
    for (const auto& port : ports_) {
      auto found = std::find(groups.begin(), groups.end(), port.group);
      if (found == groups.end()) found = groups.insert(found, port.group);
      hosts[port.host].nics[port.nic].segment = static_cast<std::size_t>(found - groups.begin());
    }
    for (std::size_t i = 0; i < groups.size(); ++i) {
      Segment segment;
      segment.name = i == 0 ? "lan" : "lan" + std::to_string(i + 1);
      segment.link.delay = std::chrono::microseconds{50};
      scenario_.segments.push_back(segment);
    }
  }

  // ---- addresses

  /// Addresses that no host may get by chance.
  void take_addresses() {
    for (const auto& file : files_)
      for (const auto& instance : file.config.instances) {
        for (const auto* list : {&instance.addresses, &instance.excluded_addresses})
          for (const auto& address : *list) taken_.push_back(address.address.address);
        for (const auto& peer : instance.unicast_peers) taken_.push_back(peer.address);
        taken_.push_back(instance.source);
      }
  }

  /// The address of this host by which the others send to it; nullopt when they do not say.
  std::optional<IpAddress> known_source(std::size_t host,
                                        const config::VrrpInstance& instance) const {
    if (!instance.source.is_unspecified()) return instance.source;
    for (std::size_t other = 0; other < files_.size(); ++other) {
      if (other == host) continue;
      for (const auto& theirs : files_[other].config.instances) {
        if (theirs.vrid != instance.vrid) continue;
        for (const auto& peer : theirs.unicast_peers)
          if (peer.address.family() == family_of(instance) && may_be(host, instance, peer.address))
            return peer.address;
      }
    }
    return std::nullopt;
  }

  static Family family_of(const config::VrrpInstance& instance) {
    return instance.addresses.empty() ? Family::ipv4
                                      : instance.addresses.front().address.address.family();
  }

  /// Whether nobody else has this address, as far as the files say.
  bool may_be(std::size_t host, const config::VrrpInstance& instance,
              const IpAddress& address) const {
    for (const auto& peer : instance.unicast_peers)
      if (peer.address == address) return false;
    for (std::size_t other = 0; other < scenario_.hosts.size(); ++other) {
      if (other == host) continue;
      for (const auto& theirs : files_[other].config.instances)
        if (theirs.source == address) return false;
      for (const auto& nic : scenario_.hosts[other].nics)
        if (nic.address.address == address) return false;
    }
    return true;
  }

  static bool covers(const Nic& nic, const IpAddress& address) {
    if (!nic.address.address.is_unspecified() && contains(nic.address, address)) return true;
    return std::any_of(nic.more_addresses.begin(), nic.more_addresses.end(),
                       [&](const auto& own) { return contains(own, address); });
  }

  static bool has(const Nic& nic, const IpAddress& address) {
    return nic.address.address == address ||
           std::any_of(nic.more_addresses.begin(), nic.more_addresses.end(),
                       [&](const auto& own) { return own.address == address; });
  }

  void add_address(Nic& nic, const InterfaceAddress& address) {
    if (has(nic, address.address)) return;
    taken_.push_back(address.address);
    if (nic.address.address.is_unspecified())
      nic.address = address;
    else
      nic.more_addresses.push_back(address);
  }

  void give_source(std::size_t host, const config::VrrpInstance& instance, Nic& nic) {
    const auto source = known_source(host, instance);
    if (!source || source->is_link_local()) return;
    InterfaceAddress own;
    own.address = *source;
    own.prefix_length = source->is_ipv4() ? 32 : 128;
    own = subnet_of(own);
    for (const auto* list : {&instance.addresses, &instance.excluded_addresses})
      for (const auto& virtual_address : *list) {
        const auto subnet = subnet_of(virtual_address.address);
        if (subnet.address.family() == source->family() && contains(subnet, *source))
          own.prefix_length = subnet.prefix_length;
      }
    // Peers in other subnets would be reached by a router; here they are neighbours.
    for (const auto& peer : instance.unicast_peers)
      if (peer.address.family() == source->family())
        own.prefix_length = std::min(own.prefix_length, common_prefix(peer.address, *source));
    own.prefix_length = std::max<std::uint8_t>(own.prefix_length, 1);
    add_address(nic, own);
  }

  void give_subnets(const config::VrrpInstance& instance, Host& host) {
    for (const auto* list : {&instance.addresses, &instance.excluded_addresses})
      for (const auto& virtual_address : *list) {
        const auto& address = virtual_address.address;
        auto nic = std::find_if(host.nics.begin(), host.nics.end(),
                                [&](const Nic& one) { return one.name == address.device; });
        if (nic == host.nics.end())
          nic = std::find_if(host.nics.begin(), host.nics.end(),
                             [&](const Nic& one) { return one.name == instance.interface; });
        if (nic == host.nics.end() || address.address.is_link_local()) continue;
        if (instance.priority == 255) {
          auto own = subnet_of(address);
          own.address = address.address;
          add_address(*nic, own);
        } else if (!covers(*nic, address.address) && nic->more_addresses.size() < kMostSubnets) {
          add_address(*nic, free_address(subnet_of(address), taken_));
        }
      }
  }

  void give_addresses(std::size_t number) {
    auto& host = scenario_.hosts[number];
    for (const auto& instance : files_[number].config.instances) {
      const auto nic = std::find_if(host.nics.begin(), host.nics.end(),
                                    [&](const Nic& one) { return one.name == instance.interface; });
      if (nic != host.nics.end()) give_source(number, instance, *nic);
    }
    for (const auto& instance : files_[number].config.instances) give_subnets(instance, host);
    for (auto& nic : host.nics) {
      if (!nic.address.address.is_unspecified()) continue;
      InterfaceAddress subnet;  // of 198.18.0.0/15, which is nobody's
      subnet.address = Ipv4Address{0xc6120000 + (static_cast<std::uint32_t>(nic.segment) << 8)};
      subnet.prefix_length = 24;
      add_address(nic, free_address(subnet, taken_));
    }
  }

  // ---- what is tracked

  static void model_tracked(Host& host) {
    for (const auto& file : host.config->track_files)
      host.files.push_back({file.path, file.initial_value.value_or(0)});
    for (const auto& process : host.config->track_processes) {
      if (process.command.empty()) continue;
      const auto& command = process.command.front();
      const auto name = command.substr(command.rfind('/') + 1);
      const auto same = [&](const RunningProcess& one) { return one.name == name; };
      if (plain_name(name, "") == name &&
          std::none_of(host.processes.begin(), host.processes.end(), same))
        host.processes.push_back({name, std::max(process.quorum, 1U)});
    }
  }

  void model_checks(Host& host) {
    const auto& node = *nodes_[static_cast<std::size_t>(&host - scenario_.hosts.data())];
    std::uint16_t port = 80;
    for (const auto& script : node.scripts) {
      const auto name = plain_name(script.name, "service" + std::to_string(port));
      const auto same = [&](const auto& one) { return one.name == name; };
      if (std::any_of(host.services.begin(), host.services.end(), same) ||
          std::any_of(host.processes.begin(), host.processes.end(), same))
        continue;
      host.services.push_back({name, {port++}});
      Check check;
      check.script = script.name;
      if (const auto passes =
              parse_condition("service(" + host.name + ", " + name + ") == up", scenario_))
        check.passes_when = *passes;
      host.checks.push_back(std::move(check));
    }
    if (host.services.empty()) host.services.push_back({"web", {80}});
  }

  const std::vector<ConfigFile>& files_;
  Scenario scenario_;
  std::vector<std::shared_ptr<const NodeConfig>> nodes_;
  std::vector<Port> ports_;
  std::vector<IpAddress> taken_;
};

}  // namespace

std::string plain_name(std::string_view text, std::string_view otherwise) {
  constexpr std::size_t kLongest = 40;
  std::string name;
  for (const char c : text.substr(0, kLongest)) name += is_plain(c) ? c : '_';
  const bool starts_well = !name.empty() && name.find_first_not_of('_') != std::string::npos &&
                           (name[0] < '0' || name[0] > '9');
  return starts_well ? name : std::string(otherwise);
}

tl::expected<Scenario, std::string> make_cluster(const std::vector<ConfigFile>& files) {
  return ClusterMaker(files).make();
}

}  // namespace understudy::sim::swarm
