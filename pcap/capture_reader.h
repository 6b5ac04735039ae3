// One capture file as a stream of packets: pcap (micro- and nanoseconds, the long records of old
// Linux systems, versions 2.0 to 2.4) and pcapng (several sections, interfaces of any resolution),
// of either byte order, gzipped or not. Memory does not grow with the file.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "pcap/byte_source.h"
#include "pcap/capture_format.h"
#include "pcap/packet.h"

namespace understudy::capture {

class CaptureReader {
 public:
  /// "-" is standard input.
  static tl::expected<CaptureReader, CaptureError> open(const std::string& path,
                                                        Patience patience = {});
  static tl::expected<CaptureReader, CaptureError> adopt(std::unique_ptr<ByteSource> source);

  /// The next packet, good until the next call; nullptr at the end and where the file cannot be
  /// read any further.
  const CapturedPacket* read() { return format_->read(packet_) ? &packet_ : nullptr; }

  /// Why the packets ended before the file did.
  const std::optional<CaptureError>& fault() const { return format_->fault(); }
  /// Those described so far; pcap has one.
  const std::vector<CaptureInterface>& interfaces() const { return format_->interfaces(); }
  /// Packets that make no sense in a file that does.
  const Skipped& skipped() const { return format_->skipped(); }
  /// Packets without a time (pcapng's simple packet block), given that of the one before.
  std::uint64_t untimed() const { return format_->untimed(); }
  const ByteSource& source() const { return format_->source(); }

 private:
  explicit CaptureReader(std::unique_ptr<CaptureFormat> format) : format_(std::move(format)) {}

  std::unique_ptr<CaptureFormat> format_;
  CapturedPacket packet_;
};

}  // namespace understudy::capture
