#include "daemon/status_lines.h"

#include <fmt/format.h>

#include <numeric>

namespace understudy::daemon {
namespace {

std::string status_of(const VirtualRouter& router) {
  const auto& counters = router.counters();
  const auto refused =
      std::accumulate(counters.refused.begin(), counters.refused.end(), std::uint64_t{0});
  auto line = fmt::format(
      "({}) {}, priority {}, master {}, adverts: {} sent, {} not sent, {} received, {} refused; {} "
      "times master",
      router.config().name, to_string(router.state()), router.effective_priority(),
      to_string(router.master_address()), counters.adverts_sent, counters.adverts_not_sent,
      counters.adverts_received, refused, counters.became_master);
  if (router.master_interval() != router.config().rules.advert_interval)
    line += fmt::format("; learnt an interval of {:.2f} s",
                        static_cast<double>(router.master_interval().count()) / 1e9);
  return line;
}

const char* word(ScriptStatus status) {
  switch (status) {
    case ScriptStatus::up:
      return "up";
    case ScriptStatus::down:
      return "down";
    default:
      return "not known yet";
  }
}

}  // namespace

std::vector<std::string> status_lines(const Node& node, const Watchers& watchers) {
  std::vector<std::string> lines;
  const auto& config = node.config();
  for (const auto& router : node.virtual_routers()) lines.push_back(status_of(router));
  for (std::uint16_t i = 0; i < config.groups.size(); ++i)
    lines.push_back(
        fmt::format("VRRP_Group({}) {}", config.groups[i].name, to_string(node.group_state(i))));
  for (std::size_t i = 0; i < config.scripts.size(); ++i)
    lines.push_back(fmt::format("VRRP_Script({}) {}", config.scripts[i].name,
                                word(node.scripts()[i].status())));
  for (std::uint16_t i = 0; i < config.files.size(); ++i)
    lines.push_back(fmt::format("Track file `{}` {}", config.files[i].name, node.file_value(i)));
  for (std::uint16_t i = 0; i < config.processes.size(); ++i)
    lines.push_back(fmt::format("Track process `{}` {}, {} running", config.processes[i].name,
                                node.process_up(i) ? "up" : "down", watchers.process_count(i)));
  return lines;
}

}  // namespace understudy::daemon
