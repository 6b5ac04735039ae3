// Capture files as the simulator writes them: Ethernet, nanoseconds, complete or not there at all.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <tl/expected.hpp>

#include "core/net/instant.h"
#include "pcap/growing_file.h"

namespace understudy::capture {

/// Writes one pcap file (magic 0xa1b23c4d, little-endian on every machine, link type Ethernet).
/// It grows under a temporary name beside `path` and gets its name in close(); a writer that is
/// destroyed before that leaves nothing behind.
class CaptureWriter {
 public:
  /// Fails when the file cannot be made: "cannot write DIR/lb1.eth0.pcap: Permission denied".
  static tl::expected<CaptureWriter, std::string> create(std::string path);

  /// Appends one frame, from destination MAC to the last byte before the FCS. The epoch of `at` is
  /// 1970-01-01 in the file; `at` must lie in the 2^32 s after it and the frame within 262144
  /// bytes. Failures are kept for close().
  void write(Instant at, std::span<const std::uint8_t> frame);

  /// Gives the file its name. Only once. On failure nothing is left behind.
  tl::expected<void, std::string> close() { return file_.close(); }

  const std::string& path() const { return file_.path(); }

 private:
  explicit CaptureWriter(GrowingFile file);

  GrowingFile file_;
};

}  // namespace understudy::capture
