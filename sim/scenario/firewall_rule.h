// Firewall rules in the words of iptables.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "sim/scenario/expression_lexer.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {

/// "OUTPUT -p vrrp -j DROP", "-I INPUT -s 192.168.56.132 -i eth0 -j DROP". Chains INPUT and OUTPUT,
/// -p, -s, -d, -i, -o, -j DROP or ACCEPT; an interface must be one of `host`'s NICs.
tl::expected<FirewallRule, ExpressionError> parse_firewall_rule(std::string_view text,
                                                                const Host& host);

}  // namespace understudy::sim
