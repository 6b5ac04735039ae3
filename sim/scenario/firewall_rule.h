// Firewall rules in the words of iptables.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "sim/scenario/expression_lexer.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim {

/// "OUTPUT -p vrrp -j DROP", "ip6tables -I INPUT 2 ! -s fe80::/10 -p tcp --dport 80:90 -j REJECT
/// --reject-with tcp-reset". Chains INPUT and OUTPUT, -I with a place or -A; -p, -s, -d, -i, -o,
/// --sport, --dport, --icmp-type, each with "!"; -j DROP, ACCEPT or REJECT; an interface must be
/// one of `host`'s NICs. Without -I or -A a rule goes to the head.
tl::expected<FirewallRule, ExpressionError> parse_firewall_rule(std::string_view text,
                                                                const Host& host);

/// A text that parses to an equal rule.
std::string to_text(const FirewallRule& rule);

}  // namespace understudy::sim
