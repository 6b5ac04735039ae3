// A host's own engine, fed with what a capture holds: what the host must have done, and where the
// wire disagrees.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/node/node_config.h"
#include "core/vrrp/observation.h"

namespace understudy::capture {

class WireRecord;

struct HostConfig {
  std::vector<IpAddress> addresses;  // sources of its adverts: one IPv4, one IPv6 at most count
  std::string file;                  // for people
  std::shared_ptr<const NodeConfig> node;
};

/// One change of state that the engine makes.
struct ReplayedChange {
  Instant at;
  std::string instance;
  State from = State::init, to = State::init;
  Reason reason = Reason::startup;
};

/// The wire and the engine do not agree.
struct Disagreement {
  enum class Kind : std::uint8_t {
    silent,       // the engine is master, the wire has none of its adverts
    not_yielded,  // the engine yields, the wire has more of its adverts
    early,        // the wire has its adverts before the engine would speak
    priority,     // the wire shows another priority than the configuration
    settings,     // the wire shows adverts that the configuration does not send
    never_heard,  // the capture holds none of its adverts
  };
  Instant at, until;
  Kind kind = Kind::silent;
  std::string instance;
  std::string text;
  PacketPlace packet;
};

/// Adverts of others that the engine refused, once per source and error.
struct ReplayedRefusal {
  Instant at;
  std::string instance;
  IpAddress source;
  std::string error;  // the name of a DecodeError
  std::uint64_t count = 0;
};

/// A stretch in which the engine ran.
struct Presence {
  std::string instance;
  Instant from, to;
  bool resigned = false;  // it ended with priority 0
  bool open = false;      // it lasts
};

struct HostReplay {
  std::vector<IpAddress> addresses;
  std::string file;
  std::vector<ReplayedChange> changes;
  std::vector<Disagreement> disagreements;
  std::vector<ReplayedRefusal> refusals;
  std::vector<Presence> presences;
  // Of a what-if: what the host's own configuration did, and this one does not, and the reverse.
  std::vector<ReplayedChange> gone, added;
};

/// Replays the record through the host's engine, which starts when it must have started for its
/// first advert to be in time, leaves with its own priority 0 and with its own silence, and comes
/// back with its own adverts. Scripts and links are not in a capture: the priority follows the
/// wire's.
HostReplay replay(const WireRecord& record, const HostConfig& host, Instant start, Instant end);

/// The counterfactual: the same presence (from `known`), the configuration's own priority, others'
/// adverts as captured, its own ones left out.
HostReplay what_if(const WireRecord& record, const HostConfig& host, const HostReplay& known,
                   Instant start, Instant end);

std::string_view to_string(Disagreement::Kind kind);

}  // namespace understudy::capture
