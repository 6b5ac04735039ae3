// A firewall rule as iptables would be told it.
#include "sim/scenario/firewall_rule.h"

namespace understudy::sim {
namespace {

std::string ports_text(const PortSpan& span) {
  return span.lowest == span.highest
             ? std::to_string(span.lowest)
             : std::to_string(span.lowest) + ":" + std::to_string(span.highest);
}

std::string_view reject_name(Family family, std::uint8_t code) {
  struct Name {
    Family family;
    std::uint8_t code;
    std::string_view name;
  };
  constexpr Name kNames[] = {
      {Family::ipv4, 0, "icmp-net-unreachable"},   {Family::ipv4, 1, "icmp-host-unreachable"},
      {Family::ipv4, 2, "icmp-proto-unreachable"}, {Family::ipv4, 3, "icmp-port-unreachable"},
      {Family::ipv4, 9, "icmp-net-prohibited"},    {Family::ipv4, 10, "icmp-host-prohibited"},
      {Family::ipv4, 13, "icmp-admin-prohibited"}, {Family::ipv6, 0, "icmp6-no-route"},
      {Family::ipv6, 1, "icmp6-adm-prohibited"},   {Family::ipv6, 3, "icmp6-addr-unreachable"},
      {Family::ipv6, 4, "icmp6-port-unreachable"},
  };
  for (const auto& known : kNames)
    if (known.family == family && known.code == code) return known.name;
  return family == Family::ipv4 ? "icmp-port-unreachable" : "icmp6-port-unreachable";
}

std::string target_text(const FirewallRule& rule) {
  if (!rule.drop) return " -j ACCEPT";
  if (!rule.reject) return " -j DROP";
  const auto family = rule.family.value_or(Family::ipv4);
  return " -j REJECT --reject-with " +
         std::string(rule.reject_code ? reject_name(family, *rule.reject_code) : "tcp-reset");
}

}  // namespace

std::string to_text(const FirewallRule& rule) {
  const bool input = rule.chain == FirewallChain::input;
  std::string text;
  if (rule.family) text += *rule.family == Family::ipv4 ? "iptables " : "ip6tables ";
  if (rule.place == 0) text += "-A ";
  if (rule.place > 1) text += "-I ";
  text += input ? "INPUT" : "OUTPUT";
  if (rule.place > 1) text += " " + std::to_string(rule.place);
  const auto add = [&](std::uint8_t bit, std::string_view option, const std::string& value) {
    text += (rule.negated & bit) != 0 ? " ! " : " ";
    text += std::string(option) + " " + value;
  };
  if (rule.protocol)
    add(FirewallRule::kProtocol, "-p",
        *rule.protocol == 112 ? std::string("vrrp") : std::to_string(*rule.protocol));
  if (rule.source) add(FirewallRule::kSource, "-s", to_string(*rule.source));
  if (rule.destination) add(FirewallRule::kDestination, "-d", to_string(*rule.destination));
  if (!rule.interface.empty()) add(FirewallRule::kInterface, input ? "-i" : "-o", rule.interface);
  if (rule.source_ports) add(FirewallRule::kSourcePorts, "--sport", ports_text(*rule.source_ports));
  if (rule.destination_ports)
    add(FirewallRule::kDestinationPorts, "--dport", ports_text(*rule.destination_ports));
  if (rule.icmp_type) add(FirewallRule::kIcmpType, "--icmp-type", std::to_string(*rule.icmp_type));
  return text + target_text(rule);
}

}  // namespace understudy::sim
