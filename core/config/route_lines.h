// The lines of virtual_routes and static_routes.
#pragma once

#include <cstddef>
#include <vector>

#include "core/config/block_reader.h"
#include "core/config/findings.h"
#include "core/net/route.h"

namespace understudy::config {

/// Whose routes they are: a virtual router's may leave their device to its interface.
enum class RouteOwner : std::uint8_t { virtual_router, host };

/// Appends the routes of the block whose statement is block[at]: [TYPE] DST via|gw A dev IF src A
/// scope S table T metric N protocol P tos N mtu N onlink nexthop ... no_track, in any order.
/// keepalived's other options, and routes that no kernel takes, are errors.
void read_routes(const Block& block, std::size_t at, RouteOwner owner, std::vector<Route>& routes,
                 Findings& findings);

}  // namespace understudy::config
