// What captures tell about the virtual routers in them: the packets replayed through the observer.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/vrrp/observation.h"
#include "pcap/advert_marks.h"
#include "pcap/host_replay.h"
#include "pcap/packet.h"

namespace understudy::capture {

class CaptureStream;
struct StreamProgress;

struct Explanation {
  Observation observation;
  Instant start, end;         // first and last packet of any kind, since 1970-01-01
  std::uint64_t packets = 0;  // of any kind, copies included
  std::uint64_t copies = 0;   // adverts that another of the files has, too
  std::size_t files_read = 0;
  std::vector<std::string> files;  // PacketPlace::file counts through them
  std::vector<CaptureNote> remarks;
  std::vector<HostReplay> hosts;     // --config
  std::vector<HostReplay> what_ifs;  // --what-if: the same hosts with another configuration
  AdvertMarks marks;                 // empty unless they are asked for
};

struct ExplainOptions {
  std::string filter;  // a BPF expression; empty: all packets
  std::vector<HostConfig> configs, what_ifs;
  bool mark_adverts = false;  // fill Explanation::marks
  /// As in StreamOptions: ends input that does not come any more.
  const std::atomic<bool>* stop = nullptr;
  /// As in StreamOptions.
  std::function<void()> waiting = {};
  /// Called now and then, with how far the reading is.
  std::function<void(const StreamProgress&)> progress = {};
};

/// Explains captures of one network as one story: packets are taken in the order of their times,
/// and an advert that several files hold within a tenth of a second counts once. What cannot be
/// read becomes a remark, and the rest is explained; files_read is 0 when nothing could be. "-" is
/// standard input.
Explanation explain(std::span<const std::string> paths, const ExplainOptions& options = {});

/// The same for a stream that is open already; `files` are its names.
Explanation explain(CaptureStream& stream, std::span<const std::string> files,
                    const ExplainOptions& options = {});

struct TextOptions {
  unsigned width = 100;  // columns
  bool colours = false;
};

/// For people: the findings in short, who was master, why that changed, who spoke, what is wrong.
std::string text(const Explanation& explanation, const TextOptions& options = {});

/// The document of `explain --json` (schema understudy.explain/1).
std::string json(const Explanation& explanation);

}  // namespace understudy::capture
