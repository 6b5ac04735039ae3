// What the simulator knew and what explain read off its capture, brought to the same terms.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "pcap/explanation.h"
#include "sim/run_result.h"
#include "sim/scenario/scenario.h"

namespace understudy::sim::test {

/// One speaker of one virtual router: what both sides can name.
struct Voice {
  RouterKey key;
  IpAddress source;

  friend auto operator<=>(const Voice&, const Voice&) = default;
};

/// A stretch in which the simulator's instance was MASTER.
struct Reign {
  Instant from, to;
  Reason reason = Reason::startup;      // of becoming it
  Reason end_reason = Reason::startup;  // of ceasing
  bool open = false;                    // until the end of the run
};

/// A good advert of the capture, as it left its sender.
struct Spoken {
  Instant at;
  std::uint8_t priority;
};

struct KnownStory {
  std::map<Voice, std::vector<Reign>> reigns;
};
KnownStory story_of(const Scenario& scenario, const RunResult& result);

/// Good adverts by speaker, copies left out: what a tap on every cable shows.
std::map<Voice, std::vector<Spoken>> adverts_in(const std::string& capture);

/// Where the two do not agree, in words. `matched` counts the masterships that do.
std::vector<std::string> compare(const KnownStory& known,
                                 const std::map<Voice, std::vector<Spoken>>& spoken,
                                 const capture::Explanation& explained, std::size_t& matched);

}  // namespace understudy::sim::test
