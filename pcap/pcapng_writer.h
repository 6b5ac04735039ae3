// pcapng files (draft-ietf-opsawg-pcapng): several interfaces, nanoseconds, a comment a frame.
// libpcap writes none.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "core/net/instant.h"
#include "pcap/growing_file.h"

namespace understudy::capture {

/// Which way a frame passed its interface (the flags word of an enhanced packet block).
enum class Direction : std::uint8_t { unknown = 0, inbound = 1, outbound = 2 };

/// One section: its header, an interface block for each name, then enhanced packet blocks. Streams;
/// little-endian on every machine, link type Ethernet. Complete or not there at all.
class PcapngWriter {
 public:
  /// `interfaces` get numbers from 0 in this order. `comment` is the section's; empty: none.
  /// Options longer than 65535 bytes are cut. Fails when the file cannot be made.
  static tl::expected<PcapngWriter, std::string> create(std::string path,
                                                        const std::vector<std::string>& interfaces,
                                                        std::string_view comment = {});

  /// Appends one frame, from destination MAC to the last byte before the FCS, of at most 262144
  /// bytes. The epoch of `at` is 1970-01-01, `at` not before it; `interface` one of the names'.
  /// Failures are kept for close().
  void write(std::uint32_t interface, Instant at, std::span<const std::uint8_t> frame,
             Direction direction = Direction::unknown, std::string_view comment = {});

  /// Gives the file its name. Only once. On failure nothing is left behind.
  tl::expected<void, std::string> close() { return file_.close(); }

  const std::string& path() const { return file_.path(); }

 private:
  PcapngWriter(GrowingFile file, std::size_t interfaces);
  void add_option(std::uint32_t code, std::span<const std::uint8_t> value);
  void add_text(std::uint32_t code, std::string_view text);
  void end_options();
  void begin_block(std::uint32_t type);
  void end_block();

  GrowingFile file_;
  std::size_t interfaces_;
  std::vector<std::uint8_t> block_;  // that is being made
};

}  // namespace understudy::capture
