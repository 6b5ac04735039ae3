// A whole capture in memory, read.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "pcap/capture_reader.h"

namespace understudy::capture {

struct ReadPacket {
  std::uint64_t number = 0;
  std::int64_t at_ns = 0;
  std::vector<std::uint8_t> bytes;
  std::uint32_t original_size = 0;
  std::uint32_t interface = 0;
  int link_type = 0;
};

struct ReadCapture {
  std::vector<ReadPacket> packets;
  std::optional<CaptureError> fault;  // also of a file that cannot be opened
  bool opened = false;
  std::vector<CaptureInterface> interfaces;
  Skipped skipped;
  std::uint64_t untimed = 0;

  std::string fault_text() const { return fault ? fault->message() : std::string("none"); }
};

/// Gives `bytes` in pieces of at most `most` bytes, as pipes do.
class PiecewiseSource : public ByteSource {
 public:
  PiecewiseSource(std::span<const std::uint8_t> bytes, std::size_t most)
      : whole_(bytes_in_memory(bytes)), most_(most) {}
  tl::expected<std::size_t, std::string> read(std::span<std::uint8_t> out) override {
    return whole_->read(out.first(std::min(out.size(), most_)));
  }
  std::uint64_t position() const override { return whole_->position(); }

 private:
  std::unique_ptr<ByteSource> whole_;
  std::size_t most_;
};

inline ReadCapture read_capture(std::unique_ptr<ByteSource> source) {
  ReadCapture read;
  auto reader = CaptureReader::adopt(std::move(source));
  if (!reader) {
    read.fault = reader.error();
    return read;
  }
  read.opened = true;
  while (const CapturedPacket* packet = reader->read()) {
    read.packets.push_back({packet->number, packet->at.time_since_epoch().count(),
                            std::vector<std::uint8_t>(packet->bytes.begin(), packet->bytes.end()),
                            packet->original_size, packet->interface, packet->link_type});
  }
  read.fault = reader->fault();
  read.interfaces = reader->interfaces();
  read.skipped = reader->skipped();
  read.untimed = reader->untimed();
  return read;
}

inline ReadCapture read_capture(std::span<const std::uint8_t> bytes) {
  return read_capture(bytes_in_memory(bytes));
}

}  // namespace understudy::capture
