// Two hosts' instances of one virtual router, held against each other.
#pragma once

#include <string>
#include <vector>

#include "core/config/config.h"
#include "core/config/diagnostic.h"

namespace understudy::config {

/// An instance and where it stands ("lb2.conf:16").
struct ClusterMember {
  const VrrpInstance* instance = nullptr;
  std::string place;
};

/// What is to be said at the second one's place; its message names the first one's.
struct PairFinding {
  Severity severity = Severity::error;
  std::string code;
  std::string message;
};

/// Whether both can be of one virtual router: version, interval, addresses, authentication, group.
std::vector<PairFinding> compare_alike(const ClusterMember& first, const ClusterMember& other);

/// Whether `receiver` would hear and accept what `sender` sends: peers, TTL, signatures. What is
/// wrong in both directions alike is said for the pair once, by compare_alike.
std::vector<PairFinding> compare_hearing(const ClusterMember& sender,
                                         const ClusterMember& receiver);

}  // namespace understudy::config
