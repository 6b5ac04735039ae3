// Capture files as the simulator writes them: Ethernet, nanoseconds, complete or not there at all.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <span>
#include <string>
#include <tl/expected.hpp>

#include "core/net/instant.h"

namespace understudy::capture {

/// Writes one pcap file (magic 0xa1b23c4d, little-endian on every machine, link type Ethernet).
/// It grows under a temporary name beside `path` and gets its name in close(); a writer that is
/// destroyed before that leaves nothing behind.
class CaptureWriter {
 public:
  /// Fails when the file cannot be made: "cannot write DIR/lb1.eth0.pcap: Permission denied".
  static tl::expected<CaptureWriter, std::string> create(std::string path);

  CaptureWriter(CaptureWriter&& other) noexcept = default;
  CaptureWriter& operator=(CaptureWriter&& other) noexcept;
  ~CaptureWriter();

  /// Appends one frame, from destination MAC to the last byte before the FCS. The epoch of `at` is
  /// 1970-01-01 in the file; `at` must lie in the 2^32 s after it and the frame within 262144
  /// bytes. Failures are kept for close().
  void write(Instant at, std::span<const std::uint8_t> frame);

  /// Gives the file its name. Only once. On failure nothing is left behind.
  tl::expected<void, std::string> close();

  const std::string& path() const { return path_; }

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const;
  };

  CaptureWriter(std::string path, std::string temporary, std::FILE* file);
  void put(const void* bytes, std::size_t size);
  void discard();

  std::string path_;
  std::string temporary_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::string error_;  // the first one; empty while all is well
};

}  // namespace understudy::capture
