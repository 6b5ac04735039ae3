// What captures tell about the virtual routers in them: the packets replayed through the observer.
#pragma once

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "core/vrrp/observation.h"

namespace understudy::capture {

/// What went amiss while reading, and where.
struct Remark {
  bool error = false;  // something was not read at all; else a warning
  std::string file;
  std::string text;  // "packet 17: truncated dump file; ..."
};

struct Explanation {
  Observation observation;
  Instant start, end;         // first and last packet of any kind, since 1970-01-01
  std::uint64_t packets = 0;  // of any kind, copies included
  std::uint64_t copies = 0;   // adverts that another of the files has, too
  std::size_t files_read = 0;
  std::vector<Remark> remarks;
};

/// Explains captures of one network as one story: packets are taken in the order of their times,
/// and an advert that several files hold within a tenth of a second counts once. What cannot be
/// read becomes a remark, and the rest is explained; files_read is 0 when nothing could be.
Explanation explain(std::span<const std::string> paths);

/// The same for one open file, which it closes.
Explanation explain(std::FILE* file, const std::string& name);

/// For people: who was master when, why that changed, who spoke, what is wrong.
std::string text(const Explanation& explanation);

/// The document of `explain --json` (schema understudy.explain/1).
std::string json(const Explanation& explanation);

}  // namespace understudy::capture
