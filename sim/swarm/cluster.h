// The user's own keepalived.conf files, one a host, as the hosts of a scenario.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/config/config.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim::swarm {

/// A configuration without errors, with all that it includes in its text.
struct ConfigFile {
  std::string path;
  std::string text;
  config::Config config;
};

/// Hosts, NICs, segments, addresses, services, checks, files and processes that fit the
/// configurations; no clients, no probes, no faults. Interfaces on which hosts have a virtual
/// router in common lie in one segment, what is only tracked by its name. Addresses are
/// unicast_src_ip, mcast_src_ip and peers where there are any, else made up in the subnets of the
/// virtual addresses; an address owner (priority 255) has its virtual addresses as its own. Each
/// tracked vrrp_script passes while a service of its name is up. The error is a sentence for the
/// user.
tl::expected<Scenario, std::string> make_cluster(const std::vector<ConfigFile>& files);

/// The text of a BACKUP that fits a single configuration: `state BACKUP`, priorities 10 lower,
/// sources and the only unicast peer swapped, no mcast_src_ip, a router_id of its own.
std::string twin_text(const ConfigFile& file);

/// A name that scenario files take, of what may be anything.
std::string plain_name(std::string_view text, std::string_view otherwise);

}  // namespace understudy::sim::swarm
