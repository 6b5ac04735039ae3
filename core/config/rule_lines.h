// The lines of virtual_rules and static_rules.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/config/block_reader.h"
#include "core/config/findings.h"
#include "core/net/route.h"

namespace understudy::config {

/// What rules without a preference get: 16384, then 16383 and so on, in the order of the text, each
/// family by itself. So keepalived does it.
struct RulePreferences {
  std::uint32_t next_ipv4 = 16384;
  std::uint32_t next_ipv6 = 16384;

  std::uint32_t take(Family family);
};

/// Appends the rules of the block whose statement is block[at]: from A to A iif|dev IF oif IF tos N
/// fwmark N[/M] table|lookup T preference N TYPE suppress_prefixlength N no_track, in any order.
/// keepalived's other options are errors.
void read_rules(const Block& block, std::size_t at, RulePreferences& preferences,
                std::vector<RoutingRule>& rules, Findings& findings);

}  // namespace understudy::config
