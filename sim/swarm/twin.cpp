// A partner for a single configuration.
#include <algorithm>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "sim/swarm/cluster.h"
#include "sim/swarm/subnets.h"

namespace understudy::sim::swarm {
namespace {

constexpr int kStep = 10;

struct Swap {
  std::string source, peer;
};

/// The two addresses that change places: the source and the first peer. A source that the file
/// leaves open is made up beside the peer.
Swap swap_of(const config::Config& config) {
  std::vector<IpAddress> taken;
  for (const auto& instance : config.instances) {
    for (const auto* list : {&instance.addresses, &instance.excluded_addresses})
      for (const auto& address : *list) taken.push_back(address.address.address);
    for (const auto& peer : instance.unicast_peers) taken.push_back(peer.address);
  }
  for (const auto& instance : config.instances) {
    if (instance.unicast_peers.empty()) continue;
    const auto& peer = instance.unicast_peers.front().address;
    if (!instance.source.is_unspecified()) return {to_string(instance.source), to_string(peer)};
    InterfaceAddress beside;
    beside.address = peer;
    beside.prefix_length = peer.is_ipv4() ? 32 : 128;
    return {to_string(free_address(subnet_of(beside), taken).address), to_string(peer)};
  }
  return {};
}

std::string_view first_word(std::string_view line) {
  const auto start = line.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  line.remove_prefix(start);
  return line.substr(0, line.find_first_of(" \t\r{"));
}

/// The word after the first, with its place in the line.
std::string_view second_word(std::string_view line) {
  const auto first = first_word(line);
  if (first.empty()) return {};
  const auto after = static_cast<std::size_t>(first.data() + first.size() - line.data());
  const auto start = line.find_first_not_of(" \t", after);
  if (start == std::string_view::npos) return {};
  return line.substr(start, line.find_first_of(" \t\r{}#!", start) - start);
}

std::string with_second_word(std::string_view line, const std::string& word) {
  const auto old = second_word(line);
  const auto at = static_cast<std::size_t>(old.data() - line.data());
  return std::string(line.substr(0, at)) + word + std::string(line.substr(at + old.size()));
}

/// The line with each of the two addresses in the other's place, comments too.
std::string swapped(std::string_view line, const Swap& swap) {
  constexpr std::string_view kAround = " \t\r{}/";
  std::string text;
  while (!line.empty()) {
    const auto word = line.substr(0, line.find_first_of(kAround));
    const bool known = !word.empty() && (word == swap.source || word == swap.peer);
    text += !known ? word : word == swap.source ? std::string_view(swap.peer) : swap.source;
    line.remove_prefix(word.size());
    if (line.empty()) break;
    text += line.front();
    line.remove_prefix(1);
  }
  return text;
}

std::string twin_line(std::string_view line, const Swap& swap) {
  const auto key = first_word(line), value = second_word(line);
  if (key == "priority") {
    int priority = 0;
    const auto end = std::from_chars(value.data(), value.data() + value.size(), priority).ptr;
    if (end == value.data() + value.size())
      return with_second_word(line, std::to_string(std::max(priority - kStep, 1)));
  }
  if (key == "state" && value == "MASTER") return with_second_word(line, "BACKUP");
  if (key == "router_id" && !value.empty())
    return with_second_word(line, std::string(value) + "-twin");
  if (key == "mcast_src_ip") return {};
  return swapped(line, swap);
}

}  // namespace

std::string twin_text(const ConfigFile& file) {
  const auto swap = swap_of(file.config);
  std::string twin;
  std::string_view rest = file.text;
  while (!rest.empty()) {
    const auto end = rest.find('\n');
    twin += twin_line(rest.substr(0, end), swap);
    twin += '\n';
    if (end == std::string_view::npos) break;
    rest.remove_prefix(end + 1);
  }
  return twin;
}

}  // namespace understudy::sim::swarm
