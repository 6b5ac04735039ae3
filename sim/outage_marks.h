// What happened around an outage, and how its parts are told from that.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "core/net/instant.h"
#include "sim/run_result.h"

namespace understudy::sim {

enum class OutageMark : std::uint8_t {
  noticed,    // a master left its state, or its silence stopped looking normal
  elected,    // this host became master
  announced,  // this host's gratuitous ARP has come to the client
  reached,    // from now on the client's frames go to this host (kNoHost: to nobody)
  repaired    // something of this host's works again
};

/// The notable instants of one probe's view, in order of time.
class OutageMarks {
 public:
  void add(OutageMark mark, Instant at, std::size_t host);
  /// Marks before this instant are needed no more.
  void forget_before(Instant at);
  /// Cuts an outage into its parts (scenario-format.md, section 3). `by` is the host whose service
  /// ended it, or that is master when it is still open; kNoHost: neither.
  BlackoutRecord split(Instant start, Instant end, std::size_t by, bool open) const;

 private:
  struct Entry {
    Instant at;
    OutageMark mark;
    std::size_t host;
  };

  std::optional<Instant> last(OutageMark mark, std::size_t host, Instant from, Instant to) const;
  std::optional<Instant> first(OutageMark mark, std::size_t host, Instant from, Instant to) const;
  std::optional<Instant> first_noticed(Instant from, Instant to) const;
  /// When the tables came to lead to `host` for good, not before `from`.
  Instant reached_by(std::size_t host, Instant from, Instant to) const;

  std::deque<Entry> entries_;
};

}  // namespace understudy::sim
