// What one run of a case yields: the fields of `sim --json` (schema understudy.sim/1) as plain
// data.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/net/instant.h"
#include "core/vrrp/state.h"

namespace understudy::sim {

enum class Verdict : std::uint8_t { pass, fail, vacuous, waived };

constexpr std::string_view to_string(Verdict verdict) {
  constexpr std::string_view kNames[] = {"pass", "fail", "vacuous", "waived"};
  return kNames[static_cast<std::uint8_t>(verdict)];
}

struct TransitionRecord {
  Instant at;
  std::size_t host = 0;
  std::string instance;
  State from = State::init;
  State to = State::init;
  Reason reason = Reason::startup;
};

/// Its parts add up to end - start (scenario-format.md, section 3).
struct BlackoutRecord {
  Instant start, end;
  Duration detect{}, elect{}, announce{}, relearn{}, probe{};
};

struct ProbeRecord {
  std::string name;
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;
  std::vector<BlackoutRecord> blackouts;
  Duration longest_blackout{};
};

struct ExpectationResult {
  std::string text;
  Verdict verdict = Verdict::fail;
  std::optional<Duration> margin;  // >= 0 when passed with time to spare, < 0 when late
  std::optional<Instant> at;       // when it was decided
  std::string detail;              // one line for people: what was seen instead
};

struct OracleResult {
  std::string name;  // one_master, some_master, holder_is_master, true_arp, valid_adverts
  Verdict verdict = Verdict::pass;
  std::optional<Instant> at;  // first breach
  std::string detail;         // what was seen, or the waiver's reason
  std::string subject;  // the virtual router of the first breach: "VI_1 (VRID 51)"; else empty
};

/// A scenario's `measure` at the end of a run.
struct MeasureResult {
  enum class Unit : std::uint8_t { nanoseconds, number, boolean };
  std::string name;
  Unit unit = Unit::number;
  std::optional<std::int64_t> value;  // nullopt: it had none (the state of a daemon that is gone)
};

/// One line of the timeline that people read.
struct TimelineEntry {
  enum class Kind : std::uint8_t {
    fault,
    transition,
    script,
    service,
    daemon,
    refusal,
    blackout,
    announcement,
    note
  };
  Instant at;
  Kind kind = Kind::note;
  std::string host;  // empty: none
  std::string text;
};

/// One line of the explanation why a case failed.
struct Cause {
  Instant at;
  std::string host;  // empty: none, or several
  std::string what;
  std::string capture;      // a frame: of which of `--pcap`'s files, "lb1.eth0"; empty: no frame
  std::uint64_t frame = 0;  // its number there, from 1
  std::uint64_t frame_of_all = 0;  // its number in `--pcapng`'s file
  std::string config;              // the configuration that decided it; empty: none
  std::uint32_t line = 0;          // there; the line of `keyword`
  std::string keyword;
  std::string rfc;  // the section that asks for it: "RFC 9568, 6.4.2"; may be empty
};

struct Story;  // sim/story.h

struct FrameCounts {
  std::uint64_t sent = 0;        // handed to a NIC's wire
  std::uint64_t delivered = 0;   // arrived at a NIC (a flooded frame counts once a receiver)
  std::uint64_t lost = 0;        // dropped on the way, or nobody there took it (LossCause)
  std::uint64_t duplicated = 0;  // came twice out of a cable
  std::uint64_t corrupted = 0;   // had a bit flipped
  std::uint64_t reordered = 0;   // held back, so that others may have overtaken
};

struct RunResult {
  std::string scenario;
  std::string case_name;
  std::uint64_t seed = 0;
  Duration duration{};
  std::uint64_t digest = 0;
  Verdict verdict = Verdict::pass;  // pass, fail or vacuous
  std::vector<std::string> hosts;   // names, for TransitionRecord::host
  std::vector<TransitionRecord> transitions;
  std::vector<ProbeRecord> probes;
  // By instance, respectively by address; ordered by name. From the first mastership on.
  std::map<std::string, Duration> dual_master, dual_holder, no_master;
  std::vector<ExpectationResult> expectations;
  std::vector<OracleResult> oracles;
  std::vector<MeasureResult> measures;
  std::vector<TimelineEntry> timeline;
  FrameCounts frames;
  std::uint64_t events = 0;
  // With RunOptions::causes, when the case does not pass: what is explained, and at most 12 lines,
  // the causes before what they led to.
  std::string explained;
  std::vector<Cause> causes;
  std::shared_ptr<const Story> story;  // with RunOptions::story, else null
};

}  // namespace understudy::sim
