// What every part of a running simulation shares: the time, what is to come, the frames, the
// records.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/net/instant.h"
#include "core/net/mac_address.h"
#include "sim/event_queue.h"
#include "sim/frame_pool.h"
#include "sim/run_result.h"
#include "sim/scenario/scenario.h"
#include "sim/trace_digest.h"

namespace understudy::sim {

/// A NIC by its number in the whole simulation: hosts in the file's order, their NICs in theirs.
struct NicPlace {
  std::uint32_t host = 0;
  std::uint32_t nic = 0;  // among the host's own
  std::uint32_t segment = 0;
  MacAddress mac;
};

/// What happened is put into the digest under one of these marks.
enum class TraceMark : std::uint8_t {
  instant,
  fault,
  transition,
  script,
  service,
  request,
  address,
  neighbour
};

class Chronicle;  // sim/chronicle.h

struct Stage {
  Stage(const Scenario& scenario, bool with_timeline);

  /// A line for people; costs nothing when nobody asked for the timeline.
  void tell(TimelineEntry::Kind kind, std::size_t host, std::string text) {
    tell_at(now, kind, host, std::move(text));
  }
  void tell_at(Instant at, TimelineEntry::Kind kind, std::size_t host, std::string text);
  void trace(TraceMark mark, std::uint64_t first, std::uint64_t second = 0) {
    digest.add(static_cast<std::uint64_t>(mark) << 56 ^ first);
    digest.add(second);
  }
  const Host& host(std::size_t index) const { return scenario.hosts[index]; }
  std::uint32_t nic_number(std::size_t host_index, std::size_t nic) const {
    return first_nic[host_index] + static_cast<std::uint32_t>(nic);
  }

  const Scenario& scenario;
  const bool with_timeline;
  Chronicle* chronicle = nullptr;  // who keeps causes and fates; null: nobody
  Instant now{};
  EventQueue queue;
  FramePool frames;
  TraceDigest digest;
  FrameCounts counts;
  std::uint64_t version = 0;  // see WorldView::version()
  std::vector<NicPlace> nics;
  std::vector<std::uint32_t> first_nic;  // by host
  std::vector<TimelineEntry> timeline;
};

inline constexpr std::size_t kNoHost = static_cast<std::size_t>(-1);

}  // namespace understudy::sim
