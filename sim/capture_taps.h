// One capture file a NIC: what crosses its wire, both ways, as tcpdump would have it there.
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "pcap/capture_writer.h"
#include "sim/stage.h"

namespace understudy::sim {

class CaptureTaps {
 public:
  /// Opens DIRECTORY[/CASE]/HOST.NIC.pcap for every NIC; makes the directories it lacks.
  static tl::expected<CaptureTaps, std::string> open(const Stage& stage,
                                                     const std::string& directory);

  void write(std::uint32_t nic, Instant at, const Frame& frame) {
    writers_[nic].write(at, frame.view());
  }
  /// Gives all files their names; fails with the first that could not be written.
  tl::expected<void, std::string> close();

 private:
  std::vector<capture::CaptureWriter> writers_;  // by NIC
};

}  // namespace understudy::sim
