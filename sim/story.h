// What happened in a run and what led to what: for explanations, pictures and traces.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/net/instant.h"
#include "core/net/ip_address.h"
#include "core/vrrp/state.h"

namespace understudy::sim {

/// Where a frame lies in the captures: of which NIC's, its number there, and among all NICs'.
/// Numbers count from 1; 0: it is no frame.
struct FramePlace {
  std::uint32_t nic = 0;
  std::uint64_t number = 0;
  std::uint64_t number_of_all = 0;
};

/// A keyword of a configuration, or (keyword empty) a line of the scenario.
struct ConfigLine {
  std::string file;  // empty: none
  std::uint32_t line = 0;
  std::string keyword;
};

enum class HappeningKind : std::uint8_t {
  fault,
  fault_end,
  change,  // of a service, daemon, interface, tracker, priority: `text` says which
  script_exit,
  refusal,  // an advert that was refused, or could not be sent
  timer,
  transition,
  advert,  // sent
  frame_lost,
  announcement,
  neighbour,  // a host believes an address to be at another MAC
  blackout,
  blackout_end
};

/// Something that happened, and its cause among those before it.
struct Happening {
  static constexpr std::uint32_t kNone = static_cast<std::uint32_t>(-1);

  Instant at;
  HappeningKind kind = HappeningKind::change;
  std::uint32_t parent = kNone;  // index into Story::happenings, smaller than its own
  std::uint32_t subject = 0;     // index of the fault or probe; of what a host sends its router
  std::size_t host = static_cast<std::size_t>(-1);  // none, or several
  std::uint8_t priority = 0;                        // of an advert
  std::string text;
  std::string instance;                      // of an advert or transition
  IpAddress address = {};                    // announced, believed
  std::optional<std::size_t> believed = {};  // neighbour: the host with that MAC; nullopt: nobody
  FramePlace frame = {};
  ConfigLine config = {};
  std::string rfc = {};
};

struct Story {
  /// Of a virtual router from `at` on; nullopt: its daemon does not run.
  struct StateChange {
    Instant at;
    std::size_t host;
    std::size_t router;
    std::optional<State> state;
  };
  /// An advert came to a daemon.
  struct Reception {
    std::uint32_t advert;  // index into happenings
    std::size_t host;
    Instant at;
  };
  /// A daemon gave its kernel an advert to send. Whether it left, the happenings tell: the kernel
  /// may refuse it, or wait in vain for the neighbour's MAC.
  struct Sending {
    std::size_t host;
    Instant at;
  };
  struct ProbePlan {
    std::string name;
    std::size_t from;
    IpAddress target;
    Instant start;
    Duration every;
  };

  std::vector<std::string> hosts;
  std::vector<std::vector<std::string>> instances;  // by host and router
  std::vector<ProbePlan> probes;
  std::vector<Happening> happenings;  // as they were noticed: a blackout is dated back
  std::vector<StateChange> states;
  std::vector<Reception> receptions;
  std::vector<Sending> sendings;
  bool cut = false;  // there was more than is kept
};

}  // namespace understudy::sim
