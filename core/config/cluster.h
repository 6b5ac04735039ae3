// The hosts of one cluster, checked against each other: what must be alike for one master to win.
#pragma once

#include <string_view>
#include <vector>

#include "core/config/config.h"
#include "core/config/diagnostic.h"

namespace understudy::config {

/// One host's configuration and the text it was parsed from, for the carets.
struct ClusterHost {
  const Config* config = nullptr;
  std::string_view text;
  bool keepalived = false;  // it is keepalived that runs there, which yields without a word
};

/// Compares the instances of a VRID and family (and, where a host has several of it, of an
/// interface). Errors where two masters may stand against each other: versions, intervals of
/// version 2, authentication, addresses, multicast groups or unicast against multicast that differ;
/// a host that is no peer of another, or refuses its TTL or its signature; one address under two
/// VRIDs. Warnings where a failover would leave something behind (excluded addresses, sync groups,
/// a loser's MAC in the clients' caches). Notes on what is fine but rarely meant. What must be
/// alike is compared with the first host's. Each diagnostic stands at one host's instance and names
/// the other's place.
std::vector<Diagnostic> check_cluster(const std::vector<ClusterHost>& hosts);

}  // namespace understudy::config
