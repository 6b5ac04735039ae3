// What happened in a run as plain rows, for arrays: frames, adverts, transitions, requests.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "sim/network_listener.h"
#include "sim/run_result.h"

namespace understudy::sim {

struct Stage;

/// Filled by a run that is told to (RunOptions::trace). Times are nanoseconds since the beginning.
/// The layout of the rows is known outside: python/trace_binding.cpp describes it.
struct RunTrace {
  /// More rows of a kind are not kept.
  static constexpr std::size_t kMost = 20'000'000;
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();  // numpy's NaT
  static constexpr std::uint32_t kNobody = static_cast<std::uint32_t>(-1);

  enum class Fate : std::uint8_t { sent, arrived, not_taken, lost };
  struct FrameRow {
    std::int64_t at;
    std::uint64_t number;  // of its sending, from 1: the same for all its arrivals
    std::uint32_t host;    // who sent or got it; kNobody: it was lost before the switch
    std::uint32_t nic;     // index into `nics`, or kNobody
    std::uint16_t size;    // with the Ethernet header, without FCS
    std::uint8_t kind;     // FrameKind
    Fate fate;
    std::uint8_t cause;  // lost: 1 + LossCause; else 0
    std::uint8_t unused[3];
  };
  /// A frame that a NIC sent, and that is an advert.
  struct AdvertRow {
    std::int64_t at;
    std::uint64_t number;  // of the frame
    std::int64_t interval;
    std::uint32_t host;
    std::uint32_t nic;
    std::uint8_t version;
    std::uint8_t vrid;
    std::uint8_t priority;
    std::uint8_t family;  // 4 or 6
    std::uint8_t address_count;
    std::uint8_t unused[3];
    std::array<std::uint8_t, 16> source, destination;  // IPv4: the first four bytes
  };
  struct TransitionRow {
    std::int64_t at;
    std::uint32_t host;
    std::uint32_t instance;
    std::uint8_t from, to;  // State
    std::uint8_t reason;    // Reason
    std::uint8_t unused[5];
  };
  enum class RequestFate : std::uint8_t { unknown, answered, lost };
  struct RequestRow {
    std::int64_t at;    // sent
    std::int64_t took;  // until it was answered, or kNever
    std::uint32_t probe;
    std::uint32_t by;  // host, or kNobody
    RequestFate fate;
    std::uint8_t unused[7];
  };

  std::vector<std::string> hosts, nics, instances, probes;  // nics: "lb1.eth0"
  std::vector<FrameRow> frames;
  std::vector<AdvertRow> adverts;
  std::vector<TransitionRow> transitions;
  std::vector<RequestRow> requests;  // of the first probe, then of the next
  bool cut = false;                  // there were more

  /// Empty, with the names of hosts and NICs.
  void begin(const Stage& stage);
  void keep_frame(const Stage& stage, std::uint32_t nic, const Frame& frame, Fate fate,
                  std::uint8_t cause = 0);
  void keep_loss(const Stage& stage, std::uint32_t nic, const Frame& frame, LossCause cause);
  void keep_transitions(const std::vector<TransitionRecord>& transitions);
  /// Of the next probe.
  void keep_requests(const std::string& probe, const std::vector<RequestRow>& of_probe);

 private:
  void keep_advert(const Stage& stage, std::uint32_t nic, const Frame& frame);
};

}  // namespace understudy::sim
