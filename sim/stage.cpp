#include "sim/stage.h"

#include <utility>

#include "sim/chronicle.h"
#include "sim/nic_identity.h"

namespace understudy::sim {

Stage::Stage(const Scenario& the_scenario, bool timeline_wanted)
    : scenario(the_scenario), with_timeline(timeline_wanted) {
  for (std::uint32_t h = 0; h < scenario.hosts.size(); ++h) {
    first_nic.push_back(static_cast<std::uint32_t>(nics.size()));
    const auto& host_nics = scenario.hosts[h].nics;
    for (std::uint32_t n = 0; n < host_nics.size(); ++n) {
      nics.push_back(
          {h, n, static_cast<std::uint32_t>(host_nics[n].segment), nic_mac(scenario, h, n)});
    }
  }
}

void Stage::tell_at(Instant at, TimelineEntry::Kind kind, std::size_t host, std::string text) {
  if (!with_timeline) return;
  if (chronicle != nullptr) chronicle->told(at, kind, host, text);
  timeline.push_back(
      {at, kind, host == kNoHost ? std::string{} : scenario.hosts[host].name, std::move(text)});
}

}  // namespace understudy::sim
