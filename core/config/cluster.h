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
};

/// Compares the instances of a VRID (and, where a host has several of it, of an interface) with
/// those of the first host that has it. Errors where two masters may stand against each other:
/// intervals, authentication, versions or addresses that differ, one address under two VRIDs. Notes
/// on equal priorities and on a VRID that one host alone has. Each diagnostic stands at the later
/// host's instance and names the earlier one's place.
std::vector<Diagnostic> check_cluster(const std::vector<ClusterHost>& hosts);

}  // namespace understudy::config
