// One packet as a capture holds it, and what can be amiss with a capture.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/net/instant.h"

namespace understudy::capture {

struct CapturedPacket {
  std::uint64_t number = 0;             // in its file, from 1, as Wireshark counts
  Instant at;                           // since 1970-01-01
  std::span<const std::uint8_t> bytes;  // from the link layer on; good until the next call
  std::uint32_t original_size = 0;      // on the wire
  std::uint32_t file = 0;               // its place in the list of files, from 0
  std::uint32_t interface = 0;          // in its file, from 0 over all sections; pcap has one
  int link_type = 0;                    // a LINKTYPE_ value of the file formats

  /// By a snapshot length: the wire had more.
  bool cut() const { return bytes.size() < original_size; }
};

/// Where a file cannot be read any further.
struct CaptureError {
  std::uint64_t packet = 0;  // the one that could not be read, from 1; 0: the file itself
  std::uint64_t offset = 0;  // bytes into the file (unpacked, if it is compressed)
  std::string text;

  /// "packet 17: byte 1832: the file ends within it"; for the file itself only the text.
  std::string message() const;
};

/// What went amiss while reading.
struct CaptureNote {
  bool error = false;  // something could not be read at all; else a warning
  std::string file;
  std::string text;
};

}  // namespace understudy::capture
