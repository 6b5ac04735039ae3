// Explains packet by packet: what captures that stream and live captures are handed to. Memory
// grows with speakers, changes and findings, all of which are bounded, not with packets.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/vrrp/observer.h"
#include "pcap/explanation.h"
#include "pcap/packet.h"
#include "pcap/sieve.h"

namespace understudy::capture {

class WireRecord;

/// Knows adverts that another file, or another interface of the same file, has shown already.
class CopyFilter {
 public:
  /// Whether the packet's twin of another place came within a tenth of a second. Remembers what
  /// came in this time.
  bool is_copy(std::uint64_t place, Instant at, std::span<const std::uint8_t> bytes);

 private:
  struct Sighting {
    Instant at;
    std::uint64_t place;
  };
  void sweep(Instant now);

  std::map<std::string, Sighting> seen_;
  Instant next_sweep_ = Instant::min();
};

class Explainer {
 public:
  /// Are there several files, which may have seen the same packet? Several interfaces of one file
  /// are noticed. `record` (may be null) keeps the adverts for a replay, `marks` (likewise) their
  /// times for a picture.
  explicit Explainer(bool several_places = false, WireRecord* record = nullptr,
                     AdvertMarks* marks = nullptr)
      : several_places_(several_places), record_(record), marks_(marks) {}

  /// The next packet, in the order of their times.
  void take(const CapturedPacket& packet);

  /// Live: lines for people about what was new since the last call, in order: "12.000100 virtual
  /// router 51: 192.0.2.1 -> 192.0.2.2 master_silent ...". Times count from the first packet.
  std::vector<std::string> news();

  /// What is known when the capture ends, with the last packet or `end`, if that is later. It can
  /// go on afterwards. `files_read` and what the reader has to say are the caller's.
  Explanation finish(Instant end = Instant::min()) const;

 private:
  bool several_places_;
  WireRecord* record_;
  AdvertMarks* marks_;
  Sieve sieve_;
  Observer observer_;
  CopyFilter copies_;
  Explanation so_far_;
  std::map<std::uint32_t, std::uint64_t> cut_;  // by file
  std::size_t told_changes_ = 0;
  std::size_t told_findings_ = 0;
};

}  // namespace understudy::capture
