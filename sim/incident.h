// From an explained capture to a scenario that rehearses the same incident.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/net/instant.h"
#include "pcap/explanation.h"

namespace understudy::sim {

/// One router as the capture shows it. Virtual routers it was never master of are not its.
struct IncidentHost {
  std::string name;  // "r1"
  struct Nic {
    std::uint16_t vlan = 0;
    std::vector<IpAddress> addresses;
    std::optional<MacAddress> mac;
  };
  std::vector<Nic> nics;
  struct Instance {
    RouterKey key;
    const Speaker* speaker = nullptr;
    std::uint8_t priority = 100;  // at the beginning
  };
  std::vector<Instance> instances;
};

/// One deed of the timeline.
struct IncidentDeed {
  Duration at{};
  std::string text;                  // the verb and what belongs to it, in YAML
  std::size_t host = 0;              // whose
  std::vector<std::uint8_t> reload;  // priorities by instance, for a reload; empty: none
};

/// A change that the rehearsal must show.
struct IncidentExpectation {
  Duration at{};
  Duration margin{};
  std::size_t host = 0;
  std::string instance;
};

struct Incident {
  Duration duration{};
  std::vector<std::uint16_t> vlans;  // in order; one segment each
  std::vector<IncidentHost> hosts;
  std::vector<IncidentDeed> deeds;  // in order of time
  std::vector<IncidentExpectation> expectations;
  std::vector<std::string> limits;  // what the capture does not tell, and what was assumed
};

/// Silence becomes a power cut (or a link that goes down, for who comes back) just after the last
/// advert, priority 0 a stopped daemon, a return a start one down interval before it, another
/// priority a reload, a lower second master a partition. `explanation` must outlive the result.
Incident infer_incident(const capture::Explanation& explanation);

/// "VI_51", "VI_51_v6", with a VLAN "VI_51_vlan10".
std::string instance_name(const RouterKey& key);

/// keepalived.conf as the host must have had it; priorities by instance.
std::string incident_config(const IncidentHost& host, const std::vector<std::uint8_t>& priorities,
                            const std::vector<std::uint16_t>& vlans);

/// The scenario as YAML. The begin of the capture lies at `name`'s 0 s plus what the first master
/// needs to become it.
std::string incident_scenario(const Incident& incident, const std::string& name);

}  // namespace understudy::sim
