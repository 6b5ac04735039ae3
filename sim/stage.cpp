#include "sim/stage.h"

#include <utility>

#include "sim/chronicle.h"

namespace understudy::sim {

Stage::Stage(const Scenario& the_scenario, bool timeline_wanted)
    : scenario(the_scenario), with_timeline(timeline_wanted) {
  for (std::uint32_t h = 0; h < scenario.hosts.size(); ++h) {
    first_nic.push_back(static_cast<std::uint32_t>(nics.size()));
    const auto& host_nics = scenario.hosts[h].nics;
    for (std::uint32_t n = 0; n < host_nics.size(); ++n) {
      // 02: locally administered. Hosts count from 1, so that no address is 02:00:00:00:00:00.
      const MacAddress mac{{0x02, 0, 0, static_cast<std::uint8_t>((h + 1) >> 8),
                            static_cast<std::uint8_t>(h + 1), static_cast<std::uint8_t>(n)}};
      nics.push_back(
          {h, n, static_cast<std::uint32_t>(host_nics[n].segment), host_nics[n].mac.value_or(mac)});
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
